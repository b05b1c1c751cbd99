//! A folder that holds `manifest.toml` and the files it names, each verified before use.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use crate::Error;
use crate::hash::sha256_file;
use crate::manifest::{Entry, Manifest, Role};

/// What identifies the contents of a file without reading it.
type Stamp = (PathBuf, u64, Option<SystemTime>);

/// The hash of each file met by this process, so that thousands of plugin instances hash a file once.
static HASHES: OnceLock<Mutex<HashMap<Stamp, String>>> = OnceLock::new();

/// A folder of model files.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    manifest: Manifest,
}

impl Store {
    /// Reads and checks `manifest.toml` in a folder. The files themselves are checked when they are asked for.
    ///
    /// # Errors
    /// [`Error::ManifestMissing`] when the manifest cannot be read; else as [`Manifest::parse`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("manifest.toml");
        let text = fs::read_to_string(&path).map_err(|source| Error::ManifestMissing { path, source })?;
        Ok(Self { folder: folder.to_path_buf(), manifest: Manifest::parse(&text)? })
    }

    /// The manifest of the folder.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The entry that serves a role on this system.
    ///
    /// # Errors
    /// [`Error::RoleMissing`] when there is none.
    pub fn entry(&self, role: Role) -> Result<&Entry, Error> {
        self.manifest.entry(role)
    }

    /// The path of an entry's file, after its size and SHA-256 have been compared with the entry.
    ///
    /// The hash is computed once per process for a path, size and modification time.
    ///
    /// # Errors
    /// [`Error::FileMissing`], [`Error::FileUnreadable`], [`Error::FileTruncated`] (also for a file that is too long)
    /// and [`Error::FileDamaged`].
    pub fn verified_path(&self, entry: &Entry) -> Result<PathBuf, Error> {
        let path = self.folder.join(&entry.file);
        verify(&path, entry.bytes, &entry.sha256)?;
        Ok(path)
    }
}

/// Compares a file's size and SHA-256 with what is expected. Errors as [`Store::verified_path`].
pub(crate) fn verify(path: &Path, bytes: u64, sha256: &str) -> Result<(), Error> {
    let unreadable = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => Error::FileMissing { path: path.to_path_buf() },
        _ => Error::FileUnreadable { path: path.to_path_buf(), source },
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.len() != bytes {
        return Err(Error::FileTruncated {
            path: path.to_path_buf(),
            found: metadata.len(),
            expected: bytes,
        });
    }
    let stamp = (path.to_path_buf(), metadata.len(), metadata.modified().ok());
    let hashes = HASHES.get_or_init(Mutex::default);
    // The map is never left half written, so a panic elsewhere does not spoil it.
    let known = hashes.lock().unwrap_or_else(PoisonError::into_inner).get(&stamp).cloned();
    let found = match known {
        Some(hash) => hash,
        None => {
            let hash = sha256_file(path).map_err(unreadable)?;
            hashes.lock().unwrap_or_else(PoisonError::into_inner).insert(stamp, hash.clone());
            hash
        }
    };
    if found == sha256 {
        Ok(())
    } else {
        Err(Error::FileDamaged { path: path.to_path_buf(), found, expected: sha256.to_owned() })
    }
}
