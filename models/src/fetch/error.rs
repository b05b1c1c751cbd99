//! What can go wrong while files are fetched.

use std::path::{Path, PathBuf};

/// Why a file could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// A built-in manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] crate::Error),
    /// No ONNX Runtime is listed for this system.
    #[error("there is no ONNX Runtime for this system in models/manifest.toml; add an entry for it")]
    NoRuntime,
    /// The entry is one that a user puts there.
    #[error("{file} has no package to come from; put it there by hand")]
    NoOrigin {
        /// The file.
        file: String,
    },
    /// A program that is needed is not installed.
    #[error("{program} cannot be started; {remedy}")]
    ProgramMissing {
        /// The program.
        program: String,
        /// What to do.
        remedy: &'static str,
        /// Why it cannot be started.
        source: std::io::Error,
    },
    /// A client could not reach its registry.
    #[error(
        "no network: {program} could not reach its registry while it was to {doing}; try again when online\n{output}"
    )]
    NoNetwork {
        /// The client.
        program: String,
        /// What it was to do.
        doing: String,
        /// The end of what it printed.
        output: String,
    },
    /// A program ended with an error.
    #[error("{program} failed to {doing}\n{output}")]
    ProgramFailed {
        /// The program.
        program: String,
        /// What it was to do.
        doing: String,
        /// The end of what it printed.
        output: String,
    },
    /// A client reported success and left no archive, or several.
    #[error("{program} left {count} archives of {package} in place of one")]
    NoArchive {
        /// The client.
        program: &'static str,
        /// The package.
        package: String,
        /// How many archives there are.
        count: usize,
    },
    /// A file is not the published one.
    #[error(
        "{file} is refused: its sha256 is {found}, {expected} was expected; the package was changed or the download is damaged"
    )]
    WrongHash {
        /// The file.
        file: String,
        /// Its SHA-256.
        found: String,
        /// The SHA-256 of the manifest.
        expected: String,
    },
    /// An archive has not the file that the manifest names.
    #[error("the package {archive} holds no {path}")]
    NotInArchive {
        /// The archive.
        archive: String,
        /// The file looked for.
        path: String,
    },
    /// An archive cannot be read.
    #[error("the package {archive} cannot be unpacked")]
    BadArchive {
        /// The archive.
        archive: String,
        /// Why it cannot be read.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file or folder cannot be read or written.
    #[error("failed to {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// Turns an error of the file system into a [`FetchError::Io`].
pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> FetchError {
    let path = path.to_path_buf();
    move |source| FetchError::Io { doing, path, source }
}
