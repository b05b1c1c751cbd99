//! The tools together, and what the tests of each share.

use super::*;
use crate::pipeline::geometry::PixelRect;

mod sheet;
mod times;

/// Two threads, as on a small machine.
pub fn threads() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
}

/// A matte from alpha by column and row, top row first.
pub fn matte_of(width: usize, height: usize, mut alpha: impl FnMut(usize, usize) -> f32) -> Matte {
    let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
    let mut matte = Matte::filled(bounds, 0.0).unwrap();
    for (i, value) in matte.alpha_mut().iter_mut().enumerate() {
        *value = alpha(i % width, i / width);
    }
    matte
}

/// A disc whose edge is a linear ramp of `soft` pixels around `radius`.
pub fn disc(x: usize, y: usize, cx: f32, cy: f32, radius: f32, soft: f32) -> f32 {
    (0.5 + (radius - (x as f32 - cx).hypot(y as f32 - cy)) / soft).clamp(0.0, 1.0)
}

/// A copy of the matte with an operation applied.
pub fn run_on(
    matte: &Matte,
    operation: impl FnOnce(&mut Matte, &rayon::ThreadPool) -> Result<(), Error>,
) -> Matte {
    let mut copy = matte_of(matte.width(), matte.height(), |x, y| matte.alpha()[y * matte.width() + x]);
    operation(&mut copy, &threads()).unwrap();
    copy
}

/// Fails unless both have the same size and bits.
#[track_caller]
pub fn same_bits(a: &Matte, b: &Matte) {
    assert_eq!(a.bounds(), b.bounds());
    let other = a.alpha().iter().zip(b.alpha()).position(|(a, b)| a.to_bits() != b.to_bits());
    if let Some(i) = other {
        let (x, y) = (i % a.width(), i / a.width());
        panic!("pixel {x}, {y}: {} and {}", a.alpha()[i], b.alpha()[i]);
    }
}

/// Numbers in 0..1 from a linear congruential generator (Knuth's MMIX constants).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }
}

fn applied(tools: MatteTools, matte: &Matte, pixels_per_unit: [f32; 2]) -> Matte {
    run_on(matte, |matte, threads| tools.apply(matte, pixels_per_unit, threads, &|| false))
}

/// Each tool alone, set to something.
fn each_tool() -> Vec<MatteTools> {
    let none = MatteTools::default();
    let feather = |feather_mode| MatteTools { feather: 7.0, feather_mode, ..none };
    vec![
        MatteTools { fill_holes: 50.0, ..none },
        MatteTools { despeckle: 50.0, ..none },
        MatteTools { grow: 2.5, ..none },
        MatteTools { grow: -2.5, ..none },
        feather(FeatherMode::In),
        feather(FeatherMode::Out),
        feather(FeatherMode::Both),
        MatteTools { black_clip: 0.2, ..none },
        MatteTools { white_clip: 0.8, ..none },
        MatteTools { gamma: 2.0, ..none },
        MatteTools { invert: true, ..none },
    ]
}

#[test]
fn the_default_is_identity_and_each_tool_is_not() {
    assert!(MatteTools::default().is_identity());
    assert!(MatteTools { feather_mode: FeatherMode::Out, ..MatteTools::default() }.is_identity());
    assert!(each_tool().iter().all(|tools| !tools.is_identity()));
    // Not even what is no alpha is touched, and nobody is asked whether to go on.
    let odd = matte_of(3, 1, |x, _| [f32::NAN, -1.0, 1e-40][x]);
    same_bits(&applied(MatteTools::default(), &odd, [1.0; 2]), &odd);
    let mut matte = matte_of(2, 2, |_, _| 0.5);
    MatteTools::default().apply(&mut matte, [1.0; 2], &threads(), &|| true).unwrap();
}

#[test]
fn no_number_breaks_a_tool() {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -5.0, 1e30, 1e-30, 0.0];
    let shape = matte_of(24, 16, |x, y| disc(x, y, 10.0, 8.0, 5.0, 2.0).max(f32::from(x == 20 && y == 3)));
    for number in odd {
        for unit in [[1.0; 2], [number; 2], [number, 0.5]] {
            let none = MatteTools::default();
            for tools in [
                MatteTools { fill_holes: number, ..none },
                MatteTools { despeckle: number, ..none },
                MatteTools { grow: number, ..none },
                MatteTools { feather: number, ..none },
                MatteTools { feather: number, feather_mode: FeatherMode::Out, ..none },
                MatteTools { black_clip: number, ..none },
                MatteTools { white_clip: number, ..none },
                MatteTools { gamma: number, ..none },
            ] {
                let result = applied(tools, &shape, unit);
                assert!(result.alpha().iter().all(|a| (0.0..=1.0).contains(a)), "{tools:?} {unit:?}");
                if number.is_nan() {
                    same_bits(&result, &shape);
                }
            }
        }
    }
    let none = MatteTools::default();
    let far = |grow| MatteTools { grow, ..none };
    same_bits(&applied(far(5000.0), &shape, [0.1; 2]), &applied(far(100.0), &shape, [0.1; 2]));
    same_bits(&applied(far(-5000.0), &shape, [0.1; 2]), &applied(far(-100.0), &shape, [0.1; 2]));
    let gamma = |gamma| MatteTools { gamma, ..none };
    same_bits(&applied(gamma(0.0), &shape, [1.0; 2]), &applied(gamma(0.1), &shape, [1.0; 2]));
}

