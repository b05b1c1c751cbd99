//! The edge network's contract: values, sizes, what is refused, what is given back. The networks are small ones made by
//! export/fixture_edges.py.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::cell::Cell;
use std::fs;
use std::time::{Duration, Instant};

use models::Error;
use models::refiner::{ALIGNMENT, EdgeNetwork, Refiner as _};
use models::store::Store;
use tempfile::TempDir;

fn load(folder: &TempDir) -> Result<EdgeNetwork, Error> {
    EdgeNetwork::load(&common::runtime(), &Store::open(folder.path()).unwrap(), 2)
}

fn network(fixture: &str) -> EdgeNetwork {
    load(&common::edges(fixture, "role", "role")).unwrap()
}

/// Four planes of multiples of 1/256 that differ everywhere.
fn planes(width: usize, height: usize) -> Vec<f32> {
    (0..4 * width * height).map(|index| (index * 37 % 257) as f32 / 256.0).collect()
}

#[test]
fn values_are_those_of_the_weights() {
    let network = network("edges.onnx");
    assert!(network.id().starts_with("promptmatte-refiner-"), "{}", network.id());
    for (width, height) in [(32, 32), (96, 64), (32, 160)] {
        let planes = planes(width, height);
        let at = |plane: usize, y: usize, x: usize| planes[(plane * height + y) * width + x];
        let alpha = network.refine(width, height, &planes, &|| false).unwrap();
        assert_eq!(alpha.len(), width * height);
        for (index, value) in alpha.into_iter().enumerate() {
            let (y, x) = (index / width, index % width);
            let left = if x > 0 { at(0, y, x - 1) } else { 0.0 };
            let above = if y > 0 { at(1, y - 1, x) } else { 0.0 };
            let right = 0.5 * at(3, y, x) + 0.25 * left + 0.25 * above - 0.25 * at(2, y, x) + 0.125;
            assert_eq!(value, right.clamp(0.0, 1.0), "{width}x{height}: {x}, {y}");
        }
    }
}

#[test]
fn other_sizes_and_values_are_refused() {
    let network = network("edges.onnx");
    let refused = |width, height, planes: &[f32], words: &str| {
        let error = network.refine(width, height, planes, &|| false).unwrap_err();
        assert!(matches!(error, Error::BadImage { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    };
    for (width, height) in [(33, 32), (32, 31), (16, 32), (0, 32), (32, 0), (1, 1)] {
        refused(width, height, &planes(width, height), "multiples of 32");
    }
    refused(ALIGNMENT, ALIGNMENT, &planes(32, 64), "8192 values");
    refused(ALIGNMENT, ALIGNMENT, &[], "0 values");
    for bad in [f32::NAN, f32::INFINITY] {
        let mut planes = planes(32, 32);
        planes[4095] = bad;
        refused(ALIGNMENT, ALIGNMENT, &planes, "no number");
    }
}

#[test]
fn another_version_is_refused_with_the_reason() {
    let by_entry = common::edges("edges.onnx", "version = \"1\"", "version = \"2\"");
    let by_file = common::edges("edges_2.onnx", "role", "role");
    for folder in [by_entry, by_file] {
        let error = load(&folder).unwrap_err();
        assert!(matches!(error, Error::ModelVersion { .. }), "{error:?}");
        let sentence = error.to_string();
        let start = "The edge network's file is of version 2, this PromptMatte knows 1: ";
        assert!(sentence.starts_with(start), "{sentence}");
    }
}

#[test]
fn what_is_no_edge_network_is_refused() {
    for (fixture, from, to) in [
        ("edges.onnx", "input = \"x\"", "input = \"picture\""),
        ("edges.onnx", "alpha = \"alpha\"", "alpha = \"x\""),
        // One size only.
        ("edges_64.onnx", "role", "role"),
    ] {
        let result = load(&common::edges(fixture, from, to));
        assert!(matches!(result, Err(Error::ModelContract { .. })), "{fixture}, {to}: {result:?}");
    }
    let other = common::fetched(models::cache::models_dir()).join("u2netp.onnx");
    let folder = common::edges("edges.onnx", "role", "role");
    fs::copy(&other, folder.path().join("refiner.onnx")).unwrap();
    let result = load(&folder);
    assert!(matches!(result, Err(Error::FileTruncated { .. })), "{result:?}");
    let result = EdgeNetwork::load(&common::runtime(), &without_network(), 1);
    assert!(matches!(result, Err(Error::RoleMissing { role: "edge network" })), "{result:?}");
}

/// A store that lists nothing.
fn without_network() -> Store {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("manifest.toml"), "").unwrap();
    Store::open(folder.path()).unwrap()
}

#[test]
fn a_run_that_is_not_wanted_ends_early() {
    let network = network("deep.onnx");
    let planes = planes(1024, 1024);
    let run = |stop: &dyn Fn() -> bool| {
        let started = Instant::now();
        (network.refine(1024, 1024, &planes, stop), started.elapsed())
    };
    let (whole, full) = run(&|| false);
    let looks = Cell::new(0);
    let (stopped, short) = run(&|| {
        looks.set(looks.get() + 1);
        looks.get() > 2
    });
    assert!(matches!(stopped, Err(Error::Stopped)));
    assert!(short < full / 2 + Duration::from_millis(50), "{short:?} of {full:?}");
    assert_eq!(run(&|| false).0.unwrap(), whole.unwrap(), "the network works on as before");
}

#[test]
fn threads_and_order_change_nothing() {
    let folder = common::edges("deep.onnx", "role", "role");
    let store = Store::open(folder.path()).unwrap();
    let large = planes(256, 192);
    let run = |threads| {
        let network = EdgeNetwork::load(&common::runtime(), &store, threads).unwrap();
        // Another size in between has no part in it.
        network.refine(64, 32, &planes(64, 32), &|| false).unwrap();
        network.refine(256, 192, &large, &|| false).unwrap()
    };
    let one = run(1);
    assert_eq!(run(2), one);
    assert_eq!(run(3), one);
}
