//! What the network sees, and that the pixels given back stay as they are.

use std::sync::atomic::Ordering;

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{Clip, Depth, Picture, Profile};

use crate::stage::*;

/// A grey card in each encoding, by stored index of the parameter (the figures are the makers').
const GREY_CARDS: [(i32, f32); 13] = [
    (1, 0.461_36),
    (2, 0.489_4),
    (3, 0.18),
    (4, 0.18),
    (5, 0.413_588),
    (6, 0.336_043),
    (7, 0.391_007),
    (8, 0.278_396),
    (9, 0.410_557),
    (10, 0.343_389),
    (11, 0.423_311),
    (12, 0.333_333),
    (13, 0.457_3),
];

fn grey(value: f32) -> Clip {
    Clip::still(Picture::filled(256, 144, [value, value, value, 1.0]))
}

#[test]
fn the_network_sees_a_grey_card_as_a_grey_card() -> Tested {
    let stage = stage()?;
    for (choice, card) in GREY_CARDS {
        let instance = pointed(&stage, grey(card), CUT_OUT_STRAIGHT)?;
        instance.set("decontaminate", 0.0)?;
        instance.set("sourceColour", choice)?;
        let output = picture(&instance)?;
        // 18 % in sRGB is 118 of 255.
        let seen = stage.network.brightness.load(Ordering::SeqCst) as i64;
        assert!((seen - 461).abs() <= 4, "{choice}: {seen}");
        assert!(
            output.pixels.iter().all(|p| p[..3] == [card; 3]),
            "{choice}: the pixels given back are altered"
        );
        assert!(text(&instance, "assumed")?.len() > 5);
    }
    stage.finish()
}

#[test]
fn exposure_is_for_the_network_only() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, grey(0.18), CUT_OUT_STRAIGHT)?;
    instance.set("decontaminate", 0.0)?;
    instance.set("sourceColour", 3)?;
    let mut seen = Vec::new();
    for stops in [-1.0, 0.0, 1.0] {
        instance.set("exposure", stops)?;
        assert!(picture(&instance)?.pixels.iter().all(|p| p[0] == 0.18));
        seen.push(stage.network.brightness.load(Ordering::SeqCst));
    }
    // 9, 18 and 36 % in sRGB.
    for (seen, expected) in seen.into_iter().zip([332_usize, 461, 634]) {
        assert!(seen.abs_diff(expected) <= 4, "{seen} {expected}");
    }
    drop(instance);
    stage.finish()
}

#[test]
fn the_details_say_what_was_assumed() -> Tested {
    for (profile, depth, told) in [
        (Profile::strict(), Depth::Byte, "taken as sRGB"),
        (Profile::natron(), Depth::Float, "works in linear light"),
        (Profile::resolve(), Depth::Float, "taken as sRGB"),
        (Profile::nuke(), Depth::Float, "works in linear light"),
    ] {
        let stage = Stage::new(profile, Disc::default())?;
        let instance = pointed(&stage, source().with_depth(depth), MATTE)?;
        render(&instance)?;
        instance.set("point1", [90.0, 60.0])?;
        let text = text(&instance, "assumed")?;
        assert!(text.contains(told), "{text}");
        instance.set("sourceColour", 7)?;
        render(&instance)?;
        instance.set("point1", POINT)?;
        assert!(self::text(&instance, "assumed")?.contains("ARRI LogC3, as you set it"));
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn a_host_that_manages_colour_is_believed() -> Tested {
    let profile = Profile { manages_colour: true, ..Profile::strict() };
    for (space, told, brightness) in [
        ("lin_rec709_srgb", "Source colour is linear Rec.709; the host says lin_rec709_srgb", 461),
        ("acescg", "Source colour is ACEScg", 461),
        ("srgb_tx", "Source colour is sRGB", 180),
        ("my own space", "my own space is not known; set Source colour", 180),
        ("", "taken as sRGB", 180),
    ] {
        let stage = Stage::new(profile.clone(), Disc::default())?;
        let instance = pointed(&stage, grey(0.18).in_colour_space(space), CUT_OUT_STRAIGHT)?;
        instance.set("decontaminate", 0.0)?;
        let output = picture(&instance)?;
        assert!(output.pixels.iter().all(|p| p[..3] == [0.18; 3]));
        let seen = stage.network.brightness.load(Ordering::SeqCst);
        assert!(seen.abs_diff(brightness) <= 4, "{space}: {seen}");
        instance.set("point1", [90.0, 60.0])?;
        assert!(text(&instance, "assumed")?.contains(told), "{}", text(&instance, "assumed")?);
        // The artist's word is the last.
        instance.set("sourceColour", 3)?;
        render(&instance)?;
        assert!(stage.network.brightness.load(Ordering::SeqCst).abs_diff(461) <= 4);
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}
