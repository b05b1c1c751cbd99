//! Where the plugin's own files are: found from the place of its own binary, never from the host's.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Error;

/// The runtime library's name in the bundle: our own, so that no host's copy is ever taken for it.
pub const RUNTIME_LIBRARY: &str = "libpromptmatte_onnxruntime.so";

/// The plugin's files in its bundle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    /// The folder with the manifest and the model files.
    pub models: PathBuf,
    /// The ONNX Runtime library.
    pub runtime: PathBuf,
}

impl Files {
    /// Those beside this binary: `Contents/<architecture>/PromptMatte.ofx`,
    /// `Contents/<architecture>/libpromptmatte_onnxruntime.so`, `Contents/Resources/models`.
    ///
    /// # Errors
    /// When the binary does not know where it is, or does not lie in a bundle.
    pub fn of_this_binary() -> Result<Self, Error> {
        let binary = this_binary().ok_or(Error::NoPlace)?;
        Self::of(&binary)
    }

    /// Those of the bundle that holds `binary`.
    ///
    /// # Errors
    /// When `binary` does not lie in a bundle.
    pub fn of(binary: &Path) -> Result<Self, Error> {
        let architecture = binary.parent();
        let contents = architecture.and_then(Path::parent);
        match (architecture, contents) {
            (Some(architecture), Some(contents)) if contents.file_name() == Some(OsStr::new("Contents")) => {
                Ok(Self {
                    models: contents.join("Resources").join("models"),
                    runtime: architecture.join(RUNTIME_LIBRARY),
                })
            }
            _ => Err(Error::NotInBundle { binary: binary.to_owned() }),
        }
    }
}

/// The absolute path of the shared library (or program) that this code was loaded from.
#[cfg(unix)]
fn this_binary() -> Option<PathBuf> {
    use std::ffi::CStr;
    use std::os::unix::ffi::OsStrExt;

    let mut info = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    let here = this_binary as *const () as *const libc::c_void;
    // SAFETY: the address is one of this binary's functions, and `info` outlives the call.
    let found = unsafe { libc::dladdr(here, &mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr gave the loader's own C string, which lives as long as this code.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    // A relative name is relative to the folder at the time of loading: as near as can be told now.
    std::fs::canonicalize(OsStr::from_bytes(name.to_bytes())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_from_the_binary_in_any_folder() {
        let files =
            Files::of(Path::new("/a b/Größe/PromptMatte.ofx.bundle/Contents/Linux-x86-64/PromptMatte.ofx"))
                .unwrap();
        let bundle = Path::new("/a b/Größe/PromptMatte.ofx.bundle/Contents");
        assert_eq!(files.models, bundle.join("Resources/models"));
        assert_eq!(files.runtime, bundle.join("Linux-x86-64").join(RUNTIME_LIBRARY));
        assert!(Files::of(Path::new("/usr/lib/PromptMatte.ofx")).is_err());
    }

    #[test]
    fn this_binary_is_the_test_program() {
        assert_eq!(this_binary(), std::env::current_exe().ok().and_then(|p| p.canonicalize().ok()));
    }
}
