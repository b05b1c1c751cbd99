//! A blur with a kernel of finite width: three boxes in a row, close to a Gaussian (Wells 1986, "Efficient
//! Synthesis of Gaussian Filters by Cascaded Uniform Filters"). Its cost does not grow with the width.

use rayon::prelude::*;

use crate::pipeline::matte::Matte;
use crate::pipeline::{Abort, Error, check, zeros};

/// Lines that are blurred side by side.
const LANES: usize = 16;
/// Boxes in a row: the ramp of a hard edge is a cubic with no corner and no jump in its slope.
const BOXES: f32 = 3.0;

/// Blurs alpha with a kernel of `width` pixels on each axis, end to end; the standard deviation is about a
/// sixth of it. Beyond the frame's border its last pixels repeat. Where alpha is 0 or 1 over the whole
/// kernel it stays so exactly.
///
/// # Errors
/// [`Error::OutOfMemory`], [`Error::Aborted`]; the matte is then as it was.
pub fn blur(
    matte: &mut Matte,
    width: [f32; 2],
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let (columns, rows) = (matte.width(), matte.height());
    if columns == 0 || rows == 0 {
        return Ok(());
    }
    let [across, down] = [Mean::new(width[0] / BOXES, columns), Mean::new(width[1] / BOXES, rows)];
    // Strips of LANES columns, each with its rows one below the other.
    let mut strips = zeros(columns.div_ceil(LANES) * rows * LANES)?;
    let alpha = matte.alpha();
    threads.install(|| {
        strips.par_chunks_exact_mut(rows * LANES).enumerate().for_each_init(
            || vec![[0.0; LANES]; rows],
            |spare, (strip, out)| {
                let out = out.as_chunks_mut::<LANES>().0;
                for (line, row) in spare.iter_mut().zip(alpha.chunks_exact(columns)) {
                    for (lane, value) in line.iter_mut().enumerate() {
                        *value = on_grid(f64::from(row[(strip * LANES + lane).min(columns - 1)]));
                    }
                }
                down.thrice(spare, out);
            },
        );
    });
    check(abort)?;
    threads.install(|| {
        matte.alpha_mut().par_chunks_mut(LANES * columns).enumerate().for_each_init(
            || (vec![[0.0; LANES]; columns], vec![[0.0; LANES]; columns]),
            |(spare, blurred), (block, out)| {
                for lane in 0..LANES {
                    let row = (block * LANES + lane).min(rows - 1);
                    for (strip, line) in spare.chunks_mut(LANES).enumerate() {
                        let from = &strips[(strip * rows + row) * LANES..][..LANES];
                        line.iter_mut().zip(from).for_each(|(line, from)| line[lane] = *from);
                    }
                }
                across.thrice(spare, blurred);
                for (lane, row) in out.chunks_exact_mut(columns).enumerate() {
                    row.iter_mut().zip(&*blurred).for_each(|(out, line)| *out = line[lane]);
                }
            },
        );
    });
    Ok(())
}

/// Rounds to a multiple of 2^-30: sums of such numbers are exact in f64, so that a running sum comes back
/// to exactly 0 however long it ran.
fn on_grid(value: f64) -> f32 {
    /// Adding it leaves no room for smaller bits.
    const SHIFT: f64 = (3_u64 << 21) as f64;
    ((value + SHIFT) - SHIFT) as f32
}

/// The mean over an interval of alpha that is linear between pixels, so that its length may be any number.
struct Mean {
    /// Whole pixels from the centre to the end.
    reach: usize,
    /// Weight of the pixels at `reach`, and of those one beyond; the ones before have weight 1.
    ends: [f64; 2],
    /// One over the sum of weights.
    scale: f64,
}

impl Mean {
    /// A box of `length` pixels over lines of `count`.
    fn new(length: f32, count: usize) -> Self {
        // The integral from 0 to r + t of the line through f(0), f(1) ...:
        // f(0)/2 + f(1) + ... + f(r - 1) + f(r) (1/2 + t - t^2/2) + f(r + 1) t^2/2.
        let half = f64::from(length / 2.0).clamp(0.0, count as f64);
        let reach = half.floor();
        let t = half - reach;
        let outer = t * t / 2.0;
        let inner = if reach > 0.0 { 0.5 + t - outer } else { t - outer };
        if half > 0.0 {
            Self { reach: reach as usize, ends: [inner, outer], scale: 1.0 / (2.0 * half) }
        } else {
            Self { reach: 0, ends: [0.5, 0.0], scale: 1.0 }
        }
    }

    /// From `line` to `out`, three times; `line` is changed.
    fn thrice(&self, line: &mut [[f32; LANES]], out: &mut [[f32; LANES]]) {
        self.apply(line, out);
        self.apply(out, line);
        self.apply(line, out);
    }

