//! Clips of all kinds: with holes, of one frame, at odd times, of changing size, fielded, trimmed.

use tests::sim::{Field, Picture};

use crate::stage::*;

#[test]
fn missing_frames_are_skipped() -> Tested {
    let stage = stage()?;
    let mut scene = Scene::new(wave, 20);
    scene.missing = vec![7.0, 8.0, 12.0];
    let instance = boxed(&stage, scene, 0.0)?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert_eq!(said, "Tracked 16 frames; no picture at 7-8, 12.");
    let there = |time: &f64| ![7.0, 8.0, 12.0].contains(time);
    assert_follows(&instance, wave, times(0..=19).into_iter().filter(there))?;
    assert_eq!(coverage(&instance)?, "Frames 0-19: 1 keyed, 16 tracked, 3 interpolated.");
    // The start itself may be one of them.
    let said = press(&instance, "trackForward", 8.0)?;
    assert!(said.contains("no picture at this frame"), "{said}");
    drop(instance);
    stage.finish()
}

#[test]
fn one_frame_is_no_clip_to_track() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 1), 0.0)?;
    for button in ["trackForward", "trackBackward", "trackBoth", "trackNext", "trackPrevious"] {
        let said = press(&instance, button, 0.0)?;
        assert_eq!(said, "No frame was tracked: there is none to track this way.", "{button}");
    }
    assert!(instance.key_times("candidate")?.is_empty(), "nothing is written");
    drop(instance);
    stage.finish()
}

#[test]
fn times_may_be_negative_and_fractional() -> Tested {
    let stage = stage()?;
    let mut scene = Scene::new(|time| wave(time + 20.0), 1);
    scene.range = (-20.0, -5.0);
    let path = scene.path;
    let instance = boxed(&stage, scene.clone(), -12.0)?;
    press(&instance, "trackBoth", -12.0)?;
    assert_follows(&instance, path, times(-20..=-5))?;
    assert_eq!(coverage(&instance)?, "Frames -20 to -5: 1 keyed, 15 tracked.");
    drop(instance);
    let instance = boxed(&stage, scene, -12.25)?;
    press(&instance, "trackBoth", -12.25)?;
    let expected: Vec<f64> = (0..15).map(|i| -19.25 + f64::from(i)).collect();
    assert_eq!(instance.key_times("candidate")?, expected);
    assert_follows(&instance, path, expected)?;
    drop(instance);
    stage.finish()
}

#[test]
fn the_same_picture_at_every_time_needs_no_keys() -> Tested {
    let stage = stage()?;
    let mut scene = Scene::new(|_| wave(3.0), 1);
    scene.range = (0.0, 20.0);
    let instance = boxed(&stage, scene, 0.0)?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert!(said.contains("the same picture at every time"), "{said}");
    assert!(instance.key_times("candidate")?.is_empty());
    drop(instance);
    // A still that lasts for ever has no length.
    let instance = bare(&stage, tests::sim::Clip::still(Scene::new(wave, 1).picture(0.0)))?;
    key_box(&instance, 0.0, wave(0.0).unwrap())?;
    instance.set("trackRange", "In to out")?;
    instance.set("trackTo", 9)?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert!(said.contains("the same picture at every time"), "{said}");
    drop(instance);
    stage.finish()
}

#[test]
fn frames_may_change_their_size() -> Tested {
    let stage = stage()?;
    let mut scene = Scene::new(wave, 16);
    scene.shrink = |time| if (6.0..11.0).contains(&time) { 2 } else { 1 };
    let instance = boxed(&stage, scene, 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    assert_eq!(instance.key_times("point1")?.len(), 16, "nothing goes straight from size to size");
    assert_follows(&instance, wave, times(0..=15))?;
    drop(instance);
    stage.finish()
}

#[test]
fn a_clip_that_is_trimmed_keeps_its_track() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 10.0)?;
    press(&instance, "trackBoth", 10.0)?;
    let before = mattes(&instance, &times(8..=14))?;
    let mut scene = Scene::new(wave, 20);
    scene.range = (8.0, 14.0);
    instance.connect("Source", scene.clip())?;
    assert_eq!(coverage(&instance)?, "Frames 8-14: 1 keyed, 6 tracked; 13 outside the clip.");
    assert_eq!(mattes(&instance, &times(8..=14))?, before);
    press(&instance, "trackBoth", 10.0)?;
    assert_eq!(mattes(&instance, &times(8..=14))?, before);
    assert_eq!(instance.key_times("candidate")?, times(0..=19), "what lies outside may come back");
    drop(instance);
    stage.finish()
}

#[test]
fn fielded_material_is_tracked_by_its_earlier_field() -> Tested {
    let stage = stage()?;
    let instance = bare(&stage, Scene::new(wave, 10).clip().with_field_order(Field::Lower))?;
    key_box(&instance, 0.0, wave(0.0).unwrap())?;
    press(&instance, "trackForward", 0.0)?;
    let followed = |picture: &Picture, time: f64| overlap(picture, wave(time).unwrap());
    for time in times(0..=9) {
        let found = followed(&matte(&instance, time)?, time);
        assert!(found > 0.8, "{time}: {found}");
    }
    drop(instance);
    stage.finish()
}
