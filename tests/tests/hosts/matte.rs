//! The matte is the same whatever the host makes of images.

use tests::linked::{Stage, distance_from_disc, half_a_code, test_picture};
use tests::network::Disc;
use tests::sim::{Clip, Components, Context, Layout, Picture, Profile, Project, Request, SimError};

use super::stage::{POINT, SIZE, Tested, in_every_host, keyed, keyed_in, picture, rendered, source};

const LAYOUTS: [Layout; 4] = [Layout::TIGHT, Layout::PADDED, Layout::NEGATIVE, Layout::NEGATIVE_PADDED];
/// Alpha may be so far from the disc: the network's grid has a logit for 4 pixels of its frame.
const GRID: f32 = 0.02;

/// The matte in the strict host, in float.
fn plain() -> Result<Picture, SimError> {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let instance = keyed(&stage, Context::General, source())?;
    let picture = rendered(&instance, &Request::at(0.0))?.picture();
    drop(instance);
    stage.finish()?;
    let difference = distance_from_disc(&picture, [4.0; 2], [POINT[0], 144.0 - POINT[1]]);
    assert!(difference < GRID, "{difference}");
    Ok(picture)
}

/// The largest difference of a channel from the alpha of another picture.
fn from_alpha(picture: &Picture, channel: usize, alpha: &Picture) -> f32 {
    let pairs = picture.pixels.iter().zip(&alpha.pixels);
    pairs.map(|(pixel, alpha)| (pixel[channel] - alpha[3]).abs()).fold(0.0, f32::max)
}

#[test]
fn depths_components_and_rows_change_half_a_code_value_at_most() -> Tested {
    let plain = plain()?;
    in_every_host(|stage, profile| {
        for context in stage.plugin.contexts() {
            let instance = keyed(stage, context, source())?;
            for depth in &profile.depths {
                // The network sees a rounded picture, and draws the same disc.
                let close = half_a_code(*depth) + 1e-6;
                for layout in LAYOUTS {
                    let request = Request {
                        depth: Some(*depth),
                        source_layout: Some(layout),
                        layout: Some(layout),
                        ..Request::at(0.0)
                    };
                    let output = rendered(&instance, &request)?;
                    assert_eq!((output.depth, output.components), (*depth, Components::Rgba));
                    let picture = output.picture();
                    for channel in 0..4 {
                        let difference = from_alpha(&picture, channel, &plain);
                        assert!(difference <= close, "{depth:?} {layout:?} {channel}: {difference}");
                    }
                }
            }
        }
        Ok(())
    })
}

#[test]
fn other_components_carry_the_same_matte() -> Tested {
    let plain = plain()?;
    in_every_host(|stage, profile| {
        for context in stage.plugin.contexts() {
            if profile.components.contains(&Components::Rgb) {
                let rgb = keyed(stage, context, source().with_components(Components::Rgb))?;
                let output = rendered(&rgb, &Request::at(0.0))?;
                let channel = if output.components == Components::Rgba { 3 } else { 0 };
                assert!(from_alpha(&output.picture(), channel, &plain) <= half_a_code(output.depth) + 1e-6);
            }
            if context != Context::General {
                continue;
            }
            let instance = keyed(stage, context, source())?;
            for (label, components, channel) in [("RGB", Components::Rgb, 0), ("Alpha", Components::Alpha, 3)]
            {
                if profile.components.contains(&components) {
                    instance.set("outputComponents", label)?;
                    let output = rendered(&instance, &Request::at(0.0))?;
                    assert_eq!(output.components, components);
                    let difference = from_alpha(&output.picture(), channel, &plain);
                    assert!(difference <= half_a_code(output.depth) + 1e-6, "{label}: {difference}");
                }
            }
        }
        Ok(())
    })
}

#[test]
fn windows_of_any_order_put_together_are_the_frame() -> Tested {
    const TILE: i32 = 64;
    in_every_host(|stage, profile| {
        let context = stage.plugin.contexts()[0];
        for (output, clip) in [("Matte", source()), ("Cut-out", source().with_origin(-31, 17))] {
            let (x, y) = clip.origin;
            let project = Project { offset: (f64::from(x), f64::from(y)), ..Project::new(SIZE.0, SIZE.1) };
            let point = [POINT[0] + f64::from(x), POINT[1] + f64::from(y)];
            let instance = keyed_in(stage, context, clip, project, point)?;
            instance.set("output", output)?;
            let whole = rendered(&instance, &Request::at(0.0))?;
            if profile.whole_windows {
                continue;
            }
            let [x1, y1, x2, y2] = whole.bounds;
            let tiles = (y1..y2).step_by(TILE as usize).flat_map(|y| {
                (x1..x2).step_by(TILE as usize).map(move |x| [x, y, (x + TILE).min(x2), (y + TILE).min(y2)])
            });
            let mut windows: Vec<[i32; 4]> = tiles.collect();
            // Far apart and neither upward nor downward.
            windows.sort_by_key(|[x, y, ..]| (x * 7 + y * 13).rem_euclid(11));
            let requests: Vec<Request> =
                windows.iter().map(|w| Request { window: Some(*w), ..Request::at(0.0) }).collect();
            let whole = whole.picture();
            for part in instance.render_many(&requests)? {
                assert_eq!((part.status, part.untouched), (tests::sim::Status::OK, 0));
                let picture = part.picture();
                for row in part.window[1]..part.window[3] {
                    let from_top = (y2 - 1 - row) as usize;
                    let columns = (part.window[0] - x1) as usize..(part.window[2] - x1) as usize;
                    for column in columns {
                        assert_eq!(
                            picture.at(column, from_top),
                            whole.at(column, from_top),
                            "{:?}",
                            part.window
                        );
                    }
                }
            }
        }
        Ok(())
    })
}

