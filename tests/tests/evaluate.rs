//! The evaluator end to end: footage made here, the bundle that `cargo run --release -p bundle` made,
//! the program as it is called.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use image::{GrayImage, Luma, Rgb, RgbImage};
use serde_json::Value;

const WIDTH: u32 = 320;
const HEIGHT: u32 = 240;
const RADIUS: f32 = 50.0;
/// Unlike that of any frame of the sequence, so that the still is new to the plugin.
const STILL_CENTRE: f32 = 190.0;

fn evaluate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evaluate")).args(arguments).output().unwrap()
}

/// How much of a pixel a disc around `centre` covers, with an edge one pixel wide.
fn coverage(x: u32, y: u32, centre: f32) -> f32 {
    let distance = (x as f32 + 0.5 - centre).hypot(y as f32 + 0.5 - HEIGHT as f32 / 2.0);
    (RADIUS + 0.5 - distance).clamp(0.0, 1.0)
}

/// An orange disc on a green ground with some structure.
fn picture(centre: f32) -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let ground = [30.0 + ((x / 16 + y / 16) % 2) as f32 * 12.0, 90.0, 50.0];
        let disc = [235.0, 140.0 - y as f32 * 0.2, 20.0];
        let alpha = coverage(x, y, centre);
        Rgb(std::array::from_fn(|c| (alpha * disc[c] + (1.0 - alpha) * ground[c]).round() as u8))
    })
}

/// A sequence of a disc that moves right, 30 pixels a frame.
fn write_sequence(folder: &Path) {
    std::fs::create_dir_all(folder.join("frames")).unwrap();
    std::fs::create_dir_all(folder.join("truth")).unwrap();
    for frame in 0..3 {
        let centre = 100.0 + 30.0 * frame as f32;
        let truth = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
            Luma([if coverage(x, y, centre) > 0.5 { 255 } else { 0 }])
        });
        picture(centre).save(folder.join(format!("frames/{frame:05}.png"))).unwrap();
        truth.save(folder.join(format!("truth/{frame:05}.png"))).unwrap();
    }
}

/// One still of the same disc with its soft alpha.
fn write_still(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let truth = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        Luma([(coverage(x, y, STILL_CENTRE) * 255.0).round() as u8])
    });
    picture(STILL_CENTRE).save(folder.join("disc.png")).unwrap();
    truth.save(folder.join("disc.alpha.png")).unwrap();
}

