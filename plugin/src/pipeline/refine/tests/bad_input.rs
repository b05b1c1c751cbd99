//! Masks and pictures that nobody wishes for.

use super::*;

const SIZE: [usize; 2] = [400, 300];

#[test]
fn empty_and_full_masks_have_no_edge() {
    let fake = Fake::default();
    for (logit, side) in [(-9.0, 0.0), (9.0, 1.0), (0.0, 0.0), (-0.01, 0.0), (0.01, 1.0)] {
        let plane = mask(SIZE, |_, _| logit);
        let alpha = matte_of(&Still::noise(SIZE), &plane, Edge::default(), Some(&fake));
        assert!(alpha.iter().all(|alpha| *alpha == side), "{logit}");
    }
    assert_eq!(fake.runs.load(Ordering::SeqCst), 0);
}

#[test]
fn a_mask_that_touches_the_border_goes_on_beyond_it() {
    let still = Still::new(SIZE, |x, _| if x < 200 { [220, 200, 180] } else { [30, 60, 40] });
    // A half of the frame, with no edge along its three borders.
    let plane = mask(SIZE, |x, _| (201.0 - x) * 2.0);
    for network in [None, Some(&Fake::default() as &dyn Refiner)] {
        let alpha = matte_of(&still, &plane, Edge::default(), network);
        for y in 0..300 {
            let row = &alpha[y * 400..][..400];
            assert!(row[..180].iter().all(|alpha| *alpha == 1.0), "{y}");
            assert!(row[225..].iter().all(|alpha| *alpha == 0.0), "{y}");
            if network.is_none() {
                assert!(
                    row[198] > 0.9 && row[199] - row[200] > 0.4 && row[206] < 0.1,
                    "{y}: {:?}",
                    &row[195..206]
                );
            }
        }
    }
}

#[test]
fn a_single_cell_is_no_trouble() {
    let still = Still::noise(SIZE);
    let mut map = mask(SIZE, |_, _| -9.0).map().clone();
    for place in [0, 255, 100 * 256 + 77, map.values.len() - 1] {
        map.values.fill(-9.0);
        map.values[place] = 9.0;
        let plane = Plane::new(map.clone(), (1024, 768), 1);
        for network in [None, Some(&Fake::default() as &dyn Refiner)] {
            let alpha = matte_of(&still, &plane, Edge::default(), network);
            let touched = alpha.iter().filter(|alpha| **alpha > 0.0).count();
            assert!(touched < 30 * 30, "{place}: {touched}");
        }
    }
}

#[test]
fn a_mask_of_nothing_but_doubt_is_no_trouble() {
    let plane = mask(SIZE, |x, y| f32::from(noise(x as usize, y as usize, 3)) / 128.0 - 1.0);
    for network in [None, Some(&Fake::default() as &dyn Refiner)] {
        matte_of(&Still::noise(SIZE), &plane, Edge::default(), network);
    }
}

#[test]
fn out_of_focus_everywhere_keeps_the_masks_contour() {
    // One colour: there is nothing to follow.
    let still = Still::new(SIZE, |_, _| [128, 128, 128]);
    let plane = disc(SIZE, 80.0, 3.0);
    let alpha = matte_of(&still, &plane, Edge::default(), None);
    for (i, alpha) in alpha.iter().enumerate() {
        let distance = ((i % 400) as f32 - 199.5).hypot((i / 400) as f32 - 149.5) - 80.0;
        if distance.abs() > 4.0 {
            assert!((alpha - f32::from(distance < 0.0)).abs() < 0.3, "{distance}: {alpha}");
        }
    }
}

#[test]
fn frames_of_few_pixels_have_edges_too() {
    for size in [[1, 1], [2, 1], [1, 90], [300, 1], [5, 5], [65, 63]] {
        let plane = mask(size, |x, y| if x + y < (size[0] + size[1]) as f32 / 2.0 { 3.0 } else { -3.0 });
        for network in [None, Some(&Fake::default() as &dyn Refiner)] {
            matte_of(&Still::noise(size), &plane, Edge { width: 100.0, detail: 0.5 }, network);
        }
    }
}

#[test]
fn a_network_that_gives_no_numbers_is_refused() {
    let (still, plane) = (Still::noise(SIZE), disc(SIZE, 80.0, 3.0));
    let source = still.view();
    let eye = SourceColour::Srgb.eye(0.0);
    let frame = Frame { picture: Picture::new(&source, &eye), plane: &plane };
    let broken = Fake { broken: true, ..Fake::default() };
    let result = refine(&frame, Edge::default(), Some(&broken), &pool(1), &|| false);
    assert!(matches!(result, Err(Error::EdgeNetwork(_))));
    let stopped = refine(&frame, Edge::default(), Some(&broken), &pool(1), &|| true);
    assert!(matches!(stopped, Err(Error::Aborted)));
}

#[test]
fn a_frame_of_12k_takes_memory_for_its_band_alone() {
    const LARGE: [usize; 2] = [12_288, 6_480];
    let still = Still::new(LARGE, |x, y| [(x / 50) as u8, (y / 50) as u8, noise(x, y, 1)]);
    let plane = disc(LARGE, 1000.0, 4.0);
    let threads = pool(2);
    for (network, most) in [(None, 0), (Some(Fake::default()), MOST_PIXELS)] {
        let asked = network.as_ref().map(|fake| fake as &dyn Refiner);
        let (edges, _) = edges_of(&still, &plane, Edge::default(), asked, &threads);
        let frame = LARGE[0] * LARGE[1] * 4;
        println!("{} MB of edges, {} MB a matte", edges.bytes() >> 20, frame >> 20);
        // A contour of 6283 pixels, a band of some 400 and tiles at its border.
        assert!(edges.bytes() < frame / 15);
        if let Some(fake) = network {
            // On a picture of 2048 pixels, at most so many in a run.
            assert!(fake.pixels.load(Ordering::SeqCst) <= most);
        }
    }
}
