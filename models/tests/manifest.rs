//! Manifests: the built-in ones are right, and what a user adds is refused with the reason when it is wrong.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use models::Error;
use models::manifest::{Manifest, Origin, Role};

/// The text of the built-in manifest with one line changed.
fn changed(from: &str, to: &str) -> String {
    let text = Manifest::built_in_text();
    assert!(text.contains(from), "{from} is not in the manifest");
    text.replacen(from, to, 1)
}

/// The reason why an entry is refused.
fn refused(text: &str) -> String {
    match Manifest::parse(text) {
        Err(Error::EntryInvalid { reason, .. }) => reason,
        other => panic!("expected a refused entry, got {other:?}"),
    }
}

#[test]
fn the_built_in_manifests_are_right() {
    let manifest = Manifest::built_in().unwrap();
    for role in [Role::Encoder, Role::Decoder, Role::Saliency] {
        assert_eq!(manifest.entry(role).unwrap().role, role);
    }
    assert!(matches!(manifest.entry(Role::Clip), Err(Error::RoleMissing { .. })));
    let clips = Manifest::clips().unwrap();
    assert!(clips.entries.iter().all(|entry| entry.role == Role::Clip));
}

#[test]
fn a_user_may_add_an_encoder_before_the_built_in_one() {
    let added = r#"
        [[entry]]
        id = "sam-vit-l"
        role = "encoder"
        file = "vit_l.onnx"
        bytes = 1
        sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
        licence = "Apache-2.0"
        origin = { kind = "user" }
        encoder = { input = "image", output = "features", side = 1024, mean = [0, 0, 0], std = [255, 255, 255] }
    "#;
    let manifest = Manifest::parse(&format!("{added}\n{}", Manifest::built_in_text())).unwrap();
    let entry = manifest.entry(Role::Encoder).unwrap();
    assert_eq!(entry.id, "sam-vit-l");
    assert!(matches!(entry.origin, Origin::User));
}

/// An edge network's entry.
const REFINER: &str = r#"
    [[entry]]
    id = "edges"
    role = "refiner"
    file = "edges.onnx"
    bytes = 1
    sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
    licence = "MIT OR Apache-2.0"
    origin = { kind = "repository", path = "weights/edges.onnx" }
    refiner = { input = "x", alpha = "alpha", version = "1" }
"#;

#[test]
fn an_edge_network_comes_from_the_repository_and_nothing_outside_it() {
    let manifest = Manifest::parse(REFINER).unwrap();
    let entry = manifest.entry(Role::Refiner).unwrap();
    assert!(matches!(&entry.origin, Origin::Repository { path } if path == "weights/edges.onnx"));
    // The version is looked at when the network is loaded: a manifest with another one still gives the rest.
    Manifest::parse(&REFINER.replace("version = \"1\"", "version = \"2\"")).unwrap();
    for path in ["/etc/passwd", "../edges.onnx", "weights/../../edges.onnx", "./edges.onnx", ""] {
        let found = refused(&REFINER.replace("weights/edges.onnx", path));
        assert!(found.contains("out of the repository"), "{path}: {found}");
    }
}

#[test]
fn wrong_values_are_refused_with_the_reason() {
    let digits = "18348d144bd357285285dbd75dacd8c44a2789ea63c5edbc908e681516e95246";
    for (from, to, reason) in [
        ("\"mobile-sam-encoder\"", "\"Mobile SAM\"", "lowercase"),
        ("\"mobile-sam-encoder\"", "\"mobile-sam-decoder\"", "twice"),
        ("\"mobile_sam_encoder.onnx\"", "\"../encoder.onnx\"", "plain file name"),
        ("\"mobile_sam_encoder.onnx\"", "\"/etc/passwd\"", "plain file name"),
        ("\"mobile_sam_encoder.onnx\"", "'..\\encoder.onnx'", "plain file name"),
        ("\"mobile_sam_encoder.onnx\"", "\"\"", "plain file name"),
        ("bytes = 28085517", "bytes = 0", "bytes is 0"),
        (digits, &digits.to_uppercase(), "hexadecimal"),
        (digits, "1834", "hexadecimal"),
        ("\"MIT AND Apache-2.0\"", "\" \"", "licence"),
        ("side = 1024", "side = 512", "only 1024"),
        ("mask_side = 256", "mask_side = 128", "only 256"),
        ("std = [58.395, 57.12, 57.375]", "std = [58.395, 0.0, 57.375]", "above 0"),
        ("mean = [123.675, 116.28, 103.53]", "mean = [nan, 116.28, 103.53]", "not finite"),
        ("role = \"encoder\"", "role = \"decoder\"", "[entry.decoder]"),
        ("role = \"encoder\"", "role = \"clip\"", "only a network"),
        ("side = 320", "side = 256", "only 320"),
        ("std = [0.229, 0.224, 0.225]", "std = [0.229, -0.224, 0.225]", "above 0"),
        ("role = \"saliency\"", "role = \"encoder\"", "[entry.encoder]"),
        ("role = \"encoder\"", "role = \"saliency\"", "[entry.saliency]"),
        ("role = \"encoder\"", "role = \"refiner\"", "[entry.refiner]"),
    ] {
        let found = refused(&changed(from, to));
        assert!(found.contains(reason), "{from} -> {to}: {found}");
    }
}

#[test]
fn wrong_types_and_unknown_fields_are_mistakes_with_their_place() {
    for (from, to, place) in [
        ("bytes = 28085517", "bytes = \"many\"", "bytes"),
        ("bytes = 28085517", "bites = 28085517", "bites"),
        ("role = \"encoder\"", "role = \"painter\"", "painter"),
        ("kind = \"package\"", "kind = \"theft\"", "theft"),
        ("client = \"npm\"", "client = \"ftp\"", "ftp"),
        ("side = 1024", "side = -1", "-1"),
        ("[[entry]]", "[[entry", "entry"),
    ] {
        match Manifest::parse(&changed(from, to)) {
            Err(error @ Error::ManifestSyntax { .. }) => {
                assert!(error.to_string().contains(place), "{from} -> {to}: {error}");
            }
            other => panic!("{from} -> {to}: {other:?}"),
        }
    }
}
