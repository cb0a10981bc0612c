//! What only C can say: how the allocator treats freed memory, what a closed pipe does, CUDA files beside libtorch, and
//! autocast, which `tch` offers for CUDA only. The only calls of foreign functions in the baseline.

use tch::Device;

/// `c10::DeviceType` of libtorch 2.13.
fn device_type(device: Device) -> i8 {
    match device {
        Device::Cpu => 0,
        Device::Cuda(_) => 1,
        Device::Mps => 13,
        Device::Vulkan => 10,
    }
}

/// `c10::ScalarType::BFloat16`.
const BFLOAT16: i8 = 15;

#[cfg(not(feature = "doc-only"))]
mod symbols {
    // Exported C++ functions under their mangled names; `tch` pins the version of libtorch that has them.
    #[expect(unsafe_code, reason = "tch has no binding for autocast on a CPU")]
    unsafe extern "C" {
        #[link_name = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb"]
        pub(super) safe fn set_autocast_enabled(device: i8, enabled: bool);
        #[link_name = "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE"]
        pub(super) safe fn set_autocast_dtype(device: i8, kind: i8);
        #[link_name = "_ZN2at8autocast11clear_cacheEv"]
        pub(super) safe fn clear_cache();
    }
}

#[cfg(feature = "doc-only")]
mod symbols {
    pub(super) fn set_autocast_enabled(_device: i8, _enabled: bool) {}
    pub(super) fn set_autocast_dtype(_device: i8, _kind: i8) {}
    pub(super) fn clear_cache() {}
}

/// Autocast of this thread to bfloat16, until it is dropped.
pub(super) struct Autocast {
    device: i8,
}

impl Autocast {
    pub(super) fn begin(device: Device) -> Self {
        let device = device_type(device);
        symbols::set_autocast_dtype(device, BFLOAT16);
        symbols::set_autocast_enabled(device, true);
        Self { device }
    }
}

impl Drop for Autocast {
    fn drop(&mut self) {
        symbols::set_autocast_enabled(self.device, false);
        // Holds the weights as they were before the next update.
        symbols::clear_cache();
    }
}

/// Keeps big freed blocks in the process. By default every big tensor goes back to the kernel and its pages are faulted
/// in again at the next step: more than half of the time of training on a virtual machine (130 against 327 images per
/// second), for 0.4 GB more of memory.
pub(super) fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "the allocator's settings have no safe interface")]
    // SAFETY: mallopt takes two integers and changes only how later calls of malloc and free behave.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, i32::MAX);
        libc::mallopt(libc::M_TRIM_THRESHOLD, i32::MAX);
    }
}

/// Loads CUDA's part of libtorch if its files are there. The linker drops a library from which nothing is called by
/// name, and libtorch would then say that there is no GPU.
pub(super) fn load_cuda() {
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "a library that may be absent cannot be linked")]
    // SAFETY: the name is a C string; libtorch_cuda's initialisers only register its kernels. Null (absent) is fine.
    unsafe {
        libc::dlopen(c"libtorch_cuda.so".as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL);
    }
}

/// Lets `baseline … | head` end quietly when nobody reads any more, as other programs do; Rust's start-up would have
/// printing panic. Sockets are not concerned: the standard library asks for no signal there.
pub(super) fn end_with_the_pipe() {
    #[cfg(unix)]
    #[expect(unsafe_code, reason = "signals have no safe interface")]
    // SAFETY: restores a signal's default action, before any other thread exists.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}
