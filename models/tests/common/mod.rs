//! What the tests share: the fetched files, opened once.

#![allow(dead_code, reason = "each test program uses a part")]

use std::path::PathBuf;
use std::sync::OnceLock;

use models::runtime::Runtime;
use models::sam::Sam;
use models::store::Store;
use models::{Error, cache};

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
