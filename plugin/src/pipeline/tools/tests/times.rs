//! How long each tool takes; run by hand, prints a table. PROMPTMATTE_TOOL: a part of
//! the names to measure; PROMPTMATTE_PICTURE: a grey alpha picture to take in place of the drawn one.

use std::time::Instant;

use super::*;

/// A subject with a lobed soft outline, wisps, holes and specks, over a third of the frame.
fn subject(width: usize, height: usize) -> Matte {
    let scale = height as f32;
    let mut random = Random::new(11);
    let spots: Vec<[f32; 4]> = (0..300)
        .map(|_| [random.next() * 1.78, random.next(), 0.001 + 0.004 * random.next(), random.next()])
        .collect();
    let mut matte = matte_of(width, height, |x, y| {
        let (u, v) = (x as f32 / scale - 0.89, y as f32 / scale - 0.5);
        let angle = v.atan2(u);
        let radius = 0.33 + 0.03 * (7.0 * angle).sin() + 0.02 * (61.0 * angle).sin() * (0.5 + angle.sin());
        (0.5 + (radius - u.hypot(v)) * scale / 4.0).clamp(0.0, 1.0)
    });
    for [cx, cy, r, _] in spots {
        let (cx, cy, r) = (cx * scale, cy * scale, r * scale);
        for y in (cy - 2.0 * r).max(0.0) as usize..((cy + 2.0 * r) as usize).min(height) {
            for x in (cx - 2.0 * r).max(0.0) as usize..((cx + 2.0 * r) as usize).min(width) {
                let spot = disc(x, y, cx, cy, r, r);
                let alpha = &mut matte.alpha_mut()[y * width + x];
                *alpha += spot * (1.0 - 2.0 * *alpha);
            }
        }
    }
    matte
}

/// A picture brought to this size, linear between its pixels.
fn picture(path: &std::ffi::OsStr, width: usize, height: usize) -> Matte {
    let source = image::open(path).unwrap().to_luma32f();
    let scaled =
        image::imageops::resize(&source, width as u32, height as u32, image::imageops::FilterType::Triangle);
    matte_of(width, height, |x, y| scaled.get_pixel(x as u32, y as u32).0[0])
}

#[test]
#[ignore = "measures time"]
fn times() {
    let none = MatteTools::default();
    let feather = |feather, feather_mode| MatteTools { feather, feather_mode, ..none };
    let cases = [
        ("identity", none),
        ("fill holes", MatteTools { fill_holes: 2000.0, ..none }),
        ("despeckle", MatteTools { despeckle: 2000.0, ..none }),
        ("grow 0.1", MatteTools { grow: 0.1, ..none }),
        ("grow 2.5", MatteTools { grow: 2.5, ..none }),
        ("grow 20", MatteTools { grow: 20.0, ..none }),
        ("grow 100", MatteTools { grow: 100.0, ..none }),
        ("shrink 2.5", MatteTools { grow: -2.5, ..none }),
        ("shrink 100", MatteTools { grow: -100.0, ..none }),
        ("feather both 10", feather(10.0, FeatherMode::Both)),
        ("feather both 100", feather(100.0, FeatherMode::Both)),
        ("feather out 10", feather(10.0, FeatherMode::Out)),
        ("feather out 100", feather(100.0, FeatherMode::Out)),
        ("feather in 100", feather(100.0, FeatherMode::In)),
        ("clips", MatteTools { black_clip: 0.1, white_clip: 0.9, ..none }),
        ("gamma", MatteTools { gamma: 1.5, ..none }),
        ("invert", MatteTools { invert: true, ..none }),
    ];
    let pool = threads();
    for (width, height) in [(1920, 1080), (3840, 2160)] {
        let unit = [width as f32 / 1920.0; 2];
        let matte = match std::env::var_os("PROMPTMATTE_PICTURE") {
            Some(path) => picture(&path, width, height),
            None => subject(width, height),
        };
        let only = std::env::var("PROMPTMATTE_TOOL").unwrap_or_default();
        for (name, tools) in cases.into_iter().filter(|(name, _)| name.contains(&only)) {
            let mut times: Vec<f64> = (0..5)
                .map(|_| {
                    let mut copy = run_on(&matte, |_, _| Ok(()));
                    let start = Instant::now();
                    tools.apply(&mut copy, unit, &pool, &|| false).unwrap();
                    start.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            let (best, median) = (times[0], times[times.len() / 2]);
            println!("{width}x{height} {name:18} median {median:8.1} ms, best {best:8.1} ms");
        }
    }
}
