//! Guide, garbage matte, holdout and background, in all the sizes, depths and states that they may come in.

use tests::linked::{Gone, Stage};
use tests::network::Disc;
use tests::sim::{Clip, Components, Depth, Picture, Premultiplication, Profile, Project, Request};

use crate::stage::*;

/// The left half of the frame.
const LEFT: [f64; 4] = [0.0, 0.0, 100.0, 144.0];
const INSIDE_LEFT: [f64; 2] = [80.0, 60.0];
const INSIDE_RIGHT: [f64; 2] = [120.0, 60.0];
const OUTSIDE_LEFT: [f64; 2] = [20.0, 120.0];

fn left() -> Clip {
    Clip::still(mask(SIZE, LEFT, 1.0))
}

#[test]
fn garbage_takes_away_and_holdout_keeps() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    let plain = picture(&instance)?;
    instance.connect("Garbage", left())?;
    let picture_with_garbage = picture(&instance)?;
    assert_eq!(at(&picture_with_garbage, INSIDE_LEFT)[3], 0.0);
    assert_eq!(at(&picture_with_garbage, INSIDE_RIGHT)[3], 1.0);
    instance.set("useGarbage", false)?;
    assert_eq!(picture(&instance)?.pixels, plain.pixels, "not ticked, not used");
    instance.connect("Holdout", left())?;
    let held = picture(&instance)?;
    assert_eq!(at(&held, OUTSIDE_LEFT)[3], 1.0);
    assert_eq!(at(&held, [200.0, 120.0])[3], 0.0);
    // What is held out is kept, garbage or not.
    instance.set("useGarbage", true)?;
    assert_eq!(at(&picture(&instance)?, INSIDE_LEFT)[3], 1.0);
    drop(instance);
    stage.finish()
}

#[test]
fn masks_come_in_any_depth_components_and_size() -> Tested {
    let stage = stage()?;
    let white_left = |size: (u32, u32)| {
        Picture::from_fn(size.0 as usize, size.1 as usize, |x, _| {
            let value = f32::from(x < size.0 as usize * 100 / 256);
            [value, value, value, 1.0]
        })
    };
    let clips = [
        left().with_depth(Depth::Byte),
        left().with_depth(Depth::Half),
        left().with_components(Components::Alpha),
        left().with_components(Components::Alpha).with_depth(Depth::Short),
        left().with_premultiplication(Premultiplication::Premultiplied),
        // No alpha, or one that says nothing: brightness.
        Clip::still(white_left(SIZE)).with_components(Components::Rgb),
        Clip::still(white_left(SIZE)),
        Clip::still(white_left(SIZE)).with_premultiplication(Premultiplication::Opaque),
    ];
    for (index, clip) in clips.into_iter().enumerate() {
        let instance = pointed(&stage, source(), MATTE)?;
        instance.connect("Garbage", clip)?;
        let picture = picture(&instance)?;
        assert_eq!(at(&picture, INSIDE_LEFT)[3], 0.0, "{index}");
        assert_eq!(at(&picture, INSIDE_RIGHT)[3], 1.0, "{index}");
    }
    // Another size: the same place on the canonical plane.
    for size in [(512, 40), (100, 144), (1, 1)] {
        let instance = pointed(&stage, source(), MATTE)?;
        let everywhere = Picture::filled(size.0, size.1, [0.0, 0.0, 0.0, 1.0]);
        instance.connect("Garbage", Clip::still(everywhere))?;
        let picture = picture(&instance)?;
        for place in [INSIDE_LEFT, INSIDE_RIGHT, [80.0, 45.0], [100.0, 95.0]] {
            let covered = place[0] < size.0 as f64 && place[1] < size.1 as f64;
            assert_eq!(at(&picture, place)[3], f32::from(!covered), "{size:?} {place:?}");
        }
    }
    stage.finish()
}

