//! What becomes of the network's alpha before it counts.

use super::*;

const SIZE: [usize; 2] = [1280, 720];

/// The matte of a picture whose red the network takes for alpha, in the band around the frame's middle column.
fn matte_of_red(red: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let still = Still::new(SIZE, |x, y| [(red(x, y) * 255.0).round() as u8; 3]);
    let plane = mask(SIZE, |x, _| (640.0 - x) / 5.0);
    matte_of(&still, &plane, Edge { width: 60.0, detail: 1.0 }, Some(&Shown(RED)))
}

/// Sum of what alpha lacks to 0 or 1 in a row near the contour.
fn softness(alpha: &[f32], y: usize) -> f32 {
    alpha[y * SIZE[0] + 620..y * SIZE[0] + 660].iter().map(|alpha| alpha.min(1.0 - alpha)).sum()
}

#[test]
fn a_lone_edge_becomes_steeper_and_stays_in_its_place() {
    let ramp = |x: usize| (0.5 - (x as f32 + 0.5 - 640.0) / 3.0).clamp(0.0, 1.0);
    let alpha = matte_of_red(|x, _| ramp(x));
    let truth: Vec<f32> = (0..SIZE[0] * SIZE[1]).map(|i| ramp(i % SIZE[0])).collect();
    for y in [1, 300, 718] {
        let (before, after) = (softness(&truth, y), softness(&alpha, y));
        assert!((before / 1.6..before / 1.25).contains(&after), "{before} {after}");
        for x in 0..SIZE[0] {
            assert_eq!(alpha[y * SIZE[0] + x] > 0.5, x < 640, "{x} {y}: {}", alpha[y * SIZE[0] + x]);
        }
    }
}

#[test]
fn what_is_crowded_becomes_softer_and_keeps_its_mean() {
    // Strands of three pixels, three apart, to both sides of the contour.
    let strands =
        |x: usize| if (600..680).contains(&x) { f32::from(x % 6 < 3) * 0.5 } else { f32::from(x < 600) };
    let alpha = matte_of_red(|x, _| strands(x));
    let row = &alpha[300 * SIZE[0]..][..SIZE[0]];
    let middle = &row[618..660];
    let mean = middle.iter().sum::<f32>() / middle.len() as f32;
    assert!((mean - 0.25).abs() < 0.01, "{mean}");
    let (least, most) =
        middle.iter().fold((1.0_f32, 0.0_f32), |(a, b), value| (a.min(*value), b.max(*value)));
    assert!(least > 0.02 && most < 0.48 && most - least > 0.1, "{least} {most}: strands still, but softer");
}

#[test]
fn tiles_do_not_show() {
    // Everything changes along the contour only as the picture does: from tile to tile nothing else may.
    let strands = |x: usize, y: usize| {
        if (600..680).contains(&x) { f32::from((x + y) % 6 < 3) } else { f32::from(x < 600) }
    };
    let alpha = matte_of_red(strands);
    let at = |x: usize, y: usize| alpha[y * SIZE[0] + x];
    for y in 100..600 {
        for x in 618..660 {
            assert!((at(x, y) - at(x, y + 6)).abs() < 1e-5, "{x} {y}");
        }
    }
}
