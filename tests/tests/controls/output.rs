//! What is given back in each mode, and that it is declared truly.

use tests::linked::{Stage, test_picture};
use tests::sim::{Clip, Components, Instance, Picture, Premultiplication, Request, SimError};

use crate::stage::*;

const INSIDE: [f64; 2] = POINT;
const OUTSIDE: [f64; 2] = [220.0, 120.0];

/// Colours beyond 0..1 and colour without coverage: what a mode must not lose. The host multiplies it where a clip
/// is premultiplied, and then colour without coverage is black.
fn rich() -> Picture {
    Picture::from_fn(256, 144, |x, y| {
        let alpha = [0.0, 0.25, 0.5, 1.0][(x / 4 + y / 4) % 4];
        [4.0, -0.25, 0.5 + (x % 7) as f32 / 10.0, alpha]
    })
}

/// An instance whose soft edges keep the source's colour.
fn undecontaminated(stage: &Stage, clip: Clip, mode: i32) -> Result<Instance, SimError> {
    let instance = pointed(stage, clip, mode)?;
    instance.set("decontaminate", 0.0)?;
    Ok(instance)
}

#[test]
fn a_cut_out_is_multiplied_as_its_name_says() -> Tested {
    let stage = stage()?;
    let original = test_picture(256, 144);
    for (mode, declared) in [
        (CUT_OUT_PREMULTIPLIED, Premultiplication::Premultiplied),
        (CUT_OUT_STRAIGHT, Premultiplication::Unpremultiplied),
    ] {
        let output = render(&undecontaminated(&stage, source(), mode)?)?;
        assert_eq!(output.premultiplication, declared, "{mode}");
        let picture = output.picture();
        for (pixel, original) in picture.pixels.iter().zip(&original.pixels) {
            for c in 0..3 {
                let share = if mode == CUT_OUT_PREMULTIPLIED { pixel[3] } else { 1.0 };
                assert!((pixel[c] - original[c] * share).abs() < 1e-6);
            }
        }
    }
    stage.finish()
}

#[test]
fn nothing_is_lost_that_the_mode_does_not_ask_to_lose() -> Tested {
    let stage = stage()?;
    for premultiplied in [false, true] {
        let state =
            if premultiplied { Premultiplication::Premultiplied } else { Premultiplication::Unpremultiplied };
        let clip = || Clip::still(rich()).with_premultiplication(state);
        let hidden = |pixel: &[f32; 4]| premultiplied && pixel[3] == 0.0;
        // A straight cut-out has the source's straight colour everywhere, matte or not.
        let picture = picture(&undecontaminated(&stage, clip(), CUT_OUT_STRAIGHT)?)?;
        for (pixel, original) in picture.pixels.iter().zip(&rich().pixels).filter(|(_, p)| !hidden(p)) {
            for c in 0..3 {
                assert!((pixel[c] - original[c]).abs() < 1e-5, "{premultiplied}: {pixel:?} {original:?}");
            }
        }
        // Without a prompt the source passes bit for bit, in every mode that is declared as it is.
        let instance = pointed(&stage, clip(), CUT_OUT)?;
        instance.set("point1Mode", 0)?;
        let passed = instance.render(&Request { skip_identity: true, ..Request::at(0.0) })?.picture();
        for (pixel, [r, g, b, a]) in passed.pixels.iter().zip(&rich().pixels) {
            let share = if premultiplied { *a } else { 1.0 };
            assert_eq!(*pixel, [r * share, g * share, b * share, *a]);
        }
        // In a mode that is declared otherwise it is restated, not passed on under a false name.
        let other = if premultiplied { CUT_OUT_STRAIGHT } else { CUT_OUT_PREMULTIPLIED };
        instance.set("output", other)?;
        let restated = instance.render(&Request::at(0.0))?;
        assert_eq!(restated.identity, None);
        for (pixel, original) in
            restated.picture().pixels.iter().zip(&rich().pixels).filter(|(_, p)| !hidden(p))
        {
            let expected = original[0] * if premultiplied { 1.0 } else { original[3] };
            assert!((pixel[0] - expected).abs() < 1e-5 && pixel[3] == original[3], "{pixel:?} {original:?}");
        }
    }
    stage.finish()
}

#[test]
fn a_composite_lies_over_the_colour() -> Tested {
    let stage = stage()?;
    let opaque = source().with_premultiplication(Premultiplication::Opaque);
    let instance = pointed(&stage, opaque, COMPOSITE)?;
    instance.set("backgroundColour", [0.1, 0.9, 0.2])?;
    let output = render(&instance)?;
    assert_eq!(output.premultiplication, Premultiplication::Opaque);
    let picture = output.picture();
    let original = test_picture(256, 144);
    assert_eq!(at(&picture, INSIDE)[..3], at(&original, INSIDE)[..3]);
    assert_eq!(at(&picture, OUTSIDE), [0.1, 0.9, 0.2, 1.0]);
    assert!(picture.pixels.iter().all(|pixel| pixel[3] == 1.0));
    drop(instance);
    stage.finish()
}

