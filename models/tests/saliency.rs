//! Known pictures give the maps of the reference implementation (export/reference_saliency.py), and what is no detector or
//! no picture for one is refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use models::saliency::{Detector as _, SALIENCY_SIDE, Saliency, SaliencyMap};
use models::sam::ModelImage;
use models::{Error, cache};

fn detector() -> Saliency {
    let loaded = Saliency::load(&common::runtime(), &common::store(), 2);
    loaded.unwrap_or_else(|error| panic!("{error}; {}", common::REMEDY))
}

/// A fetched still squeezed into the detector's square as PIL does.
fn squeezed(name: &str) -> ModelImage {
    let picture = image::open(common::fetched(cache::clip(&format!("{name}.png")))).unwrap().to_rgb32f();
    let (width, height) = picture.dimensions();
    let bytes = picture.as_raw().iter().flat_map(|value| value.to_ne_bytes()).collect();
    let source = Image::from_vec_u8(width, height, bytes, PixelType::F32x3).unwrap();
    let mut target = Image::new(SALIENCY_SIDE, SALIENCY_SIDE, PixelType::F32x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options).unwrap();
    let values = target.buffer().chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]]));
    // The reference's pixels are whole numbers.
    let values = values.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() / 255.0).collect();
    ModelImage::new(SALIENCY_SIDE, SALIENCY_SIDE, values).unwrap()
}

/// The reference's map, 0..=1.
fn reference(name: &str) -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let map = image::open(folder.join(format!("{name}_salient.png"))).unwrap().to_luma8();
    assert_eq!(map.dimensions(), (SALIENCY_SIDE, SALIENCY_SIDE));
    map.into_raw().into_iter().map(|value| f32::from(value) / 255.0).collect()
}

#[test]
fn maps_are_those_of_the_reference() {
    let detector = detector();
    assert_eq!(detector.id(), "u2netp");
    for (name, least, most) in [("astronaut", 0.2, 0.9), ("coffee", 0.1, 0.9)] {
        let map = detector.detect(&squeezed(name), &|| false).unwrap();
        let reference = reference(name);
        let pairs = || map.data().iter().zip(&reference);
        let difference = pairs().map(|(a, b)| (a - b).abs()).sum::<f32>() / SaliencyMap::LEN as f32;
        let both = pairs().filter(|(a, b)| **a > 0.5 && **b > 0.5).count();
        let either = pairs().filter(|(a, b)| **a > 0.5 || **b > 0.5).count();
        let iou = both as f64 / either as f64;
        let share = either as f64 / SaliencyMap::LEN as f64;
        println!(
            "{name}: mean difference {difference:.5}, IoU {iou:.5}, {share:.3} of it, peak {}",
            map.peak()
        );
        // The reference's map has 8 bits and is rounded down.
        assert!(difference < 0.005, "{name}: {difference}");
        assert!(iou >= 0.99, "{name}: {iou}");
        assert!((least..most).contains(&share), "{name}: {share}");
        assert!((0.9..=1.0).contains(&map.peak()), "{name}: {}", map.peak());
    }
}

#[test]
fn the_same_call_gives_the_same_map() {
    let (detector, picture) = (detector(), squeezed("coffee"));
    let run = || detector.detect(&picture, &|| false).unwrap();
    let (a, b) = (run(), run());
    assert_eq!((a.data(), a.peak()), (b.data(), b.peak()));
}

#[test]
fn black_frames_are_looked_at_and_other_sizes_are_refused() {
    let detector = detector();
    let black = vec![0.0; 3 * SaliencyMap::LEN];
    let map =
        detector.detect(&ModelImage::new(SALIENCY_SIDE, SALIENCY_SIDE, black).unwrap(), &|| false).unwrap();
    assert!(map.data().iter().all(|value| (0.0..=1.0).contains(value)));
    let small = ModelImage::new(160, 320, vec![0.5; 160 * 320 * 3]).unwrap();
    assert!(matches!(detector.detect(&small, &|| false), Err(Error::BadImage { .. })));
}

#[test]
fn a_run_that_is_given_up_stops() {
    assert!(matches!(detector().detect(&squeezed("coffee"), &|| true), Err(Error::Stopped)));
}
