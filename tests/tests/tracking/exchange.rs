//! Keys to a file and from one.

use std::fs;

use crate::stage::*;

#[test]
fn a_file_brings_the_same_mattes() -> Tested {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.txt").display().to_string();
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 20), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    instance.set_key("point4Mode", 7.0, "Exclude")?;
    instance.set_key("point4", 7.0, [10.0, 20.0])?;
    instance.set("keysFile", path.as_str())?;
    let said = press(&instance, "exportKeys", 3.0)?;
    assert_eq!(said, format!("Wrote the keys of 20 frames to {path}."));
    let before = mattes(&instance, &times(0..=19))?;
    let told = coverage(&instance)?;
    drop(instance);
    let instance = bare(&stage, Scene::new(wave, 20).clip())?;
    instance.set("keysFile", path.as_str())?;
    instance.take_changes();
    assert_eq!(press(&instance, "importKeys", 3.0)?, "Read the keys of 20 frames.");
    assert_eq!(steps(&instance.take_changes()), ["Import keys"]);
    assert_eq!(coverage(&instance)?, told);
    assert!(mattes(&instance, &times(0..=19))? == before);
    drop(instance);
    stage.finish()
}

#[test]
fn a_file_fits_a_frame_of_another_size() -> Tested {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.txt").display().to_string();
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 10), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    instance.set("keysFile", path.as_str())?;
    press(&instance, "exportKeys", 0.0)?;
    drop(instance);
    let mut proxy = Scene::new(wave, 10);
    proxy.shrink = |_| 2;
    let instance = bare(&stage, proxy.clip())?;
    instance.set("keysFile", path.as_str())?;
    press(&instance, "importKeys", 0.0)?;
    assert_follows(&instance, wave, times(0..=9))?;
    drop(instance);
    stage.finish()
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing() -> Tested {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.txt");
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 10), 0.0)?;
    assert_eq!(press(&instance, "importKeys", 0.0)?, "Choose a keys file first.");
    assert_eq!(press(&instance, "exportKeys", 0.0)?, "Choose a keys file first.");
    instance.set("keysFile", path.display().to_string())?;
    let whole = "PromptMatte keys 1\nframe 0 0 320 192\n3 keyed candidate 0 box 1 2 30 40\n";
    let damaged = [
        (None, "cannot be read"),
        (Some(String::new()), "Line 1"),
        (Some(whole.replace("keys 1", "keys 9")), "Line 1"),
        (Some(whole.replace("320", "nan")), "Line 2"),
        (Some(whole.replace("box 1", "box x")), "Line 3"),
        (Some(whole.replace("candidate 0", "candidate 7")), "Line 3"),
        (Some(format!("{whole}4 keyed candidate 0 poi")), "Line 4"),
        (Some("\u{0}".repeat(1000)), "Line 1"),
    ];
    for (content, expected) in damaged {
        if let Some(content) = &content {
            fs::write(&path, content).expect("a file");
        }
        instance.take_changes();
        let said = press(&instance, "importKeys", 0.0)?;
        assert!(said.contains(expected), "{content:?}: {said}");
        assert!(steps(&instance.take_changes()).is_empty(), "{content:?}");
    }
    fs::write(&path, [0xff, 0xfe, 0x00]).expect("a file");
    assert!(press(&instance, "importKeys", 0.0)?.contains("cannot be read"));
    fs::write(&path, whole).expect("a file");
    assert_eq!(press(&instance, "importKeys", 0.0)?, "Read the keys of 1 frame.");
    instance.set("keysFile", folder.path().join("no/such/folder").display().to_string())?;
    assert!(press(&instance, "exportKeys", 0.0)?.contains("cannot be written"));
    drop(instance);
    stage.finish()
}
