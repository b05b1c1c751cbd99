//! What the effect does with pixels, in every layout that a host may have.

use tests::linked::{Stage, distance_from_disc, half_a_code, test_picture};
use tests::network::Disc;
use tests::sim::{
    Clip, Components, Context, Depth, Layout, Output, Picture, Premultiplication, Profile, Project, Request,
    SimError, Status, Value,
};

const SIZE: (u32, u32) = (256, 144);
/// The include point, canonical.
const POINT: [f64; 2] = [100.0, 60.0];
const CUT_OUT: i32 = 0;
const MATTE: i32 = 1;
const OVERLAY: i32 = 2;
const DEPTHS: [Depth; 4] = [Depth::Byte, Depth::Short, Depth::Half, Depth::Float];
const LAYOUTS: [Layout; 4] = [Layout::TIGHT, Layout::PADDED, Layout::NEGATIVE, Layout::NEGATIVE_PADDED];

type Tested = Result<(), SimError>;

fn stage() -> Result<Stage, SimError> {
    Stage::new(Profile::strict(), Disc::default())
}

fn source() -> Clip {
    Clip::still(test_picture(SIZE.0 as usize, SIZE.1 as usize))
}

fn render(stage: &Stage, clip: Clip, mode: i32, request: &Request) -> Result<Output, SimError> {
    let instance = stage.instance(Context::General, clip, SIZE)?;
    instance.set("output", mode)?;
    instance.set("decontaminate", 0.0)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", POINT)?;
    let output = instance.render(request)?;
    assert_eq!(output.status, Status::OK, "{:?}", output.messages);
    assert_eq!(output.untouched, 0, "{request:?}");
    Ok(output)
}

#[test]
fn every_depth_and_layout_gives_the_same_matte() -> Tested {
    let stage = stage()?;
    for depth in DEPTHS {
        for layout in LAYOUTS {
            let request = Request { source_layout: Some(layout), layout: Some(layout), ..Request::at(0.0) };
            let output = render(&stage, source().with_depth(depth), MATTE, &request)?;
            assert_eq!(output.depth, depth);
            let picture = output.picture();
            let centre = [POINT[0], f64::from(SIZE.1) - POINT[1]];
            let difference = distance_from_disc(&picture, [4.0, 4.0], centre);
            assert!(difference < 0.01 + half_a_code(depth), "{depth:?} {layout:?}: {difference}");
            assert!(picture.pixels.iter().all(|p| p[0] == p[3] && p[1] == p[3] && p[2] == p[3]));
        }
    }
    let float = render(&stage, source(), MATTE, &Request::at(0.0))?.picture();
    for depth in DEPTHS {
        let other = render(&stage, source().with_depth(depth), MATTE, &Request::at(0.0))?.picture();
        let difference = float.max_difference(&other);
        assert!(difference <= half_a_code(depth) + 1e-6, "{depth:?}: {difference}");
    }
    stage.finish()
}

#[test]
fn a_filter_gives_the_same_as_a_general_effect() -> Tested {
    let stage = stage()?;
    let general = render(&stage, source(), CUT_OUT, &Request::at(0.0))?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("decontaminate", 0.0)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", POINT)?;
    assert!(instance.render(&Request::at(0.0))?.raw == general.raw);
    drop(instance);
    stage.finish()
}

#[test]
fn an_offset_frame_gives_the_same_matte_at_its_place() -> Tested {
    let stage = stage()?;
    let plain = render(&stage, source(), MATTE, &Request::at(0.0))?;
    let project = Project { offset: (37.0, -21.0), ..Project::new(SIZE.0, SIZE.1) };
    let instance = stage.instance_in(Context::General, source().with_origin(37, -21), project)?;
    instance.set("output", MATTE)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", [POINT[0] + 37.0, POINT[1] - 21.0])?;
    let moved = instance.render(&Request::at(0.0))?;
    assert_eq!(moved.bounds, [37, -21, 37 + 256, -21 + 144]);
    assert_eq!(moved.raw, plain.raw);
    drop(instance);
    stage.finish()
}

