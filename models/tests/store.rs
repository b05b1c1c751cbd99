//! A store gives out only files that are there, whole and undamaged.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use models::Error;
use models::manifest::Role;
use models::store::Store;
use tempfile::TempDir;

const CONTENTS: &[u8] = b"a network";
/// SHA-256 of [`CONTENTS`], by `sha256sum`.
const SHA256: &str = "2f782beca6c497e09ee1b67bd6a1202048f19e97f7e1364a58d415ce7b3ecd9e";

fn folder(contents: Option<&[u8]>) -> TempDir {
    let folder = TempDir::with_prefix("modèles – ").unwrap();
    let manifest = format!(
        r#"
        [[entry]]
        id = "clip"
        role = "clip"
        file = "file.bin"
        bytes = {}
        sha256 = "{SHA256}"
        licence = "CC0-1.0"
        origin = {{ kind = "user" }}
        "#,
        CONTENTS.len()
    );
    fs::write(folder.path().join("manifest.toml"), manifest).unwrap();
    if let Some(contents) = contents {
        fs::write(folder.path().join("file.bin"), contents).unwrap();
    }
    folder
}

fn check(folder: &Path) -> Result<std::path::PathBuf, Error> {
    let store = Store::open(folder).unwrap();
    store.verified_path(store.entry(Role::Clip).unwrap())
}

#[test]
fn a_right_file_is_given_out() {
    let folder = folder(Some(CONTENTS));
    assert_eq!(check(folder.path()).unwrap(), folder.path().join("file.bin"));
}

#[test]
fn a_missing_file_is_named() {
    let folder = folder(None);
    let error = check(folder.path()).unwrap_err();
    assert!(matches!(error, Error::FileMissing { .. }), "{error:?}");
    assert!(error.to_string().contains("file.bin"), "{error}");
}

#[test]
fn a_truncated_file_is_told_from_a_damaged_one() {
    let short = folder(Some(&CONTENTS[..4]));
    let error = check(short.path()).unwrap_err();
    assert!(matches!(error, Error::FileTruncated { found: 4, expected: 9, .. }), "{error:?}");

    let damaged = folder(Some(b"a netw0rk"));
    let error = check(damaged.path()).unwrap_err();
    assert!(matches!(error, Error::FileDamaged { .. }), "{error:?}");
}

#[test]
fn a_folder_in_place_of_the_file_is_refused() {
    let folder = folder(None);
    fs::create_dir(folder.path().join("file.bin")).unwrap();
    assert!(check(folder.path()).is_err());
}

#[test]
fn a_file_changed_after_it_was_verified_is_noticed() {
    let folder = folder(Some(CONTENTS));
    check(folder.path()).unwrap();
    let path = folder.path().join("file.bin");
    fs::write(&path, b"a netw0rk").unwrap();
    // Some file systems keep times in whole seconds; the change must show in the time for the hash to be made anew.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(2);
    fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    assert!(matches!(check(folder.path()), Err(Error::FileDamaged { .. })));
}

#[test]
fn a_folder_without_a_manifest_is_refused() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(Store::open(folder.path()), Err(Error::ManifestMissing { .. })));
}
