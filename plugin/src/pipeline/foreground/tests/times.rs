//! How long an estimate takes; run by hand, prints a table.

use std::time::Instant;

use super::*;
use crate::pipeline::coverage::{Coverage, Covered};
use crate::pipeline::matte::Matte;
use crate::pipeline::pixels::{Components, Depth, Layout, Premultiplication, SourceView};
use crate::pipeline::tools::combine::SourceAlpha;

/// A subject with a lobed outline over a third of the frame, soft over `soft` pixels of a 1920-wide frame.
fn subject(bounds: PixelRect, soft: f32) -> Matte {
    let scale = bounds.height() as f32;
    let soft = soft * bounds.width() as f32 / 1920.0;
    Matte::from_fn(bounds, |x, y| {
        let (u, v) = (x as f32 / scale - 0.89, y as f32 / scale - 0.5);
        let angle = v.atan2(u);
        let radius = 0.43 + 0.03 * (7.0 * angle).sin() + 0.02 * (61.0 * angle).sin() * (0.5 + angle.sin());
        (0.5 + (radius - u.hypot(v)) * scale / soft).clamp(0.0, 1.0)
    })
}

/// Times to take the middle and the best one of.
const RUNS: usize = 9;

/// Milliseconds that all threads of this process have worked (proc(5): fields 14 and 15, in hundredths of a second). Unlike
/// the clock it does not count what other programs do.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// `cargo test --release -p plugin --lib foreground::tests::times -- --ignored --nocapture`
#[test]
#[ignore = "prints times, tests nothing"]
fn times() {
    let threads = threads();
    for (width, height) in [(1920_i32, 1080_i32), (3840, 2160)] {
        let bounds = PixelRect { x1: 0, y1: 0, x2: width, y2: height };
        let pixels: Vec<[f32; 4]> = (0..width * height)
            .map(|i| {
                let [r, g, b] = skin((i % width) as f32, (i / width) as f32);
                [r, g, b, 1.0]
            })
            .collect();
        let layout = Layout {
            bounds,
            row_bytes: width as isize * 16,
            depth: Depth::Float,
            components: Components::Rgba,
            premultiplication: Premultiplication::Opaque,
        };
        // SAFETY: these rows, one after the other, outlive the view.
        let source = unsafe { SourceView::new(pixels.as_ptr().cast(), layout) }.unwrap();
        for soft in [2.0, 15.0, 60.0] {
            let matte = subject(bounds, soft);
            let inside = matte.alpha().iter().filter(|alpha| **alpha > 0.5).count();
            let within = matte.alpha().iter().filter(|alpha| **alpha > 0.0 && **alpha < 1.0).count();
            let coverage =
                Coverage { matte: &matte, garbage: None, holdout: None, source_alpha: SourceAlpha::Ignore };
            let picture = Covered { source: &source, premultiplied: false, coverage };
            for light in [None, Some(SourceColour::LinearRec709), Some(SourceColour::Srgb)] {
                let time = |_| {
                    let began = Instant::now();
                    drop(Foreground::estimate(&picture, light, &threads, &|| false).unwrap());
                    began.elapsed().as_secs_f64() * 1e3
                };
                let before = processor_time();
                let mut times: Vec<f64> = (0..RUNS).map(time).collect();
                let each = (processor_time() - before) / RUNS as f64;
                times.sort_by(f64::total_cmp);
                println!(
                    "{width}x{height}, {:.0} % inside, {within} soft pixels of an edge {soft} wide, {light:?}: median \
{:.1} ms, best {:.1} ms, {each:.1} ms of both cores together",
                    inside as f64 / matte.alpha().len() as f64 * 100.0,
                    times[RUNS / 2],
                    times[0]
                );
            }
        }
    }
}
