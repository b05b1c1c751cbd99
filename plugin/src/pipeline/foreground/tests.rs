//! Known foregrounds on known backgrounds, and pictures that are none.

use super::*;

mod sheet;
mod times;

/// Two threads, as on a small machine.
fn threads() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap()
}

/// A picture in memory: straight colour and alpha, top row first.
struct Drawn {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 4]>,
}

impl Drawn {
    fn new(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [f32; 4]) -> Self {
        let pixels = (0..width * height).map(|i| pixel(i % width, i / width)).collect();
        Self { width, height, pixels }
    }

    fn estimated(&self, light: Option<SourceColour>) -> Vec<[f32; 4]> {
        self.estimated_on(light, &threads())
    }

    /// What the soft pixels get, all pixels in order.
    fn estimated_on(&self, light: Option<SourceColour>, threads: &rayon::ThreadPool) -> Vec<[f32; 4]> {
        let foreground = Foreground::estimate(self, light, threads, &|| false).unwrap();
        let mut colours = vec![[0.0; 4]; self.pixels.len()];
        for (row, colours) in colours.chunks_mut(self.width).enumerate() {
            foreground.read_row((self.height - 1 - row) as i32, 0, colours);
        }
        colours
    }
}

impl Picture for Drawn {
    type Scratch = ();

    fn bounds(&self) -> PixelRect {
        PixelRect { x1: 0, y1: 0, x2: self.width as i32, y2: self.height as i32 }
    }

    fn scratch(&self) {}

    fn alpha(&self, y: i32, _: &mut (), out: &mut [f32]) {
        let row = &self.pixels[(self.height - 1 - y as usize) * self.width..];
        out.iter_mut().zip(row).for_each(|(out, pixel)| *out = pixel[3]);
    }

    fn pixels(&self, y: i32, x1: i32, _: &mut (), out: &mut [[f32; 4]]) {
        let at = (self.height - 1 - y as usize) * self.width + x1 as usize;
        out.copy_from_slice(&self.pixels[at..][..out.len()]);
    }
}

/// A subject with known light, on a background with known light.
struct Known {
    width: usize,
    height: usize,
    fore: fn(f32, f32) -> [f32; 3],
    back: fn(f32, f32) -> [f32; 3],
    alpha: fn(f32, f32) -> f32,
    given: fn(f32, f32) -> f32,
}

/// The largest and the mean difference over the soft pixels.
#[derive(Debug, Clone, Copy)]
struct Errors {
    worst: f32,
    mean: f32,
}

impl Known {
    fn at(&self, i: usize) -> ([f32; 3], [f32; 3], f32) {
        let (x, y) = ((i % self.width) as f32 + 0.5, (i / self.width) as f32 + 0.5);
        ((self.fore)(x, y), (self.back)(x, y), (self.alpha)(x, y))
    }

    /// The mix of both in light, as a source of this encoding has it.
    fn drawn(&self, encoding: SourceColour) -> Drawn {
        Drawn::new(self.width, self.height, |x, y| {
            let (fore, back, alpha) = self.at(y * self.width + x);
            let mixed = std::array::from_fn(|c| alpha * fore[c] + (1.0 - alpha) * back[c]);
            let [r, g, b] = encoding.from_light(mixed);
            [r, g, b, (self.given)(x as f32 + 0.5, y as f32 + 0.5)]
        })
    }

    /// How far a cut-out of these colours, laid in light over black, white and magenta, is from the true one, as a display
    /// shows it.
    fn errors(&self, encoding: SourceColour, colours: &[[f32; 4]]) -> Errors {
        let (mut worst, mut sum, mut count) = (0.0_f32, 0.0, 0.0);
        for (i, colour) in colours.iter().enumerate() {
            let (fore, _, _) = self.at(i); let alpha=(self.given)((i % self.width) as f32 + 0.5, (i / self.width) as f32 + 0.5);
            if colour[3] == 0.0 {
                assert!(alpha == 0.0 || alpha == 1.0, "a soft pixel without an estimate");
                continue;
            }
            let light = encoding.to_light([colour[0], colour[1], colour[2]]);
            for over in [[0.0; 3], [1.0; 3], [1.0, 0.0, 1.0]] {
                let shown = |fore: [f32; 3]| {
                    let laid = std::array::from_fn(|c| alpha * fore[c] + (1.0 - alpha) * over[c]);
                    SourceColour::Srgb.from_light(laid)
                };
                for (a, b) in shown(light).into_iter().zip(shown(fore)) {
                    worst = worst.max((a - b).abs());
                    sum += f64::from((a - b).abs());
                    count += 1.0;
                }
            }
        }
        Errors { worst, mean: (sum / count) as f32 }
    }

