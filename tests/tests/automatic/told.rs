//! What the artist is told: the status line, the details, the viewer.

use promptmatte::effect::overlay::shapes::{GREEN, YELLOW};
use tests::sim::{Drawn, Stipple, View};

use super::*;

#[test]
fn a_certain_subject_is_called_automatic_with_its_agreement() -> Tested {
    let bench = Bench::new(still(&[([128.0, 72.0], RADIUS)]))?;
    assert_eq!(bench.status()?, "Automatic subject.");
    bench.render(0.0)?;
    let status = bench.status()?;
    assert!(status.starts_with("Automatic subject. Last render") && !status.contains("certain"), "{status}");
    let details = text(&bench.instance, "lastFrame")?;
    let sure: u32 = details.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(details.starts_with("Automatic subject, ") && (80..=100).contains(&sure), "{details}");
    assert_eq!(bench.instance.persistent_message(), None);
    bench.finish()
}

#[test]
fn a_mask_that_does_not_agree_asks_for_a_box() -> Tested {
    // A stripe: no disc covers it alone.
    let stripe = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |_, y| {
        if (66..78).contains(&y) { [1.0, 0.0, 0.0, 1.0] } else { [0.4, 0.4, 0.4, 1.0] }
    });
    let bench = Bench::new(Clip::still(stripe))?;
    bench.render(0.0)?;
    let status = bench.status()?;
    assert!(status.contains("not certain") && status.contains("set a box"), "{status}");
    assert!(bench.instance.persistent_message().unwrap().1.contains("set a box"));
    // Who sets one is not doubted.
    bench.instance.set("boxEnable", true)?;
    bench.render(0.0)?;
    assert!(!bench.status()?.contains("not certain"), "{}", bench.status()?);
    bench.finish()
}

#[test]
fn the_viewer_shows_the_box_found_once_the_frame_was_rendered() -> Tested {
    let stripe = |t: usize| {
        Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |_, y| {
            if t == 1 && (66..78).contains(&y) { [1.0, 0.0, 0.0, 1.0] } else { [0.4, 0.4, 0.4, 1.0] }
        })
    };
    let bench = Bench::new(Clip::from_pictures(vec![
        spotted(SIZE, &[([128.0, 72.0], RADIUS)]),
        stripe(1),
        stripe(2),
    ]))?;
    let view = bench.instance.overlay_v2().unwrap();
    let dashed = |drawn: &Drawn| match drawn {
        Drawn::Shape { ink, .. } if ink.stipple != Stipple::Solid => Some(ink.colour),
        _ => None,
    };
    let drawn = |time: f64| -> Vec<_> {
        view.set_view(View { time: Some(time), ..View::default() });
        view.draw().drawn.iter().filter_map(dashed).collect()
    };
    assert!(drawn(0.0).is_empty(), "not rendered yet");
    for time in [0.0, 1.0, 2.0] {
        bench.render(time)?;
    }
    assert!(drawn(0.0).contains(&GREEN) && !drawn(0.0).contains(&YELLOW));
    assert!(drawn(1.0).contains(&YELLOW), "not certain");
    assert!(drawn(2.0).is_empty(), "nothing stands out");
    bench.instance.set("promptsFrom", MINE)?;
    assert!(drawn(0.0).is_empty());
    drop(view);
    bench.finish()
}
