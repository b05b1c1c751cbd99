//! Networks are released when they are dropped: no thread and no growing memory stays.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;

use models::cache;
use models::sam::{ModelImage, PointLabel, PointPrompt, Prompts, Sam, Segmenter as _};
use models::store::Store;

use common::memory::resident;

/// Threads of this process.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

// One test in its own process: other tests would start threads beside it.
#[test]
fn threads_and_memory_go_with_the_networks() {
    // Networks are found in a folder with spaces and letters beyond ASCII.
    let folder = tempfile::TempDir::with_prefix("Ordner mit Ümläuten ").unwrap();
    let models = folder.path().join("модели");
    symlink(common::fetched(cache::models_dir()), &models).unwrap();

    let cycle = || {
        let sam = Sam::load(&common::runtime(), &Store::open(&models).unwrap(), 3).unwrap();
        let image = ModelImage::new(1024, 1, vec![0.5; 1024 * 3]).unwrap();
        let point = PointPrompt { x: 512.0, y: 0.5, label: PointLabel::Include };
        let prompts = Prompts { points: vec![point], bounding_box: None };
        sam.decode(&sam.encode(&image, &|| false).unwrap(), &prompts, None).unwrap();
        threads()
    };
    let before = threads();
    common::runtime();
    assert_eq!(threads(), before, "the library alone starts no thread");
    let open = fs::read_dir("/proc/self/fd").unwrap().filter_map(|fd| fs::read_link(fd.unwrap().path()).ok());
    let open: Vec<_> = open.filter(|path| path.to_string_lossy().contains("onnxruntime")).collect();
    assert!(open.is_empty(), "the library alone opens no file: {open:?}");

    let during = cycle();
    assert!(during > before, "a network with three threads starts some: {before}, {during}");
    assert_eq!(threads(), before, "all threads end with the networks");

    // What the first cycles leave is the library itself and the allocator's slack.
    cycle();
    let settled = resident();
    for _ in 0..4 {
        cycle();
    }
    assert_eq!(threads(), before);
    let grown = resident().saturating_sub(settled) >> 20;
    assert!(grown < 64, "{grown} MiB more than after the second of six loads");
}
