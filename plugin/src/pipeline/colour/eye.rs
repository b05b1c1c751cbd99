//! What the network sees of a colour: display-referred sRGB in 0..1.

use super::SourceColour;
use super::table::{Table, within};
use super::transfer::Transfer;

/// Stops of exposure beyond which there is only black or white.
const MOST_STOPS: f32 = 32.0;

/// Light above this counts as this: the largest half float. It keeps sums finite.
const MOST_LIGHT: f32 = 65504.0;

/// Converts pixels of one encoding at one exposure; see [`SourceColour::eye`].
#[derive(Clone, Debug)]
pub struct Eye {
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    /// The source is encoded as the network wants it.
    AsIs,
    /// Through linear light.
    Light(Light),
}

#[derive(Clone, Debug)]
struct Light {
    decode: Decode,
    /// To Rec.709; none where the primaries are those.
    matrix: Option<[[f32; 3]; 3]>,
    /// The sRGB transfer function over light of 0..1.
    encode: Table,
}

/// Code value to exposed light.
#[derive(Clone, Debug)]
enum Decode {
    /// Light times this.
    Gain(f32),
    /// The transfer function with the gain in it.
    Table(Table),
}

impl Eye {
    pub(super) fn new(colour: SourceColour, exposure: f32) -> Self {
        let exposure = if exposure.is_nan() { 0.0 } else { exposure.clamp(-MOST_STOPS, MOST_STOPS) };
        if colour == SourceColour::Srgb && exposure == 0.0 {
            return Self { way: Way::AsIs };
        }
        let gain = exposure.exp2();
        let transfer = colour.transfer();
        let decode = match transfer {
            Transfer::Linear => Decode::Gain(gain),
            // Whites that only float sources have, up to 25 times a display's white.
            Transfer::Srgb | Transfer::Gamma24 => {
                Decode::Table(Table::new(4.0, |value| transfer.decode(value) * gain))
            }
            // ACEScct has codes up to 1.468.
            Transfer::Log(_) => Decode::Table(Table::new(1.5, |value| transfer.decode(value) * gain)),
        };
        let matrix = colour.to_rec709().map(|matrix| matrix.map(|row| row.map(|factor| factor as f32)));
        let encode = Table::new(1.0, |light| Transfer::Srgb.encode(light));
        Self { way: Way::Light(Light { decode, matrix, encode }) }
    }

    /// One pixel, without alpha's share, as the network sees it: clamped to 0..1, NaN as 0.
    ///
    /// Encoded values are limited to 0..4 for displays' encodings and to 0..1.5 for logarithmic ones, light
    /// to 0..65504 after exposure. So one component that is no number leaves the others as they are.
    #[inline]
    pub fn see(&self, rgb: [f32; 3]) -> [f32; 3] {
        match &self.way {
            Way::AsIs => rgb.map(clamp),
            Way::Light(light) => light.see(rgb),
        }
    }
}

impl Light {
    #[inline]
    fn see(&self, rgb: [f32; 3]) -> [f32; 3] {
        let light = match &self.decode {
            Decode::Gain(gain) => rgb.map(|value| limit(value * gain)),
            Decode::Table(table) => rgb.map(|value| limit(table.at(value))),
        };
        let light = match &self.matrix {
            Some(matrix) => matrix.map(|row| row[0] * light[0] + row[1] * light[1] + row[2] * light[2]),
            None => light,
        };
        // The table ends at 0 and 1, which clamps.
        light.map(|light| self.encode.at(light))
    }
}

/// Clamps to 0..1; NaN becomes 0, which `f32::clamp` does not promise.
fn clamp(value: f32) -> f32 {
    within(value, 1.0)
}

