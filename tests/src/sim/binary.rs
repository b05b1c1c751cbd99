//! A plugin's code: a shared library or functions linked into the test.

use std::ffi::{CStr, c_int};
use std::path::{Path, PathBuf};

use libloading::Library;
use openfx_sys as ofx;

use super::SimError;
use super::threads::Watch;

/// `OfxGetNumberOfPlugins`.
pub type GetNumberOfPlugins = unsafe extern "C" fn() -> c_int;
/// `OfxGetPlugin`.
pub type GetPlugin = unsafe extern "C" fn(c_int) -> *mut ofx::OfxPlugin;
/// `OfxSetHost`.
pub type SetHost = unsafe extern "C" fn(*const ofx::OfxHost) -> ofx::OfxStatus;

/// The folder of this platform's binary in a bundle.
const PLATFORM: &str = if cfg!(target_os = "macos") {
    "MacOS"
} else if cfg!(target_os = "windows") {
    "Win64"
} else if cfg!(target_arch = "aarch64") {
    "Linux-aarch64"
} else {
    "Linux-x86-64"
};

/// The code of one or more plugins.
pub struct Binary {
    path: PathBuf,
    pub(crate) number: GetNumberOfPlugins,
    pub(crate) plugin: GetPlugin,
    pub(crate) set_host: Option<SetHost>,
    /// Dropped before the watch, which looks for threads that stayed.
    library: Option<Library>,
    watch: Option<Watch>,
}

impl Binary {
    /// Loads a shared library: an `.ofx` file, or the `.ofx.bundle` folder around it.
    ///
    /// # Errors
    /// [`SimError::Load`], [`SimError::NoBinary`], [`SimError::NoPlugin`] when the exports are missing.
    pub fn open(path: impl AsRef<Path>) -> Result<Binary, SimError> {
        let path = path.as_ref();
        let file = if path.is_dir() { binary_in(path)? } else { path.to_path_buf() };
        let watch = Watch::begin();
        let failed = |source| SimError::Load { path: file.clone(), source };
        // SAFETY: the library is a plugin that its user wants to run here.
        let library = unsafe { Library::new(&file) }.map_err(failed)?;
        let missing =
            |name: &CStr| SimError::NoPlugin(format!("{} does not export {name:?}", file.display()));
        // SAFETY: the API fixes the signatures of these exports.
        let exports = unsafe {
            (
                library.get::<GetNumberOfPlugins>(c"OfxGetNumberOfPlugins").map(|s| *s).ok(),
                library.get::<GetPlugin>(c"OfxGetPlugin").map(|s| *s).ok(),
                library.get::<SetHost>(c"OfxSetHost").map(|s| *s).ok(),
            )
        };
        let number = exports.0.ok_or_else(|| missing(c"OfxGetNumberOfPlugins"))?;
        let plugin = exports.1.ok_or_else(|| missing(c"OfxGetPlugin"))?;
        let path = bundle_of(&file).unwrap_or(file);
        Ok(Binary { path, number, plugin, set_host: exports.2, library: Some(library), watch: Some(watch) })
    }

    /// Takes a plugin that is linked into this program.
    ///
    /// # Safety
    /// The functions must be a plugin's and obey the API's contract: what they do wrong within its types the
    /// simulator reports, memory they corrupt it cannot.
    pub unsafe fn linked(number: GetNumberOfPlugins, plugin: GetPlugin, set_host: Option<SetHost>) -> Binary {
        Binary { path: PathBuf::new(), number, plugin, set_host, library: None, watch: None }
    }

    /// The file of the library, or of the bundle when it lies in one; empty for a linked plugin.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the library out of the process and gives the names of threads that it left behind.
    pub(crate) fn close(&mut self) -> Vec<String> {
        drop(self.library.take());
        self.watch.take().map(Watch::end).unwrap_or_default()
    }
}

fn binary_in(bundle: &Path) -> Result<PathBuf, SimError> {
    let name = bundle.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".bundle").unwrap_or(&name).to_owned();
    let file = bundle.join("Contents").join(PLATFORM).join(name);
    if file.is_file() {
        Ok(file)
    } else {
        Err(SimError::NoBinary { path: bundle.to_path_buf(), platform: PLATFORM })
    }
}

/// The bundle folder around a binary.
fn bundle_of(file: &Path) -> Option<PathBuf> {
    let bundle = file.parent()?.parent()?.parent()?;
    (bundle.extension()? == "bundle").then(|| bundle.to_path_buf())
}
