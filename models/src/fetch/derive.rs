//! Makes a file from a published one by a script of this repository.

use std::path::Path;
use std::process::Command;

use super::client::run;
use super::error::FetchError;
use super::python::REMEDY;

/// Runs `python SCRIPT SOURCE RESULT`; `script` is a path from this crate's folder.
pub(super) fn run_script(
    python: &Path,
    script: &str,
    source: &Path,
    result: &Path,
) -> Result<(), FetchError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    run(Command::new(python).arg(path).arg(source).arg(result), script, "make the network", REMEDY)
}
