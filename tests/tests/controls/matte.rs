//! Candidate, matte tools, source alpha and mix.

use tests::network::{CANDIDATES, RADIUS as NETWORK_RADIUS};
use tests::sim::{Clip, Picture, Request};

use crate::stage::*;

/// Pixels of alpha, summed.
fn area(picture: &Picture) -> f64 {
    picture.pixels.iter().map(|pixel| f64::from(pixel[3])).sum()
}

/// Radius of the disc with this area.
fn radius(picture: &Picture) -> f64 {
    (area(picture) / std::f64::consts::PI).sqrt()
}

#[test]
fn a_candidate_is_taken_when_chosen() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    let automatic = picture(&instance)?;
    for (candidate, share) in (1..).zip(CANDIDATES) {
        instance.set("candidate", candidate)?;
        let expected = f64::from(NETWORK_RADIUS * share) / 4.0;
        let found = radius(&picture(&instance)?);
        assert!((found - expected).abs() < 0.5, "{candidate}: {found} {expected}");
    }
    instance.set("candidate", 0)?;
    assert_eq!(picture(&instance)?.pixels, automatic.pixels);
    // Keyed in every host: another candidate at another time.
    instance.set_key("candidate", 0.0, 3)?;
    instance.set_key("candidate", 5.0, 4)?;
    assert!(radius(&picture(&instance)?) < 25.0);
    assert!(radius(&instance.render(&Request::at(5.0))?.picture()) > 50.0);
    drop(instance);
    stage.finish()
}

#[test]
fn a_point_can_be_switched_off_by_a_key() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    instance.set("point2Mode", 1)?;
    instance.set("point2", [30.0, 30.0])?;
    instance.set_key("point1Mode", 0.0, 1)?;
    instance.set_key("point1Mode", 3.0, 0)?;
    let on = instance.render(&Request::at(0.0))?.picture();
    let off = instance.render(&Request::at(3.0))?.picture();
    assert_eq!(at(&on, POINT)[3], 1.0);
    assert_eq!(at(&off, POINT)[3], 0.0, "the second point's disc is elsewhere");
    assert_eq!(at(&off, [30.0, 30.0])[3], 1.0);
    drop(instance);
    stage.finish()
}

#[test]
fn every_point_counts() -> Tested {
    let stage = stage()?;
    let instance = stage.instance(tests::sim::Context::Filter, source(), SIZE)?;
    instance.set("output", MATTE)?;
    for number in 1..=16 {
        let place = [40.0 + 8.0 * f64::from(number), 70.0];
        instance.set(&format!("point{number}Mode"), 1)?;
        instance.set(&format!("point{number}"), place)?;
        assert_eq!(at(&picture(&instance)?, place)[3], 1.0, "{number}");
        instance.set(&format!("point{number}Mode"), 0)?;
    }
    drop(instance);
    stage.finish()
}

#[test]
fn growing_moves_the_edge_by_pixels_of_a_1920_wide_frame() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    let before = radius(&picture(&instance)?);
    for pixels in [-60.0, -7.5, 7.5, 60.0] {
        instance.set("growShrink", pixels)?;
        let moved = radius(&picture(&instance)?) - before;
        let expected = pixels * f64::from(SIZE.0) / 1920.0;
        assert!((moved - expected).abs() < 0.15 + 0.03 * expected.abs(), "{pixels}: {moved} {expected}");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn tools_change_the_matte_in_their_own_way() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    let plain = picture(&instance)?;
    let soft = |picture: &Picture| picture.pixels.iter().filter(|p| p[3] > 0.0 && p[3] < 1.0).count();
    instance.set("feather", 60.0)?;
    let feathered = picture(&instance)?;
    assert!(soft(&feathered) > 3 * soft(&plain));
    assert!((area(&feathered) - area(&plain)).abs() < 0.05 * area(&plain), "both sides: about the same area");
    instance.set("featherMode", 0)?;
    let inwards = picture(&instance)?;
    instance.set("featherMode", 1)?;
    let outwards = picture(&instance)?;
    assert!(inwards.pixels.iter().zip(&plain.pixels).all(|(a, b)| a[3] <= b[3] + 1e-6));
    assert!(outwards.pixels.iter().zip(&plain.pixels).all(|(a, b)| a[3] >= b[3] - 1e-6));
    instance.set("feather", 0.0)?;
    assert_eq!(picture(&instance)?.pixels, plain.pixels, "0 is nothing, bit for bit");

    instance.set("blackClip", 0.5)?;
    assert!(area(&picture(&instance)?) < area(&plain));
    instance.set("blackClip", 0.0)?;
    instance.set("whiteClip", 0.5)?;
    assert!(area(&picture(&instance)?) > area(&plain));
    // Above the white clip: a hard edge, not nonsense.
    instance.set("blackClip", 0.9)?;
    let hard = picture(&instance)?;
    assert!(hard.pixels.iter().all(|p| (0.0..=1.0).contains(&p[3])) && area(&hard) > 0.0);
    instance.set("blackClip", 0.0)?;
    instance.set("whiteClip", 1.0)?;
    instance.set("matteGamma", 3.0)?;
    assert!(area(&picture(&instance)?) > area(&plain));
    instance.set("matteGamma", 1.0)?;
    instance.set("invert", true)?;
    let inverted = picture(&instance)?;
    assert!(inverted.pixels.iter().zip(&plain.pixels).all(|(a, b)| (a[3] + b[3] - 1.0).abs() < 1e-6));
    drop(instance);
    stage.finish()
}

