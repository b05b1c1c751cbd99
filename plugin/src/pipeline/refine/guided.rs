//! A local linear model of alpha on colour: the colour guided filter.
//!
//! In a window w of n pixels alpha is taken as `a·I + b` of the colour I, with the a and b that fit a rough alpha p best:
//! `a = (Σ + εU)⁻¹ (mean(I p) - mean(I) mean(p))`, `b = mean(p) - a·mean(I)`, Σ the covariance of I in w; a pixel takes
//! the mean of a and b over all windows that it is in (He, Sun, Tang: Guided Image Filtering, IEEE TPAMI 2013, eq. 14 to
//! 16). The model is fitted on a reduced frame and applied to the full one (He, Sun: Fast Guided Filter, 2015): what it
//! costs at full size is four numbers interpolated and a product for each pixel.

use std::ops::Range;

use super::super::Error;
use super::grid::Scale;
use super::picture::Picture;

/// What is fitted, and how.
pub struct Model<'a> {
    /// The frame.
    pub picture: Picture<'a>,
    /// How far it is reduced.
    pub scale: Scale,
    /// Half a window's sides without its middle pixel, in reduced pixels.
    pub radius: [usize; 2],
    /// ε: colours that differ by less than its root count as one.
    pub epsilon: f32,
}

/// Fills a row of the rough alpha: its number and columns, in reduced pixels.
pub type Rough<'a> = &'a (dyn Fn(usize, Range<usize>, &mut [f32]) + Sync);

/// A fitted model over a part of a reduced frame.
pub struct Fitted {
    scale: Scale,
    columns: Range<usize>,
    rows: Range<usize>,
    /// a and b for each reduced pixel, with colour and alpha counted from [`MIDDLE`].
    factors: Vec<[f32; 4]>,
}

/// Colours and alphas are counted from here, so that sums of products stay small and differences of them exact.
const MIDDLE: f32 = 0.5;

/// Red, green, blue, alpha; the six products of colours; the three of colours and alpha. Filled up to whole vectors.
const SUMS: usize = 16;

impl Model<'_> {
    /// Fits the model for the pixels `columns` x `rows` of the reduced frame.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn fit(&self, columns: Range<usize>, rows: Range<usize>, rough: Rough<'_>) -> Result<Fitted, Error> {
        let size = self.scale.size();
        let grow = |range: &Range<usize>, axis: usize| {
            range.start.saturating_sub(self.radius[axis])..(range.end + self.radius[axis]).min(size[axis])
        };
        let (window_columns, window_rows) = (grow(&columns, 0), grow(&rows, 1));
        let (seen_columns, seen_rows) = (grow(&window_columns, 0), grow(&window_rows, 1));
        let seen = self.read(&seen_columns, &seen_rows, rough)?;
        let windows = means(
            &Part { columns: seen_columns, rows: seen_rows, values: seen },
            products,
            &window_columns,
            &window_rows,
            self.radius,
            |sums| solve(sums, self.epsilon),
        )?;
        let windows = Part { columns: window_columns, rows: window_rows, values: windows };
        let factors = means(&windows, |factors| *factors, &columns, &rows, self.radius, |mean| *mean)?;
        Ok(Fitted { scale: self.scale, columns, rows, factors })
    }

    /// Colour and rough alpha of a part of the frame.
    fn read(
        &self,
        columns: &Range<usize>,
        rows: &Range<usize>,
        rough: Rough<'_>,
    ) -> Result<Vec<[f32; 4]>, Error> {
        let width = columns.len();
        let mut values = room(width * rows.len())?;
        let (mut line, mut colours, mut alphas) = (Vec::new(), vec![[0.0; 3]; width], vec![0.0; width]);
        for y in rows.clone() {
            self.picture.row(self.scale, y, columns.clone(), &mut line, &mut colours);
            rough(y, columns.clone(), &mut alphas);
            values.extend(
                colours
                    .iter()
                    .zip(&alphas)
                    .map(|([r, g, b], alpha)| [r - MIDDLE, g - MIDDLE, b - MIDDLE, alpha - MIDDLE]),
            );
        }
        Ok(values)
    }
}

impl Fitted {
    /// Alpha of pixels of the full frame: row `y`, from column `x` on, with these colours. Not limited to 0..=1.
    pub fn apply(&self, y: usize, x: usize, colours: &[[f32; 3]], out: &mut [f32]) {
        let [factor_x, factor_y] = self.scale.factor.map(|factor| factor as f32);
        let (top, bottom, down) = place((y as f32 + 0.5) / factor_y - 0.5, &self.rows);
        let width = self.columns.len();
        let (top, bottom) = (&self.factors[top * width..][..width], &self.factors[bottom * width..][..width]);
        for ((x, colour), out) in (x..).zip(colours).zip(out) {
            let (left, right, across) = place((x as f32 + 0.5) / factor_x - 0.5, &self.columns);
            let mix = |i: usize| {
                let above = top[left][i] + (top[right][i] - top[left][i]) * across;
                let below = bottom[left][i] + (bottom[right][i] - bottom[left][i]) * across;
                above + (below - above) * down
            };
            let [r, g, b] = colour.map(|value| value - MIDDLE);
            *out = mix(0) * r + mix(1) * g + mix(2) * b + mix(3) + MIDDLE;
        }
    }
}

