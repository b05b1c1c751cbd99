//! What can go wrong around MLT.

use std::path::PathBuf;

/// Why MLT could not be set up or did not render.
#[derive(Debug, thiserror::Error)]
pub enum MltError {
    /// `scripts/mlt-setup` gave up; MLT cannot be had on this machine, or not now.
    #[error("MLT could not be set up: {0}")]
    Unavailable(String),
    /// A program could not be started.
    #[error("{program} could not be started: {source}")]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A program ended with an error.
    #[error("{program} failed ({status}): {output}")]
    Failed {
        /// What was run.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it printed.
        output: String,
    },
    /// A file that carries frames or a job cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A job or a report is not what it should be.
    #[error("the driver's job or report cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A job's numbers do not fit each other.
    #[error("the job cannot be done: {0}")]
    Job(String),
    /// libmlt cannot be loaded, or lacks a function.
    #[error("libmlt cannot be used: {0}")]
    Library(#[from] libloading::Error),
    /// A call of libmlt failed.
    #[error("MLT: {0}")]
    Call(String),
}

impl MltError {
    /// Names the file that an input or output error is about, for `map_err`.
    pub fn file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