#[test]
fn what_is_no_alpha_becomes_one_when_a_tool_runs() {
    let odd = matte_of(4, 1, |x, _| [f32::NAN, -1.0, 7.0, 0.25][x]);
    let result = applied(MatteTools { invert: true, ..MatteTools::default() }, &odd, [1.0; 2]);
    assert_eq!(result.alpha(), [1.0, 1.0, 0.0, 0.75]);
}

#[test]
fn tiny_empty_and_full_mattes_survive_every_tool() {
    for (width, height) in [(1, 1), (1, 13), (13, 1), (2, 2), (17, 3)] {
        for alpha in [0.0, 1.0] {
            let matte = matte_of(width, height, |_, _| alpha);
            for tools in each_tool() {
                let expected = if tools.invert { 1.0 - alpha } else { alpha };
                let specks = tools.despeckle > 0.0 && width * height <= 2 * 50;
                let expected = if specks { 0.0 } else { expected };
                let result = applied(tools, &matte, [1.0, 2.0]);
                assert!(result.alpha().iter().all(|a| *a == expected), "{width} {height} {alpha} {tools:?}");
            }
        }
    }
    for tools in each_tool() {
        let mut none = Matte::empty();
        tools.apply(&mut none, [1.0; 2], &threads(), &|| false).unwrap();
        assert!(none.alpha().is_empty());
    }
}

#[test]
fn the_host_can_stop_every_tool() {
    for tools in each_tool() {
        let mut matte = matte_of(64, 64, |x, y| disc(x, y, 30.0, 30.0, 20.0, 5.0));
        let result = tools.apply(&mut matte, [1.0; 2], &threads(), &|| true);
        assert!(matches!(result, Err(Error::Aborted)), "{tools:?}");
    }
}

#[test]
fn the_order_is_fixed() {
    // A hole and a speck: filled and cleaned before growth could close or join them, inverted last.
    let matte = matte_of(120, 80, |x, y| {
        let subject = disc(x, y, 50.0, 40.0, 25.0, 2.0) - disc(x, y, 50.0, 40.0, 4.0, 2.0);
        subject.max(disc(x, y, 80.0, 40.0, 2.0, 2.0))
    });
    let tools = MatteTools {
        fill_holes: 80.0,
        despeckle: 80.0,
        grow: 8.0,
        white_clip: 0.5,
        gamma: 2.0,
        invert: true,
        ..MatteTools::default()
    };
    let subject = matte_of(120, 80, |x, y| disc(x, y, 50.0, 40.0, 25.0, 2.0));
    let grown = applied(MatteTools { grow: 8.0, ..MatteTools::default() }, &subject, [1.0; 2]);
    let result = applied(tools, &matte, [1.0; 2]);
    for (result, grown) in result.alpha().iter().zip(grown.alpha()) {
        let expected = 1.0 - (grown / 0.5).min(1.0).sqrt();
        assert!((result - expected).abs() < 1e-5, "{result} {expected}");
    }
}

#[test]
fn units_are_those_of_a_frame_1920_wide() {
    // The same shape at twice the resolution, and squeezed to half the width: the same result.
    let shape = |x: f32, y: f32| {
        let ball = |cx: f32, cy: f32, r: f32| (0.5 + (r - (x - cx).hypot(y - cy)) / 6.0).clamp(0.0, 1.0);
        (ball(60.0, 50.0, 30.0) - ball(60.0, 50.0, 7.0)).max(ball(120.0, 50.0, 6.0))
    };
    let at = |scale: [f32; 2]| {
        matte_of((160.0 * scale[0]) as usize, (100.0 * scale[1]) as usize, |x, y| {
            shape((x as f32 + 0.5) / scale[0], (y as f32 + 0.5) / scale[1])
        })
    };
    let area = |matte: &Matte, scale: [f32; 2]| {
        matte.alpha().iter().map(|a| f64::from(*a)).sum::<f64>() / f64::from(scale[0] * scale[1])
    };
    for tools in each_tool() {
        let tools =
            MatteTools { fill_holes: tools.fill_holes * 4.0, despeckle: tools.despeckle * 3.0, ..tools };
        let expected = area(&applied(tools, &at([1.0; 2]), [1.0; 2]), [1.0; 2]);
        for scale in [[2.0, 2.0], [0.5, 1.0], [1.0, 2.0]] {
            let found = area(&applied(tools, &at(scale), scale), scale);
            assert!((found / expected - 1.0).abs() < 0.005, "{found} {expected} {scale:?} {tools:?}");
        }
    }
}
