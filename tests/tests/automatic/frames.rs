//! Frames: each is found by itself, whatever was asked before.

use super::*;

const FRAMES: usize = 8;

/// Where the two subjects of [`two`] are on a frame, in pixels from the top left.
fn first(t: usize) -> [f32; 2] {
    [80.0 + 10.0 * t as f32, 72.0]
}

fn second(t: usize) -> [f32; 2] {
    [236.0 - 4.0 * t as f32, 40.0 + 6.0 * t as f32]
}

/// Two subjects that pass each other; the first is always the larger one.
fn two() -> Clip {
    let frame = |t: usize| spotted(SIZE, &[(first(t), RADIUS * 0.9), (second(t), RADIUS * 0.4)]);
    Clip::from_pictures((0..FRAMES).map(frame).collect())
}

#[test]
fn a_subject_is_found_and_followed_without_prompts() -> Tested {
    for profile in Profile::all() {
        println!("in {}", profile.name);
        let bench = Bench::of(profile, two(), Spots::default())?;
        for t in 0..4 {
            assert_at(&bench.render(t as f64)?, first(t));
        }
        assert!(bench.spots.looks() >= 4);
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn frames_are_the_same_in_any_order_on_any_thread_and_from_cold() -> Tested {
    let bench = Bench::new(two())?;
    let render = |time: usize| Ok::<_, SimError>(rendered(&bench.instance, time as f64)?.raw);
    let expected: Vec<Vec<u8>> = (0..FRAMES).map(render).collect::<Result<_, _>>()?;
    assert!(expected.windows(2).all(|pair| pair[0] != pair[1]), "frames differ");
    let looks = bench.spots.looks();
    for order in [[7, 6, 5, 4, 3, 2, 1, 0], [3, 0, 7, 1, 6, 2, 5, 4]] {
        for cold in [false, true] {
            if cold {
                assert_eq!(bench.instance.purge_caches(), Status::OK);
            }
            for time in order {
                assert!(render(time)? == expected[time], "frame {time} of {order:?}, cold: {cold}");
            }
        }
    }
    assert_eq!(bench.spots.looks(), 3 * looks, "looked at again only after a purge");
    for times in [[0, 3, 5, 6], [6, 6, 1, 1], [7, 4, 2, 0]] {
        assert_eq!(bench.instance.purge_caches(), Status::OK);
        let requests = times.map(|time| Request::at(time as f64));
        for (time, output) in times.into_iter().zip(bench.instance.render_many(&requests)?) {
            assert!(output.raw == expected[time], "frame {time} of {times:?} on four threads");
        }
    }
    bench.finish()
}

#[test]
fn the_larger_and_more_central_subject_is_kept_while_the_other_passes() -> Tested {
    let bench = Bench::new(two())?;
    for t in 0..FRAMES {
        let found = middle(&bench.render(t as f64)?).unwrap();
        let distance = |place: [f32; 2]| (found[0] - place[0]).hypot(found[1] - place[1]);
        // Where they touch, both are one thing.
        let apart = (first(t)[0] - second(t)[0]).hypot(first(t)[1] - second(t)[1]) > RADIUS * 2.5;
        assert!(distance(first(t)) < if apart { 3.0 } else { RADIUS }, "frame {t}: {found:?}");
        assert!(distance(first(t)) < distance(second(t)) || !apart, "frame {t}");
    }
    bench.finish()
}

#[test]
fn a_proxy_finds_the_same_place() -> Tested {
    let bench = Bench::new(still(&[([150.0, 60.0], RADIUS)]))?;
    let half = bench.instance.render(&Request { scale: (0.5, 0.5), ..Request::at(0.0) })?;
    assert_eq!(half.status, Status::OK);
    assert_at(&half.picture(), [75.0, 30.0]);
    bench.finish()
}

#[test]
fn frames_with_nothing_or_without_numbers_are_empty_and_say_so() -> Tested {
    let grey = Picture::filled(SIZE.0 as usize, SIZE.1 as usize, [0.4, 0.4, 0.4, 1.0]);
    let nan = Picture::filled(SIZE.0 as usize, SIZE.1 as usize, [f32::NAN; 4]);
    let infinite = Picture::filled(SIZE.0 as usize, SIZE.1 as usize, [f32::INFINITY, 0.0, 0.0, 1.0]);
    let dot = Picture::filled(1, 1, [0.4, 0.4, 0.4, 1.0]);
    for (name, picture) in [("grey", grey), ("nan", nan), ("infinite", infinite), ("dot", dot)] {
        println!("{name}");
        let bench = Bench::new(Clip::still(picture))?;
        let matte = bench.render(0.0)?;
        assert!(matte.pixels.iter().all(|pixel| pixel[3] == 0.0), "{name}");
        assert!(bench.status()?.contains("Nothing stands out"), "{}", bench.status()?);
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn noise_is_rendered_and_a_single_red_pixel_is_a_subject() -> Tested {
    let mut state = 1_u32;
    let noise = Picture::from_fn(SIZE.0 as usize, SIZE.1 as usize, |_, _| {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32
        };
        [next(), next(), next(), 1.0]
    });
    let red = Picture::filled(1, 1, [1.0, 0.0, 0.0, 1.0]);
    for picture in [noise, red] {
        let bench = Bench::new(Clip::still(picture))?;
        let matte = bench.render(0.0)?;
        assert!(matte.pixels.iter().all(|pixel| (0.0..=1.0).contains(&pixel[3])));
        bench.finish()?;
    }
    Ok(())
}
