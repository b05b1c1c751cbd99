//! What the edge network worked in goes back to the system after each run.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod common;

use std::fs;

use models::refiner::{EdgeNetwork, Refiner as _};
use models::store::Store;

/// Resident memory of this process in MiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

// One test in its own process: other tests would use memory beside it.
#[test]
fn memory_is_given_back_after_each_run() {
    let folder = common::edges("deep.onnx", "role", "role");
    let network = EdgeNetwork::load(&common::runtime(), &Store::open(folder.path()).unwrap(), 2).unwrap();
    let run = |width: usize, height: usize| {
        let planes = vec![0.5; 4 * width * height];
        network.refine(width, height, &planes, &|| false).unwrap();
    };
    run(64, 64);
    let before = resident();
    // 16 planes in and 16 out, of 4 MiB each, and the input and the output beside them.
    for (width, height) in [(1024, 1024), (512, 2048), (1024, 992)] {
        run(width, height);
        let grown = resident().saturating_sub(before);
        assert!(grown < 64, "{width}x{height}: {grown} MiB stay");
    }
}
