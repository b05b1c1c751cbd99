//! Tracking in every host that there is a profile of.

use tests::eyes::Eyes;
use tests::linked::Stage;
use tests::sim::{Context, Profile};

use crate::stage::*;

#[test]
fn every_host_that_gives_other_frames_can_track() -> Tested {
    for profile in Profile::all().into_iter().filter(|profile| profile.temporal_access) {
        println!("in {}", profile.name);
        let stage = Stage::new(profile, Eyes::default())?;
        let context = Context::Filter;
        let instance = stage.instance_in(context, Scene::new(wave, 12).clip(), project())?;
        instance.set("output", "Matte")?;
        key_box(&instance, 0.0, wave(0.0).unwrap())?;
        assert_eq!(press(&instance, "trackForward", 0.0)?, "Tracked 11 frames.");
        assert_follows(&instance, wave, times(0..=11))?;
        assert_eq!(coverage(&instance)?, "Frames 0-11: 1 keyed, 11 tracked.");
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn a_host_without_other_frames_says_what_to_do() -> Tested {
    let profile = Profile { temporal_access: false, ..Profile::strict() };
    let stage = Stage::new(profile, Eyes::default())?;
    let instance = boxed(&stage, Scene::new(wave, 12), 0.0)?;
    for button in ["trackForward", "trackBackward", "trackBoth", "trackNext", "trackPrevious"] {
        let said = press(&instance, button, 0.0)?;
        assert!(said.contains("gives no other frames") && said.contains("import the keys"), "{said}");
    }
    let hint = instance.param_property("tracking", "OfxParamPropHint")?.join("");
    assert!(hint.contains("no other frames") && hint.contains("Import keys"), "{hint}");
    assert!(instance.key_times("candidate")?.is_empty());
    drop(instance);
    stage.finish()
}

#[test]
fn mlt_is_told_where_keys_come_from() -> Tested {
    let stage = Stage::new(Profile::mlt(), Eyes::default())?;
    let instance = stage.instance_in(Context::Filter, Scene::new(wave, 12).clip(), project())?;
    let hint = instance.param_property("tracking", "OfxParamPropHint")?.join("");
    assert!(hint.contains("promptmatte-track") && hint.contains("animation strings"), "{hint}");
    assert!(text(&instance, "coverage")?.contains("cannot track"));
    drop(instance);
    stage.finish()
}
