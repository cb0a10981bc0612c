use tch::Tensor;

use super::*;

/// What `torch.save` wrote of a transposed 2 x 3 matrix, two halves and a counter, in both of its forms.
#[test]
fn both_forms_of_torchs_files_are_read_and_strides_are_obeyed() {
    for file in [&include_bytes!("../../tests/data/zip.pth")[..], include_bytes!("../../tests/data/legacy.pth")] {
        let tensors = pickle::tensors(file).unwrap();
        let names: Vec<&str> = tensors.keys().map(String::as_str).collect();
        assert_eq!(names, ["a.bias", "a.num_batches_tracked", "a.weight"]);
        let weight = &tensors["a.weight"];
        assert_eq!(weight.size(), [3, 2]);
        assert!(weight.equal(&Tensor::from_slice(&[0f32, 3., 1., 4., 2., 5.]).view([3, 2])));
        let bias = Vec::<f32>::try_from(tensors["a.bias"].to_kind(Kind::Float)).unwrap();
        assert_eq!(bias, [1.5, -2.0]);
    }
}

#[test]
fn a_file_that_calls_something_is_refused_and_calls_nothing() {
    // os.system("echo"), as a pickle.
    let error = pickle::tensors(b"\x80\x02cos\nsystem\nX\x04\0\0\0echo\x85R.").unwrap_err().to_string();
    assert!(error.contains("os.system"), "{error}");
}

#[test]
fn a_broken_file_is_refused_wherever_it_breaks() {
    let whole = include_bytes!("../../tests/data/legacy.pth");
    for length in 0..whole.len() {
        assert!(pickle::tensors(&whole[..length]).is_err(), "{length}");
    }
    for position in 0..whole.len() {
        let mut changed = whole.to_vec();
        changed[position] ^= 0x15;
        // It may still be read, but nothing panics.
        let _ = pickle::tensors(&changed);
    }
}

#[test]
fn names_of_the_lite_package_become_timms() {
    for (theirs, ours) in [
        ("_conv_stem.weight", "conv_stem.weight"),
        ("_bn1.running_mean", "bn2.running_mean"),
        ("_fc.bias", "classifier.bias"),
        ("_blocks.0._project_conv.weight", "blocks.0.0.conv_pw.weight"),
        ("_blocks.0._bn2.bias", "blocks.0.0.bn2.bias"),
        ("_blocks.1._expand_conv.weight", "blocks.1.0.conv_pw.weight"),
        ("_blocks.15._bn2.weight", "blocks.6.0.bn3.weight"),
    ] {
        assert_eq!(timm_name(theirs).as_deref(), Some(ours));
    }
    assert_eq!(timm_name("_blocks.16._bn2.weight"), None);
    assert_eq!(timm_name("os.system"), None);
}

#[test]
fn weights_that_no_registry_has_say_what_to_do() {
    let error = imagenet(&Architecture::Resnet { layers: 18, width: 1.0 }).unwrap_err().to_string();
    assert!(error.contains("resnet18.safetensors"), "{error}");
}
