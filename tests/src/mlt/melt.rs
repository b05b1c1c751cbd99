//! The `melt` program: video files in, video files out.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Install, Kind, MltError};

/// The `melt` program of an install.
#[derive(Clone, Debug)]
pub struct Melt {
    install: Install,
}

impl Melt {
    /// Sets `melt` up unless it is there.
    ///
    /// # Errors
    /// [`MltError::Unavailable`] where it cannot be had.
    pub fn set_up() -> Result<Self, MltError> {
        Ok(Self { install: Install::set_up(Kind::Melt)? })
    }

    /// Starts `melt` with `arguments`, OpenFX plugins looked for in `plugins`; its messages go to `log`.
    ///
    /// # Errors
    /// [`MltError::Start`] and [`MltError::File`].
    pub fn start<S: AsRef<OsStr>>(
        &self,
        plugins: &Path,
        log: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Child, MltError> {
        let file = std::fs::File::create(log).map_err(MltError::file(log))?;
        let program = self.install.melt_program();
        let mut command: Command = self.install.command(&program);
        command
            .arg("-silent")
            .args(arguments)
            .env("OFX_PLUGIN_PATH", plugins)
            // No sound card and no display are needed, so none is looked for.
            .env("SDL_AUDIODRIVER", "dummy")
            .env("SDL_VIDEODRIVER", "dummy")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file);
        command.spawn().map_err(|source| MltError::Start { program, source })
    }
}
