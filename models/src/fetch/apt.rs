//! pip for a Debian Python that has none: from Debian's package of the wheel, without installing it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::client::run;
use super::error::{FetchError, io};

const REMEDY: &str = "install python3-venv, or python3-pip, or whatever brings pip to this system";

/// Puts pip into an environment that has none. Needs no rights: apt works on lists in a temporary folder.
pub(super) fn bootstrap_pip(python: &Path) -> Result<(), FetchError> {
    let folder = tempfile::tempdir().map_err(io("make a folder in", &std::env::temp_dir()))?;
    let folder = folder.path();
    let lists = folder.join("lists");
    let cache = folder.join("cache");
    for path in [lists.join("partial"), cache.join("archives").join("partial")] {
        fs::create_dir_all(&path).map_err(io("make the folder", &path))?;
    }
    let set = |key: &str, path: &Path| {
        let mut option = OsString::from(format!("{key}="));
        option.push(path);
        [OsString::from("-o"), option]
    };
    let apt = |arguments: &[&str], doing: &str| {
        run(
            Command::new("apt-get")
                .current_dir(folder)
                .arg("-qq")
                .args(set("Dir::State::lists", &lists))
                .args(set("Dir::Cache", &cache))
                // The lists lie in a folder that apt's own user may not enter.
                .args(["-o", "APT::Sandbox::User=root"])
                // Without a network, `update` would only warn and `download` name no reason.
                .args(["-o", "APT::Update::Error-Mode=any"])
                .args(arguments),
            "apt-get",
            doing,
            REMEDY,
        )
    };
    apt(&["update"], "read the lists of packages")?;
    apt(&["download", "python3-pip-whl"], "download python3-pip-whl")?;
    let package = find(folder, ".deb")?;
    let doing = "unpack python3-pip-whl";
    run(Command::new("dpkg-deb").arg("-x").args([&package, folder]), "dpkg-deb", doing, REMEDY)?;
    let wheel = find(&folder.join("usr/share/python-wheels"), ".whl")?;
    // A wheel is a zip file that Python can run the package in.
    run(
        Command::new(python).arg(wheel.join("pip")).args(["install", "--quiet", "--no-index"]).arg(&wheel),
        "pip",
        "install itself",
        REMEDY,
    )
}

/// The file in a folder whose name begins with `python3-pip` or `pip` and has an ending.
fn find(folder: &Path, ending: &str) -> Result<PathBuf, FetchError> {
    let entries = fs::read_dir(folder).map_err(io("read the folder", folder))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (name.starts_with("pip-") || name.starts_with("python3-pip")) && name.ends_with(ending)
        })
        .ok_or_else(|| FetchError::NotInArchive {
            archive: "python3-pip-whl".to_owned(),
            path: format!("pip{ending}"),
        })
}
