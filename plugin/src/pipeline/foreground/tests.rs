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
        for (row, colours) in colours.chunks_mut(self.width.max(1)).enumerate() {
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
    /// The matte, which may be off.
    matte: fn(f32, f32) -> f32,
}

/// The largest and the mean difference over the soft pixels.
#[derive(Debug, Clone, Copy)]
struct Errors {
    worst: f32,
    mean: f32,
}

impl Known {
    fn place(&self, i: usize) -> (f32, f32) {
        ((i % self.width) as f32 + 0.5, (i / self.width) as f32 + 0.5)
    }

    fn at(&self, i: usize) -> ([f32; 3], [f32; 3], f32) {
        let (x, y) = self.place(i);
        ((self.fore)(x, y), (self.back)(x, y), (self.alpha)(x, y))
    }

    fn matte_at(&self, i: usize) -> f32 {
        let (x, y) = self.place(i);
        (self.matte)(x, y)
    }

    /// The mix of both in light, as a source of this encoding has it.
    fn drawn(&self, encoding: SourceColour) -> Drawn {
        Drawn::new(self.width, self.height, |x, y| {
            let (fore, back, alpha) = self.at(y * self.width + x);
            let mixed = std::array::from_fn(|c| alpha * fore[c] + (1.0 - alpha) * back[c]);
            let [r, g, b] = encoding.from_light(mixed);
            [r, g, b, self.matte_at(y * self.width + x)]
        })
    }

