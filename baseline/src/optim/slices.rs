//! Tensors on the CPU as plain slices, so that an update is one pass over memory.

use tch::{Device, Kind, Tensor};

/// The numbers of a tensor, for as long as it is borrowed.
///
/// None unless they are f32, on the CPU and without gaps in the order of the shape: then two slices of the same length
/// hold the same weights at the same places.
pub(super) fn of(tensor: &mut Tensor) -> Option<&mut [f32]> {
    if tensor.device() != Device::Cpu || tensor.kind() != Kind::Float || !tensor.is_contiguous() {
        return None;
    }
    let (start, length) = (tensor.data_ptr().cast::<f32>(), tensor.numel());
    if length == 0 {
        return Some(&mut []);
    }
    #[expect(unsafe_code, reason = "tch gives no view of a tensor's memory")]
    // SAFETY: checked above: `length` f32 values lie from `start` on in memory of this process. The tensor is borrowed
    // for as long as the slice lives and keeps its memory; libtorch runs no other operation meanwhile, because training
    // is on one thread. No caller passes two tensors that share memory.
    Some(unsafe { std::slice::from_raw_parts_mut(start, length) })
}
