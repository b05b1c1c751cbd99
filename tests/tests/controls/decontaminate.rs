//! The subject's own colour in its soft edges.

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{Clip, Context, Instance, Picture, Premultiplication, Profile, Request, SimError};

use crate::stage::*;

/// Light of the subject and of what lies behind.
const SUBJECT: [f32; 3] = [0.75, 0.5, 0.125];
const BEHIND: [f32; 3] = [0.0, 0.25, 1.0];

/// A subject that is mixed with its background just as the matte says.
fn mixed(matte: &Picture) -> Picture {
    Picture::from_fn(matte.width, matte.height, |x, y| {
        let alpha = matte.at(x, y)[3];
        let [r, g, b] = std::array::from_fn(|c| alpha * SUBJECT[c] + (1.0 - alpha) * BEHIND[c]);
        [r, g, b, 1.0]
    })
}

/// The matte, which depends on the prompts alone, and the source made for it.
fn subject(feather: f64) -> Result<(Picture, Picture), SimError> {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    instance.set("feather", feather)?;
    let matte = picture(&instance)?;
    drop(instance);
    stage.finish()?;
    let source = mixed(&matte);
    Ok((matte, source))
}

fn soft(alpha: f32) -> bool {
    alpha > 0.0 && alpha < 1.0
}

fn near(pixel: [f32; 4], colour: [f32; 3], allowed: f32) -> bool {
    pixel.iter().zip(colour).all(|(a, b)| (a - b).abs() <= allowed)
}

fn rendered(instance: &Instance, mode: i32, amount: f64) -> Result<Picture, SimError> {
    instance.set("output", mode)?;
    instance.set("decontaminate", amount)?;
    picture(instance)
}

