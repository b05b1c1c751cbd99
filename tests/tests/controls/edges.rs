//! Refine, edge width and edge detail.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use image::{Rgb, RgbImage};
use imageproc::noise::gaussian_noise;
use models::refiner::Refiner;
use promptmatte::engine;
use tests::linked::{Stage, distance_from_disc, test_picture};
use tests::network::{FAILURE, FainterEdges, RedEdges};
use tests::sim::{Clip, Context, Instance, Picture, Project, Request, SimError, Source, Status, Value};

use crate::stage::*;

const OFF: i32 = 0;
const FAST: i32 = 1;
const BEST: i32 = 2;

/// A stage with a network in place of the edge network. It is taken back when this is dropped.
struct WithEdges<R>(Arc<R>);

impl<R: Refiner + 'static> WithEdges<R> {
    fn new(network: R) -> Self {
        let network = Arc::new(network);
        engine::replace_refiner(Some(Arc::<R>::clone(&network) as Arc<dyn Refiner>));
        Self(network)
    }
}

impl WithEdges<FainterEdges> {
    fn runs(&self) -> usize {
        self.0.runs.load(Ordering::SeqCst)
    }
}

impl<R> Drop for WithEdges<R> {
    fn drop(&mut self) {
        engine::replace_refiner(None);
    }
}

/// As an artist finds it, with a point, showing the matte.
fn fresh(stage: &Stage, clip: Clip) -> Result<Instance, tests::sim::SimError> {
    let instance = stage.refined_in(Context::General, clip, Project::new(SIZE.0, SIZE.1))?;
    instance.set("output", MATTE)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", POINT)?;
    Ok(instance)
}

fn refined(instance: &Instance, way: i32) -> Result<Picture, tests::sim::SimError> {
    instance.set("refine", way)?;
    picture(instance)
}

/// A picture of a disc around the point, sharp.
fn sharp(radius: f64) -> Clip {
    Clip::still(Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
        if from_point(x, y) < radius { [0.8, 0.4, 0.2, 1.0] } else { [0.1, 0.3, 0.4, 1.0] }
    }))
}

fn from_point(x: usize, y: usize) -> f64 {
    (x as f64 + 0.5 - POINT[0]).hypot(y as f64 + 0.5 - (144.0 - POINT[1]))
}

fn error(picture: &Picture, radius: f64) -> f64 {
    let error = |(i, pixel): (usize, &[f32; 4])| {
        let inside = from_point(i % 256, i / 256) < radius;
        (f64::from(pixel[3]) - f64::from(u8::from(inside))).abs()
    };
    picture.pixels.iter().enumerate().map(error).sum()
}

#[test]
fn off_is_the_masks_own_edge_and_fast_follows_the_picture() -> Tested {
    let stage = stage()?;
    let instance = fresh(&stage, sharp(40.5))?;
    assert_eq!(instance.value("refine", 0.0)?, Value::Ints(vec![BEST]), "the best is what is given first");
    let off = refined(&instance, OFF)?;
    assert!(distance_from_disc(&off, [4.0; 2], [POINT[0], 144.0 - POINT[1]]) < 0.01);
    let fast = refined(&instance, FAST)?;
    let (before, after) = (error(&off, 40.5), error(&fast, 40.5));
    assert!(after < before, "{after} of {before}");
    for (i, pixel) in fast.pixels.iter().enumerate() {
        let distance = from_point(i % 256, i / 256) - RADIUS;
        if distance.abs() > 14.0 {
            assert_eq!(pixel[3], f32::from(distance < 0.0), "beyond the edge all is in or out");
        }
    }
    drop(instance);
    stage.finish()
}