#[test]
fn windows_put_together_are_the_whole_frame() -> Tested {
    let stage = stage()?;
    let whole = render(&stage, source(), CUT_OUT, &Request::at(0.0))?;
    let full = whole.picture();
    for window in [[0, 0, 100, 50], [100, 0, 256, 50], [0, 50, 256, 144], [17, 31, 18, 32]] {
        let part = render(&stage, source(), CUT_OUT, &Request { window: Some(window), ..Request::at(0.0) })?;
        assert_eq!(part.window, window);
        let picture = part.picture();
        for y in window[1]..window[3] {
            for x in window[0]..window[2] {
                let row = (144 - 1 - y) as usize;
                assert_eq!(picture.at(x as usize, row), full.at(x as usize, row), "{window:?} {x} {y}");
            }
        }
    }
    stage.finish()
}

#[test]
fn proxies_and_anamorphic_pixels_keep_the_matte_on_the_subject() -> Tested {
    let stage = stage()?;
    for scale in [1.0, 0.5, 0.25] {
        let request = Request { scale: (scale, scale), ..Request::at(0.0) };
        let picture = render(&stage, source(), MATTE, &request)?.picture();
        assert_eq!(picture.width, (256.0 * scale) as usize);
        let centre = [POINT[0] * scale, (144.0 - POINT[1]) * scale];
        let difference = distance_from_disc(&picture, [4.0 / scale; 2], centre);
        assert!(difference < 0.02, "scale {scale}: {difference}");
    }
    // 128 pixels of 2:1 are 256 canonical units: the disc stays round as it is seen.
    let clip = Clip::still(test_picture(128, 144)).with_pixel_aspect_ratio(2.0);
    let project = Project { pixel_aspect_ratio: 2.0, ..Project::new(256, 144) };
    let instance = stage.instance_in(Context::General, clip, project)?;
    instance.set("output", MATTE)?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", POINT)?;
    let picture = instance.render(&Request::at(0.0))?.picture();
    assert_eq!((picture.width, picture.height), (128, 144));
    let difference = distance_from_disc(&picture, [8.0, 4.0], [POINT[0] / 2.0, 144.0 - POINT[1]]);
    assert!(difference < 0.02, "2:1 pixels: {difference}");
    drop(instance);
    stage.finish()
}

#[test]
fn a_cut_out_has_the_sources_colour_and_the_matte_as_alpha() -> Tested {
    let stage = stage()?;
    let matte = render(&stage, source(), MATTE, &Request::at(0.0))?.picture();
    let picture = test_picture(SIZE.0 as usize, SIZE.1 as usize);
    for state in
        [Premultiplication::Opaque, Premultiplication::Premultiplied, Premultiplication::Unpremultiplied]
    {
        let output = render(&stage, source().with_premultiplication(state), CUT_OUT, &Request::at(0.0))?;
        // An opaque source has no say: a cut-out of it is premultiplied, as compositors expect.
        let expected = match state {
            Premultiplication::Opaque => Premultiplication::Premultiplied,
            state => state,
        };
        assert_eq!(output.premultiplication, expected, "{state:?}");
        let cut = output.picture();
        for (index, pixel) in cut.pixels.iter().enumerate() {
            let (alpha, colour) = (matte.pixels[index][3], picture.pixels[index]);
            assert_eq!(pixel[3], alpha);
            let share = if expected == Premultiplication::Premultiplied { alpha } else { 1.0 };
            for channel in 0..3 {
                let difference = (pixel[channel] - colour[channel] * share).abs();
                assert!(difference < 1e-6, "{state:?} pixel {index}: {pixel:?}");
            }
        }
    }
    stage.finish()
}

