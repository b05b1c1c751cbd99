//! The one error type of the crate. Each sentence tells an artist what is wrong and what to do; the cause is in
//! [`std::error::Error::source`].

use std::path::PathBuf;

/// The cause of an error, kept for the log.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What can go wrong with the networks, their files and the library that runs them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder has no readable `manifest.toml`.
    #[error("The list of models {} cannot be read. Install PromptMatte again.", path.display())]
    ManifestMissing {
        /// The manifest that was looked for.
        path: PathBuf,
        /// Why it cannot be read.
        source: std::io::Error,
    },
    /// The manifest is not TOML or has fields of the wrong type.
    #[error(
        "The list of models has a mistake: {source}. Correct the entry you added, or install PromptMatte again."
    )]
    ManifestSyntax {
        /// Where and what, from the TOML parser.
        source: Box<toml::de::Error>,
    },
    /// An entry of the manifest has a value that cannot be right.
    #[error("The model entry \"{id}\" is refused: {reason}. Correct it in manifest.toml or remove it.")]
    EntryInvalid {
        /// The entry's id.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No entry of the manifest has the role that is needed.
    #[error("The list of models names no {role}. Install PromptMatte again.")]
    RoleMissing {
        /// The role that was looked for.
        role: &'static str,
    },
    /// A model file does not exist.
    #[error("The model file {} is missing. Install PromptMatte again, or put the file back.", path.display())]
    FileMissing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A model file has not the size that the manifest names.
    #[error(
        "The model file {} is incomplete: it has {found} of {expected} bytes. Install PromptMatte again.",
        path.display()
    )]
    FileTruncated {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        found: u64,
        /// The size in bytes that the manifest names.
        expected: u64,
    },
    /// A model file has the right size and a wrong hash.
    #[error("The model file {} is damaged: its contents are not the published ones. Install PromptMatte again.", path.display())]
    FileDamaged {
        /// The file.
        path: PathBuf,
        /// Its SHA-256, lowercase hexadecimal.
        found: String,
        /// The SHA-256 that the manifest names.
        expected: String,
    },
    /// A model file exists and cannot be read.
    #[error("The model file {} cannot be read. Check the rights of the file.", path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why it cannot be read.
        source: std::io::Error,
    },
    /// The ONNX Runtime library does not exist.
    #[error("The library {} is missing. Install PromptMatte again.", path.display())]
    RuntimeMissing {
        /// The library that was looked for.
        path: PathBuf,
    },
    /// The ONNX Runtime library is older than this program needs.
    #[error(
        "The library {} is ONNX Runtime {found}, too old: {needed} or newer is needed. Install PromptMatte again, or put a newer library there.",
        path.display()
    )]
    RuntimeTooOld {
        /// The library.
        path: PathBuf,
        /// Its version, as it says itself.
        found: String,
        /// The lowest version that will do.
        needed: String,
    },
    /// The file is not a library that this system can load, or it is no ONNX Runtime.
    #[error("The library {} cannot be loaded. Install PromptMatte again.", path.display())]
    RuntimeUnloadable {
        /// The library.
        path: PathBuf,
        /// Why it cannot be loaded.
        source: Cause,
    },
    /// Another ONNX Runtime library already serves this process; only one can.
    #[error(
        "The library {} cannot be used: {} already runs in this program. Restart the program to change it.",
        asked.display(),
        loaded.display()
    )]
    RuntimeConflict {
        /// The library that was asked for.
        asked: PathBuf,
        /// The library that is in use.
        loaded: PathBuf,
    },
    /// ONNX Runtime refuses a model file whose hash is right.
    #[error("The model {} cannot be opened. Use a model made for PromptMatte.", path.display())]
    ModelUnloadable {
        /// The model file.
        path: PathBuf,
        /// ONNX Runtime's reason.
        source: Cause,
    },
    /// The network's inputs or outputs are not those that its manifest entry promises.
    #[error(
        "The model {id} does not fit its entry: {reason}. Correct the entry in manifest.toml or remove it."
    )]
    ModelContract {
        /// The entry's id.
        id: String,
        /// What differs.
        reason: String,
    },
    /// A network was made for another version of PromptMatte's contract with it.
    #[error(
        "The {role}'s file is of version {found}, this PromptMatte knows {known}: use the file that came with this PromptMatte, or install the one that the file was made for."
    )]
    ModelVersion {
        /// What the network serves for.
        role: &'static str,
        /// The version of the entry or of the file itself.
        found: String,
        /// The version that this program knows.
        known: &'static str,
    },
    /// An image given to a network has the wrong size or contains values that are not finite.
    #[error("The picture cannot be analysed: {reason}.")]
    BadImage {
        /// What is wrong with it.
        reason: String,
    },
    /// An embedding or a mask has the wrong size.
    #[error("Stored results do not fit the model: {reason}. Clear the cache.")]
    BadTensor {
        /// What is wrong with it.
        reason: String,
    },
    /// There is neither a point nor a box.
    #[error("There is no prompt. Add a point or a box.")]
    NoPrompts,
    /// A prompt has a coordinate that is not finite.
    #[error("A point or the box has no valid position. Set it again.")]
    BadPrompts,
    /// The system gives no more threads.
    #[error("The system gives PromptMatte no threads. Close other programs and try again.")]
    NoThreads(#[source] rayon::ThreadPoolBuildError),
    /// Memory ran out; less of it is needed when caches are emptied or fewer frames run at once.
    #[error("There is not enough memory to {doing}. Close other programs or lower the cache size.")]
    OutOfMemory {
        /// What was being done.
        doing: &'static str,
        /// ONNX Runtime's words.
        source: Cause,
    },
    /// The caller asked to stop; nothing is wrong.
    #[error("the work was stopped")]
    Stopped,
    /// A network failed while it ran.
    #[error("The program failed to {doing}. Try again; if it stays, look at the log.")]
    Inference {
        /// What was being done.
        doing: &'static str,
        /// ONNX Runtime's reason.
        source: Cause,
    },
}

impl Error {
    /// Wraps an error of ONNX Runtime met while a network is opened or run, and tells lack of memory apart.
    pub(crate) fn from_inference(doing: &'static str, source: ort::Error) -> Self {
        if is_out_of_memory(source.message()) {
            Self::OutOfMemory { doing, source: source.into() }
        } else {
            Self::Inference { doing, source: source.into() }
        }
    }
}

/// ONNX Runtime has no code for lack of memory: `std::bad_alloc` arrives as a failure or a runtime exception whose
/// text is the only trace, as do its arena's own words.
pub(crate) fn is_out_of_memory(message: &str) -> bool {
    ["bad_alloc", "Failed to allocate memory", "out of memory", "Available memory of"]
        .iter()
        .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::is_out_of_memory;

    #[test]
    fn lack_of_memory_is_recognised() {
        assert!(is_out_of_memory("Exception during loading: std::bad_alloc"));
        assert!(is_out_of_memory(
            "BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 9"
        ));
        assert!(!is_out_of_memory("Invalid rank for input: point_coords"));
    }
}
