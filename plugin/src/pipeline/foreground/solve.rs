//! The equations of one level, solved step by step.
//!
//! Germer and others 2020, equation 4: in each cell `|alpha F + (1 - alpha) B - I|^2`, and between neighbours
//! `(e + w |alpha step|) (|F step|^2 + |B step|^2)`. A cell's own minimum, its neighbours held, is found in closed form:
//! with `f` and `b` the weighted means of the neighbours' colours, `p` and `q` the sums of the weights, and
//! `m = (I - alpha f - (1 - alpha) b) / (1 + alpha^2 / p + (1 - alpha)^2 / q)`, it is `F = f + alpha m / p` and
//! `B = b + (1 - alpha) m / q`. Unlike in the paper, a neighbour that is all background says nothing of the foreground's
//! colour, and one that is all foreground nothing of the background's.

use std::ops::Range;

use super::level::Level;
use super::line::{Cell, Line};
use super::spans::Spans;

/// How much neighbours are alike where alpha does not change: e of the paper.
const SMOOTHNESS: f32 = 1e-5;
/// How much more they are where it does: w of the paper.
const GRADIENT: f32 = 1.0;

/// Goes over the soft cells of a level so many times. Each time all see their neighbours as they were before, so that the
/// result does not depend on who is first.
pub fn solve(level: &mut Level, times: usize, threads: &rayon::ThreadPool) {
    let parts = level.spans.parts();
    for _ in 0..times {
        // What lies beside a part is changed while the part is worked on.
        let beside: Vec<[Row; 2]> = parts
            .iter()
            .map(|rows| [rows.start.checked_sub(1), Some(rows.end)].map(|y| Row::of(level, y)))
            .collect();
        let Level { spans, image, fore, back } = &mut *level;
        let image = &*image;
        let own = spans.split(fore).into_iter().zip(spans.split(back)).zip(beside);
        let lines = || [(); 3].map(|()| Line::new(spans.width()));
        spans.each(threads, own, lines, |lines, rows, ((fore, back), [above, below])| {
            Part { spans, image, rows, fore, back }.relax(lines, &above, &below);
        });
    }
}

/// Both colours of the cells of a row.
struct Row {
    fore: Vec<[f32; 4]>,
    back: Vec<[f32; 4]>,
}

impl Row {
    fn of(level: &Level, y: Option<usize>) -> Self {
        let cells = y.map_or(0..0, |y| level.spans.cells(y..y + 1));
        Self { fore: level.fore[cells.clone()].to_vec(), back: level.back[cells].to_vec() }
    }
}

/// Rows that one thread works on.
struct Part<'a> {
    spans: &'a Spans,
    image: &'a [[f32; 4]],
    rows: Range<usize>,
    fore: &'a mut [[f32; 4]],
    back: &'a mut [[f32; 4]],
}

impl Part<'_> {
    /// Once over the soft cells. `lines` are gaps before and after.
    fn relax(self, lines: &mut [Line; 3], above: &Row, below: &Row) {
        let Self { spans, image, rows, fore, back } = self;
        if fore.is_empty() {
            return;
        }
        let Range { start: first, end } = rows;
        let base = spans.cells(0..first).len();
        let own = |y: usize| {
            let cells = spans.cells(y..y + 1);
            cells.start - base..cells.end - base
        };
        let [up, here, down] = lines;
        if let Some(y) = first.checked_sub(1) {
            up.load(spans, y, image, &above.fore, &above.back);
        }
        here.load(spans, first, image, &fore[own(first)], &back[own(first)]);
        for y in first..end {
            if y + 1 < end {
                down.load(spans, y + 1, image, &fore[own(y + 1)], &back[own(y + 1)]);
            } else {
                down.load(spans, y + 1, image, &below.fore, &below.back);
            }
            for span in spans.row(y) {
                for x in span.from..span.to {
                    let cell = span.at + x - span.from;
                    let pixel = image[cell];
                    if pixel[3] > 0.0 && pixel[3] < 1.0 {
                        let around = [here.before(x), here.after(x), up.at(x), down.at(x)];
                        let (f, b) = minimum(pixel, here.at(x), around);
                        fore[cell - base] = f;
                        back[cell - base] = b;
                    }
                }
            }
            up.clear(spans, y.wrapping_sub(1));
            std::mem::swap(up, here);
            std::mem::swap(here, down);
        }
        up.clear(spans, end - 1);
        here.clear(spans, end);
    }
}

/// The colours of a cell that fit its pixel and its neighbours best.
#[inline]
fn minimum(pixel: [f32; 4], own: &Cell, around: [&Cell; 4]) -> ([f32; 4], [f32; 4]) {
    /// What a cell's own colours weigh, so that one without neighbours keeps them.
    const OWN: f32 = 1e-7;
    let alpha = pixel[3];
    let rest = 1.0 - alpha;
    let (mut p, mut q) = (OWN, OWN);
    let mut f = own.fore.map(|c| c * OWN);
    let mut b = own.back.map(|c| c * OWN);
    for other in around {
        let weight = SMOOTHNESS + GRADIENT * (alpha - other.alpha).abs();
        let wf = if other.alpha > 0.0 { weight } else { 0.0 };
        let wb = if (0.0..1.0).contains(&other.alpha) { weight } else { 0.0 };
        p += wf;
        q += wb;
        for c in 0..4 {
            f[c] += wf * other.fore[c];
            b[c] += wb * other.back[c];
        }
    }
    let (p, q) = (1.0 / p, 1.0 / q);
    let (to_fore, to_back) = (alpha * p, rest * q);
    let scale = 1.0 / (1.0 + alpha * to_fore + rest * to_back);
    let (f, b) = (f.map(|sum| sum * p), b.map(|sum| sum * q));
    let miss: [f32; 4] = std::array::from_fn(|c| (pixel[c] - alpha * f[c] - rest * b[c]) * scale);
    let within = |way: f32, from: [f32; 4]| -> [f32; 4] {
        std::array::from_fn(|c| within(from[c] + way * miss[c], from[c], pixel[c]))
    };
    (within(to_fore, f), within(to_back, b))
}

/// Light that no neighbour and no pixel has is an error of alpha, blown up: it ends at black and at white, or at what is
/// seen beyond them.
#[inline]
fn within(light: f32, neighbours: f32, pixel: f32) -> f32 {
    light.max(neighbours.min(pixel).min(0.0)).min(neighbours.max(pixel).max(1.0))
}
