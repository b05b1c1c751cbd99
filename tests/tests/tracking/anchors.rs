//! The artist's frames: never overwritten, told from tracked ones, and what a correction changes.

use tests::sim::{Instance, SimError, Value};

use crate::stage::*;

/// All that is keyed of the prompts at a time, with its values.
fn keys(instance: &Instance, time: f64) -> Result<Vec<(String, Value)>, SimError> {
    let points = (1..=16).flat_map(|i| [format!("point{i}Mode"), format!("point{i}")]);
    let others = ["boxEnable", "boxBottomLeft", "boxTopRight", "candidate"].map(str::to_owned);
    let mut keys = Vec::new();
    for name in points.chain(others) {
        if instance.key_times(&name)?.contains(&time) {
            keys.push((name.clone(), instance.value(&name, time)?));
        }
    }
    Ok(keys)
}

#[test]
fn what_the_artist_keyed_stays() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 30), 0.0)?;
    key_box(&instance, 20.0, wave(20.0).unwrap())?;
    // Prompts that choose nothing are the artist's wish too.
    instance.set_key("boxEnable", 10.0, false)?;
    let kept = [0.0, 10.0, 20.0];
    let before = kept.map(|time| keys(&instance, time));
    let nothing = matte(&instance, 10.0)?;
    press(&instance, "trackForward", 0.0)?;
    for (time, before) in kept.into_iter().zip(before) {
        let (before, after) = (before?, keys(&instance, time)?);
        assert!(before.iter().all(|key| after.contains(key)), "{time}: {before:?}, {after:?}");
    }
    assert_eq!(matte(&instance, 10.0)?, nothing);
    assert_eq!(coverage(&instance)?, "Frames 0-29: 3 keyed, 27 tracked.");
    let others = times(1..=29).into_iter().filter(|time| *time != 10.0);
    assert_follows(&instance, wave, others)?;
    drop(instance);
    stage.finish()
}

#[test]
fn a_tracked_frame_shows_the_candidate_that_is_stored() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 8), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    let tracked = matte(&instance, 4.0)?;
    let candidate = number(&instance, "candidate", 4.0)?;
    assert!((1..=4).contains(&candidate));
    // The third is half of the disc.
    instance.set_key("candidate", 4.0, 3)?;
    assert!(overlap(&matte(&instance, 4.0)?, wave(4.0).unwrap()) < 0.7);
    assert_eq!(coverage(&instance)?, "Frames 0-7: 2 keyed, 6 tracked.");
    instance.set_key("candidate", 4.0, candidate)?;
    assert_eq!(matte(&instance, 4.0)?, tracked);
    assert_eq!(coverage(&instance)?, "Frames 0-7: 1 keyed, 7 tracked.", "undone by hand");
    drop(instance);
    stage.finish()
}

#[test]
fn a_key_that_is_set_or_moved_makes_the_frame_the_artists() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(straight, 30), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    let is_keyed = |name: &str, time: f64| instance.key_times(name).unwrap().contains(&time);
    let name = "boxBottomLeft";
    let between = times(5..=25).into_iter().find(|time| !is_keyed(name, *time)).expect("few keys");
    let keyed = 29.0;
    assert!(is_keyed(name, keyed));
    let at = |time: f64| instance.value(name, time).unwrap().doubles().unwrap().to_vec();
    // A key of the very value that was interpolated says that the artist has looked.
    let value = at(between);
    instance.set_key(name, between, [value[0], value[1]])?;
    assert_eq!(coverage(&instance)?, "Frames 0-29: 2 keyed, 28 tracked.");
    let value = at(keyed);
    instance.set_key(name, keyed, [value[0] + 2.0, value[1]])?;
    assert_eq!(coverage(&instance)?, "Frames 0-29: 3 keyed, 27 tracked.");
    instance.press("keyAllPrompts", 27.0)?;
    assert_eq!(coverage(&instance)?, "Frames 0-29: 4 keyed, 26 tracked.");
    drop(instance);
    stage.finish()
}

