//! A record that a project file has damaged: frames it cannot vouch for are the artist's.

use crate::stage::*;

#[test]
fn what_the_record_does_not_know_is_the_artists() -> Tested {
    let stage = stage()?;
    let instance = boxed(&stage, Scene::new(wave, 12), 0.0)?;
    press(&instance, "trackForward", 0.0)?;
    let whole = text(&instance, "trackData")?;
    let before = mattes(&instance, &times(0..=11))?;
    let words: Vec<&str> = whole.split(' ').collect();
    assert_eq!(words.len(), 13);
    let half = words[..7].join(" ");
    let mut torn = half.clone();
    torn.truncate(half.len() - 3);
    let swapped = whole.replace("1g", "99999999999999999999g");
    let cases = [
        (String::new(), 0),
        ("2 what is this".to_owned(), 0),
        ("\u{fffd}\u{0}\n\t \u{1f3ac}".replace('\u{0}', ""), 0),
        (half, 5),
        (torn, 4),
        (whole.replace('g', "x"), 0),
        (whole.replace('g', "g+"), 0),
        (whole.replace(" 3g", " 3d"), 11),
        (swapped, 9),
        (whole.clone(), 11),
    ];
    for (record, tracked) in cases {
        instance.force("trackData", record.as_str())?;
        instance.set("promptsFrom", "My prompts")?;
        let keyed = 12 - tracked;
        let told = coverage(&instance)?;
        assert!(
            told.starts_with(&format!("Frames 0-11: {keyed} keyed, {tracked} tracked")),
            "{record}: {told}"
        );
        assert!(mattes(&instance, &times(0..=11))? == before, "rendering does not look at the record");
    }
    // Nothing is overwritten where the record is gone.
    instance.force("trackData", "1 nonsense")?;
    let said = press(&instance, "trackForward", 0.0)?;
    assert_eq!(said, "No frame was tracked: there is none to track this way.");
    assert!(mattes(&instance, &times(0..=11))? == before);
    drop(instance);
    stage.finish()
}
