//! A plugin's code: a shared library or functions linked into the test.

use std::ffi::c_int;
use std::path::{Path, PathBuf};

use openfx_sys as ofx;

use super::SimError;

/// `OfxGetNumberOfPlugins`.
pub type GetNumberOfPlugins = unsafe extern "C" fn() -> c_int;
/// `OfxGetPlugin`.
pub type GetPlugin = unsafe extern "C" fn(c_int) -> *mut ofx::OfxPlugin;
/// `OfxSetHost`.
pub type SetHost = unsafe extern "C" fn(*const ofx::OfxHost) -> ofx::OfxStatus;

/// The code of one or more plugins.
pub struct Binary {
    path: PathBuf,
}

impl Binary {
    /// Loads a shared library: an `.ofx` file, or the `.ofx.bundle` folder around it.
    ///
    /// # Errors
    /// [`SimError::Load`], [`SimError::NoBinary`], [`SimError::NoPlugin`] when the exports are missing.
    pub fn open(_path: impl AsRef<Path>) -> Result<Binary, SimError> {
        todo!()
    }

    /// Takes a plugin that is linked into this program.
    ///
    /// # Safety
    /// The functions must be a plugin's and obey the API's contract: what they do wrong within its types the
    /// simulator reports, memory they corrupt it cannot.
    pub unsafe fn linked(_number: GetNumberOfPlugins, _plugin: GetPlugin, _set_host: Option<SetHost>) -> Binary {
        todo!()
    }

    /// The file of the library, or of the bundle when it lies in one; empty for a linked plugin.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
