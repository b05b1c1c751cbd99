//! Where MLT is: set up by `scripts/mlt-setup` in the repository's `.cache`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::MltError;

/// How much of MLT is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// libmlt with its core and OpenFX modules: 26 MB, a few seconds to set up.
    Library,
    /// The `melt` program with everything it loads: 870 MB, under a minute.
    Melt,
}

/// Folders below the library folder that `melt`'s libraries look for each other in.
const LIBRARY_FOLDERS: [&str; 4] = ["blas", "lapack", "pulseaudio", "libproxy"];

/// An unpacked MLT.
#[derive(Clone, Debug)]
pub struct Install {
    prefix: PathBuf,
}

impl Install {
    /// Sets MLT up unless it is there already; the script's progress goes to standard error.
    ///
    /// # Errors
    /// [`MltError::Unavailable`] with the script's reason where MLT cannot be had: no network, another system.
    pub fn set_up(kind: Kind) -> Result<Self, MltError> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let (mode, folder) = match kind {
            Kind::Library => ("lib", ".cache/mlt-lib"),
            Kind::Melt => ("melt", ".cache/mlt"),
        };
        let script = root.join("scripts/mlt-setup");
        let output = Command::new(&script)
            .arg(mode)
            .output()
            .map_err(|source| MltError::Start { program: script.clone(), source })?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let reason = text.trim().rsplit("Stopped: ").next().unwrap_or_default();
            return Err(MltError::Unavailable(reason.to_owned()));
        }
        let prefix = root.join(folder);
        let prefix = prefix.canonicalize().map_err(MltError::file(&prefix))?;
        Ok(Self { prefix })
    }

    /// A command that runs `program` under MLT's own loader and C library, which are newer than the system's.
    /// In such a process `/proc/self/exe` is the loader.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let libraries = self.prefix.join("usr/lib/x86_64-linux-gnu");
        let mut search = libraries.clone().into_os_string();
        for folder in LIBRARY_FOLDERS {
            search.push(":");
            search.push(libraries.join(folder));
        }
        let data = self.prefix.join("usr/share/mlt-7");
        let mut command = Command::new(libraries.join("ld-linux-x86-64.so.2"));
        command
            .arg("--library-path")
            .arg(search)
            .arg(program)
            .env("MLT_REPOSITORY", self.prefix.join("modules"))
            .env("MLT_PROFILES_PATH", data.join("profiles"))
            .env("MLT_PRESETS_PATH", data.join("presets"))
            .env("MLT_DATA", data);
        command
    }

    /// The `melt` program; only an install of [`Kind::Melt`] has it.
    #[must_use]
    pub fn melt_program(&self) -> PathBuf {
        self.prefix.join("usr/bin/melt-7")
    }
}
