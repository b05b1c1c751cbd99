//! A caller that no longer wants an embedding is let go soon, and nothing is left broken.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

use models::Error;
use models::cache;
use models::sam::{ModelImage, Sam, Segmenter as _};
use models::store::Store;

/// True from the `looks`-th look on.
fn after(looks: u32) -> impl Fn() -> bool {
    let seen = Cell::new(0);
    move || {
        seen.set(seen.get() + 1);
        seen.get() >= looks
    }
}

#[test]
fn an_encoding_that_is_not_wanted_ends_early() {
    let store = Store::open(&common::fetched(cache::models_dir())).unwrap();
    let sam = Sam::load(&common::runtime(), &store, 1).unwrap();
    let image = ModelImage::new(1024, 1024, vec![0.5; 1024 * 1024 * 3]).unwrap();
    let started = Instant::now();
    let whole = sam.encode(&image, &|| false).unwrap();
    let full = started.elapsed();

    let started = Instant::now();
    assert!(matches!(sam.encode(&image, &after(3)), Err(Error::Stopped)));
    assert!(started.elapsed() < full / 2, "{:?} of {full:?}", started.elapsed());
    assert_eq!(sam.encode(&image, &|| false).unwrap().data(), whole.data(), "the network works on as before");

    // One that only waits for another's encoding is let go too.
    thread::scope(|scope| {
        let first = scope.spawn(|| sam.encode(&image, &|| false).map(|_| Instant::now()));
        thread::sleep(full / 8);
        let waited = sam.encode(&image, &after(2));
        let let_go = Instant::now();
        assert!(matches!(waited, Err(Error::Stopped)));
        assert!(let_go + Duration::from_millis(1) < first.join().unwrap().unwrap());
    });
}