#[test]
fn best_asks_the_network_once_and_tools_do_not_ask_again() -> Tested {
    let stage = stage()?;
    let network = WithEdges::new(FainterEdges::default());
    let instance = fresh(&stage, source())?;
    let best = picture(&instance)?;
    assert_eq!(network.runs(), 1);
    // On the contour the mask says a half, the network three quarters of that; far from it nothing is asked.
    let contour = at(&best, [POINT[0] + RADIUS, POINT[1]])[3];
    assert!((0.15..0.4).contains(&contour), "{contour}");
    assert_eq!(at(&best, POINT)[3], 1.0);
    assert_eq!(at(&best, [POINT[0] + RADIUS + 20.0, POINT[1]])[3], 0.0);
    for (name, value) in [("feather", 9.0), ("growShrink", 4.0), ("matteGamma", 2.0)] {
        instance.set(name, value)?;
        assert_ne!(picture(&instance)?.pixels, best.pixels, "{name}");
    }
    assert_eq!(network.runs(), 1, "a dragged tool finds the edge in memory");
    for (name, value) in [("feather", 0.0), ("growShrink", 0.0), ("matteGamma", 1.0)] {
        instance.set(name, value)?;
    }
    assert_eq!(picture(&instance)?.pixels, best.pixels, "from memory bit for bit");
    assert_eq!(text(&instance, "status")?.matches("edge network").count(), 0);

    instance.set("edgeDetail", 0.0)?;
    let smooth = picture(&instance)?;
    assert_eq!(network.runs(), 1, "without detail the network has no say");
    assert_eq!(smooth.pixels, refined(&instance, FAST)?.pixels);
    instance.set("refine", BEST)?;
    instance.set("edgeDetail", 0.5)?;
    let between = picture(&instance)?;
    let place = [POINT[0] + RADIUS, POINT[1]];
    let [low, middle, high] = [&best, &between, &smooth].map(|picture| at(picture, place)[3]);
    assert!((middle - 0.5 * (low + high)).abs() < 1e-3, "{low} {middle} {high}");
    drop((instance, network));
    stage.finish()
}

#[test]
fn the_width_is_in_pixels_of_a_1920_wide_frame() -> Tested {
    let stage = stage()?;
    let network = WithEdges::new(FainterEdges::default());
    let instance = fresh(&stage, source())?;
    for pixels in [30.0, 75.0, 150.0] {
        instance.set("edgeWidth", pixels)?;
        let picture = picture(&instance)?;
        // Inside the band less of the mask's 1 is left, outside the mask's 1.
        let row = 144 - POINT[1] as usize;
        let inside = (POINT[0] as usize..).take_while(|x| picture.at(*x, row)[3] == 1.0).count();
        let expected = RADIUS - pixels * f64::from(SIZE.0) / 1920.0;
        assert!((inside as f64 - expected).abs() < 1.5, "{pixels}: {inside} {expected}");
    }
    drop((instance, network));
    stage.finish()
}

#[test]
fn refined_windows_of_any_order_are_the_frame() -> Tested {
    let stage = stage()?;
    let network = WithEdges::new(FainterEdges::default());
    for way in [FAST, BEST] {
        let instance = fresh(&stage, source())?;
        instance.set("edgeDetail", 0.6)?;
        let whole = refined(&instance, way)?;
        engine::purge();
        for window in [[130, 60, 256, 144], [0, 0, 131, 60], [0, 60, 130, 144], [131, 0, 256, 60]] {
            let request = Request { window: Some(window), ..Request::at(0.0) };
            let part = instance.render(&request)?.picture();
            for y in window[1]..window[3] {
                for x in window[0]..window[2] {
                    let (x, row) = (x as usize, (144 - 1 - y) as usize);
                    assert_eq!(part.at(x, row), whole.at(x, row), "{window:?} {x} {y}");
                }
            }
        }
        drop(instance);
    }
    drop(network);
    stage.finish()
}

#[test]
fn other_layouts_and_places_have_the_same_edge() -> Tested {
    let stage = stage()?;
    let network = WithEdges::new(FainterEdges::default());
    for way in [FAST, BEST] {
        let plain = refined(&fresh(&stage, source())?, way)?;
        let project = Project { offset: (37.0, -21.0), ..Project::new(SIZE.0, SIZE.1) };
        let moved = stage.refined_in(Context::General, source().with_origin(37, -21), project)?;
        moved.set("output", MATTE)?;
        moved.set("point1Mode", 1)?;
        moved.set("point1", [POINT[0] + 37.0, POINT[1] - 21.0])?;
        let found = refined(&moved, way)?;
        assert_eq!(found.pixels, plain.pixels);
        drop(moved);
    }
    drop(network);
    stage.finish()
}

