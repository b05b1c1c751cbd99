//! How tracking ends early, and what becomes of older tracks then.

use tests::eyes::Eyes;
use tests::linked::Stage;
use tests::sim::Profile;

use crate::stage::*;

#[test]
fn a_cancel_at_any_stage_keeps_what_was_done() -> Tested {
    let stage = stage()?;
    let mut most = 0;
    for updates in [0, 1, 2, 3, 5, 8, 13, 21, 34] {
        let instance = boxed(&stage, Scene::new(wave, 12), 0.0)?;
        let before = matte(&instance, 0.0)?;
        instance.cancel_progress_after(updates);
        let said = press(&instance, "trackForward", 0.0)?;
        let tracked = keyed(&instance)?;
        assert_eq!(tracked, times(0..=tracked.len() as i32 - 1), "{updates}: {said}");
        assert_follows(&instance, wave, tracked.iter().copied())?;
        if tracked.is_empty() {
            assert!(said.contains("cancelled"), "{said}");
            assert_eq!(matte(&instance, 0.0)?, before, "{updates}");
        } else if tracked.len() < 12 {
            assert!(said.contains("cancelled, what was done is kept"), "{updates}: {said}");
        }
        most = most.max(tracked.len());
        promptmatte::engine::purge();
    }
    assert!(most > 3, "the last of them went far: {most}");
    stage.finish()
}

#[test]
fn older_tracks_beyond_a_cancel_go_up_to_the_next_key() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 30), 0.0)?;
    key_box(&instance, 20.0, wave(20.0).unwrap())?;
    press(&instance, "trackForward", 0.0)?;
    assert_eq!(keyed(&instance)?, times(0..=29));
    let before = mattes(&instance, &times(20..=29))?;
    // Everything is remembered, so each frame asks but twice.
    instance.cancel_progress_after(8);
    let said = press(&instance, "trackForward", 0.0)?;
    let tracked: Vec<f64> =
        keyed(&instance)?.into_iter().filter(|time| *time > 0.0 && *time < 20.0).collect();
    assert!((1..15).contains(&tracked.len()), "{said}: {tracked:?}");
    assert_eq!(tracked, times(1..=tracked.len() as i32), "{said}");
    assert_eq!(keyed(&instance)?[tracked.len() + 1..], times(20..=29));
    let gap = 19 - tracked.len();
    let told = format!("Frames 0-29: 2 keyed, {} tracked, {gap} interpolated.", tracked.len() + 9);
    assert_eq!(coverage(&instance)?, told);
    assert_eq!(mattes(&instance, &times(20..=29))?, before);
    for name in ["point1", "point2Mode", "boxEnable", "boxTopRight"] {
        let keys = instance.key_times(name)?;
        assert!(!keys.iter().any(|key| *key > tracked.len() as f64 && *key < 20.0), "{name}: {keys:?}");
    }
    // A cancel before the first frame takes nothing away.
    let before = keyed(&instance)?;
    instance.cancel_progress_after(0);
    press(&instance, "trackForward", 0.0)?;
    assert_eq!(keyed(&instance)?, before);
    drop(instance);
    stage.finish()
}

fn leaves(time: f64) -> Option<[f64; 2]> {
    wave(time).filter(|_| time < 15.0)
}

#[test]
fn tracking_stops_where_the_subject_is_lost() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 30), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    // The same clip with another cut: the subject now leaves.
    instance.connect("Source", Scene::new(leaves, 30).clip())?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert!(said.contains("the subject is lost at frame 15"), "{said}");
    assert_eq!(keyed(&instance)?, times(0..=14), "the older track is gone from there on");
    assert_eq!(coverage(&instance)?, "Frames 0-29: 1 keyed, 14 tracked, 15 not covered.");
    drop(instance);
    stage.finish()
}

fn comes_back(time: f64) -> Option<[f64; 2]> {
    wave(time).filter(|_| !(12.0..=16.0).contains(&time))
}

#[test]
fn a_subject_that_comes_back_is_found_again() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(comes_back, 30), 0.0)?;
    instance.set("stopOnLoss", false)?;
    press(&instance, "trackForward", 0.0)?;
    assert_follows(&instance, wave, times(0..=11).into_iter().chain(times(19..=29)))?;
    let told = coverage(&instance)?;
    assert!(told.contains("29 tracked; doubtful: 12-16 (lost)"), "{told}");
    drop(instance);
    stage.finish()
}

#[test]
fn tracking_stops_at_a_cut() -> Tested {
    let stage = stage()?;
    let mut scene = Scene::new(leaves, 30);
    scene.cut_at = 15.0;
    let instance = boxed(&stage, scene, 0.0)?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert!(said.contains("the scene changes at frame 15") || said.contains("lost at frame 15"), "{said}");
    assert_eq!(keyed(&instance)?, times(0..=14));
    drop(instance);
    stage.finish()
}

#[test]
fn a_network_that_fails_keeps_what_was_done() -> Tested {
    let network = Eyes { fails_after: 9, ..Eyes::default() };
    let stage = Stage::new(Profile::strict(), network)?;
    let instance = boxed(&stage, Scene::new(wave, 30), 0.0)?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert!(said.contains("frame 9 failed"), "{said}");
    assert_eq!(keyed(&instance)?, times(0..=8));
    drop(instance);
    stage.finish()
}
