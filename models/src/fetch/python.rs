//! A virtual environment of Python in the cache, apart from the machine's own packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use super::client::run;
use super::error::{FetchError, io};
use super::progress::Progress;

/// What to do when Python cannot be started.
pub(super) const REMEDY: &str = "install Python 3.11 or newer (Debian: python3)";

/// The packages that the scripts of `export` import.
const REQUIREMENTS: &str = include_str!("../../export/requirements.txt");

/// The interpreter of the cache's virtual environment, made when it is not there or does not work.
pub(super) fn environment(cache: &Path, progress: &Progress) -> Result<PathBuf, FetchError> {
    let folder = cache.join("python");
    let python = folder.join("bin").join("python");
    if has_pip(&python) {
        return Ok(python);
    }
    progress.during("making a Python environment", || create(&folder, &python))?;
    Ok(python)
}

fn create(folder: &Path, python: &Path) -> Result<(), FetchError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(io("remove the folder", folder))?;
    }
    let made = venv(folder, &[]);
    match made {
        Ok(()) => Ok(()),
        Err(FetchError::ProgramMissing { .. }) => made,
        // Debian's Python comes without the part that puts pip into an environment.
        Err(_) => {
            venv(folder, &["--without-pip"])?;
            apt::bootstrap_pip(python)
        }
    }
}

fn venv(folder: &Path, options: &[&str]) -> Result<(), FetchError> {
    let doing = "make an environment (Debian: install python3-venv)";
    run(
        Command::new("python3").args(["-m", "venv", "--clear"]).args(options).arg(folder),
        "python3",
        doing,
        REMEDY,
    )
}

fn has_pip(python: &Path) -> bool {
    Command::new(python).args(["-m", "pip", "--version"]).output().is_ok_and(|output| output.status.success())
}

/// Installs the pinned packages of `export/requirements.txt`, unless that was done before.
pub(super) fn install_requirements(
    python: &Path,
    cache: &Path,
    progress: &Progress,
) -> Result<(), FetchError> {
    let stamp = cache.join("python").join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|done| done == REQUIREMENTS) {
        return Ok(());
    }
    let file = cache.join("python").join("requirements.new");
    fs::write(&file, REQUIREMENTS).map_err(io("write the file", &file))?;
    let path = file.to_string_lossy();
    progress.during("installing onnx for Python", || pip_install(python, &["-r", &path], "install onnx"))?;
    fs::rename(&file, &stamp).map_err(io("write the file", &stamp))
}

/// Installs packages into the environment.
pub(super) fn pip_install(python: &Path, what: &[&str], doing: &str) -> Result<(), FetchError> {
    run(
        Command::new(python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--only-binary=:all:"])
            .args(what),
        "pip",
        doing,
        REMEDY,
    )
}
