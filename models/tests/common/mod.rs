//! What the tests share: the fetched files, opened once.

#![allow(dead_code, reason = "each test program uses a part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use models::runtime::Runtime;
use models::sam::Sam;
use models::store::Store;
use models::{Error, cache};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// What to do when a fetched file is not there. A test that needs one fails: it must not pass without having tested.
pub const REMEDY: &str = "run `cargo run --release -p models -- fetch --with clips` first";

/// A fetched file that must be there.
pub fn fetched(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is missing; {REMEDY}", path.display());
    path
}

/// ONNX Runtime.
pub fn runtime() -> Runtime {
    Runtime::load(&fetched(cache::runtime_library())).unwrap_or_else(|error| panic!("{error}; {REMEDY}"))
}

/// The fetched networks' folder.
pub fn store() -> Store {
    Store::open(&fetched(cache::models_dir())).unwrap_or_else(|error| panic!("{error}; {REMEDY}"))
}

/// MobileSAM with two threads.
pub fn sam() -> &'static Sam {
    static SAM: OnceLock<Sam> = OnceLock::new();
    SAM.get_or_init(|| {
        let sam: Result<Sam, Error> = Sam::load(&runtime(), &store(), 2);
        sam.unwrap_or_else(|error| panic!("{error}; {REMEDY}"))
    })
}

/// A folder of models with one fixture as its edge network, and an entry of which `from` is replaced by `to`.
pub fn edges(fixture: &str, from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture)).unwrap();
    let sha256: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    let entry = format!(
        r#"
        [[entry]]
        id = "promptmatte-refiner"
        role = "refiner"
        file = "refiner.onnx"
        bytes = {}
        sha256 = "{sha256}"
        licence = "MIT OR Apache-2.0"
        origin = {{ kind = "repository", path = "weights/refiner.onnx" }}
        [entry.refiner]
        input = "x"
        alpha = "alpha"
        version = "1"
        "#,
        file.len()
    );
    assert!(entry.contains(from), "{from} is not in the entry");
    fs::write(folder.path().join("manifest.toml"), entry.replacen(from, to, 1)).unwrap();
    fs::write(folder.path().join("refiner.onnx"), file).unwrap();
    folder
}