#[test]
fn super_white_and_soft_sources_keep_their_colour() -> Tested {
    let stage = stage()?;
    // Straight colour up to 8, alpha from 0 to 1: premultiplied by the host where it says so.
    let soft = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, y| {
        [8.0 * x as f32 / 256.0, y as f32 / 144.0, -0.25, (x as f32 / 255.0).powi(2)]
    });
    let straight = Clip::still(soft.clone());
    let cut = render(&stage, straight.clone(), CUT_OUT, &Request::at(0.0))?.picture();
    for (pixel, source) in cut.pixels.iter().zip(&soft.pixels) {
        assert_eq!(pixel[..3], source[..3], "a straight cut-out gives the colour back bit for bit");
    }
    let multiplied = straight.with_premultiplication(Premultiplication::Premultiplied);
    let cut = render(&stage, multiplied, CUT_OUT, &Request::at(0.0))?.picture();
    for (pixel, source) in cut.pixels.iter().zip(&soft.pixels).filter(|(_, source)| source[3] > 0.0) {
        for channel in 0..3 {
            let expected = source[channel] * pixel[3];
            assert!((pixel[channel] - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{pixel:?}");
        }
    }
    stage.finish()
}

#[test]
fn an_overlay_tints_the_subject_and_nothing_else() -> Tested {
    let stage = stage()?;
    let matte = render(&stage, source(), MATTE, &Request::at(0.0))?.picture();
    let instance = stage.instance(Context::General, source(), SIZE)?;
    instance.set("output", OVERLAY)?;
    instance.set("overlayColour", [0.0, 1.0, 0.0, 0.75])?;
    instance.set("point1Mode", 1)?;
    instance.set("point1", POINT)?;
    let tinted = instance.render(&Request::at(0.0))?.picture();
    let picture = test_picture(SIZE.0 as usize, SIZE.1 as usize);
    for (index, pixel) in tinted.pixels.iter().enumerate() {
        let amount = 0.75 * matte.pixels[index][3];
        for (channel, tint) in [0.0, 1.0, 0.0].into_iter().enumerate() {
            let colour = picture.pixels[index][channel];
            let expected = colour + (tint - colour) * amount;
            assert!((pixel[channel] - expected).abs() < 1e-6);
        }
        assert_eq!(pixel[3], 1.0);
    }
    drop(instance);
    stage.finish()
}

#[test]
fn a_general_effect_gives_the_components_that_are_chosen() -> Tested {
    let stage = stage()?;
    let matte = render(&stage, source(), MATTE, &Request::at(0.0))?.picture();
    let premultiplied = source().with_premultiplication(Premultiplication::Premultiplied);
    let cut = render(&stage, premultiplied, CUT_OUT, &Request::at(0.0))?.picture();
    for (choice, components) in [(1, Components::Rgb), (2, Components::Alpha)] {
        let instance = stage.instance(Context::General, source(), SIZE)?;
        instance.set("outputComponents", choice)?;
        instance.set("decontaminate", 0.0)?;
        instance.set("point1Mode", 1)?;
        instance.set("point1", POINT)?;
        let output = instance.render(&Request::at(0.0))?;
        assert_eq!(output.components, components);
        for (index, pixel) in output.picture().pixels.iter().enumerate() {
            match components {
                Components::Rgb => assert_eq!(pixel[..3], cut.pixels[index][..3], "RGB is over black"),
                _ => assert_eq!(pixel[3], matte.pixels[index][3]),
            }
        }
    }
    // An RGB source has no alpha and is opaque.
    let rgb = render(&stage, source().with_components(Components::Rgb), MATTE, &Request::at(0.0))?;
    assert_eq!(rgb.picture().alpha(), matte.alpha());
    stage.finish()
}

#[test]
fn without_a_prompt_the_source_passes_bit_for_bit() -> Tested {
    let stage = stage()?;
    for depth in DEPTHS {
        for layout in LAYOUTS {
            let instance = stage.instance(Context::Filter, source().with_depth(depth), SIZE)?;
            let identity = instance.render(&Request::at(0.0))?;
            assert_eq!(identity.identity, Some(("Source".to_owned(), 0.0)));
            // A host that does not ask (MLT) gets the same pixels from Render.
            let request = Request { skip_identity: true, layout: Some(layout), ..Request::at(0.0) };
            let rendered = instance.render(&request)?;
            assert_eq!(rendered.identity, None);
            assert_eq!(rendered.raw, identity.raw, "{depth:?} {layout:?}");
        }
    }
    assert_eq!(stage.network.encoded(), 0, "a frame without a prompt must not wake the network");
    stage.finish()
}

#[test]
fn what_is_no_number_harms_nothing() -> Tested {
    let stage = stage()?;
    let broken = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |x, _| match x % 4 {
        0 => [f32::NAN; 4],
        1 => [f32::INFINITY, 0.5, 0.5, 1.0],
        2 => [f32::NEG_INFINITY, 0.5, 0.5, f32::INFINITY],
        _ => [0.5, 0.5, 0.5, 1.0],
    });
    for state in [Premultiplication::Premultiplied, Premultiplication::Unpremultiplied] {
        let clip = Clip::still(broken.clone()).with_premultiplication(state);
        let matte = render(&stage, clip, MATTE, &Request::at(0.0))?.picture();
        let difference = distance_from_disc(&matte, [4.0, 4.0], [POINT[0], 144.0 - POINT[1]]);
        assert!(difference < 0.01, "{state:?}: {difference}");
        let seen = stage.network.brightness.load(std::sync::atomic::Ordering::SeqCst);
        assert!((1..1000).contains(&seen), "the network saw {seen}");
    }
    stage.finish()
}

