//! What is told of the frames, and the way to doubtful ones.

use crate::stage::*;

fn hidden(time: f64) -> Option<[f64; 2]> {
    wave(time).filter(|_| !(12.0..=16.0).contains(&time))
}

#[test]
fn doubtful_frames_are_gone_to() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(hidden, 30), 0.0)?;
    instance.set("stopOnLoss", false)?;
    press(&instance, "trackForward", 0.0)?;
    press(&instance, "nextDoubtful", 0.0)?;
    assert_eq!(instance.time(), 12.0);
    press(&instance, "nextDoubtful", 12.0)?;
    assert_eq!(instance.time(), 13.0);
    press(&instance, "previousDoubtful", 13.0)?;
    assert_eq!(instance.time(), 12.0);
    let said = press(&instance, "previousDoubtful", 12.0)?;
    assert_eq!((said.as_str(), instance.time()), ("No frame before this one is doubtful.", 12.0));
    // Who keys a doubtful frame has looked at it.
    instance.press("keyAllPrompts", 13.0)?;
    press(&instance, "nextDoubtful", 12.0)?;
    assert_eq!(instance.time(), 14.0);
    drop(instance);
    stage.finish()
}

#[test]
fn keys_and_automatic_frames_are_told() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 5.0)?;
    assert_eq!(coverage(&instance)?, "Frames 0-19: 1 keyed, 0 tracked, 19 not covered.");
    key_box(&instance, 10.0, wave(10.0).unwrap())?;
    assert_eq!(coverage(&instance)?, "Frames 0-19: 2 keyed, 0 tracked, 4 interpolated, 14 not covered.");
    instance.set("promptsFrom", "Automatic")?;
    assert_eq!(coverage(&instance)?, "Frames 0-19: 2 keyed, 0 tracked, 18 automatic.");
    drop(instance);
    stage.finish()
}
