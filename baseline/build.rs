//! Tells the linker where libtorch lies, so that programs and tests find it without `LD_LIBRARY_PATH`. What is found
//! beside it at run time (the CUDA files) is found the same way.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    // In a release the libraries lie beside the program.
    println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN/lib");
    if let Some(libtorch) = std::env::var_os("LIBTORCH") {
        let libraries = PathBuf::from(libtorch).join("lib");
        let libraries = libraries.canonicalize().unwrap_or(libraries);
        println!("cargo:rustc-link-arg=-Wl,-rpath,{}", libraries.display());
    }
}