#[test]
fn soft_edges_get_the_subjects_colour_and_nothing_else_changes() -> Tested {
    let (matte, source) = subject(30.0)?;
    assert!(matte.pixels.iter().filter(|pixel| soft(pixel[3])).count() > 1000);
    let stage = stage()?;
    let instance = pointed(&stage, Clip::still(source.clone()), CUT_OUT_STRAIGHT)?;
    instance.set("feather", 30.0)?;
    for (mode, clear_is_black, multiplied) in [
        (CUT_OUT, false, false),
        (CUT_OUT_STRAIGHT, false, false),
        (CUT_OUT_PREMULTIPLIED, true, true),
        (FOREGROUND, true, false),
    ] {
        let [without, half, with] = [
            rendered(&instance, mode, 0.0)?,
            rendered(&instance, mode, 0.5)?,
            rendered(&instance, mode, 1.0)?,
        ];
        for (i, pixel) in matte.pixels.iter().enumerate() {
            let (alpha, [r, g, b, _]) = (pixel[3], source.pixels[i]);
            let share = if multiplied { alpha } else { 1.0 };
            let own = if alpha == 0.0 && clear_is_black { [0.0; 3] } else { [r, g, b] };
            let told = without.pixels[i];
            assert!(near(told, own.map(|c| c * share), 0.0), "{mode} {alpha}: {told:?} {own:?}");
            assert_eq!(with.pixels[i][3], told[3], "alpha is no one's business here");
            if soft(alpha) {
                assert!(
                    near(with.pixels[i], SUBJECT.map(|c| c * share), 1e-4),
                    "{mode}: {:?}",
                    with.pixels[i]
                );
                let middle = std::array::from_fn(|c| (told[c] + with.pixels[i][c]) / 2.0);
                assert!(near(half.pixels[i], middle, 1e-5), "{mode}: {:?} {middle:?}", half.pixels[i]);
            } else {
                assert_eq!(with.pixels[i], told, "{mode}: bit for bit where the matte is certain");
                assert_eq!(half.pixels[i], told);
            }
        }
    }
    // Views that show the source or the matte do not change.
    for mode in [MATTE, OVERLAY, EDGES] {
        assert_eq!(rendered(&instance, mode, 0.0)?.pixels, rendered(&instance, mode, 1.0)?.pixels, "{mode}");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_composite_shows_no_fringe() -> Tested {
    let (matte, source) = subject(30.0)?;
    let stage = stage()?;
    let opaque = Clip::still(source).with_premultiplication(Premultiplication::Opaque);
    let instance = pointed(&stage, opaque, COMPOSITE)?;
    instance.set("feather", 30.0)?;
    for over in [[0.0_f32; 3], [1.0; 3], [1.0, 0.0, 1.0]] {
        instance.set("backgroundColour", over.map(f64::from))?;
        let worst = |picture: &Picture| {
            let laid = |i: usize, c: usize| {
                let alpha = matte.pixels[i][3];
                alpha * SUBJECT[c] + (1.0 - alpha) * over[c]
            };
            let pixels = picture.pixels.iter().enumerate();
            pixels.flat_map(|(i, p)| (0..3).map(move |c| (p[c] - laid(i, c)).abs())).fold(0.0, f32::max)
        };
        assert!(worst(&rendered(&instance, COMPOSITE, 1.0)?) < 1e-4);
        assert!(worst(&rendered(&instance, COMPOSITE, 0.0)?) > 0.2);
    }
    drop(instance);
    stage.finish()
}

#[test]
fn colours_are_unmixed_as_light_where_the_encoding_is_known() -> Tested {
    let (matte, source) = subject(30.0)?;
    let encode =
        |light: f32| if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    let encoded = Picture::from_fn(source.width, source.height, |x, y| {
        let [r, g, b, a] = source.at(x, y);
        [encode(r), encode(g), encode(b), a]
    });
    let stage = stage()?;
    let instance = pointed(&stage, Clip::still(encoded), CUT_OUT_STRAIGHT)?;
    instance.set("feather", 30.0)?;
    instance.set("sourceColour", 1)?;
    let known = picture(&instance)?;
    instance.set("sourceColour", 0)?;
    let guessed = picture(&instance)?;
    let edge = || (0..matte.pixels.len()).filter(|i| soft(matte.pixels[*i][3]));
    assert!(edge().all(|i| near(known.pixels[i], SUBJECT.map(encode), 2e-4)));
    assert!(edge().any(|i| !near(guessed.pixels[i], SUBJECT.map(encode), 0.05)));
    drop(instance);
    stage.finish()
}

#[test]
fn it_can_be_keyed_and_depends_on_no_window() -> Tested {
    let (_, source) = subject(30.0)?;
    let stage = stage()?;
    let instance = pointed(&stage, Clip::still(source), CUT_OUT_STRAIGHT)?;
    instance.set("feather", 30.0)?;
    let [without, with] =
        [rendered(&instance, CUT_OUT_STRAIGHT, 0.0)?, rendered(&instance, CUT_OUT_STRAIGHT, 1.0)?];
    instance.set_key("decontaminate", 0.0, 0.0)?;
    instance.set_key("decontaminate", 4.0, 1.0)?;
    assert_eq!(picture(&instance)?.pixels, without.pixels);
    assert_eq!(instance.render(&Request::at(4.0))?.picture().pixels, with.pixels);
    // A window through the edge, read back where it lies in the frame.
    let [x1, y1, x2, y2] = [70, 20, 101, 83];
    let part = instance.render(&Request { window: Some([x1, y1, x2, y2]), ..Request::at(4.0) })?;
    assert_eq!(part.window, [x1, y1, x2, y2]);
    let (part, bounds) = (part.picture(), part.bounds);
    for y in y1..y2 {
        for x in x1..x2 {
            let place = |bounds: [i32; 4]| [f64::from(x - bounds[0]), f64::from(y - bounds[1])];
            assert_eq!(at(&part, place(bounds)), at(&with, place([0; 4])), "{x}, {y}");
        }
    }
    drop(instance);
    stage.finish()
}

#[test]
fn the_alpha_that_counts_is_the_outputs_own() -> Tested {
    let (matte, _) = subject(30.0)?;
    // The source's own alpha takes the right half of the subject away, softly: the mix is that of both.
    let own = |x: usize| (1.0 - (x as f32 - 80.0) / 40.0).clamp(0.0, 1.0);
    let alpha =
        Picture::from_fn(matte.width, matte.height, |x, y| [0.0, 0.0, 0.0, matte.at(x, y)[3] * own(x)]);
    let source = mixed(&alpha);
    let source = Picture::from_fn(matte.width, matte.height, |x, y| {
        let [r, g, b, _] = source.at(x, y);
        [r, g, b, own(x)]
    });
    let stage = stage()?;
    let straight = Clip::still(source).with_premultiplication(Premultiplication::Unpremultiplied);
    let instance = pointed(&stage, straight, CUT_OUT_STRAIGHT)?;
    instance.set("feather", 30.0)?;
    instance.set("sourceAlpha", 1)?;
    let cut = picture(&instance)?;
    for (pixel, alpha) in cut.pixels.iter().zip(&alpha.pixels).filter(|(_, alpha)| soft(alpha[3])) {
        assert!((pixel[3] - alpha[3]).abs() < 1e-6 && near(*pixel, SUBJECT, 1e-4), "{pixel:?} {alpha:?}");
    }
    // Where the output ends is not what is background.
    instance.set("boxEnable", true)?;
    instance.set("boxBottomLeft", [60.0, 20.0])?;
    instance.set("boxTopRight", [110.0, 80.0])?;
    let whole = picture(&instance)?;
    instance.set("cropToSubject", true)?;
    instance.set("cropMargin", 0.0)?;
    let cropped = render(&instance)?;
    let [x1, y1, x2, y2] = cropped.bounds;
    let picture = cropped.picture();
    for (x, y) in (y1..y2).flat_map(|y| (x1..x2).map(move |x| (x, y))) {
        let pixel = at(&picture, [f64::from(x - x1), f64::from(y - y1)]);
        if pixel[3] > 0.0 {
            assert_eq!(pixel, at(&whole, [f64::from(x), f64::from(y)]));
        }
    }
    drop(instance);
    stage.finish()
}

#[test]
fn every_host_gets_it() -> Tested {
    for profile in [Profile::natron(), Profile::resolve(), Profile::mlt()] {
        let stage = Stage::new(profile, Disc::default())?;
        let instance = stage.instance(Context::Filter, source(), SIZE)?;
        instance.set("output", "Foreground only")?;
        instance.set("point1Mode", 1)?;
        instance.set("point1", POINT)?;
        let with = instance.render(&Request::at(0.0))?.picture();
        instance.set("decontaminate", 0.0)?;
        let without = instance.render(&Request::at(0.0))?.picture();
        assert!(with.pixels != without.pixels);
        assert_eq!(at(&with, POINT), at(&without, POINT));
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}
