use tch::{Device, Kind, Tensor};

use super::*;

#[test]
fn mixed_precision_computes_products_in_bfloat16_and_ends_with_the_forward_pass() {
    let compute = Compute { device: Device::Cpu, mixed: true };
    let matrix = Tensor::ones([4, 4], (Kind::Float, Device::Cpu));
    assert_eq!(compute.forward(|| matrix.matmul(&matrix)).kind(), Kind::BFloat16);
    assert_eq!(matrix.matmul(&matrix).kind(), Kind::Float);
    let plain = Compute { mixed: false, ..compute };
    assert_eq!(plain.forward(|| matrix.matmul(&matrix)).kind(), Kind::Float);
}

#[test]
fn channels_last_changes_the_order_in_memory_and_nothing_else() {
    let images = Tensor::arange(2 * 3 * 4 * 5, (Kind::Float, Device::Cpu)).view([2, 3, 4, 5]);
    let other = channels_last(&images);
    assert_eq!(other.stride(), [60, 1, 15, 3]);
    assert!(other.equal(&images));
}
