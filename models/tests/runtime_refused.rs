//! Libraries that cannot serve are refused, each with its reason, and leave the process able to load the right one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use models::runtime::Runtime;
use models::{Error, cache};
use tempfile::TempDir;

/// Builds `fixtures/fake_runtime.c`.
fn fake(folder: &Path, version: &str, options: &[&str]) -> PathBuf {
    let library = folder.join(format!("fake {version}.so"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fake_runtime.c");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let status = Command::new(compiler)
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(format!("-DVERSION=\"{version}\""))
        .args(options)
        .arg(source)
        .status()
        .unwrap();
    assert!(status.success());
    library
}

/// The reasons of an error, joined.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn unloadable(path: &Path, reason: &str) {
    match Runtime::load(path) {
        Err(error @ Error::RuntimeUnloadable { .. }) => {
            assert!(chain(&error).contains(reason), "{}", chain(&error));
        }
        other => panic!("{}: {other:?}", path.display()),
    }
}

// One test, since a process has one runtime and the right one must come last.
#[test]
fn wrong_libraries_are_refused_and_the_right_one_then_loads() {
    let folder = TempDir::with_prefix("bibliothèque – ").unwrap();
    let folder = folder.path();

    let missing = folder.join("libonnxruntime.so");
    assert!(matches!(Runtime::load(&missing), Err(Error::RuntimeMissing { .. })));

    match Runtime::load(&fake(folder, "1.20.1", &[])) {
        Err(error @ Error::RuntimeTooOld { .. }) => {
            let text = error.to_string();
            assert!(text.contains("1.20.1") && text.contains("1.30"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    unloadable(&fake(folder, "1.32.0", &[]), "does not offer API");
    unloadable(&fake(folder, "2.0.0", &[]), "2.0.0");
    unloadable(&fake(folder, "soon", &[]), "soon");
    unloadable(&fake(folder, "1.33.0", &["-DNO_BASE"]), "null");
    unloadable(&fake(folder, "1.34.0", &["-DOrtGetApiBase=OrtGetNothing"]), "OrtGetApiBase");
    unloadable(folder, "");

    let text = folder.join("text.so");
    fs::write(&text, "not a library").unwrap();
    unloadable(&text, "");

    let right = common::fetched(cache::runtime_library());
    for length in [20_u64, 1_000, 1 << 20, 30 << 20] {
        let cut = folder.join(format!("cut to {length}.so"));
        let mut bytes = Vec::new();
        fs::File::open(&right).unwrap().take(length).read_to_end(&mut bytes).unwrap();
        fs::write(&cut, bytes).unwrap();
        unloadable(&cut, "");
    }

    let runtime = Runtime::load(&right).unwrap();
    assert_eq!(runtime.version(), "1.32.0");
    assert!(Runtime::load(&right).is_ok(), "the same library may be loaded again");
    let other = folder.join("copy.so");
    fs::copy(&right, &other).unwrap();
    assert!(matches!(Runtime::load(&other), Err(Error::RuntimeConflict { .. })));
}