#[test]
fn an_origin_elsewhere_moves_the_matte_along() -> Tested {
    let plain = plain()?;
    in_every_host(|stage, profile| {
        let context = stage.plugin.contexts()[0];
        let project = Project { offset: (37.0, -21.0), ..Project::new(SIZE.0, SIZE.1) };
        let point = [POINT[0] + 37.0, POINT[1] - 21.0];
        let instance = keyed_in(stage, context, source().with_origin(37, -21), project, point)?;
        let output = rendered(&instance, &Request { depth: Some(profile.depths[0]), ..Request::at(0.0) })?;
        assert_eq!(output.bounds, [37, -21, 37 + 256, -21 + 144]);
        assert!(from_alpha(&output.picture(), 3, &plain) <= half_a_code(output.depth) + 1e-6);
        Ok(())
    })
}

#[test]
fn proxies_of_any_scale_keep_the_matte_on_the_subject() -> Tested {
    in_every_host(|stage, _| {
        let context = stage.plugin.contexts()[0];
        let instance = keyed(stage, context, source())?;
        // One instance, two views: scales change to and fro. Natron renders proxies interactively.
        for (scale, interactive) in [(1.0, false), (0.5, true), (1.0, true), (0.25, false), (0.5, false)] {
            let request =
                Request { scale: (scale, scale), interactive, draft: interactive, ..Request::at(0.0) };
            let output = rendered(&instance, &request)?;
            let picture = output.picture();
            assert_eq!(picture.width, (256.0 * scale) as usize);
            let centre = [POINT[0] * scale, (144.0 - POINT[1]) * scale];
            let difference = distance_from_disc(&picture, [4.0 / scale; 2], centre);
            let close = GRID + half_a_code(output.depth);
            assert!(difference < close, "scale {scale}: {difference}");
        }
        Ok(())
    })
}

#[test]
fn anamorphic_pixels_leave_the_subject_round() -> Tested {
    in_every_host(|stage, _| {
        let context = stage.plugin.contexts()[0];
        let clip = Clip::still(test_picture(128, 144)).with_pixel_aspect_ratio(2.0);
        let project = Project { pixel_aspect_ratio: 2.0, ..Project::new(256, 144) };
        let instance = keyed_in(stage, context, clip, project, POINT)?;
        for scale in [1.0, 0.5] {
            let output = rendered(&instance, &Request { scale: (scale, scale), ..Request::at(0.0) })?;
            let picture = output.picture();
            assert_eq!((picture.width, picture.height), ((128.0 * scale) as usize, (144.0 * scale) as usize));
            let centre = [POINT[0] * scale / 2.0, (144.0 - POINT[1]) * scale];
            let difference = distance_from_disc(&picture, [8.0 / scale, 4.0 / scale], centre);
            assert!(difference < GRID + half_a_code(output.depth), "scale {scale}: {difference}");
        }
        Ok(())
    })
}

#[test]
fn a_cut_out_keeps_the_colour_of_the_source() -> Tested {
    in_every_host(|stage, _| {
        let context = stage.plugin.contexts()[0];
        let instance = keyed(stage, context, source())?;
        instance.set("output", "Cut-out")?;
        instance.set("decontaminate", 0.0)?;
        let output = rendered(&instance, &Request::at(0.0))?;
        let premultiplied = output.premultiplication == tests::sim::Premultiplication::Premultiplied;
        let close = 2.0 * half_a_code(output.depth) + 1e-6;
        for (pixel, colour) in output.picture().pixels.iter().zip(&picture().pixels) {
            let share = if premultiplied { pixel[3] } else { 1.0 };
            for channel in 0..3 {
                assert!((pixel[channel] - colour[channel] * share).abs() <= close, "{pixel:?} of {colour:?}");
            }
        }
        Ok(())
    })
}