#[test]
fn absurd_numbers_set_by_hand_are_harmless() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), CUT_OUT)?;
    let names = [
        "fillHoles",
        "despeckle",
        "growShrink",
        "feather",
        "blackClip",
        "whiteClip",
        "matteGamma",
        "decontaminate",
        "mix",
        "exposure",
        "guideStrength",
        "cropMargin",
        "edgeWidth",
        "edgeDetail",
    ];
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e300, 1e300, 1e-300] {
        for name in names {
            instance.force(name, value)?;
        }
        let picture = picture(&instance)?;
        assert!(picture.pixels.iter().flatten().all(|c| c.is_finite()), "{value}");
        assert!(picture.pixels.iter().all(|p| (0.0..=1.0).contains(&p[3])), "{value}");
    }
    for name in
        ["candidate", "output", "sourceColour", "sourceAlpha", "featherMode", "outputComponents", "refine"]
    {
        for value in [i32::MIN, -1, 99, i32::MAX] {
            instance.force(name, value)?;
            render(&instance)?;
        }
        instance.force(name, 0)?;
    }
    drop(instance);
    stage.finish()
}

/// A source whose alpha is 1 in its left half.
fn half_covered() -> Clip {
    Clip::still(Picture::from_fn(256, 144, |x, _| [0.5, 0.25, 0.75, f32::from(x < 100)]))
}

#[test]
fn the_source_s_alpha_combines_as_chosen() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, half_covered(), MATTE)?;
    let (inside_left, inside_right) = ([80.0, 60.0], [120.0, 60.0]);
    let (outside_left, outside_right) = ([20.0, 120.0], [200.0, 120.0]);
    // Ignore, intersect, add, subtract: alpha at the four places.
    let expected = [[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    for (choice, expected) in (0..).zip(expected) {
        instance.set("sourceAlpha", choice)?;
        let picture = picture(&instance)?;
        let found =
            [inside_left, inside_right, outside_left, outside_right].map(|place| at(&picture, place)[3]);
        assert_eq!(found, expected, "{choice}");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn mix_fades_to_the_source() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), CUT_OUT_PREMULTIPLIED)?;
    let full = picture(&instance)?;
    instance.set("mix", 0.25)?;
    let mixed = picture(&instance)?;
    let original = tests::linked::test_picture(256, 144);
    for ((mixed, full), original) in mixed.pixels.iter().zip(&full.pixels).zip(&original.pixels) {
        for c in 0..4 {
            assert!((mixed[c] - (original[c] * 0.75 + full[c] * 0.25)).abs() < 1e-5);
        }
    }
    let encoded = stage.network.encoded();
    instance.purge_caches();
    instance.set("mix", 0.0)?;
    // Declared otherwise than the source, it has to be restated; that needs no network.
    assert_eq!(picture(&instance)?.pixels, original.pixels);
    instance.set("output", CUT_OUT)?;
    let output = instance.render(&Request::at(0.0))?;
    assert_eq!(output.identity, Some(("Source".to_owned(), 0.0)), "nothing is computed for nothing");
    assert_eq!(stage.network.encoded(), encoded);
    drop(instance);
    stage.finish()
}