    fn apply(&self, line: &[[f32; LANES]], out: &mut [[f32; LANES]]) {
        let last = line.len() - 1;
        let before = |i: usize, by: usize| &line[i.saturating_sub(by)];
        let after = |i: usize, by: usize| &line[(i + by).min(last)];
        let mut sum = [0.0_f64; LANES];
        for offset in 0..self.reach {
            let copies = if offset == 0 { 0.5 } else { 1.0 };
            for (lane, sum) in sum.iter_mut().enumerate() {
                *sum += copies * (f64::from(line[0][lane]) + f64::from(after(0, offset)[lane]));
            }
        }
        for (i, out) in out.iter_mut().enumerate() {
            let (left, right) = (before(i, self.reach), after(i, self.reach));
            let (far_left, far_right) = (before(i, self.reach + 1), after(i, self.reach + 1));
            for lane in 0..LANES {
                let inner = f64::from(left[lane]) + f64::from(right[lane]);
                let outer = f64::from(far_left[lane]) + f64::from(far_right[lane]);
                out[lane] = on_grid((sum[lane] + self.ends[0] * inner + self.ends[1] * outer) * self.scale);
            }
            if self.reach > 0 {
                let leaving = before(i, self.reach - 1);
                for (lane, sum) in sum.iter_mut().enumerate() {
                    *sum += f64::from(right[lane]) - f64::from(leaving[lane]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{Random, disc, matte_of, run_on, same_bits};

    fn blurred(matte: &Matte, width: [f32; 2]) -> Matte {
        run_on(matte, |matte, threads| blur(matte, width, threads, &|| false))
    }

    /// The mean of the line through the pixels over an interval, by many samples, three times.
    fn reference(line: &[f64], length: f64) -> Vec<f64> {
        const SAMPLES: usize = 4000;
        let at = |line: &[f64], x: f64| {
            let x = x.clamp(0.0, (line.len() - 1) as f64);
            let left = x.floor() as usize;
            let right = (left + 1).min(line.len() - 1);
            line[left] + (line[right] - line[left]) * (x - left as f64)
        };
        let mut line = line.to_vec();
        for _ in 0..3 {
            line = (0..line.len())
                .map(|i| {
                    let offsets = (0..SAMPLES).map(|s| ((s as f64 + 0.5) / SAMPLES as f64 - 0.5) * length);
                    offsets.map(|offset| at(&line, i as f64 + offset)).sum::<f64>() / SAMPLES as f64
                })
                .collect();
        }
        line
    }

    #[test]
    fn rows_and_columns_are_those_of_the_scalar_blur() {
        let mut random = Random::new(2);
        for count in [1, 2, 7, 50] {
            let line: Vec<f32> = (0..count).map(|_| random.next()).collect();
            for width in [0.3, 1.0, 3.0, 7.7, 24.0, 500.0] {
                let wide = line.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
                // No box is wider than the line and what its ends stand for.
                let expected = reference(&wide, (f64::from(width) / 3.0).min(2.0 * count as f64));
                let row = blurred(&matte_of(count, 3, |x, _| line[x]), [width, 0.0]);
                let column = blurred(&matte_of(3, count, |_, y| line[y]), [0.0, width]);
                for (i, expected) in expected.iter().enumerate() {
                    let (row, column) = (row.alpha()[count + i], column.alpha()[i * 3 + 1]);
                    assert!((f64::from(row) - expected).abs() < 1e-4, "{row} {expected} {count} {width}");
                    assert!((f64::from(column) - expected).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn flat_areas_stay_exact_and_the_kernel_ends_where_it_says() {
        let mut random = Random::new(4);
        let matte = matte_of(400, 60, |x, _| match x {
            0..100 => 0.0,
            100..200 => random.next() * 1e-3,
            200..300 => random.next(),
            _ => 1.0,
        });
        let result = blurred(&matte, [30.0; 2]);
        for row in result.alpha().chunks(400) {
            assert!(row[..81].iter().all(|alpha| *alpha == 0.0));
            assert!(row[319..].iter().all(|alpha| *alpha == 1.0));
        }
        for width in [[0.0; 2], [0.0, 5.0]] {
            let rows = matte_of(40, 30, |x, _| (x as f32 / 40.0 * 1024.0).round() / 1024.0);
            same_bits(&blurred(&rows, width), &rows);
        }
    }

    #[test]
    fn the_blur_is_smooth_and_nearly_round() {
        let result = blurred(&matte_of(400, 40, |x, _| f32::from(x < 200)), [120.0; 2]);
        let row = &result.alpha()[20 * 400..21 * 400];
        assert!(row.is_sorted_by(|a, b| a >= b));
        // The slope changes by little from pixel to pixel: no corner, no band.
        let bend = row.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
        assert!(bend < 1.5e-3, "{bend}");
        let dot = blurred(&matte_of(201, 201, |x, y| disc(x, y, 100.0, 100.0, 3.0, 1.0)), [120.0; 2]);
        let at = |x: usize, y: usize| dot.alpha()[y * 201 + x];
        for (straight, diagonal) in [(at(120, 100), at(114, 114)), (at(134, 100), at(124, 124))] {
            assert!((straight / diagonal - 1.0).abs() < 0.06, "{straight} {diagonal}");
        }
    }
}
