//! The licences of all that ships: our own, the networks', the runtime library's, and those of the Rust
//! crates that are linked into the effect.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

use crate::{Error, Result, at, workspace};

/// Files that hold a licence, by the start of their names.
const LICENCE_FILES: [&str; 5] = ["license", "licence", "copying", "notice", "unlicense"];

/// Writes all licence texts into `folder`.
///
/// # Errors
/// When a crate that is linked in ships no text, or a file cannot be read or written.
pub fn collect(folder: &Path) -> Result<()> {
    at(folder, fs::create_dir_all(folder))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&workspace().join(name), &folder.join(name))?;
    }
    copy_texts(&workspace().join("models").join("licences"), folder)?;
    // Beside the library lie its own licence and those of what it contains.
    if let Some(runtime) = models::cache::runtime_library().parent() {
        copy_texts(runtime, folder)?;
    }
    let path = folder.join("rust-crates.txt");
    let text = crate_licences()?;
    at(&path, fs::write(&path, text))
}

/// One text with the licences of every crate that is linked into the effect.
fn crate_licences() -> Result<String> {
    let metadata = MetadataCommand::new()
        .current_dir(workspace())
        .other_options(vec!["--locked".into(), "--filter-platform".into(), "x86_64-unknown-linux-gnu".into()])
        .exec()?;
    let mut text = String::from("PromptMatte.ofx contains these Rust crates.\n");
    for package in linked(&metadata) {
        let licence = package.license.as_deref().unwrap_or("see below");
        // Writing to a string cannot fail.
        let _ = write!(text, "\n==== {} {} ({licence})\n", package.name, package.version);
        let folder = package.manifest_path.parent().map(|p| p.as_std_path().to_owned()).unwrap_or_default();
        let files = licence_files(&folder)?;
        if files.is_empty() {
            // Dual-licensed crates without a file fall under the texts that others ship; name the authors.
            if package.license.is_none() {
                return Err(Error::NoLicence(package.name.to_string()));
            }
            let _ = writeln!(
                text,
                "Authors: {}. The texts of these licences stand beside this file.",
                authors(package)
            );
        }
        for file in files {
            let content = at(&file, fs::read(&file))?;
            let _ = writeln!(text, "\n{}", String::from_utf8_lossy(&content).trim_end());
        }
    }
    Ok(text)
}

fn authors(package: &Package) -> String {
    if package.authors.is_empty() { "its contributors".to_owned() } else { package.authors.join(", ") }
}

/// The third-party crates that the effect links, sorted by name.
fn linked(metadata: &Metadata) -> Vec<&Package> {
    let Some(resolve) = &metadata.resolve else { return Vec::new() };
    let start = metadata.packages.iter().find(|p| p.name.as_str() == "plugin" && p.source.is_none());
    let mut open: Vec<&PackageId> = start.map(|p| &p.id).into_iter().collect();
    let mut seen: BTreeSet<&PackageId> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let Some(node) = resolve.nodes.iter().find(|node| &node.id == id) else { continue };
        for dependency in &node.deps {
            let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if normal && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    let mut packages: Vec<&Package> =
        metadata.packages.iter().filter(|p| p.source.is_some() && seen.contains(&p.id)).collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    packages
}

/// The licence files in a folder, sorted.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let named = LICENCE_FILES.iter().any(|start| name.starts_with(start));
        if named && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn copy_texts(from: &Path, to: &Path) -> Result<()> {
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        if entry.path().extension().is_some_and(|extension| extension == "txt") {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    at(from, fs::copy(from, to)).map(|_| ())
}