#[test]
fn light_is_blended_where_the_colour_is_known() -> Tested {
    let stage = stage()?;
    let white = Clip::still(Picture::filled(256, 144, [1.0; 4]));
    let instance = pointed(&stage, white, COMPOSITE)?;
    let matte = {
        instance.set("output", MATTE)?;
        let matte = picture(&instance)?;
        instance.set("output", COMPOSITE)?;
        matte
    };
    let half = matte.pixels.iter().position(|p| (p[3] - 0.5).abs() < 0.1).unwrap();
    let alpha = matte.pixels[half][3];
    // Nobody says what the source is: blended as it is.
    assert!((picture(&instance)?.pixels[half][0] - alpha).abs() < 1e-4);
    // sRGB: half of white's light.
    instance.set("sourceColour", 1)?;
    let expected = 1.055 * alpha.powf(1.0 / 2.4) - 0.055;
    assert!((picture(&instance)?.pixels[half][0] - expected).abs() < 1e-3);
    // Linear: light already.
    instance.set("sourceColour", 3)?;
    assert!((picture(&instance)?.pixels[half][0] - alpha).abs() < 1e-4);
    drop(instance);
    stage.finish()
}

#[test]
fn foreground_and_edges_are_views_of_the_whole_frame() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), FOREGROUND)?;
    let foreground = picture(&instance)?;
    assert_eq!(at(&foreground, INSIDE)[..3], at(&test_picture(256, 144), INSIDE)[..3]);
    assert_eq!(at(&foreground, OUTSIDE), [0.0, 0.0, 0.0, 1.0]);

    instance.set("output", EDGES)?;
    let output = render(&instance)?;
    assert_eq!(output.premultiplication, Premultiplication::Unpremultiplied);
    let edges = output.picture();
    assert_eq!(at(&edges, INSIDE), [1.0, 1.0, 1.0, 0.0]);
    assert_eq!(at(&edges, OUTSIDE), [0.0; 4]);
    assert_eq!(at(&edges, [POINT[0] + RADIUS, POINT[1]]), [0.5, 0.5, 0.5, 1.0]);
    drop(instance);
    stage.finish()
}

#[test]
fn rgb_and_alpha_outputs_hold_what_they_can() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), CUT_OUT)?;
    let whole = picture(&instance)?;
    instance.set("outputComponents", 2)?;
    let alpha = render(&instance)?;
    assert_eq!(alpha.components, Components::Alpha);
    assert_eq!(alpha.picture().alpha(), whole.alpha());
    instance.set("outputComponents", 1)?;
    let rgb = render(&instance)?;
    assert_eq!((rgb.components, rgb.premultiplication), (Components::Rgb, Premultiplication::Opaque));
    let premultiplied = {
        instance.set("outputComponents", 0)?;
        instance.set("output", CUT_OUT_PREMULTIPLIED)?;
        picture(&instance)?
    };
    for (rgb, over_black) in rgb.picture().pixels.iter().zip(&premultiplied.pixels) {
        assert_eq!(rgb[..3], over_black[..3]);
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_cropped_output_ends_around_the_box() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    let whole = picture(&instance)?;
    instance.set("cropToSubject", true)?;
    let (_, region) = instance.region_of_definition(0.0, (1.0, 1.0))?;
    assert_eq!(region, [0.0, 0.0, 256.0, 144.0], "nothing to crop to without a box");
    render(&instance)?;
    assert!(instance.persistent_message().unwrap().1.contains("needs a box"));

    instance.set("boxEnable", true)?;
    instance.set("boxBottomLeft", [80.0, 40.0])?;
    instance.set("boxTopRight", [110.0, 90.0])?;
    instance.set("cropMargin", 30.0)?;
    let (status, region) = instance.region_of_definition(0.0, (1.0, 1.0))?;
    assert_eq!((status.is_fine(), region), (true, [76.0, 36.0, 114.0, 94.0]));
    let output = render(&instance)?;
    let cropped = output.picture();
    let [x1, y1, ..] = output.bounds;
    for y in 0..cropped.height {
        for x in 0..cropped.width {
            let place = [f64::from(x1) + x as f64, f64::from(y1) + (cropped.height - 1 - y) as f64];
            let inside = place[0] >= 76.0 && place[0] < 114.0 && place[1] >= 36.0 && place[1] < 94.0;
            let expected = if inside { at(&whole, place)[3] } else { 0.0 };
            assert_eq!(cropped.at(x, y)[3], expected, "{place:?}");
        }
    }
    // A view of the whole frame is not cropped.
    instance.set("output", OVERLAY)?;
    assert_eq!(instance.region_of_definition(0.0, (1.0, 1.0))?.1, [0.0, 0.0, 256.0, 144.0]);
    drop(instance);
    stage.finish()
}