#[test]
fn a_correction_changes_its_two_segments_alone() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 40), 0.0)?;
    key_box(&instance, 20.0, wave(20.0).unwrap())?;
    press(&instance, "trackForward", 0.0)?;
    let all = times(0..=39);
    let before = mattes(&instance, &all)?;
    // From frame 10 on the artist wants the left half alone.
    let [x, y] = wave(10.0).unwrap();
    let y = f64::from(SIZE.1) - y;
    instance.set_key("boxBottomLeft", 10.0, [x - RADIUS - 2.0, y - RADIUS - 2.0])?;
    instance.set_key("boxTopRight", 10.0, [x, y + RADIUS + 2.0])?;
    instance.set_key("candidate", 10.0, 1)?;
    assert!(matte(&instance, 10.0)? != before[10]);
    let box_before = instance.value("boxTopRight", 11.0)?;
    press(&instance, "trackBoth", 10.0)?;
    assert_eq!(coverage(&instance)?, "Frames 0-39: 3 keyed, 37 tracked.");
    let after = mattes(&instance, &all)?;
    // All of the disc is of one colour, so that the network soon draws it whole again.
    assert!(after[10] != before[10]);
    assert!(instance.value("boxTopRight", 11.0)? != box_before, "the frames beside it are tracked again");
    for time in (20..40).chain([0]) {
        assert!(after[time] == before[time], "frame {time} is of no segment of the correction");
    }
    // Again the same: nothing changes at all.
    press(&instance, "trackBoth", 10.0)?;
    assert!(mattes(&instance, &all)? == after);
    drop(instance);
    stage.finish()
}

#[test]
fn corrections_before_the_first_start_change_no_other_segment() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 40), 39.0)?;
    press(&instance, "trackBackward", 39.0)?;
    let left_half = |time: f64| -> Tested {
        let [x, y] = wave(time).unwrap();
        let y = f64::from(SIZE.1) - y;
        instance.set_key("boxBottomLeft", time, [x - RADIUS - 2.0, y - RADIUS - 2.0])?;
        instance.set_key("boxTopRight", time, [x, y + RADIUS + 2.0])?;
        instance.set_key("candidate", time, 1)?;
        press(&instance, "trackBoth", time).map(|_| ())
    };
    left_half(25.0)?;
    let all = times(0..=39);
    let (before, box_before) = (mattes(&instance, &all)?, instance.value("boxTopRight", 9.0)?);
    left_half(10.0)?;
    let after = mattes(&instance, &all)?;
    assert!(after[10] != before[10] && instance.value("boxTopRight", 9.0)? != box_before);
    for time in 25..40 {
        assert!(after[time] == before[time], "frame {time} is of no segment of the correction");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_point_that_is_switched_off_on_one_frame_stays_on_elsewhere() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(straight, 12), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    for index in 1..=3 {
        instance.set_key(&format!("point{index}Mode"), 5.0, "Off")?;
    }
    assert_eq!(coverage(&instance)?, "Frames 0-11: 2 keyed, 10 tracked.");
    press(&instance, "trackBoth", 5.0)?;
    assert_eq!(coverage(&instance)?, "Frames 0-11: 2 keyed, 10 tracked.");
    assert_follows(&instance, straight, times(0..=11))?;
    drop(instance);
    stage.finish()
}

#[test]
fn a_step_within_an_older_track_leaves_all_others() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 30), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    let all = times(0..=29);
    let before = mattes(&instance, &all)?;
    press(&instance, "trackNext", 14.0)?;
    instance.set("trackRange", "In to out")?;
    instance.set("trackFrom", 20)?;
    instance.set("trackTo", 23)?;
    press(&instance, "trackForward", 20.0)?;
    let after = mattes(&instance, &all)?;
    for time in (0..=29).filter(|time| ![15, 21, 22, 23].contains(time)) {
        assert!(after[time] == before[time], "frame {time}");
    }
    assert_follows(&instance, wave, all)?;
    assert_eq!(coverage(&instance)?, "Frames 0-29: 2 keyed, 28 tracked.");
    drop(instance);
    stage.finish()
}

#[test]
fn a_point_that_is_added_corrects_one_frame() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    let before = mattes(&instance, &times(0..=19))?;
    press(&instance, "addExcludePoint", 10.0)?;
    assert_eq!(coverage(&instance)?, "Frames 0-19: 2 keyed, 18 tracked.");
    let is_on = |time: f64| number(&instance, "point4Mode", time);
    assert_eq!((is_on(9.0)?, is_on(10.0)?, is_on(11.0)?), (0, 2, 0));
    let after = mattes(&instance, &times(0..=19))?;
    for time in (0..20).filter(|time| *time != 10) {
        assert!(after[time] == before[time], "frame {time}");
    }
    press(&instance, "trackBoth", 10.0)?;
    assert_eq!((is_on(9.0)?, is_on(10.0)?, is_on(11.0)?), (0, 2, 0));
    assert_eq!(coverage(&instance)?, "Frames 0-19: 2 keyed, 18 tracked.");
    drop(instance);
    stage.finish()
}

#[test]
fn what_is_cleared_is_forgotten() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 8), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    instance.press("clearPrompts", 3.0)?;
    assert_eq!(text(&instance, "trackData")?, "");
    assert_eq!(coverage(&instance)?, "Nothing is keyed or tracked yet.");
    drop(instance);
    stage.finish()
}
