//! libtorch, the C++ part of PyTorch, for `baseline`: the wheel of the Python package registry without its Python, in
//! `.libtorch/`. The CUDA files come into the same folder later, if they are wanted; nothing has to be built again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::package::Package;
use crate::{package, run, tools, workspace};

/// Which libtorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Variant {
    /// 540 MB to download, 486 MB kept.
    Cpu,
    /// Also the CUDA 13 libraries: 2.5 GB to download, 3.7 GB kept, 6.5 GB while it runs.
    Cuda,
}

/// The release that `tch` 0.26 is made for.
const VERSION: &str = "2.13.0";

/// `libtorch_cpu` itself needs the last two, even where there is no GPU.
const CPU: [Package; 3] = [
    Package {
        requirement: "torch==2.13.0",
        sha256: "60fcdcb2f3876e21146cb4524ef06397d727ca9ad5f020818547e25075fe3cb7",
    },
    Package {
        requirement: "nvidia-cuda-runtime==13.0.96",
        sha256: "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
    },
    Package {
        requirement: "nvidia-cuda-cupti==13.0.85",
        sha256: "4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8",
    },
];

const CUDA: [Package; 12] = [
    Package {
        requirement: "nvidia-cudnn-cu13==9.20.0.48",
        sha256: "0c45dd8eeb50b603f07995b1b300c62ffe6a1980482b82b3bcf94a4ca9d49304",
    },
    Package {
        requirement: "nvidia-cusparselt-cu13==0.8.1",
        sha256: "786ce87568c303fadb5afcc7102d454cd3040d75f6f8626f5db460d1871f4dd0",
    },
    Package {
        requirement: "nvidia-nccl-cu13==2.29.7",
        sha256: "edd81538446786ec3b73972543e53bb43bcaf0bfc8ef76cb679fcc390ffe136d",
    },
    Package {
        requirement: "nvidia-nvshmem-cu13==3.4.5",
        sha256: "290f0a2ee94c9f3687a02502f3b9299a9f9fe826e6d0287ee18482e78d495b80",
    },
    Package {
        requirement: "nvidia-cublas==13.1.1.3",
        sha256: "37936a16db8fe4ac1f065c2139360608a543a09275cb1a1af612e08cfa065436",
    },
    Package {
        requirement: "nvidia-cuda-nvrtc==13.0.88",
        sha256: "ad9b6d2ead2435f11cbb6868809d2adeeee302e9bb94bcf0539c7a40d80e8575",
    },
    Package {
        requirement: "nvidia-cufft==12.0.0.61",
        sha256: "6c44f692dce8fd5ffd3e3df134b6cdb9c2f72d99cf40b62c32dde45eea9ddad3",
    },
    Package {
        requirement: "nvidia-cufile==1.15.1.6",
        sha256: "08a3ecefae5a01c7f5117351c64f17c7c62efa5fffdbe24fc7d298da19cd0b44",
    },
    Package {
        requirement: "nvidia-curand==10.4.0.35",
        sha256: "1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc",
    },
    Package {
        requirement: "nvidia-cusolver==12.0.4.66",
        sha256: "0a759da5dea5c0ea10fd307de75cdeb59e7ea4fcb8add0924859b944babf1112",
    },
    Package {
        requirement: "nvidia-cusparse==12.6.3.3",
        sha256: "2b3c89c88d01ee0e477cb7f82ef60a11a4bcd57b6b87c33f789350b59759360b",
    },
    Package {
        requirement: "nvidia-nvjitlink==13.0.88",
        sha256: "13a74f429e23b921c1109976abefacc69835f2f433ebd323d3946e11d804e47b",
    },
];

/// The wheels are the same for every Python; one is named so that pip takes them under any.
const WHEELS: [&str; 9] = [
    "--no-deps",
    "--only-binary=:all:",
    "--implementation=cp",
    "--python-version=3.11",
    "--abi=cp311",
    "--abi=none",
    "--platform=manylinux_2_28_x86_64",
    "--platform=manylinux_2_27_x86_64",
    "--platform=manylinux_2_25_x86_64",
];
const OLDER_PLATFORMS: [&str; 5] = [
    "--platform=manylinux_2_18_x86_64",
    "--platform=manylinux2014_x86_64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux2010_x86_64",
    "--platform=manylinux1_x86_64",
];

