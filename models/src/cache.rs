//! Where the fetched files lie: `.cache` in the workspace, or the folder named by `PROMPTMATTE_CACHE`.
//!
//! The tests, the bundle builder and the demo find their files here. The plugin does not: it finds its files from its
//! own location.

use std::path::{Path, PathBuf};

/// Environment variable that names another cache folder.
pub const CACHE_VARIABLE: &str = "PROMPTMATTE_CACHE";

/// The file of the manifest's `runtime` entry.
const RUNTIME_FILE: &str = "libonnxruntime.so.1.32.0";

/// The cache folder: the value of `PROMPTMATTE_CACHE`, else `.cache` in the workspace this crate was built from.
#[must_use]
pub fn root() -> PathBuf {
    match std::env::var_os(CACHE_VARIABLE) {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).join(".cache"),
    }
}

/// The folder of fetched models: `manifest.toml` and the network files, as [`crate::store::Store::open`] wants it.
#[must_use]
pub fn models_dir() -> PathBuf {
    models_dir_in(&root())
}

/// The fetched ONNX Runtime library of this platform.
#[must_use]
pub fn runtime_library() -> PathBuf {
    runtime_dir_in(&root()).join(RUNTIME_FILE)
}

/// A fetched clip or still by its file name, for example `bigbuckbunny.mp4`.
#[must_use]
pub fn clip(name: &str) -> PathBuf {
    clips_dir_in(&root()).join(name)
}

/// [`models_dir`] within a given cache folder.
pub(crate) fn models_dir_in(root: &Path) -> PathBuf {
    root.join("models")
}

/// The folder of the fetched library and its notices within a given cache folder.
pub(crate) fn runtime_dir_in(root: &Path) -> PathBuf {
    root.join("runtime")
}

/// The folder of fetched clips within a given cache folder.
pub(crate) fn clips_dir_in(root: &Path) -> PathBuf {
    root.join("clips")
}

#[cfg(test)]
mod tests {
    use super::RUNTIME_FILE;
    use crate::manifest::{Manifest, Role};

    #[test]
    fn the_library_is_the_one_of_the_manifest() {
        assert_eq!(Manifest::built_in().unwrap().entry(Role::Runtime).unwrap().file, RUNTIME_FILE);
    }
}