#[test]
fn a_guide_becomes_a_prompt() -> Tested {
    let stage = stage()?;
    let instance = stage.instance(tests::sim::Context::General, source(), SIZE)?;
    instance.set("output", MATTE)?;
    instance.connect("Guide", Clip::still(mask(SIZE, [60.0, 40.0, 140.0, 80.0], 1.0)))?;
    // The guide alone is a prompt: a box around it, and itself.
    let guided = picture(&instance)?;
    assert_eq!(at(&guided, [100.0, 60.0])[3], 1.0, "the disc is in the middle of the guide");
    let prior = stage.network.prior.lock().unwrap().clone().unwrap();
    assert!(prior.data()[256 * 84 + 100] > 5.0 && prior.data()[256 * 10 + 10] < -5.0);
    instance.set("guideStrength", 0.5)?;
    assert!(text(&instance, "status")?.contains("a guide"), "{}", text(&instance, "status")?);
    picture(&instance)?;
    let weaker = stage.network.prior.lock().unwrap().clone().unwrap();
    assert!((weaker.data()[256 * 84 + 100] * 2.0 - prior.data()[256 * 84 + 100]).abs() < 1e-4);
    // With prompts of the artist's own it only helps.
    instance.set("point1Mode", 1)?;
    instance.set("point1", [30.0, 30.0])?;
    assert_eq!(at(&picture(&instance)?, [30.0, 30.0])[3], 1.0);
    assert!(stage.network.prior.lock().unwrap().is_some());
    instance.set("guideStrength", 0.0)?;
    picture(&instance)?;
    assert!(stage.network.prior.lock().unwrap().is_none());
    drop(instance);
    stage.finish()
}

#[test]
fn an_empty_guide_is_ignored_with_a_notice() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    let plain = picture(&instance)?;
    instance.connect("Guide", Clip::still(Picture::filled(256, 144, [0.0; 4])))?;
    assert_eq!(picture(&instance)?.pixels, plain.pixels);
    assert!(instance.persistent_message().unwrap().1.contains("guide is empty"));
    instance.set("point1Mode", 0)?;
    let passed = instance.render(&Request::at(0.0))?;
    assert_eq!(passed.picture().pixels, tests::linked::test_picture(256, 144).pixels);
    drop(instance);
    stage.finish()
}

#[test]
fn an_input_without_a_picture_at_this_time_is_ignored_and_told() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), COMPOSITE)?;
    let plain = picture(&instance)?;
    for (input, told) in [
        ("Guide", "Guide"),
        ("Garbage", "Garbage matte"),
        ("Holdout", "Holdout"),
        ("Background", "Background"),
    ] {
        instance.connect(input, Clip::new(Gone(None)))?;
        assert_eq!(picture(&instance)?.pixels, plain.pixels, "{input}");
        let message = instance.persistent_message().unwrap().1;
        assert!(message.contains(told) && message.contains("no picture"), "{message}");
        instance.disconnect(input)?;
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_background_lies_behind_with_its_own_alpha() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), COMPOSITE)?;
    let behind = Picture::filled(256, 144, [0.2, 0.4, 0.6, 0.5]);
    instance.connect("Background", Clip::still(behind))?;
    let output = render(&instance)?;
    let picture_over = output.picture();
    let [r, g, b, a] = at(&picture_over, [220.0, 120.0]);
    assert_eq!(a, 0.5);
    // The source is straight, and so is the output.
    assert_eq!(output.premultiplication, Premultiplication::Unpremultiplied);
    assert!((r - 0.2).abs() < 1e-6 && (g - 0.4).abs() < 1e-6 && (b - 0.6).abs() < 1e-6, "{r} {g} {b}");
    assert_eq!(at(&picture_over, POINT)[3], 1.0);
    instance.set("useBackground", false)?;
    assert_eq!(at(&picture(&instance)?, [220.0, 120.0]), [0.0, 0.0, 0.0, 1.0]);
    drop(instance);
    stage.finish()
}

#[test]
fn in_resolve_every_input_looks_connected_and_none_is_used_unasked() -> Tested {
    let stage = Stage::new(Profile::resolve(), Disc::default())?;
    let instance = pointed_in(&stage, source(), MATTE, Project::new(SIZE.0, SIZE.1))?;
    let plain = picture(&instance)?;
    instance.connect("Garbage", left())?;
    assert_eq!(picture(&instance)?.pixels, plain.pixels);
    instance.set("useGarbage", true)?;
    assert_eq!(at(&picture(&instance)?, INSIDE_LEFT)[3], 0.0);
    drop(instance);
    stage.finish()
}
