//! Puts a bundle where OpenFX hosts look.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::{BUNDLE, Error, Result, at};

/// Where hosts look on Linux when `OFX_PLUGIN_PATH` names nothing.
const STANDARD_FOLDER: &str = "/usr/OFX/Plugins";

/// Copies `bundle` into `folder`, or into the first folder of `OFX_PLUGIN_PATH`, or into the standard one,
/// and gives its new path. One that is there is replaced.
///
/// # Errors
/// [`Error::NotAllowed`] when the folder may not be written; other I/O errors.
pub fn install(bundle: &Path, folder: Option<&Path>) -> Result<PathBuf> {
    let folder = folder.map(Path::to_owned).or_else(first_of_plugin_path).unwrap_or(STANDARD_FOLDER.into());
    let refused = |error: Error| match error {
        Error::File { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            Error::NotAllowed(folder.clone())
        }
        other => other,
    };
    at(&folder, fs::create_dir_all(&folder)).map_err(refused)?;
    let staging = at(&folder, tempfile::tempdir_in(&folder)).map_err(refused)?;
    let staged = staging.path().join(BUNDLE);
    copy_tree(bundle, &staged)?;
    let target = folder.join(BUNDLE);
    if target.exists() {
        at(&target, fs::remove_dir_all(&target)).map_err(refused)?;
    }
    at(&target, fs::rename(&staged, &target))?;
    Ok(target)
}

fn first_of_plugin_path() -> Option<PathBuf> {
    let paths = std::env::var_os("OFX_PLUGIN_PATH")?;
    std::env::split_paths(&paths).find(|path| !path.as_os_str().is_empty())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    at(to, fs::create_dir_all(to))?;
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if at(&source, entry.file_type())?.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            at(&source, fs::copy(&source, &target))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_bundle_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("made").join(BUNDLE);
        fs::create_dir_all(bundle.join("Contents")).unwrap();
        fs::write(bundle.join("Contents/new"), "1").unwrap();
        let plugins = folder.path().join("Größe und mehr");
        fs::create_dir_all(plugins.join(BUNDLE)).unwrap();
        fs::write(plugins.join(BUNDLE).join("stale"), "1").unwrap();
        let installed = install(&bundle, Some(&plugins)).unwrap();
        assert!(installed.join("Contents/new").exists());
        assert!(!installed.join("stale").exists());
        assert_eq!(fs::read_dir(&plugins).unwrap().count(), 1, "no staging folder is left");
    }
}