#[test]
fn odd_sizes_have_a_matte_too() -> Tested {
    let stage = stage()?;
    for (width, height) in [(1_u32, 1_u32), (1, 500), (16384, 64), (16384, 1), (5, 5)] {
        let clip = Clip::still(test_picture(width as usize, height as usize));
        let instance = stage.instance(Context::General, clip, (width, height))?;
        instance.set("output", MATTE)?;
        instance.set("point1Mode", 1)?;
        instance.set("point1", [f64::from(width) / 2.0, f64::from(height) / 2.0])?;
        let output = instance.render(&Request::at(0.0))?;
        assert_eq!(output.status, Status::OK, "{width}x{height}: {:?}", output.messages);
        assert_eq!(output.untouched, 0);
        let picture = output.picture();
        let middle = picture.at(width as usize / 2, height as usize / 2);
        assert!(middle[3] > 0.99, "{width}x{height}: {middle:?}");
    }
    stage.finish()
}

#[test]
fn linear_hosts_show_the_network_what_a_display_would() -> Tested {
    let grey = Picture::filled(64, 64, [0.18, 0.18, 0.18, 1.0]);
    for (profile, seen) in [(Profile::natron(), 461), (Profile::strict(), 180)] {
        let stage = Stage::new(profile, Disc::default())?;
        let instance = stage.instance(Context::General, Clip::still(grey.clone()), (64, 64))?;
        instance.set("point1Mode", 1)?;
        instance.set("point1", [32.0, 32.0])?;
        instance.render(&Request::at(0.0))?;
        assert_eq!(stage.network.brightness.load(std::sync::atomic::Ordering::SeqCst), seen);
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn the_default_position_is_the_centre_in_every_host() -> Tested {
    for profile in [Profile::strict(), Profile::natron(), Profile::resolve(), Profile::mlt()] {
        let name = profile.name.clone();
        let context = *profile.contexts.first().unwrap();
        let stage = Stage::new(profile, Disc::default())?;
        let instance = stage.instance(context, source(), SIZE)?;
        instance.set("output", MATTE)?;
        instance.set("point1Mode", 1)?;
        let picture = instance.render(&Request::at(0.0))?.picture();
        let difference = distance_from_disc(&picture, [4.0, 4.0], [128.0, 72.0]);
        assert!(difference < 0.02, "{name}: {difference}, {:?}", instance.value("point1", 0.0)?);
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn keyed_points_move_between_their_keys() -> Tested {
    let stage = stage()?;
    let instance = stage.instance(Context::Filter, source(), SIZE)?;
    instance.set("output", MATTE)?;
    instance.set("point1Mode", 1)?;
    instance.set_key("point1", 0.0, [60.0, 100.0])?;
    instance.set_key("point1", 10.0, [160.0, 40.0])?;
    for (time, x, y) in [(0.0, 60.0, 100.0), (5.0, 110.0, 70.0), (10.0, 160.0, 40.0)] {
        assert_eq!(instance.value("point1", time)?, Value::Doubles(vec![x, y]));
        let picture = instance.render(&Request::at(time))?.picture();
        let difference = distance_from_disc(&picture, [4.0, 4.0], [x, 144.0 - y]);
        assert!(difference < 0.01, "time {time}: {difference}");
    }
    drop(instance);
    stage.finish()
}
