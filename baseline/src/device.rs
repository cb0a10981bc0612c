//! Where tensors live and how they are computed: start-up of the process, the device in use, mixed precision, memory
//! order. Owns every process-wide setting of libtorch; knows no model.

mod native;

use std::fmt;

use anyhow::{Context, Result};
use tch::{Cuda, Device, Tensor};

/// Where and how a program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compute {
    /// CPU or a GPU.
    pub device: Device,
    /// Whether forward passes run under autocast to bfloat16, whose range is that of f32, so that no loss has to be
    /// scaled. Weights, losses and updates stay f32.
    pub mixed: bool,
}

impl Compute {
    /// The GPU if there is one, else the CPU with `threads` threads; bfloat16 is a choice on the CPU and always on a GPU.
    pub fn new(threads: i32, mixed: bool) -> Self {
        tch::set_num_threads(threads);
        let device = Device::cuda_if_available();
        if device.is_cuda() {
            Cuda::cudnn_set_benchmark(true);
        }
        Self { device, mixed: mixed || device.is_cuda() }
    }

    /// Runs a forward pass, in mixed precision if that is chosen.
    pub fn forward<T>(&self, forward: impl FnOnce() -> T) -> T {
        if !self.mixed {
            return forward();
        }
        let _guard = native::Autocast::begin(self.device);
        forward()
    }
}

impl fmt::Display for Compute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.device {
            Device::Cpu => write!(f, "CPU, {} threads", tch::get_num_threads())?,
            device => write!(f, "{device:?}")?,
        }
        f.write_str(if self.mixed { ", bfloat16 where it is safe" } else { ", float32" })
    }
}

/// The same tensor in memory order N, H, W, C, in which convolutions on a CPU are 1.3 to 2 times as fast. libtorch takes
/// the order from the input and keeps it through a network.
///
/// A tensor with one channel is in both orders at once, and libtorch then goes on in the slow one: call this after the
/// first convolution of a network for grey photographs.
pub fn channels_last(images: &Tensor) -> Tensor {
    images.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
}

/// First thing in `main`: settings that must be made before libtorch is used. May restart the program (same process
/// number), because `libgomp` reads its settings when it is loaded, before `main`.
///
/// # Errors
/// If the program cannot be started again.
pub fn init() -> Result<()> {
    restart_with_passive_threads()?;
    native::end_with_the_pipe();
    init_library();
    Ok(())
}

/// The part of [`init`] that tests call too.
pub fn init_library() {
    native::keep_freed_memory();
    native::load_cuda();
}

/// Without `OMP_WAIT_POLICY=PASSIVE` idle threads spin: on two busy cores 16.6 s a training epoch instead of 2.7 s, with
/// the same weights.
#[cfg(target_os = "linux")]
fn restart_with_passive_threads() -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    const POLICY: &str = "OMP_WAIT_POLICY";
    if std::env::var_os(POLICY).is_some() {
        return Ok(());
    }
    let program = std::env::current_exe().context("cannot find the program's own file")?;
    let mut command = std::process::Command::new(program);
    command.args(std::env::args_os().skip(1)).env(POLICY, "PASSIVE");
    Err(command.exec()).context("cannot start the program again")
}

#[cfg(not(target_os = "linux"))]
fn restart_with_passive_threads() -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