/// Light that sums stay finite with; NaN becomes 0.
fn limit(light: f32) -> f32 {
    within(light, MOST_LIGHT)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use rayon::prelude::*;

    use super::super::primaries;
    use super::*;

    /// A quarter of an 8 bit code value.
    const QUARTER: f32 = 0.25 / 255.0;

    /// The same in formulas, without tables.
    fn exactly(colour: SourceColour, exposure: f32, rgb: [f32; 3]) -> [f32; 3] {
        let light = colour.to_light(rgb).map(|light| f64::from(limit(light * exposure.exp2())));
        let matrix = colour.to_rec709().unwrap_or([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        matrix
            .map(|row| row[0] * light[0] + row[1] * light[1] + row[2] * light[2])
            .map(|light| clamp(Transfer::Srgb.encode(light as f32)))
    }

    /// sRGB to the encoding, through light, in formulas.
    fn encoded(colour: SourceColour, srgb: [f32; 3]) -> [f32; 3] {
        let light = SourceColour::Srgb.to_light(srgb).map(f64::from);
        let matrix = primaries::conversion(&primaries::REC709, &colour.primaries());
        colour
            .from_light(matrix.map(|row| (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]) as f32))
    }

    fn differ(a: [f32; 3], b: [f32; 3]) -> f32 {
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }

    /// A ramp of greys, skin, sky, foliage and the cube's corners and edges.
    fn picture() -> Vec<[f32; 3]> {
        let mut colours: Vec<[f32; 3]> = (0..=1020).map(|step| [step as f32 / 1020.0; 3]).collect();
        for [r, g, b] in
            [[234, 192, 170], [141, 85, 58], [71, 41, 30], [135, 206, 235], [30, 70, 150], [60, 90, 35]]
        {
            for level in 1..=100 {
                let level = level as f32 / 100.0;
                colours.push([r, g, b].map(|component| component as f32 / 255.0 * level));
            }
        }
        for corner in 0..8 {
            for level in 0..=50 {
                let level = level as f32 / 50.0;
                let bit = |at: i32| if corner >> at & 1 == 1 { level } else { 0.2 * level };
                colours.push([bit(0), bit(1), bit(2)]);
                let bit = |at: i32| if corner >> at & 1 == 1 { level } else { 0.0 };
                colours.push([bit(0), bit(1), bit(2)]);
            }
        }
        colours
    }

    #[test]
    fn a_picture_in_any_encoding_looks_the_same() {
        for colour in SourceColour::ALL {
            let eye = colour.eye(0.0);
            for srgb in picture() {
                let seen = eye.see(encoded(colour, srgb));
                assert!(differ(seen, srgb) < 2.0 * QUARTER, "{colour:?}: {srgb:?} is seen as {seen:?}");
            }
        }
    }

    #[test]
    fn the_same_in_10_bit_codes() {
        for colour in [SourceColour::LogC3, SourceColour::SLog3, SourceColour::VLog, SourceColour::Cineon] {
            let eye = colour.eye(0.0);
            for grey in 26..=255 {
                let srgb = [grey as f32 / 255.0; 3];
                let code = encoded(colour, srgb).map(|value| (value * 1023.0).round() / 1023.0);
                // Half a 10 bit code of these is at most 0.6 of an 8 bit code of sRGB above 10 % of it.
                assert!(differ(eye.see(code), srgb) < 1.0 / 255.0, "{colour:?}: {grey}");
            }
        }
    }

    #[test]
    fn tables_stay_within_a_quarter_of_a_code_of_the_formulas() {
        for colour in SourceColour::ALL {
            for exposure in [-10.0, -3.0, -0.5, 0.0, 1.0, 4.0, 10.0] {
                let eye = colour.eye(exposure);
                let mut worst = 0.0_f32;
                // Steps that share no factor with the knots, on grey and off it.
                for step in 0..30_011 {
                    let value = step as f32 / 20_011.0;
                    for rgb in [[value; 3], [value, value * 0.7, value * 0.4], [value * 0.9, value, 0.3]] {
                        // Six stops above white a component can only be in 0..1 as the difference of
                        // two far larger ones, where the tables' relative error of 3e-6 shows.
                        let most = colour.to_light(rgb).into_iter().fold(0.0, f32::max);
                        if most * exposure.exp2() <= 64.0 {
                            worst = worst.max(differ(eye.see(rgb), exactly(colour, exposure, rgb)));
                        }
                    }
                }
                assert!(worst < QUARTER, "{colour:?} at {exposure}: {} of 255", worst * 255.0);
            }
        }
    }

    #[test]
    fn srgb_is_taken_as_it_is() {
        let eye = SourceColour::Srgb.eye(0.0);
        for step in -100..=1100 {
            let value = step as f32 / 1000.0;
            let expected = value.clamp(0.0, 1.0).to_bits();
            assert_eq!(eye.see([value; 3]).map(f32::to_bits), [expected; 3]);
        }
        // Zero stops are zero however they are written.
        for exposure in [-0.0, f32::NAN] {
            assert_eq!(
                SourceColour::Srgb.eye(exposure).see([0.3, 0.123_456_7, 2.0]),
                [0.3, 0.123_456_7, 1.0]
            );
        }
    }

    #[test]
    fn exposure_is_in_stops_of_light() {
        for colour in SourceColour::ALL {
            let grey = colour.from_light([0.18; 3]);
            for stops in [-3.0, -1.0, 0.5, 2.0] {
                let [seen, ..] = colour.eye(stops).see(grey);
                let expected = Transfer::Srgb.encode(0.18 * stops.exp2());
                assert!((seen - expected).abs() < QUARTER, "{colour:?} at {stops}: {seen}, not {expected}");
            }
        }
    }

    #[test]
    fn what_is_no_colour_becomes_black_or_white() {
        for colour in SourceColour::ALL {
            for exposure in [0.0, -2.0, 3.0, f32::INFINITY, f32::NAN] {
                let eye = colour.eye(exposure);
                assert_eq!(eye.see([f32::NAN; 3]), [0.0; 3], "{colour:?}");
                assert_eq!(eye.see([f32::NEG_INFINITY; 3]), [0.0; 3], "{colour:?}");
                assert_eq!(eye.see([-1e30; 3]), [0.0; 3], "{colour:?}");
                for bright in [f32::INFINITY, 1e30] {
                    assert!(differ(eye.see([bright; 3]), [1.0; 3]) < 1e-5, "{colour:?} at {exposure}");
                }
            }
            assert_eq!(colour.eye(f32::NEG_INFINITY).see([0.4; 3]).map(|seen| seen < 1e-6), [true; 3]);
        }
    }

    #[test]
    fn a_component_that_is_no_number_leaves_the_others() {
        for colour in SourceColour::ALL {
            let eye = colour.eye(0.0);
            let dark = colour.from_light([0.0; 3])[0];
            let [grey, ..] = colour.from_light([0.18; 3]);
            for broken in [f32::NAN, f32::NEG_INFINITY] {
                let difference = differ(eye.see([grey, broken, grey]), eye.see([grey, dark, grey]));
                assert!(difference < QUARTER, "{colour:?}: {difference}");
            }
        }
    }

    /// Prints times; run it alone: `cargo test --release -p plugin --lib times_of_frames -- --ignored
    /// --nocapture`.
    #[test]
    #[ignore = "prints times"]
    fn times_of_frames() {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        for (width, height) in [(1920, 1080), (3840, 2160)] {
            let frame: Vec<[f32; 4]> = (0..width * height)
                .map(|at| {
                    let (x, y) = (at % width, at / width);
                    let noise = (at as u32).wrapping_mul(2_654_435_761) >> 24;
                    let grey = (x as f32 / width as f32 + y as f32 / height as f32) * 0.4;
                    [grey + noise as f32 * 4e-4, grey, 0.9 - grey, 1.0]
                })
                .collect();
            let mut seen = vec![[0.0_f32; 3]; width * height];
            for colour in SourceColour::ALL {
                let start = Instant::now();
                let eye = colour.eye(0.5);
                let prepared = start.elapsed();
                let mut best = f64::MAX;
                for _ in 0..9 {
                    let start = Instant::now();
                    threads.install(|| {
                        seen.par_chunks_mut(width).zip(frame.par_chunks(width)).for_each(|(out, row)| {
                            for (out, [r, g, b, _]) in out.iter_mut().zip(row) {
                                *out = eye.see([*r, *g, *b]);
                            }
                        });
                    });
                    best = best.min(start.elapsed().as_secs_f64() * 1e3);
                }
                let start = Instant::now();
                threads.install(|| {
                    seen.par_chunks_mut(width).zip(frame.par_chunks(width)).for_each(|(out, row)| {
                        for (out, [r, g, b, _]) in out.iter_mut().zip(row) {
                            *out = colour.from_light(colour.to_light([*r, *g, *b]));
                        }
                    });
                });
                let there_and_back = start.elapsed().as_secs_f64() * 1e3;
                println!(
                    "{width}x{height} {colour:?}: {best:.1} ms, tables {prepared:?}; by formulas to light and \
                     back {there_and_back:.0} ms"
                );
            }
        }
    }
}
