//! The built bundle, and copies of it to break.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The bundle that `cargo run --release -p bundle` made.
///
/// # Errors
/// When there is none, with what to do.
pub fn built() -> io::Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bundle/PromptMatte.ofx.bundle");
    path.canonicalize()
        .map_err(|error| io::Error::new(error.kind(), "no bundle: run `cargo run --release -p bundle` first"))
}

/// Copies the built bundle into `folder` and gives the copy's path. Networks are linked, not copied, so a
/// test that damages one must replace the file, not write into it.
///
/// # Errors
/// When there is no bundle or it cannot be copied.
pub fn copy_to(folder: &Path) -> io::Result<PathBuf> {
    let target = folder.join("PromptMatte.ofx.bundle");
    copy_tree(&built()?, &target)?;
    Ok(target)
}

/// The folder of the networks in a bundle.
pub fn models(bundle: &Path) -> PathBuf {
    bundle.join("Contents/Resources/models")
}

/// The runtime library in a bundle.
pub fn runtime(bundle: &Path) -> PathBuf {
    bundle.join("Contents/Linux-x86-64/libpromptmatte_onnxruntime.so")
}

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_tree(&source, &target)?;
        } else if source.extension().is_some_and(|extension| extension == "onnx") {
            // Another file system has no links.
            fs::hard_link(&source, &target).or_else(|_| fs::copy(&source, &target).map(|_| ()))?;
        } else {
            // A linked library would be the same to the loader as the one it came from.
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