#[test]
fn a_moving_disc_is_tracked_and_corrected() {
    let root = tempfile::tempdir().unwrap();
    write_sequence(&root.path().join("moving"));
    let json = root.path().join("figures.json");
    let folder = root.path().join("moving");
    let output = evaluate(&[
        folder.to_str().unwrap(),
        "--prompts=box",
        "--first",
        "--track=forward",
        "--correct=2",
        &format!("--json={}", json.display()),
    ]);
    let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}\n{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let moving = &report["folders"][0];
    // The box of frame 0 alone would miss a third of the disc on frame 1 and all but a sliver on frame 2.
    assert!(moving["j"].as_f64().unwrap() > 0.95, "{printed}");
    assert!(moving["seconds_track"].as_f64().unwrap() > 0.0 && moving["seconds_warm"].is_null());
    let correction = &moving["corrections"][0];
    assert_eq!(correction["frame"], 2);
    assert!(correction["j"][1].as_f64().unwrap() > 0.95, "{printed}");
    let segments = correction["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 1);
    assert_eq!((&segments[0]["from"], &segments[0]["to"]), (&0.into(), &1.into()));
    assert!(printed.contains("J of corrected frame 2"), "{printed}");

    let output = evaluate(&[folder.to_str().unwrap(), "--track=both", "--correct=7"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("frame 7 cannot be corrected"), "{said}");
}

#[test]
fn a_moving_disc_and_a_still_are_measured() {
    let root = tempfile::tempdir().unwrap();
    write_sequence(&root.path().join("footage/moving"));
    write_still(&root.path().join("footage/still"));
    let (json, sheet) = (root.path().join("figures.json"), root.path().join("sheet.png"));
    let output = evaluate(&[
        root.path().join("footage").to_str().unwrap(),
        "--prompts=box+point",
        "--every=2",
        "--sheet-frames=2",
        &format!("--json={}", json.display()),
        &format!("--sheet={}", sheet.display()),
    ]);
    let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}\n{said}");

    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let [moving, still] = [&report["folders"][0], &report["folders"][1]];
    assert_eq!((&moving["name"], &moving["frames"]), (&"moving".into(), &3.into()));
    assert_eq!((&still["name"], &still["frames"]), (&"still".into(), &1.into()));
    for folder in [moving, still] {
        let figure = |name: &str| folder[name].as_f64().unwrap_or_else(|| panic!("{name} of {folder}"));
        assert!(figure("j") > 0.9 && figure("f") > 0.8, "{folder}");
        assert!(figure("mad") < 20.0 && figure("mad") < figure("mad_band"), "{folder}");
        assert!(figure("mse") <= figure("mad") && figure("conn") < 20.0, "{folder}");
        assert!(figure("grad") < figure("grad_band"), "{folder}");
        assert!(0.0 < figure("seconds_warm") && figure("seconds_warm") < figure("seconds_cold"), "{folder}");
    }
    assert!(moving["dtssd"].as_f64().unwrap() < 200.0, "{moving}");
    assert_eq!(report["automatic"], false);
    assert!(still["dtssd"].is_null() && still["edge_flicker"].is_null());
    let figure = |name: &str| moving[name].as_f64().unwrap();
    assert!((figure("jf") - (figure("j") + figure("f")) / 2.0).abs() < 1e-9, "{moving}");
    assert!(figure("edge_flicker") > 0.0 && figure("edge_flicker_still") > 0.0, "{moving}");
    let mean = (moving["j"].as_f64().unwrap() + still["j"].as_f64().unwrap()) / 2.0;
    assert!((report["mean"]["j"].as_f64().unwrap() - mean).abs() < 1e-12);

    assert_eq!(printed.lines().count(), 4, "{printed}");
    // Two frames of the sequence and the still, each with three rows of views 300 pixels high.
    let (width, height) = image::image_dimensions(sheet).unwrap();
    assert!(width > 5 * 400 && height > 3 * 3 * 300, "{width} x {height}");
}

#[test]
fn without_prompts_the_disc_is_found_and_the_figures_say_so() {
    let root = tempfile::tempdir().unwrap();
    write_sequence(root.path());
    let json = root.path().join("figures.json");
    let output = evaluate(&[
        root.path().to_str().unwrap(),
        "--automatic",
        "--frames=2",
        &format!("--json={}", json.display()),
    ]);
    let (printed, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}\n{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(report["automatic"], true);
    let folder = &report["folders"][0];
    assert!(folder["j"].as_f64().unwrap() > 0.9, "{folder}");
    assert!(folder["seconds_warm"].is_null() && folder["seconds_cold"].as_f64().unwrap() > 0.0, "{folder}");
    // Prompts of the truth are another measurement.
    let both = evaluate(&[root.path().to_str().unwrap(), "--automatic", "--prompts=box"]);
    assert!(!both.status.success() && String::from_utf8_lossy(&both.stderr).contains("cannot be used with"));
}

#[test]
fn smoothing_is_measured_where_the_host_gives_other_frames() {
    let root = tempfile::tempdir().unwrap();
    write_sequence(root.path());
    let json = root.path().join("figures.json");
    let measure = |host: &str| {
        evaluate(&[
            root.path().to_str().unwrap(),
            "--every=1",
            "--smoothing=1",
            "--chatter=0.5",
            &format!("--host={host}"),
            &format!("--json={}", json.display()),
        ])
    };
    let output = measure("strict");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    // The disc moves by its own radius and more in two frames, and stays what it is.
    assert!(report["mean"]["j"].as_f64().unwrap() > 0.9, "{report}");
    let output = measure("mlt");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("no other frames"), "{said}");
}

#[test]
fn any_control_can_be_set_and_a_wrong_value_is_named() {
    let root = tempfile::tempdir().unwrap();
    write_still(root.path());
    let json = root.path().join("figures.json");
    let measure = |settings: &[&str]| {
        let (root, json) = (root.path().display().to_string(), format!("--json={}", json.display()));
        evaluate(&[&[root.as_str(), json.as_str()], settings].concat())
    };
    let output = measure(&["--set=featherMode=Out", "--set=growShrink=3", "--set", "invert=true"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert!(report["mean"]["j"].as_f64().unwrap() < 0.1, "{report}");
    for wrong in ["noSuchControl=1", "growShrink=much", "featherMode=Sideways", "invert"] {
        let output = measure(&["--set", wrong]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(wrong.split('=').next().unwrap()), "{said}");
    }
}

#[test]
fn what_is_no_footage_is_named_and_fails() {
    let empty = tempfile::tempdir().unwrap();
    let output = evaluate(&[empty.path().to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(empty.path().to_str().unwrap()) && said.contains("no footage here"), "{said}");
}

#[test]
fn a_missing_bundle_is_named_and_fails() {
    let root = tempfile::tempdir().unwrap();
    write_still(root.path());
    let missing = root.path().join("Missing.ofx.bundle");
    let output = evaluate(&[root.path().to_str().unwrap(), &format!("--bundle={}", missing.display())]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("Missing.ofx.bundle"), "{said}");
}