/// The two neighbours of a position in a range of pixels, from its first one, and how far it lies from one to the other.
fn place(position: f32, range: &Range<usize>) -> (usize, usize, f32) {
    let last = (range.len() - 1) as f32;
    let position = (position - range.start as f32).clamp(0.0, last);
    let low = position as usize;
    (low, (low + 1).min(range.len() - 1), position - low as f32)
}

/// Values of a part of a frame.
struct Part {
    columns: Range<usize>,
    rows: Range<usize>,
    values: Vec<[f32; 4]>,
}

impl Part {
    fn row(&self, y: usize) -> &[[f32; 4]] {
        &self.values[(y - self.rows.start) * self.columns.len()..][..self.columns.len()]
    }
}

/// For each pixel of `columns` x `rows` what `finish` makes of the means of `terms` over its window, as far as the window
/// lies in the part: the part ends where no window does, or with the frame.
fn means<const N: usize>(
    part: &Part,
    terms: impl Fn(&[f32; 4]) -> [f32; N],
    columns: &Range<usize>,
    rows: &Range<usize>,
    radius: [usize; 2],
    finish: impl Fn(&[f32; N]) -> [f32; 4],
) -> Result<Vec<[f32; 4]>, Error> {
    let mut out = room(columns.len() * rows.len())?;
    let window = |at: usize, axis: usize, range: &Range<usize>| {
        at.saturating_sub(radius[axis]).max(range.start)..(at + radius[axis] + 1).min(range.end)
    };
    // Sums over the rows of the window, one for each column, moved down row by row.
    let mut sums = vec![[0.0_f32; N]; part.columns.len()];
    let mut held = window(rows.start, 1, &part.rows);
    held.end = held.start;
    for y in rows.clone() {
        let wanted = window(y, 1, &part.rows);
        for row in held.start..wanted.start {
            for (sums, value) in sums.iter_mut().zip(part.row(row)) {
                let terms = terms(value);
                for i in 0..N {
                    sums[i] -= terms[i];
                }
            }
        }
        for row in held.end..wanted.end {
            for (sums, value) in sums.iter_mut().zip(part.row(row)) {
                let terms = terms(value);
                for i in 0..N {
                    sums[i] += terms[i];
                }
            }
        }
        held = wanted;
        let mut sum = [0.0_f32; N];
        let mut across = window(columns.start, 0, &part.columns);
        across.end = across.start;
        for x in columns.clone() {
            let wanted = window(x, 0, &part.columns);
            for column in across.start..wanted.start {
                let gone = &sums[column - part.columns.start];
                for i in 0..N {
                    sum[i] -= gone[i];
                }
            }
            for column in across.end..wanted.end {
                let come = &sums[column - part.columns.start];
                for i in 0..N {
                    sum[i] += come[i];
                }
            }
            across = wanted;
            let share = 1.0 / (held.len() * across.len()) as f32;
            out.push(finish(&sum.map(|sum| sum * share)));
        }
    }
    Ok(out)
}

/// The terms whose means the fit needs.
fn products([r, g, b, p]: &[f32; 4]) -> [f32; SUMS] {
    [*r, *g, *b, *p, r * r, r * g, r * b, g * g, g * b, b * b, r * p, g * p, b * p, 0.0, 0.0, 0.0]
}

/// a and b of one window, from the means of [`products`]. In double precision: in a black and white picture all colours
/// lie on one line, the determinant is ε² times the rest, and single precision loses even its sign.
fn solve(mean: &[f32; SUMS], epsilon: f32) -> [f32; 4] {
    let [r, g, b, p, rr, rg, rb, gg, gb, bb, rp, gp, bp, ..] = mean.map(f64::from);
    let epsilon = f64::from(epsilon);
    let (rr, gg, bb) = (rr - r * r + epsilon, gg - g * g + epsilon, bb - b * b + epsilon);
    let (rg, rb, gb) = (rg - r * g, rb - r * b, gb - g * b);
    let (rp, gp, bp) = (rp - r * p, gp - g * p, bp - b * p);
    // The inverse of a symmetric matrix by its cofactors.
    let (c0, c1, c2) = (gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb);
    let determinant = rr * c0 + rg * c1 + rb * c2;
    let (c4, c5, c8) = (rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg);
    // With ε on its diagonal the matrix is positive definite, but for rounding.
    let scale = 1.0 / determinant.max(epsilon * epsilon * epsilon);
    let a = [
        (c0 * rp + c1 * gp + c2 * bp) * scale,
        (c1 * rp + c4 * gp + c5 * bp) * scale,
        (c2 * rp + c5 * gp + c8 * bp) * scale,
    ];
    let rest = p - a[0] * r - a[1] * g - a[2] * b;
    [a[0], a[1], a[2], rest].map(|value| value as f32)
}

fn room(len: usize) -> Result<Vec<[f32; 4]>, Error> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| Error::OutOfMemory)?;
    Ok(values)
}