#[test]
fn without_the_network_best_is_as_fast_and_says_why() -> Tested {
    let stage = stage()?;
    let instance = fresh(&stage, Clip::still(test_picture(SIZE.0 as usize, SIZE.1 as usize)))?;
    let output = render(&instance)?;
    // What is shown with every frame is no message.
    assert!(output.messages.is_empty(), "{:?}", output.messages);
    let best = output.picture();
    instance.set("point2", [1.0, 1.0])?;
    let status = text(&instance, "status")?;
    assert!(status.contains("The edges are refined without the edge network. "), "{status}");
    assert!(status.contains("bundle"), "the reason: {status}");
    assert_eq!(refined(&instance, FAST)?.pixels, best.pixels);
    instance.set("point2", [2.0, 2.0])?;
    let status = text(&instance, "status")?;
    assert!(!status.contains("edge network"), "{status}");
    drop(instance);
    stage.finish()
}

#[test]
fn a_network_that_fails_fails_the_frame() -> Tested {
    let stage = stage()?;
    let network = WithEdges::new(FainterEdges { fails: true, ..FainterEdges::default() });
    let instance = fresh(&stage, source())?;
    let output = instance.render(&Request::at(0.0))?;
    assert_eq!(output.status, Status::FAILED);
    assert!(output.messages.iter().any(|message| message.text.contains(FAILURE)), "{:?}", output.messages);
    // The next way out is open.
    refined(&instance, FAST)?;
    drop((instance, network));
    stage.finish()
}

#[test]
fn controls_without_a_say_are_greyed() -> Tested {
    let stage = stage()?;
    let instance = fresh(&stage, source())?;
    for (way, width, detail) in [(OFF, "0", "0"), (FAST, "1", "0"), (BEST, "1", "1")] {
        instance.set("refine", way)?;
        assert_eq!(instance.param_property("edgeWidth", "OfxParamPropEnabled")?, [width]);
        assert_eq!(instance.param_property("edgeDetail", "OfxParamPropEnabled")?, [detail]);
    }
    drop(instance);
    stage.finish()
}

/// Eleven frames of one grey, each with noise of its own.
struct Noisy;

impl Source for Noisy {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        let grey = RgbImage::from_pixel(SIZE.0, SIZE.1, Rgb([128; 3]));
        let noisy = gaussian_noise(&grey, 0.0, 4.0, time as u64);
        Ok(Some(Arc::new(Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
            let [r, g, b] = noisy.get_pixel(x as u32, y as u32).0.map(|code| f32::from(code) / 255.0);
            [r, g, b, 1.0]
        }))))
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 10.0)
    }
}

#[test]
fn with_temporal_smoothing_the_network_sees_less_noise() -> Tested {
    let stage = stage()?;
    let network = WithEdges::new(RedEdges);
    let instance = fresh(&stage, Clip::new(Noisy))?;
    instance.set("edgeWidth", 150.0)?;
    // Of alpha around the contour, where nothing fades.
    let deviation = |smoothing: i32| -> Result<f64, SimError> {
        instance.set("temporalSmoothing", smoothing)?;
        let output = instance.render(&Request::at(5.0))?;
        assert_eq!(output.status, Status::OK, "{:?}", output.messages);
        let picture = output.picture();
        let near = |i: &usize| (from_point(i % 256, i / 256) - RADIUS).abs() < 10.0;
        let alpha: Vec<f64> =
            (0..picture.pixels.len()).filter(near).map(|i| f64::from(picture.pixels[i][3])).collect();
        let mean = alpha.iter().sum::<f64>() / alpha.len() as f64;
        Ok((alpha.iter().map(|alpha| (alpha - mean).powi(2)).sum::<f64>() / alpha.len() as f64).sqrt())
    };
    let alone = deviation(0)?;
    for (smoothing, frames) in [(1, 3.0_f64), (3, 7.0)] {
        let left = deviation(smoothing)? / alone;
        assert!((left * frames.sqrt() - 1.0).abs() < 0.12, "{smoothing}: {left}");
    }
    assert_eq!(deviation(0)?, alone, "it leaves no trace");
    drop((instance, network));
    stage.finish()
}
