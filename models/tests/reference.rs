//! A known picture and known prompts give the masks of the reference implementation (export/reference_mask.py).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashMap;
use std::path::Path;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use models::sam::{
    BoxPrompt, Candidates, Embedding, Logits, MASK_SIDE, ModelImage, PointLabel, PointPrompt, Prompts,
    Segmenter as _,
};
use models::{Error, cache};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixtures {
    image: Vec<FixtureImage>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct FixtureImage {
    name: String,
    size: [u32; 2],
    probes: Vec<[u32; 5]>,
}

#[derive(Deserialize)]
struct Case {
    image: String,
    name: String,
    points: Vec<[f32; 3]>,
    #[serde(rename = "box")]
    bounding_box: Option<[f32; 4]>,
    prior: Option<String>,
    token: usize,
    score: f32,
}

fn fixtures() -> Fixtures {
    toml::from_str(include_str!("fixtures/cases.toml")).unwrap()
}

/// A fetched still, its size and the same scaled for the encoder as PIL does: a triangle filter that widens when it
/// shrinks.
fn load(name: &str) -> ((u32, u32), ModelImage) {
    let path = common::fetched(cache::clip(&format!("{name}.png")));
    let picture = image::open(path).unwrap().to_rgb32f();
    let (width, height) = picture.dimensions();
    let bytes = picture.as_raw().iter().flat_map(|value| value.to_ne_bytes()).collect();
    let source = Image::from_vec_u8(width, height, bytes, PixelType::F32x3).unwrap();
    let (w, h) = ModelImage::scaled_size(width, height, 1024);
    let mut scaled = Image::new(w, h, PixelType::F32x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize(&source, &mut scaled, &options).unwrap();
    let values =
        scaled.buffer().chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect();
    ((width, height), ModelImage::new(w, h, values).unwrap())
}

/// The case's prompts, from pixel centres of the picture to the model image's continuous coordinates, with SAM's
/// scaling of pixel centres.
fn prompts(case: &Case, picture: (u32, u32), model: &ModelImage) -> Prompts {
    let x = |x: f32| x * model.width() as f32 / picture.0 as f32 + 0.5;
    let y = |y: f32| y * model.height() as f32 / picture.1 as f32 + 0.5;
    let label = |label: f32| if label == 1.0 { PointLabel::Include } else { PointLabel::Exclude };
    let point = |p: &[f32; 3]| PointPrompt { x: x(p[0]), y: y(p[1]), label: label(p[2]) };
    Prompts {
        points: case.points.iter().map(point).collect(),
        bounding_box: case.bounding_box.map(|b| BoxPrompt::new(x(b[0]), y(b[1]), x(b[2]), y(b[3]))),
    }
}

/// A plane of values with its width.
struct Plane {
    width: usize,
    values: Vec<f32>,
}

impl Plane {
    /// Bilinear, pixel centres at 0.5, edges repeated: `interpolate(mode="bilinear", align_corners=False)`. Only the
    /// first `used` columns and rows are read.
    fn scaled(&self, used: (usize, usize), to: (usize, usize)) -> Self {
        let axis = |i: usize, from: usize, to: usize| {
            let at = ((i as f32 + 0.5) * from as f32 / to as f32 - 0.5).max(0.0);
            let low = (at as usize).min(from - 1);
            (low, (low + 1).min(from - 1), at - low as f32)
        };
        let mut values = Vec::with_capacity(to.0 * to.1);
        for y in 0..to.1 {
            let (y0, y1, v) = axis(y, used.1, to.1);
            for x in 0..to.0 {
                let (x0, x1, u) = axis(x, used.0, to.0);
                let row = |y: usize| {
                    let at = |x: usize| self.values[y * self.width + x];
                    at(x0) * (1.0 - u) + at(x1) * u
                };
                values.push(row(y0) * (1.0 - v) + row(y1) * v);
            }
        }
        Self { width: to.0, values }
    }
}

/// `Sam.postprocess_masks`: to the encoder's frame, without the padding, to the picture; then the threshold.
fn full_mask(logits: &Logits, picture: (u32, u32), model: &ModelImage) -> Vec<bool> {
    let low = Plane { width: MASK_SIDE, values: logits.data().to_vec() };
    let frame = low.scaled((MASK_SIDE, MASK_SIDE), (1024, 1024));
    let content = (model.width() as usize, model.height() as usize);
    let full = frame.scaled(content, (picture.0 as usize, picture.1 as usize));
    full.values.iter().map(|logit| *logit > 0.0).collect()
}

fn intersection_over_union(a: &[bool], b: &[bool]) -> f64 {
    assert_eq!(a.len(), b.len());
    let both = a.iter().zip(b).filter(|(a, b)| **a && **b).count();
    let either = a.iter().zip(b).filter(|(a, b)| **a || **b).count();
    assert!(either > 0, "both masks are empty");
    both as f64 / either as f64
}

fn reference_mask(case: &Case) -> Vec<bool> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mask = image::open(folder.join(format!("{}_{}.png", case.image, case.name))).unwrap().to_luma8();
    mask.pixels().map(|pixel| pixel.0[0] > 127).collect()
}

#[test]
fn scaled_pictures_are_those_of_the_reference() {
    for fixture in fixtures().image {
        let (_, model) = load(&fixture.name);
        assert_eq!([model.width(), model.height()], fixture.size, "{}", fixture.name);
        for [x, y, red, green, blue] in fixture.probes {
            let at = 3 * (y * model.width() + x) as usize;
            for (value, reference) in model.rgb()[at..at + 3].iter().zip([red, green, blue]) {
                // The reference rounds to whole numbers after each direction; this keeps fractions.
                let difference = (value * 255.0 - reference as f32).abs();
                assert!(difference < 1.01, "{} at {x}, {y}: {} for {reference}", fixture.name, value * 255.0);
            }
        }
    }
}

#[test]
fn masks_are_those_of_the_reference() {
    let sam = common::sam();
    let mut encoded: HashMap<String, ((u32, u32), ModelImage, Embedding)> = HashMap::new();
    let mut found: HashMap<(String, String), Logits> = HashMap::new();
    let cases = fixtures().case;
    assert_eq!(cases.len(), 6);
    for case in cases {
        let (picture, model, embedding) = encoded.entry(case.image.clone()).or_insert_with(|| {
            let (picture, model) = load(&case.image);
            let embedding = sam.encode(&model, &|| false).unwrap();
            (picture, model, embedding)
        });
        let prompts = prompts(&case, *picture, model);
        let prior = case.prior.as_ref().map(|name| &found[&(case.image.clone(), name.clone())]);
        let candidates: Candidates = sam.decode(embedding, &prompts, prior).unwrap();
        let choice = candidates.sams_choice(&prompts);
        let logits = candidates.logits(choice);
        let iou = intersection_over_union(&full_mask(logits, *picture, model), &reference_mask(&case));
        let score = candidates.scores()[choice];
        println!("{} {}: IoU {iou:.5}, score {score:.4} for {:.4}", case.image, case.name, case.score);
        assert_eq!(choice, case.token, "{} {}: scores {:?}", case.image, case.name, candidates.scores());
        assert!(
            (score - case.score).abs() < 0.01,
            "{} {}: {score} for {}",
            case.image,
            case.name,
            case.score
        );
        assert!(iou >= 0.99, "{} {}: {iou}", case.image, case.name);
        found.insert((case.image, case.name), logits.clone());
    }
}

#[test]
fn the_same_call_gives_the_same_mask() {
    let sam = common::sam();
    let (_, model) = load("chelsea");
    let point = PointPrompt { x: 300.0, y: 230.0, label: PointLabel::Include };
    let prompts = Prompts { points: vec![point], bounding_box: None };
    let run = || sam.decode(&sam.encode(&model, &|| false).unwrap(), &prompts, None).unwrap();
    let (a, b) = (run(), run());
    assert_eq!(a.scores(), b.scores());
    for index in 0..4 {
        assert_eq!(a.logits(index).data(), b.logits(index).data());
    }
}

#[test]
fn wrong_sizes_and_empty_prompts_have_their_errors() {
    let sam = common::sam();
    let small = ModelImage::new(512, 288, vec![0.5; 512 * 288 * 3]).unwrap();
    assert!(matches!(sam.encode(&small, &|| false), Err(Error::BadImage { .. })));
    let embedding = Embedding::from_raw(vec![0.0; Embedding::LEN], 1024, 576).unwrap();
    assert!(matches!(sam.decode(&embedding, &Prompts::default(), None), Err(Error::NoPrompts)));
    let point = PointPrompt { x: f32::INFINITY, y: 0.0, label: PointLabel::Include };
    let prompts = Prompts { points: vec![point], bounding_box: None };
    assert!(matches!(sam.decode(&embedding, &prompts, None), Err(Error::BadPrompts)));
}

#[test]
fn points_outside_the_picture_are_decoded() {
    let embedding = Embedding::from_raw(vec![0.0; Embedding::LEN], 1024, 576).unwrap();
    let point = PointPrompt { x: -4000.0, y: 9000.0, label: PointLabel::Include };
    let prompts = Prompts { points: vec![point], bounding_box: None };
    let candidates = common::sam().decode(&embedding, &prompts, None).unwrap();
    assert!(candidates.logits(0).data().iter().all(|logit| logit.is_finite()));
}
