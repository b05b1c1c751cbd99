//! Interlaced material: each field is a picture of its own, half a frame after the other.

use tests::linked::{Stage, distance_from_disc, half_a_code, test_picture};
use tests::network::{Disc, expected_alpha};
use tests::sim::{
    Clip, Context, Field, FieldImages, Instance, Layout, Picture, Profile, Project, Request, SimError,
};

use super::stage::{POINT, SIZE, Tested, in_every_host, in_hosts, keyed, keyed_in, rendered, source};

/// The frame at which the subject is looked at while it moves.
const TIME: f64 = 5.0;
/// Alpha may be so far from the disc: a field has half the rows, the network's grid as many logits.
const GRID: f32 = 0.02;

/// Where the subject is.
fn place(time: f64) -> [f64; 2] {
    [60.0 + 10.0 * time, 100.0 - 6.0 * time]
}

/// An instance whose subject moves.
fn moving(stage: &Stage, clip: Clip) -> Result<Instance, SimError> {
    let instance = keyed(stage, stage.plugin.contexts()[0], clip)?;
    instance.set_key("point1", 0.0, place(0.0))?;
    instance.set_key("point1", 10.0, place(10.0))?;
    Ok(instance)
}

/// The largest difference of the alpha of one field's lines from the disc around a canonical position.
fn distance(picture: &Picture, parity: usize, at: [f64; 2], lowest: i64) -> f32 {
    let mut worst = 0.0_f32;
    for row in 0..picture.height {
        let line = lowest + (picture.height - 1 - row) as i64;
        if line.rem_euclid(2) != parity as i64 {
            continue;
        }
        for x in 0..picture.width {
            let dx = (x as f64 + 0.5 - at[0]) * 4.0;
            let dy = (line as f64 + 0.5 - at[1]) * 4.0;
            worst = worst.max((picture.at(x, row)[3] - expected_alpha(dx.hypot(dy) as f32)).abs());
        }
    }
    worst
}

/// Whether the lines of one field are alike in two pictures.
fn alike(a: &Picture, b: &Picture, parity: usize) -> bool {
    let rows = (0..a.height).filter(|row| (a.height - 1 - row) % 2 == parity);
    rows.flat_map(|row| row * a.width..(row + 1) * a.width).all(|at| a.pixels[at] == b.pixels[at])
}

#[test]
fn each_field_has_the_matte_of_its_own_time() -> Tested {
    in_every_host(|stage, profile| {
        if profile.field_images == FieldImages::Unnamed {
            return Ok(());
        }
        for (order, first) in [(Field::Lower, 0), (Field::Upper, 1)] {
            stage.network.encoded.store(0, std::sync::atomic::Ordering::SeqCst);
            let instance = moving(stage, source().with_field_order(order))?;
            let output = rendered(&instance, &Request::at(TIME))?;
            let close = GRID + half_a_code(output.depth);
            let picture = output.picture();
            // MLT gives the value at the frame whatever the time.
            let later = if profile.hides_keys { TIME } else { TIME + 0.5 };
            let earlier_field = distance(&picture, first, place(TIME), 0);
            let later_field = distance(&picture, 1 - first, place(later), 0);
            assert!(earlier_field < close && later_field < close, "{earlier_field} {later_field}");
            instance.purge_caches();
            assert_eq!(stage.network.encoded(), 2, "two pictures");
        }
        Ok(())
    })
}

#[test]
fn the_network_sees_one_field_at_a_time() -> Tested {
    // White in the upper field, black in the lower one.
    let stripes = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |_, row| {
        let upper = (SIZE.1 as usize - 1 - row) % 2 == 1;
        [if upper { 1.0 } else { 0.0 }; 3].into_iter().chain([1.0]).collect::<Vec<_>>().try_into().unwrap()
    });
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let clip = Clip::still(stripes);
    let seen = || stage.network.brightness.load(std::sync::atomic::Ordering::SeqCst);
    for (order, later) in [(Field::Lower, 1000), (Field::Upper, 0)] {
        let instance = keyed(&stage, Context::General, clip.clone().with_field_order(order))?;
        rendered(&instance, &Request::at(0.0))?;
        assert_eq!(seen(), later, "of the later field, not a mixture");
        instance.purge_caches();
    }
    let instance = keyed(&stage, Context::General, clip)?;
    rendered(&instance, &Request::at(0.0))?;
    assert!((450..550).contains(&seen()), "a progressive frame is seen whole: {}", seen());
    drop(instance);
    stage.finish()
}

