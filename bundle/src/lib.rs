//! Makes `PromptMatte.ofx.bundle`, the folder that OpenFX hosts look for; checks one; puts it where hosts look.
//!
//! ```text
//! PromptMatte.ofx.bundle/Contents/
//!   Info.plist
//!   Linux-x86-64/PromptMatte.ofx                    the effect
//!   Linux-x86-64/libpromptmatte_onnxruntime.so      ONNX Runtime, under a name of our own
//!   Resources/org.promptmatte.PromptMatte.png       icon
//!   Resources/models/                               manifest and networks
//!   Resources/licences/                             what everything above is licensed under
//! ```

pub mod assemble;
pub mod check;
pub mod install;
mod licences;

use std::path::{Path, PathBuf};

use models::manifest::Role;

/// Name of the bundle's folder.
pub const BUNDLE: &str = "PromptMatte.ofx.bundle";
/// OpenFX's name of this platform.
pub const ARCHITECTURE: &str = "Linux-x86-64";
/// Name of the effect's binary.
pub const BINARY: &str = "PromptMatte.ofx";
/// Name of the runtime library in the bundle; the plugin looks for it beside itself.
pub const RUNTIME: &str = "libpromptmatte_onnxruntime.so";
/// The effect's identifier, which the icon is named after.
pub const IDENTIFIER: &str = "org.promptmatte.PromptMatte";

/// The networks that a bundle must have. One that refines edges goes in if the manifest lists it.
pub const NEEDED: [Role; 3] = [Role::Encoder, Role::Decoder, Role::Saliency];

/// Why a bundle could not be made, checked or installed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The effect does not compile.
    #[error("the effect could not be built: cargo ended with {0}")]
    Build(std::process::ExitStatus),
    /// cargo's own description of the workspace cannot be had.
    #[error("cargo does not describe the workspace")]
    Metadata(#[from] cargo_metadata::Error),
    /// A network or the runtime library is missing or damaged.
    #[error(transparent)]
    Models(#[from] models::Error),
    /// Nothing fetched yet.
    #[error("{} is missing: run `cargo run --release -p models -- fetch` first", .0.display())]
    NotFetched(PathBuf),
    /// A dependency ships no licence text.
    #[error("no licence text for {0}: add it to bundle/src/licences.rs")]
    NoLicence(String),
    /// No right to install there.
    #[error("{} may not be written: run the same command with sudo, or name a folder of yours with --to", .0.display())]
    NotAllowed(PathBuf),
}

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Adds the path to an I/O error.
fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T> {
    result.map_err(|source| Error::File { path: path.to_owned(), source })
}

/// The workspace that this program was built from.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where the bundle is made.
pub fn default_bundle() -> PathBuf {
    workspace().join("target").join("bundle").join(BUNDLE)
}
