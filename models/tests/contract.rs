//! Networks that are not what their entry promises are refused when they are opened.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::os::unix::fs::symlink;

use models::manifest::{Manifest, Role};
use models::sam::Sam;
use models::store::Store;
use models::{Error, cache};
use tempfile::TempDir;

/// The fetched models under a manifest with one text changed.
fn changed(from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let text = Manifest::built_in_text();
    assert!(text.contains(from), "{from} is not in the manifest");
    fs::write(folder.path().join("manifest.toml"), text.replacen(from, to, 1)).unwrap();
    for role in [Role::Encoder, Role::Decoder] {
        let file = &Manifest::built_in().unwrap().entry(role).unwrap().file.clone();
        symlink(common::fetched(cache::models_dir().join(file)), folder.path().join(file)).unwrap();
    }
    folder
}

fn load(folder: &TempDir) -> Result<Sam, Error> {
    Sam::load(&common::runtime(), &Store::open(folder.path()).unwrap(), 1)
}

#[test]
fn wrong_names_are_refused() {
    for (from, to) in [
        ("input = \"input\"", "input = \"picture\""),
        ("output = \"output\"", "output = \"features\""),
        ("scores = \"iou_predictions\"", "scores = \"guesses\""),
        ("mask = \"mask_input\"", "mask = \"point_labels\""),
        ("coords = \"point_coords\"", "coords = \"image_embeddings\""),
    ] {
        let result = load(&changed(from, to));
        assert!(matches!(result, Err(Error::ModelContract { .. })), "{from} -> {to}: {result:?}");
    }
}

#[test]
fn a_file_that_is_no_network_is_refused() {
    let folder = changed("role", "role");
    let path = folder.path().join("mobile_sam_encoder.onnx");
    fs::remove_file(&path).unwrap();
    fs::write(&path, b"a network").unwrap();
    // The user's own entry has the right size and hash of a wrong file.
    let hash = "2f782beca6c497e09ee1b67bd6a1202048f19e97f7e1364a58d415ce7b3ecd9e";
    let text = Manifest::built_in_text().replace("bytes = 28085517", "bytes = 9").replacen(
        "18348d144bd357285285dbd75dacd8c44a2789ea63c5edbc908e681516e95246",
        hash,
        1,
    );
    fs::write(folder.path().join("manifest.toml"), text).unwrap();
    let result = load(&folder);
    assert!(matches!(result, Err(Error::ModelUnloadable { .. })), "{result:?}");
}

#[test]
fn a_decoder_in_the_encoders_place_is_refused() {
    let folder = changed("\"mobile_sam_encoder.onnx\"", "\"mobile_sam_decoder.onnx\"");
    let result = load(&folder);
    assert!(matches!(result, Err(Error::FileTruncated { .. })), "{result:?}");
}