    /// With the estimate, and with the source's own colour.
    fn both(&self, encoding: SourceColour, light: Option<SourceColour>) -> [Errors; 2] {
        let drawn = self.drawn(encoding);
        let estimated = drawn.estimated(light);
        let source: Vec<[f32; 4]> = drawn
            .pixels
            .iter()
            .zip(&estimated)
            .map(|([r, g, b, _], estimate)| [*r, *g, *b, estimate[3]])
            .collect();
        [self.errors(encoding, &estimated), self.errors(encoding, &source)]
    }
}

/// A disc of radius 70 with an edge 15 pixels wide.
fn disc(x: f32, y: f32) -> f32 {
    let t = (0.5 + (70.0 - (x - 128.0).hypot(y - 100.0)) / 15.0).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Skin in a light that changes slowly.
fn skin(x: f32, y: f32) -> [f32; 3] {
    [0.5 + 0.2 * (x * 0.02).sin(), 0.3 + 0.1 * (y * 0.025).cos(), 0.2 + 0.05 * (x * 0.03 + y * 0.02).sin()]
}

/// A screen, brighter to one side.
fn screen(x: f32, y: f32) -> [f32; 3] {
    [0.03 + 0.02 * (y * 0.02).sin(), 0.5 + 0.3 * (x * 0.012).sin(), 0.06]
}

const SOFT: Known = Known { width: 256, height: 200, fore: skin, back: screen, alpha: disc, given: disc };

/// A disc with 40 hairs, one to three pixels wide, whose ends are thin.
fn hairy(x: f32, y: f32) -> f32 {
    let (u, v) = (x - 128.0, y - 100.0);
    let (radius, angle) = (u.hypot(v), v.atan2(u));
    let body = (0.5 + (45.0 - radius) / 3.0).clamp(0.0, 1.0);
    let turn = (angle / std::f32::consts::TAU + 0.002 * radius) * 40.0;
    let off = (turn - turn.round()).abs() / 40.0 * std::f32::consts::TAU * radius;
    let width = 1.5 * (1.0 - (radius - 45.0) / 50.0).clamp(0.0, 1.0);
    let hair = (width + 0.5 - off).clamp(0.0, 1.0) * (width / 1.5).min(1.0);
    body.max(if radius < 95.0 { hair } else { 0.0 })
}

const HAIR: Known = Known { width: 256, height: 200, fore: skin, back: screen, alpha: hairy, given: hairy };

#[test]
fn figures() {
    fn wide(x: f32, y: f32) -> f32 { (0.5 + (71.5 - (x - 128.0).hypot(y - 100.0)) / 15.0).clamp(0.0, 1.0) }
    fn narrow(x: f32, y: f32) -> f32 { (0.5 + (68.5 - (x - 128.0).hypot(y - 100.0)) / 15.0).clamp(0.0, 1.0) }
    fn hard(x: f32, y: f32) -> f32 { (0.5 + (70.0 - (x - 128.0).hypot(y - 100.0)) / 2.0).clamp(0.0, 1.0) }
    fn soft4(x: f32, y: f32) -> f32 { (0.5 + (70.0 - (x - 128.0).hypot(y - 100.0)) / 6.0).clamp(0.0, 1.0) }
    fn soft10(x: f32, y: f32) -> f32 { (0.5 + (70.0 - (x - 128.0).hypot(y - 100.0)) / 12.0).clamp(0.0, 1.0) }
    for (name, known) in [("soft", SOFT), ("hair", HAIR), ("wide", Known{given: wide, ..SOFT}), ("narrow", Known{given: narrow, ..SOFT}), ("hard6", Known{alpha: hard, given: soft4, ..SOFT}), ("hard12", Known{alpha: hard, given: soft10, ..SOFT})] {
        for (encoding, light) in [
            (SourceColour::LinearRec709, Some(SourceColour::LinearRec709)),
            (SourceColour::Srgb, Some(SourceColour::Srgb)),
            (SourceColour::LogC3, Some(SourceColour::LogC3)),
            (SourceColour::Srgb, None),
        ] {
            let [with, without] = known.both(encoding, light);
            println!("{name} {encoding:?} {light:?}: {with:?} without {without:?}");
        }
    }
}