    /// How far a cut-out of these colours, laid in light over black, white and magenta, is from the true one, as a display
    /// shows it.
    fn errors(&self, encoding: SourceColour, colours: &[[f32; 4]]) -> Errors {
        let (mut worst, mut sum, mut count) = (0.0_f32, 0.0, 0.0);
        for (i, colour) in colours.iter().enumerate() {
            let (fore, alpha) = (self.at(i).0, self.matte_at(i));
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

const SOFT: Known = Known { width: 256, height: 200, fore: skin, back: screen, alpha: disc, matte: disc };

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

const HAIR: Known = Known { width: 256, height: 200, fore: skin, back: screen, alpha: hairy, matte: hairy };

/// The encoding in which light is mixed, known to be it.
const LINEAR: Option<SourceColour> = Some(SourceColour::LinearRec709);

#[test]
fn a_cut_out_has_no_outline_over_any_colour() {
    let [with, without] = SOFT.both(SourceColour::LinearRec709, LINEAR);
    assert!(with.worst < 0.015 && with.mean < 0.002, "{with:?}");
    assert!(without.worst > 0.2 && without.mean > 0.05, "{without:?}");
}

#[test]
fn hairs_lose_the_background_too() {
    let [with, without] = HAIR.both(SourceColour::LinearRec709, LINEAR);
    assert!(with.worst < 0.06 && with.mean < 0.0035, "{with:?}");
    assert!(without.worst > 0.2 && without.mean > 0.05, "{without:?}");
}

#[test]
fn a_matte_that_is_off_helps_too() {
    fn around(x: f32, y: f32, radius: f32, soft: f32) -> f32 {
        (0.5 + (radius - (x - 128.0).hypot(y - 100.0)) / soft).clamp(0.0, 1.0)
    }
    let hard = |x, y| around(x, y, 70.0, 2.0);
    let wide = Known { matte: |x, y| around(x, y, 71.5, 15.0), ..SOFT };
    let narrow = Known { matte: |x, y| around(x, y, 68.5, 15.0), ..SOFT };
    let soft = Known { alpha: hard, matte: |x, y| around(x, y, 70.0, 6.0), ..SOFT };
    let softer = Known { alpha: hard, matte: |x, y| around(x, y, 70.0, 12.0), ..SOFT };
    for (known, left) in [(wide, 0.2), (narrow, 0.7), (soft, 0.5), (softer, 0.75)] {
        let [with, without] = known.both(SourceColour::LinearRec709, LINEAR);
        assert!(with.mean < left * without.mean && with.worst <= without.worst, "{with:?} {without:?}");
    }
}

#[test]
fn colours_are_unmixed_in_light_where_the_encoding_is_known() {
    for known in [SOFT, HAIR] {
        let [linear, _] = known.both(SourceColour::LinearRec709, LINEAR);
        for encoding in [SourceColour::Srgb, SourceColour::LogC3, SourceColour::AcesCct] {
            let [with, _] = known.both(encoding, Some(encoding));
            assert!((with.mean - linear.mean).abs() < 1e-4, "{encoding:?}: {with:?}, not {linear:?}");
        }
        // As codes it is no mix of two, but most of the old background goes.
        let [blind, without] = known.both(SourceColour::Srgb, None);
        assert!(blind.mean > 2.0 * linear.mean && blind.mean < 0.4 * without.mean, "{blind:?} {without:?}");
    }
}

#[test]
fn one_colour_on_another_comes_back() {
    fn one(_: f32, _: f32) -> [f32; 3] {
        [0.75, 0.5, 0.125]
    }
    fn other(_: f32, _: f32) -> [f32; 3] {
        [0.0, 0.25, 1.0]
    }
    // Soft over 3 pixels, and over more than the frame has.
    fn ramp(x: f32, _: f32) -> f32 {
        ((x - 40.0) / 3.0).clamp(0.0, 1.0)
    }
    fn long(x: f32, y: f32) -> f32 {
        ((x + 0.3 * y - 30.0) / 150.0).clamp(0.0, 1.0)
    }
    for alpha in [disc, hairy, ramp, long] {
        let known = Known { fore: one, back: other, alpha, matte: alpha, ..SOFT };
        for encoding in [SourceColour::LinearRec709, SourceColour::Srgb, SourceColour::LogC4] {
            let [with, _] = known.both(encoding, Some(encoding));
            assert!(with.worst < 2e-5, "{encoding:?}: {with:?}");
        }
    }
}

#[test]
fn light_beyond_white_and_below_black_is_light() {
    fn bright(x: f32, _: f32) -> [f32; 3] {
        [40.0 + 0.01 * x, 3.0, -0.05]
    }
    let known = Known { fore: bright, ..SOFT };
    let drawn = known.drawn(SourceColour::LinearRec709);
    for (i, colour) in drawn.estimated(LINEAR).iter().enumerate().filter(|(_, colour)| colour[3] > 0.0) {
        let (fore, _, alpha) = known.at(i);
        for c in 0..3 {
            let error = alpha * (colour[c] - fore[c]).abs();
            assert!(error < 0.01 * fore[c].abs().max(1.0), "{colour:?} for {fore:?} at {alpha}");
        }
    }
}

#[test]
fn what_is_no_colour_takes_no_part() {
    let clean = SOFT.drawn(SourceColour::LinearRec709);
    let mut drawn = SOFT.drawn(SourceColour::LinearRec709);
    // In the edge, inside and outside of it.
    for (x, y, value) in
        [(198, 100, f32::NAN), (128, 30, f32::INFINITY), (180, 100, f32::NEG_INFINITY), (210, 100, 1e30)]
    {
        drawn.pixels[y * drawn.width + x][1] = value;
    }
    let estimated = drawn.estimated(LINEAR);
    assert_eq!(estimated[100 * drawn.width + 198], [0.0; 4], "no estimate for what is not a colour");
    assert_eq!(estimated[30 * drawn.width + 128], [0.0; 4]);
    for (with, without) in estimated.iter().zip(clean.estimated(LINEAR)).filter(|(with, _)| with[3] > 0.0) {
        for c in 0..3 {
            assert!((with[c] - without[c]).abs() < 0.05, "{with:?} {without:?}");
        }
    }
    let nothing = Drawn::new(40, 30, |x, _| [f32::NAN, f32::NAN, f32::NAN, x as f32 / 40.0]);
    assert!(nothing.estimated(LINEAR).iter().all(|colour| *colour == [0.0; 4]));
    let unknown = Drawn::new(40, 30, |_, _| [0.5, 0.5, 0.5, f32::NAN]);
    assert!(unknown.estimated(LINEAR).iter().all(|colour| *colour == [0.0; 4]));
}

#[test]
fn estimates_stay_within_what_is_seen_black_and_white() {
    // Noise in colour and alpha: no equation fits.
    let noise = |i: usize| ((i as u32).wrapping_mul(2_654_435_761) >> 8) as f32 / (1 << 24) as f32;
    let drawn = Drawn::new(97, 61, |x, y| {
        let i = 4 * (y * 97 + x);
        [noise(i), noise(i + 1), 3.0 * noise(i + 2) - 1.0, noise(i + 3)]
    });
    for colour in drawn.estimated(LINEAR) {
        assert!(colour[3] == 1.0 && colour[..2].iter().all(|c| (0.0..=1.0).contains(c)), "{colour:?}");
        assert!((-1.0..=2.0).contains(&colour[2]), "{colour:?}");
    }
}

#[test]
fn mattes_that_are_empty_full_hard_or_one_pixel_give_what_there_is() {
    let of = |width, height, alpha: fn(usize, usize) -> f32| {
        Drawn::new(width, height, |x, y| [0.25, 0.5, 0.75, alpha(x, y)]).estimated(None)
    };
    for alpha in [|_, _| 0.0, |_, _| 1.0, |x, _| if x > 9 { 1.0 } else { 0.0 }] {
        assert!(of(33, 17, alpha).iter().all(|colour| *colour == [0.0; 4]));
    }
    // Where nothing tells one from the other, the source's colour.
    let own = [0.25, 0.5, 0.75, 1.0];
    let pixel = of(33, 17, |x, y| if (x, y) == (0, 16) { 0.3 } else { 0.0 })[16 * 33];
    for colour in of(33, 17, |_, _| 0.5).into_iter().chain(of(1, 1, |_, _| 0.5)).chain([pixel]) {
        assert!(colour.iter().zip(own).all(|(c, own)| (c - own).abs() < 1e-6), "{colour:?}");
    }
    assert!(of(0, 0, |_, _| 0.5).is_empty());
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let bits = |count| {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        let colours = HAIR.drawn(SourceColour::Srgb).estimated_on(Some(SourceColour::Srgb), &threads);
        colours.iter().map(|colour| colour.map(f32::to_bits)).collect::<Vec<_>>()
    };
    let one = bits(1);
    assert!(one == bits(2) && one == bits(5));
}

#[test]
fn memory_grows_with_the_edge_and_not_with_the_frame() {
    let cells = |width: usize, height: usize| {
        let drawn = Drawn::new(width, height, |x, y| [0.5, 0.5, 0.5, disc(x as f32, y as f32)]);
        Foreground::estimate(&drawn, None, &threads(), &|| false).unwrap().colours.len()
    };
    let small = cells(256, 200);
    assert!(small < 256 * 200 / 2, "{small}");
    assert_eq!(cells(2000, 1000), small);
}

#[test]
fn a_host_that_wants_to_stop_is_obeyed() {
    let drawn = SOFT.drawn(SourceColour::Srgb);
    assert!(matches!(Foreground::estimate(&drawn, None, &threads(), &|| true), Err(Error::Aborted)));
}