/// Brings libtorch unless it is there, and what else compiles with it. `LIBTORCH`, if it is set, names one that somebody
/// else looks after.
pub(crate) fn ensure(variant: Variant) -> Result<()> {
    tools::jpeg_compilers()?;
    if let Some(own) = own() {
        println!("LIBTORCH is set: {}", own.display());
        return Ok(());
    }
    let home = workspace::root().join(".libtorch");
    let stamp = home.join("variant");
    let have = fs::read_to_string(&stamp).unwrap_or_default();
    let wanted = [format!("{VERSION} cuda"), format!("{VERSION} cpu")];
    if have == wanted[0] || (have == wanted[1] && variant == Variant::Cpu) {
        return Ok(());
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!(
            "libtorch comes by itself on Linux x86-64 only: install libtorch {VERSION} and set LIBTORCH to its folder"
        );
    }
    let size = match variant {
        Variant::Cpu => "540 MB",
        Variant::Cuda => "2.5 GB",
    };
    let partial = home.join("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    run::step(&format!("libtorch {VERSION} ({size})"), || {
        install(variant, &partial)?;
        for (part, keep) in [("torch", keep_torch as fn(&Path, Variant) -> bool), ("nvidia", keep_nvidia)] {
            take(&partial, &partial.join(part), &home, variant, keep)?;
        }
        for part in CPU.iter().map(description) {
            take(&partial, &partial.join(part), &home, variant, keep_all)?;
        }
        fs::remove_dir_all(&partial)?;
        // Its own libtorch.so is an empty shell that wants the CUDA files.
        fs::write(home.join("torch/lib/libtorch.so"), "INPUT ( libtorch_cpu.so libc10.so )\n")?;
        fs::write(home.join("torch/build-version"), format!("{VERSION}\n"))?;
        fs::write(&stamp, if variant == Variant::Cuda { &wanted[0] } else { &wanted[1] })?;
        Ok(())
    })
}

/// The folder of libtorch, if it is there.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = own().unwrap_or_else(|| workspace::root().join(".libtorch").join("torch"));
    folder.join("lib/libtorch_cpu.so").is_file().then_some(folder)
}

/// What a program with libtorch loads on a machine without a GPU.
pub(crate) fn libraries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("lib"), folder.with_file_name("nvidia")];
    while let Some(dir) = folders.pop().filter(|dir| dir.is_dir()) {
        for entry in fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let parts = ["libtorch_cpu.so", "libc10.so", "libgomp", "libcudart.so", "libcupti.so"];
            if path.is_dir() {
                folders.push(path);
            } else if parts.iter().any(|part| name.starts_with(part)) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// The folders in which the wheels of [`libraries`] say what they are, with their licences.
pub(crate) fn descriptions(folder: &Path) -> Result<Vec<PathBuf>> {
    let beside = |package| {
        let place = folder.with_file_name(description(package));
        if !place.is_dir() {
            bail!(
                "{} is not there, which has the licence of {}: remove .libtorch, then `cargo xtask libtorch`; a folder \
                 that LIBTORCH names must be that of `pip install torch`",
                place.display(),
                package.requirement
            );
        }
        Ok(place)
    };
    CPU.iter().map(beside).collect()
}

/// Where pip puts what a wheel says of itself.
fn description(package: &Package) -> String {
    format!("{}.dist-info", package.requirement.replace('-', "_").replace("==", "-"))
}

/// `LIBTORCH`, unless it is only cargo's setting for this repository (`.cargo/config.toml`).
fn own() -> Option<PathBuf> {
    let set = PathBuf::from(std::env::var_os("LIBTORCH")?);
    (set != workspace::root().join(".libtorch").join("torch")).then_some(set)
}

fn install(variant: Variant, target: &Path) -> Result<()> {
    let mut packages: Vec<&Package> = CPU.iter().collect();
    if variant == Variant::Cuda {
        packages.extend(&CUDA);
    }
    let list = package::requirements("libtorch.txt", &packages)?;
    run::run(
        Command::new(tools::python()?)
            .args(package::install(target))
            .arg("--no-cache-dir")
            .args(WHEELS)
            .args(OLDER_PLATFORMS)
            .args(["--require-hashes", "--requirement"])
            .arg(list),
    )
}

fn keep_torch(path: &Path, variant: Variant) -> bool {
    let path = path.to_string_lossy();
    let Some(library) = path.strip_prefix("torch/lib/") else { return path.starts_with("torch/include/") };
    let of_cpu = ["libtorch_cpu.so", "libc10.so", "libgomp"];
    let of_cuda = ["libtorch_cuda", "libtorch_nvshmem", "libc10_cuda", "libcaffe2_nvrtc"];
    of_cpu.iter().any(|name| library.starts_with(name))
        || variant == Variant::Cuda && of_cuda.iter().any(|name| library.starts_with(name))
}

fn keep_nvidia(path: &Path, variant: Variant) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_library = name.starts_with("lib") && name.contains(".so");
    is_library && (variant == Variant::Cuda || name.starts_with("libcudart.so") || name.starts_with("libcupti.so"))
}

fn keep_all(_: &Path, _: Variant) -> bool {
    true
}

/// Moves the wanted files below `dir` from `from` to the same places below `to`.
fn take(from: &Path, dir: &Path, to: &Path, variant: Variant, keep: fn(&Path, Variant) -> bool) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            take(from, &path, to, variant, keep)?;
            continue;
        }
        let place = path.strip_prefix(from)?;
        if keep(place, variant) {
            let target = to.join(place);
            workspace::create_dir(target.parent().unwrap_or(to))?;
            fs::rename(&path, &target).with_context(|| format!("cannot move {}", path.display()))?;
        }
    }
    Ok(())
}
