//! Puts a bundle together.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use models::manifest::Manifest;
use models::store::Store;

use crate::{
    ARCHITECTURE, BINARY, BUNDLE, Error, IDENTIFIER, NEEDED, RUNTIME, Result, at, licences, workspace,
};

const ICON: &[u8] = include_bytes!("../assets/icon.png");

/// Builds the effect and makes the bundle at `target`, replacing one that is there.
///
/// # Errors
/// When the effect does not compile, something was not fetched, or a file cannot be written.
pub fn assemble(target: &Path) -> Result<()> {
    let effect = build_effect()?;
    let models = fetched(models::cache::models_dir())?;
    let runtime = fetched(models::cache::runtime_library())?;

    let parent = target.parent().unwrap_or(Path::new("."));
    at(parent, fs::create_dir_all(parent))?;
    // Made beside the old one and renamed over it: a host that looks meanwhile sees a whole bundle.
    let staging = at(parent, tempfile::tempdir_in(parent))?;
    let bundle = staging.path().join(BUNDLE);
    let contents = bundle.join("Contents");
    let binaries = contents.join(ARCHITECTURE);
    let resources = contents.join("Resources");
    for folder in [&binaries, &resources.join("models")] {
        at(folder, fs::create_dir_all(folder))?;
    }

    copy(&effect, &binaries.join(BINARY))?;
    copy(&runtime, &binaries.join(RUNTIME))?;
    write(&contents.join("Info.plist"), info_plist().as_bytes())?;
    write(&resources.join(format!("{IDENTIFIER}.png")), ICON)?;
    copy_models(&models, &resources.join("models"))?;
    licences::collect(&resources.join("licences"))?;

    if target.exists() {
        at(target, fs::remove_dir_all(target))?;
    }
    at(target, fs::rename(&bundle, target))
}

/// Compiles the effect with the same profile as everything else.
fn build_effect() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = at(
        Path::new(&cargo),
        Command::new(&cargo)
            .args(["build", "--release", "--locked", "-p", "plugin"])
            .current_dir(workspace())
            .status(),
    )?;
    if !status.success() {
        return Err(Error::Build(status));
    }
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(workspace())
        .no_deps()
        .other_options(vec!["--locked".into()])
        .exec()?;
    Ok(metadata.target_directory.into_std_path_buf().join("release").join("libpromptmatte.so"))
}

fn fetched(path: PathBuf) -> Result<PathBuf> {
    if path.exists() { Ok(path) } else { Err(Error::NotFetched(path)) }
}

/// Copies the networks, each verified, and the manifest that lists them.
fn copy_models(from: &Path, to: &Path) -> Result<()> {
    let store = Store::open(from)?;
    for role in NEEDED {
        store.entry(role)?;
    }
    for entry in store.manifest().networks() {
        let path = store.verified_path(entry)?;
        copy(&path, &to.join(&entry.file))?;
    }
    write(&to.join("manifest.toml"), Manifest::built_in_text().as_bytes())
}

fn info_plist() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleDevelopmentRegion</key><string>English</string>
  <key>CFBundleExecutable</key><string>{BINARY}</string>
  <key>CFBundleIdentifier</key><string>{IDENTIFIER}</string>
  <key>CFBundleInfoDictionaryVersion</key><string>6.0</string>
  <key>CFBundleName</key><string>PromptMatte</string>
  <key>CFBundlePackageType</key><string>BNDL</string>
  <key>CFBundleShortVersionString</key><string>{version}</string>
  <key>CFBundleVersion</key><string>{version}</string>
</dict>
</plist>
"#
    )
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    at(from, fs::copy(from, to)).map(|_| ())
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    at(path, fs::write(path, content))
}
