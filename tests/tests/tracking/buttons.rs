//! The five buttons: which frames they key, with what, and in how many steps of undo.

use tests::sim::Change;

use crate::stage::*;

#[test]
fn a_box_is_followed_forward_in_one_step_of_undo() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 30), 0.0)?;
    instance.take_changes();
    let said = press(&instance, "trackForward", 0.0)?;
    assert_eq!(said, "Tracked 29 frames.");
    let changes = instance.take_changes();
    assert_eq!(steps(&changes), ["Track"]);
    let outside = changes.iter().rposition(|change| *change == Change::StepEnds).unwrap();
    let labels = ["status", "lastFrame", "assumed", "coverage"];
    for change in &changes[outside..] {
        if let Change::Value { param, .. } = change {
            assert!(labels.contains(&param.as_str()), "{param} is written after the step");
        }
    }
    assert_eq!(keyed(&instance)?, times(0..=29));
    assert_follows(&instance, wave, times(0..=29))?;
    assert_eq!(coverage(&instance)?, "Frames 0-29: 1 keyed, 29 tracked.");
    drop(instance);
    stage.finish()
}

#[test]
fn curves_have_fewer_keys_than_frames() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(straight, 40), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    for name in ["boxBottomLeft", "boxTopRight"] {
        let keys = instance.key_times(name)?;
        assert!(keys.len() <= 15, "{name}: {keys:?}");
        assert_eq!((keys[0], keys[keys.len() - 1]), (0.0, 39.0), "{name}");
    }
    // Numbers and switches cannot be interpolated.
    for name in ["candidate", "point1Mode", "point2Mode", "point3Mode", "boxEnable"] {
        assert_eq!(instance.key_times(name)?, times(0..=39), "{name}");
    }
    assert_follows(&instance, straight, times(0..=39))?;
    drop(instance);
    stage.finish()
}

#[test]
fn each_button_goes_its_way() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 10.0)?;
    assert_eq!(press(&instance, "trackNext", 10.0)?, "Tracked 1 frame.");
    assert_eq!((keyed(&instance)?, instance.time()), (vec![10.0, 11.0], 11.0));
    press(&instance, "trackNext", 11.0)?;
    assert_eq!((keyed(&instance)?, instance.time()), (vec![10.0, 11.0, 12.0], 12.0));
    assert_eq!(coverage(&instance)?, "Frames 0-19: 1 keyed, 2 tracked, 17 not covered.");
    press(&instance, "trackPrevious", 10.0)?;
    assert_eq!((keyed(&instance)?, instance.time()), (times(9..=12), 9.0));
    press(&instance, "trackBackward", 10.0)?;
    assert_eq!(keyed(&instance)?, times(0..=12));
    press(&instance, "trackBoth", 10.0)?;
    assert_eq!(keyed(&instance)?, times(0..=19));
    assert_eq!(coverage(&instance)?, "Frames 0-19: 1 keyed, 19 tracked.");
    assert_follows(&instance, wave, times(0..=19))?;
    assert_eq!(
        press(&instance, "trackNext", 19.0)?,
        "No frame was tracked: there is none to track this way."
    );
    drop(instance);
    stage.finish()
}

#[test]
fn a_step_goes_over_a_frame_of_the_artist() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 10.0)?;
    key_box(&instance, 12.0, wave(12.0).unwrap())?;
    press(&instance, "trackNext", 10.0)?;
    let said = press(&instance, "trackNext", 11.0)?;
    assert_eq!((said.as_str(), instance.time()), ("Frame 12 is yours: it stays as it is.", 12.0));
    press(&instance, "trackNext", 12.0)?;
    assert_eq!(instance.time(), 13.0);
    assert_eq!(coverage(&instance)?, "Frames 0-19: 2 keyed, 2 tracked, 16 not covered.");
    drop(instance);
    stage.finish()
}

#[test]
fn a_range_that_is_reversed_is_the_same_range() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 10.0)?;
    instance.set("trackRange", "In to out")?;
    instance.set("trackFrom", 14)?;
    instance.set("trackTo", 7)?;
    press(&instance, "trackBoth", 10.0)?;
    assert_eq!(keyed(&instance)?, times(7..=14));
    // Beyond the clip there is nothing.
    instance.set("trackFrom", 500)?;
    press(&instance, "trackBoth", 10.0)?;
    assert_eq!(keyed(&instance)?, times(7..=19));
    drop(instance);
    stage.finish()
}

#[test]
fn a_click_is_enough_and_is_completed() -> Tested {
    let stage = stage()?;
    let instance = bare(&stage, Scene::new(wave, 12).clip())?;
    let [x, y] = wave(0.0).unwrap();
    instance.set("point1Mode", "Include")?;
    let point = [x + 3.0, f64::from(SIZE.1) - y];
    instance.set("point1", point)?;
    press(&instance, "trackForward", 0.0)?;
    assert_follows(&instance, wave, times(0..=11))?;
    // The artist's own prompts stay; box, two points and the candidate come to them.
    assert_eq!(instance.value("point1", 0.0)?.doubles(), Some(&point[..]));
    for name in ["point1Mode", "point2Mode", "point3Mode", "boxEnable"] {
        assert_eq!(number(&instance, name, 0.0)?, 1, "{name}");
    }
    assert!(number(&instance, "candidate", 0.0)? > 0);
    assert_eq!(coverage(&instance)?, "Frames 0-11: 1 keyed, 11 tracked.", "the start is no tracked frame");
    drop(instance);
    stage.finish()
}

#[test]
fn nothing_to_follow_is_said() -> Tested {
    let stage = stage()?;
    let instance = bare(&stage, Scene::new(wave, 12).clip())?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert!(said.contains("set a box or an include point"), "{said}");
    // Prompts that key nothing: a point that only excludes.
    instance.set_key("point1Mode", 0.0, "Exclude")?;
    let said = press(&instance, "trackBoth", 0.0)?;
    assert!(said.contains("set a box or an include point"), "{said}");
    assert!(instance.key_times("candidate")?.is_empty());
    drop(instance);
    stage.finish()
}

#[test]
fn an_automatic_subject_is_found_first() -> Tested {
    let stage = stage()?;
    tests::spots::Spots::default().install();
    promptmatte::engine::replace_network(Some(stage.network.clone()));
    let instance = bare(&stage, Scene::new(wave, 12).clip())?;
    instance.set("promptsFrom", "Automatic")?;
    instance.take_changes();
    let said = press(&instance, "trackForward", 0.0)?;
    assert_eq!(said, "Tracked 11 frames.");
    assert_eq!(steps(&instance.take_changes()), ["Track"]);
    assert_eq!(number(&instance, "promptsFrom", 0.0)?, 0, "the prompts are the artist's from now on");
    assert_follows(&instance, wave, times(0..=11))?;
    drop(instance);
    stage.finish_and(|| promptmatte::engine::replace_detector(None))
}