#[test]
fn material_that_is_not_called_fielded_is_a_frame() -> Tested {
    // Resolve's images do not say so, and MLT's say so when it is not true.
    in_hosts([Profile::resolve(), Profile::mlt()], |stage, profile| {
        let plain = moving(stage, source())?;
        let frame = rendered(&plain, &Request::at(TIME))?;
        assert!(
            distance_from_disc(&frame.picture(), [4.0; 2], [place(TIME)[0], 144.0 - place(TIME)[1]])
                < GRID + half_a_code(frame.depth)
        );
        if profile.field_images == FieldImages::Unnamed {
            let unnamed = moving(stage, source().with_field_order(Field::Upper))?;
            assert!(rendered(&unnamed, &Request::at(TIME))?.raw == frame.raw);
        }
        assert_eq!(stage.network.encoded(), 1);
        Ok(())
    })
}

#[test]
fn fields_asked_one_by_one_are_those_of_the_frame() -> Tested {
    in_every_host(|stage, profile| {
        for order in [Field::Lower, Field::Upper] {
            let instance = moving(stage, source().with_field_order(order))?;
            instance.set("output", "Cut-out")?;
            let both = rendered(&instance, &Request::at(TIME))?.picture();
            for (parity, field) in [(0, Field::Lower), (1, Field::Upper)] {
                let time = if field == order { TIME } else { TIME + 0.5 };
                // That no line of the other field is written, the host looks after.
                let one = rendered(&instance, &Request { field: Some(field), ..Request::at(time) })?;
                // A host that does not call its frames interlaced has them rendered whole.
                if profile.field_images == FieldImages::AsDescribed && !profile.hides_keys {
                    assert!(alike(&one.picture(), &both, parity), "{order:?} {field:?}");
                }
            }
        }
        Ok(())
    })
}

#[test]
fn halves_and_doubled_lines_are_fields_too() -> Tested {
    let render = |field_images, field: Option<Field>, time: f64| -> Result<Picture, SimError> {
        let profile = Profile { field_images, ..Profile::strict() };
        let stage = Stage::new(profile, Disc::default())?;
        let instance = moving(&stage, source().with_field_order(Field::Upper))?;
        instance.set("output", "Cut-out")?;
        let picture = rendered(&instance, &Request { field, ..Request::at(time) })?.picture();
        drop(instance);
        stage.finish()?;
        Ok(picture)
    };
    let both = render(FieldImages::AsDescribed, None, TIME)?;
    for (field, parity, time) in [(Field::Upper, 1, TIME), (Field::Lower, 0, TIME + 0.5)] {
        for images in [FieldImages::Single, FieldImages::Doubled] {
            let one = render(images, Some(field), time)?;
            assert!(alike(&one, &both, parity), "{images:?} {field:?}");
        }
    }
    // One field of the source for a whole frame: every line gets a value.
    render(FieldImages::Single, None, TIME)?;
    render(FieldImages::Doubled, None, TIME)?;
    Ok(())
}

#[test]
fn odd_frames_windows_and_layouts_keep_their_fields() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let (width, height) = (256_u32, 145_u32);
    let clip = Clip::still(test_picture(width as usize, height as usize))
        .with_origin(0, -3)
        .with_field_order(Field::Lower);
    let project = Project { offset: (0.0, -3.0), ..Project::new(width, height) };
    let instance = keyed_in(&stage, Context::General, clip, project, POINT)?;
    let whole = rendered(&instance, &Request::at(0.0))?.picture();
    for parity in [0, 1] {
        let difference = distance(&whole, parity, POINT, -3);
        assert!(difference < GRID, "field {parity}: {difference}");
    }
    for layout in [Layout::NEGATIVE, Layout::NEGATIVE_PADDED, Layout::PADDED] {
        let request = Request { layout: Some(layout), source_layout: Some(layout), ..Request::at(0.0) };
        assert!(rendered(&instance, &request)?.picture() == whole, "{layout:?}");
    }
    for window in [[0, -3, 256, -2], [0, -2, 100, 60], [100, -3, 256, 142], [7, 11, 8, 14]] {
        let part = rendered(&instance, &Request { window: Some(window), ..Request::at(0.0) })?.picture();
        for y in window[1]..window[3] {
            for x in window[0] as usize..window[2] as usize {
                let row = (141 - y) as usize;
                assert_eq!(part.at(x, row), whole.at(x, row), "{window:?}");
            }
        }
    }
    drop(instance);
    // One line has one field.
    let line = Clip::still(test_picture(64, 1)).with_field_order(Field::Upper);
    let instance = keyed_in(&stage, Context::General, line, Project::new(64, 1), [32.0, 0.5])?;
    rendered(&instance, &Request::at(0.0))?;
    drop(instance);
    stage.finish()
}

#[test]
fn without_prompts_fields_pass_bit_for_bit() -> Tested {
    in_every_host(|stage, _| {
        let clip = source().with_field_order(Field::Lower);
        let instance = stage.instance(stage.plugin.contexts()[0], clip, SIZE)?;
        let asked = instance.render(&Request::at(0.0))?;
        let forced = rendered(&instance, &Request { skip_identity: true, ..Request::at(0.0) })?;
        assert!(asked.raw == forced.raw);
        Ok(())
    })
}
