//! Loading ONNX Runtime from a file, and what stays of it.
//!
//! What stays in the process after the last [`Runtime`] and network are dropped: the mapped library, and one
//! environment without threads (`ort` allows one environment per process and never a second, so it is kept in a static
//! for the next load). Thread pools, weights and working memory belong to the networks and go when those are dropped.

use std::ffi::CStr;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use libloading::{Library, Symbol};
use ort::environment::Environment;
use ort::logging::LogLevel;

use crate::Error;

mod elf;
mod telemetry;

/// The API that `ort` asks the library for; ONNX Runtime 1.N offers the APIs up to N.
const API: u32 = ort::sys::ORT_API_VERSION;

/// The library that serves this process, once one does.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

/// ONNX Runtime, ready to open networks. Cloning is cheap.
#[derive(Clone)]
pub struct Runtime {
    environment: Environment,
    path: PathBuf,
    version: String,
}

impl Runtime {
    /// Loads the library from a file, or returns the one that was loaded before from the same file.
    ///
    /// Telemetry is off before it starts, and only errors are logged.
    ///
    /// # Errors
    /// [`Error::RuntimeMissing`], [`Error::RuntimeTooOld`]; [`Error::RuntimeUnloadable`] when the file is no complete
    /// library of this system, or no ONNX Runtime; [`Error::RuntimeConflict`] when another file serves already.
    pub fn load(path: &Path) -> Result<Self, Error> {
        // The lock is held while the library loads, so that two threads do not both build the one environment.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let path = path.canonicalize().map_err(|source| match source.kind() {
            ErrorKind::NotFound => Error::RuntimeMissing { path: path.to_path_buf() },
            _ => Error::RuntimeUnloadable { path: path.to_path_buf(), source: source.into() },
        })?;
        if let Some(runtime) = loaded.as_ref() {
            return if runtime.path == path {
                Ok(runtime.clone())
            } else {
                Err(Error::RuntimeConflict { asked: path, loaded: runtime.path.clone() })
            };
        }
        // `ort` panics on some libraries that are not what it expects, and remembers the first one it opens: it is
        // given only a library that was looked at before. The handle stays until `ort` holds its own.
        let (library, version) = probe(&path)?;
        telemetry::forbid();
        let unloadable = |source| Error::RuntimeUnloadable { path: path.clone(), source };
        let environment = ort::init_from(&path)
            .map_err(|source| unloadable(source.into()))?
            .with_name("PromptMatte")
            .with_telemetry(false)
            .build()
            .map_err(|source| unloadable(source.into()))?;
        environment.set_log_level(LogLevel::Error);
        drop(library);
        let runtime = Self { environment, path, version };
        *loaded = Some(runtime.clone());
        Ok(runtime)
    }

    /// The version that the library says it has, for example `1.32.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The library's file, with symbolic links resolved.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("path", &self.path).field("version", &self.version).finish()
    }
}

/// Opens a library and asks it for its version without handing it to `ort`.
fn probe(path: &Path) -> Result<(Library, String), Error> {
    let unloadable =
        |source: crate::error::Cause| Error::RuntimeUnloadable { path: path.to_path_buf(), source };
    elf::check_complete(path).map_err(|source| unloadable(source.into()))?;
    // SAFETY: loading runs the library's initialisers. The file is the one that the installation or the user names as
    // ONNX Runtime, it is complete, and ONNX Runtime's initialisers have no preconditions.
    let library = unsafe { Library::new(path) }.map_err(|source| unloadable(source.into()))?;
    // SAFETY: `OrtGetApiBase` has had this signature in every release of ONNX Runtime; the symbol does not outlive
    // `library`.
    let get_base: Symbol<'_, unsafe extern "C" fn() -> *const ort::sys::OrtApiBase> =
        unsafe { library.get(b"OrtGetApiBase\0") }.map_err(|source| unloadable(source.into()))?;
    // SAFETY: the function takes nothing and returns a pointer to a static table, or null.
    let base =
        unsafe { get_base().as_ref() }.ok_or_else(|| unloadable("OrtGetApiBase returned null".into()))?;
    // SAFETY: the table is valid while `library` is loaded; the function takes nothing.
    let version = unsafe { (base.GetVersionString)() };
    if version.is_null() {
        return Err(unloadable("GetVersionString returned null".into()));
    }
    // SAFETY: not null, and ONNX Runtime returns a static string that ends with a zero byte.
    let version = unsafe { CStr::from_ptr(version) }.to_string_lossy().into_owned();
    let minor = minor_version(&version)
        .ok_or_else(|| unloadable(format!("it calls itself version \"{version}\"").into()))?;
    if minor < API {
        return Err(Error::RuntimeTooOld {
            path: path.to_path_buf(),
            found: version,
            needed: format!("1.{API}"),
        });
    }
    // SAFETY: any number may be asked for; null is the answer to one that the library does not know.
    let api = unsafe { (base.GetApi)(API) };
    if api.is_null() {
        return Err(unloadable(format!("it is version {version} and does not offer API {API}").into()));
    }
    Ok((library, version))
}

/// N of a version `1.N.x`; `None` for anything else. A second major version would be another interface.
fn minor_version(version: &str) -> Option<u32> {
    let mut parts = version.split('.');
    (parts.next() == Some("1")).then(|| parts.next()?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::minor_version;

    #[test]
    fn minor_version_is_read_from_one_dot_n() {
        assert_eq!(minor_version("1.32.0"), Some(32));
        assert_eq!(minor_version("1.9.1-dev"), Some(9));
        assert_eq!(minor_version("2.0.0"), None);
        assert_eq!(minor_version("one"), None);
        assert_eq!(minor_version("1"), None);
    }
}
