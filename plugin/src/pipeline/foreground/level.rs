//! One level of the pyramid: cells of the picture, each with its two colours.

use super::spans::{Span, Spans};
use crate::pipeline::Error;

/// Alpha of a cell that nothing is known of.
pub const ABSENT: f32 = -1.0;

/// A level. A cell of the lowest is a pixel; one of each other level the mean of two by two cells below it.
pub struct Level {
    /// Which cells there are.
    pub spans: Spans,
    /// Light and alpha, or [`ABSENT`].
    pub image: Vec<[f32; 4]>,
    /// The foreground's light. Until the level is solved, the mean of the pixels that are nothing but foreground, and how many.
    pub fore: Vec<[f32; 4]>,
    /// The background's, likewise.
    pub back: Vec<[f32; 4]>,
}

impl Level {
    /// A level of cells of which nothing is known.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn absent(spans: Spans) -> Result<Self, Error> {
        let image = filled(spans.len(), [0.0, 0.0, 0.0, ABSENT])?;
        Ok(Self { image, fore: filled(spans.len(), [0.0; 4])?, back: filled(spans.len(), [0.0; 4])?, spans })
    }

    /// The level above: light and alpha are the means of those cells that are there. A mix of two colours stays a mix of
    /// them under every mean, in which alpha is the mean alpha.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn above(&self, threads: &rayon::ThreadPool) -> Result<Self, Error> {
        let mut above = Self::absent(self.spans.halved()?)?;
        let Self { spans, image, fore, back } = &mut above;
        let parts = spans.split(image).into_iter().zip(spans.split(fore)).zip(spans.split(back));
        spans.each(
            threads,
            parts,
            || (),
            |(), rows, ((image, fore), back)| {
                let base = spans.cells(0..rows.start).len();
                for y in rows {
                    for span in spans.row(y) {
                        let cells = span.at - base..span.at - base + (span.to - span.from);
                        let (image, fore, back) =
                            (&mut image[cells.clone()], &mut fore[cells.clone()], &mut back[cells]);
                        self.reduce(y, span, image, fore, back);
                    }
                }
            },
        );
        Ok(above)
    }

    /// The means that the cells of a span of the level above are.
    fn reduce(
        &self,
        y: usize,
        above: &Span,
        image: &mut [[f32; 4]],
        fore: &mut [[f32; 4]],
        back: &mut [[f32; 4]],
    ) {
        image.fill([0.0; 4]);
        let mut count = vec![0.0_f32; image.len()];
        for row in [2 * y, 2 * y + 1] {
            let below = self.spans.row(row).iter().filter(|span| {
                // Each span below lies within one above.
                span.from / 2 >= above.from && span.from / 2 < above.to
            });
            for span in below {
                for x in span.from..span.to {
                    let (from, to) = (span.at + x - span.from, x / 2 - above.from);
                    if self.image[from][3] != ABSENT {
                        add(&mut image[to], self.image[from], 1.0);
                        count[to] += 1.0;
                    }
                    for (to, [r, g, b, pixels]) in
                        [(&mut fore[to], self.fore[from]), (&mut back[to], self.back[from])]
                    {
                        add(to, [r, g, b, 1.0], pixels);
                    }
                }
            }
        }
        for (image, count) in image.iter_mut().zip(count) {
            *image = if count > 0.0 { image.map(|sum| sum / count) } else { [0.0, 0.0, 0.0, ABSENT] };
        }
        for [r, g, b, pixels] in fore.iter_mut().chain(back) {
            for sum in [r, g, b] {
                *sum /= pixels.max(1.0);
            }
        }
    }

    /// Gives each cell a first guess of both colours: the pixels that show one of them alone, where it has such; else what
    /// the level above found.
    pub fn seed(&mut self, above: Option<&Level>, threads: &rayon::ThreadPool) {
        let Self { spans, image, fore, back } = self;
        let parts = spans.split(fore).into_iter().zip(spans.split(back));
        let image = &*image;
        spans.each(
            threads,
            parts,
            || (),
            |(), rows, (fore, back)| {
                let base = spans.cells(0..rows.start).len();
                for y in rows {
                    let mut parents = above.map_or(&[][..], |above| above.spans.row(y / 2));
                    for span in spans.row(y) {
                        while parents.first().is_some_and(|parent| parent.to <= span.from / 2) {
                            parents = &parents[1..];
                        }
                        for x in span.from..span.to {
                            let cell = span.at + x - span.from;
                            let guess = match (above, parents.first()) {
                                (Some(above), Some(parent)) => {
                                    let at = parent.at + x / 2 - parent.from;
                                    (above.fore[at], above.back[at])
                                }
                                _ => (image[cell], image[cell]),
                            };
                            for (own, guess) in
                                [(&mut fore[cell - base], guess.0), (&mut back[cell - base], guess.1)]
                            {
                                if own[3] == 0.0 {
                                    *own = guess;
                                }
                            }
                        }
                    }
                }
            },
        );
    }
}

fn add(sum: &mut [f32; 4], value: [f32; 4], times: f32) {
    sum.iter_mut().zip(value).for_each(|(sum, value)| *sum += value * times);
}

/// So many equal cells, or [`Error::OutOfMemory`] instead of the end of the host.
fn filled(len: usize, cell: [f32; 4]) -> Result<Vec<[f32; 4]>, Error> {
    let mut cells = Vec::new();
    cells.try_reserve_exact(len).map_err(|_| Error::OutOfMemory)?;
    cells.resize(len, cell);
    Ok(cells)
}
