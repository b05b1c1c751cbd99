//! The subject's own colour where the matte is soft: what is left of a mixed pixel without the old background in it.
//!
//! Fast multi-level foreground estimation: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, "Fast Multi-Level Foreground
//! Estimation", 2020. A pyramid of the picture is solved from its top down, each level beginning with what the one above
//! found, so that few steps at each carry colours across any width of edge. Only pixels in and around the soft part
//! take part (`band`, `spans`): `level` is one floor of the pyramid, `solve` finds its colours.

mod band;
mod level;
mod line;
mod solve;
mod spans;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::colour::SourceColour;
use super::geometry::PixelRect;
use super::{Abort, Error, check};
use level::{ABSENT, Level};
use solve::solve;
use spans::Spans;

/// Light above this is no colour: means of it would have no digits left for the rest. A half float ends at 65504.
const MOST_LIGHT: f32 = 1e6;

/// A picture with its matte, row by row. Rows are counted upwards, as images are.
pub trait Picture: Sync {
    /// Working space for a thread.
    type Scratch;

    /// The pixels.
    fn bounds(&self) -> PixelRect;

    /// New working space.
    fn scratch(&self) -> Self::Scratch;

    /// Alpha of the whole row `y`, 0..1.
    fn alpha(&self, y: i32, scratch: &mut Self::Scratch, out: &mut [f32]);

    /// Pixels of the row `y` from column `x1` on: straight colour and alpha.
    fn pixels(&self, y: i32, x1: i32, scratch: &mut Self::Scratch, out: &mut [[f32; 4]]);
}

/// The subject's colour in the soft pixels of a picture.
pub struct Foreground {
    bounds: PixelRect,
    spans: Spans,
    /// Straight colour as the source encodes it, and 1; 0 where nothing was estimated.
    colours: Vec<[f32; 4]>,
}

impl Foreground {
    /// Estimates it where alpha lies between 0 and 1. A colour that is not finite takes no part and gets no estimate.
    /// With the encoding of the source (`light`) known, colours are unmixed in light, as optics mixed them; else as they
    /// are stored.
    ///
    /// The result depends on the whole picture and on nothing else.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], [`Error::Aborted`].
    pub fn estimate<P: Picture>(
        picture: &P,
        light: Option<SourceColour>,
        threads: &rayon::ThreadPool,
        abort: Abort<'_>,
    ) -> Result<Self, Error> {
        let bounds = picture.bounds();
        let spans = band::soft(picture, threads)?;
        check(abort)?;
        let mut levels = vec![read(picture, spans, light, threads)?];
        loop {
            check(abort)?;
            let top = &levels[levels.len() - 1];
            if top.spans.width().max(top.spans.height()) <= 1 {
                break;
            }
            let above = top.above(threads)?;
            levels.push(above);
        }
        let mut above: Option<Level> = None;
        while let Some(mut level) = levels.pop() {
            check(abort)?;
            level.seed(above.as_ref(), threads);
            let times = steps(levels.len(), &level.spans);
            solve(&mut level, times, threads);
            above = Some(level);
        }
        check(abort)?;
        // There is always a level: that of the pixels.
        let Some(Level { spans, image, fore: mut colours, .. }) = above else { return Err(Error::Aborted) };
        threads.install(|| {
            colours.par_iter_mut().zip(&image).with_min_len(4096).for_each(|(colour, [.., alpha])| {
                let estimated = *alpha > 0.0 && *alpha < 1.0;
                let [r, g, b, _] = *colour;
                *colour = match light {
                    _ if !estimated => [0.0; 4],
                    Some(encoding) => {
                        let [r, g, b] = encoding.from_light([r, g, b]);
                        [r, g, b, 1.0]
                    }
                    None => [r, g, b, 1.0],
                };
            });
        });
        Ok(Self { bounds, spans, colours })
    }

    /// The colours of the row `y` from column `x1` on; the last component is 1 where there is an estimate, else 0.
    pub fn read_row(&self, y: i32, x1: i32, out: &mut [[f32; 4]]) {
        out.fill([0.0; 4]);
        let Ok(row) = usize::try_from(i64::from(self.bounds.y2) - 1 - i64::from(y)) else { return };
        // Columns are counted from the left of the picture.
        let first = i64::from(x1) - i64::from(self.bounds.x1);
        let end = out.len() as i64;
        let column = |x: usize| (x as i64 - first).clamp(0, end) as usize;
        for span in self.spans.row(row) {
            let (from, to) = (column(span.from), column(span.to));
            if from < to {
                let skipped = (first + from as i64) as usize - span.from;
                out[from..to].copy_from_slice(&self.colours[span.at + skipped..][..to - from]);
            }
        }
    }
}

/// Steps on the level that has so many below it: the paper's 10 where it is no larger than 32 cells on a side, and its 2 on
/// the pixels. Between them 4, which cost little and carry colours along hairs.
fn steps(below: usize, spans: &Spans) -> usize {
    const SMALL: usize = 32;
    match below {
        _ if spans.width().max(spans.height()) <= SMALL => 10,
        0 => 2,
        _ => 4,
    }
}

/// The level of the pixels.
fn read<P: Picture>(
    picture: &P,
    spans: Spans,
    light: Option<SourceColour>,
    threads: &rayon::ThreadPool,
) -> Result<Level, Error> {
    let bounds = picture.bounds();
    let mut level = Level::absent(spans)?;
    let Level { spans, image, fore, back } = &mut level;
    let spans = &*spans;
    let parts = spans.split(image).into_iter().zip(spans.split(fore)).zip(spans.split(back));
    spans.each(
        threads,
        parts,
        || picture.scratch(),
        |scratch, rows, ((image, fore), back)| {
            let base = spans.cells(0..rows.start).len();
            for row in rows {
                let y = bounds.y2 - 1 - row as i32;
                for span in spans.row(row) {
                    let cells = span.at - base..span.at - base + (span.to - span.from);
                    picture.pixels(y, bounds.x1 + span.from as i32, scratch, &mut image[cells]);
                }
            }
            for ((pixel, fore), back) in image.iter_mut().zip(fore).zip(back) {
                *pixel = usable(*pixel, light);
                let [r, g, b, alpha] = *pixel;
                if alpha == 1.0 {
                    *fore = [r, g, b, 1.0];
                } else if alpha == 0.0 {
                    *back = [r, g, b, 1.0];
                }
            }
        },
    );
    Ok(level)
}

/// Light and alpha of a pixel, or that nothing is known of it.
fn usable([r, g, b, alpha]: [f32; 4], light: Option<SourceColour>) -> [f32; 4] {
    let [r, g, b] = match light {
        Some(encoding) => encoding.to_light([r, g, b]),
        None => [r, g, b],
    };
    // What is not a number is no more than anything either.
    let known = [r, g, b].iter().all(|light| light.abs() <= MOST_LIGHT) && !alpha.is_nan();
    if known { [r, g, b, alpha.clamp(0.0, 1.0)] } else { [0.0, 0.0, 0.0, ABSENT] }
}
