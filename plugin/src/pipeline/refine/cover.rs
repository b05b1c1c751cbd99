//! Which parts of a frame the network is run on, so that every tile kept has its surroundings and little else is seen.

use std::ops::Range;

use models::refiner::{ALIGNMENT, REACH};

use super::tiles::SIDE;

/// Pixels of surroundings that each tile has on every side, where the frame goes on: what of the network's
/// receptive field can be seen in the result.
pub const RECEPTIVE_FIELD: usize = REACH;

/// Most pixels of one run: what a run takes of memory, some hundred bytes a pixel, does not grow with the frame. One
/// tile and its surroundings have to fit.
pub const MOST_PIXELS: usize = 1 << 20;

/// How large the runs of one frame may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Pixels of surroundings.
    pub reach: usize,
    /// Most pixels of one run.
    pub most: usize,
}

impl Limits {
    /// For a picture of which the network sees each pixel as `enlargement` ones on each axis (1, 2 or 4).
    pub fn of(enlargement: usize) -> Self {
        Self { reach: RECEPTIVE_FIELD / enlargement, most: MOST_PIXELS / (enlargement * enlargement) }
    }
}

// Runs begin on tiles, so that what the network halves is halved alike in all of them.
const _: () = assert!(SIDE.is_multiple_of(ALIGNMENT) && RECEPTIVE_FIELD.is_multiple_of(ALIGNMENT));
const _: () = assert!((SIDE + 2 * RECEPTIVE_FIELD) * (SIDE + 2 * RECEPTIVE_FIELD) <= MOST_PIXELS);
const _: () = assert!((4 * SIDE + 2 * RECEPTIVE_FIELD) * (4 * SIDE + 2 * RECEPTIVE_FIELD) <= MOST_PIXELS);

/// One run of the network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// Tiles whose values it gives, columns and rows.
    pub tiles: [Range<usize>; 2],
    /// The pixels that it sees, columns and rows. They may go on beyond the frame's right and lower edge, as far as the
    /// network's alignment asks for.
    pub pixels: [Range<usize>; 2],
}

impl Run {
    fn of(tiles: [Range<usize>; 2], frame: [usize; 2], reach: usize) -> Self {
        let pixels = [0, 1].map(|axis| {
            let most = frame[axis].next_multiple_of(ALIGNMENT);
            let from = (tiles[axis].start * SIDE).saturating_sub(reach);
            from..(tiles[axis].end * SIDE + reach).min(most)
        });
        Self { tiles, pixels }
    }

    fn area(&self) -> usize {
        self.pixels[0].len() * self.pixels[1].len()
    }

    fn with(&self, other: &Self, frame: [usize; 2], reach: usize) -> Self {
        let tiles = [0, 1].map(|axis| {
            let (a, b) = (&self.tiles[axis], &other.tiles[axis]);
            a.start.min(b.start)..a.end.max(b.end)
        });
        Self::of(tiles, frame, reach)
    }
}

/// Runs that give every tile wanted (column and row, in the order of rows) of a picture of `frame` pixels, none larger
/// than `limits`. Tiles side by side first, then whichever two runs save most as one, until none do.
pub fn cover(wanted: &[[usize; 2]], frame: [usize; 2], limits: Limits) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for [column, row] in wanted {
        let one = Run::of([*column..column + 1, *row..row + 1], frame, limits.reach);
        match runs.last_mut() {
            Some(last) if last.tiles[1] == one.tiles[1] && last.tiles[0].end == *column => {
                let both = last.with(&one, frame, limits.reach);
                if both.area() <= limits.most { *last = both } else { runs.push(one) }
            }
            _ => runs.push(one),
        }
    }
    while let Some((a, b, both)) = best_pair(&runs, frame, limits) {
        runs[a] = both;
        runs.remove(b);
    }
    runs
}

/// The two runs that save most pixels as one, the first of equal ones.
fn best_pair(runs: &[Run], frame: [usize; 2], limits: Limits) -> Option<(usize, usize, Run)> {
    let mut best = None;
    let mut most = None;
    for (a, first) in runs.iter().enumerate() {
        for (b, second) in runs.iter().enumerate().skip(a + 1) {
            let both = first.with(second, frame, limits.reach);
            let apart = first.area() + second.area();
            if both.area() > limits.most || both.area() > apart {
                continue;
            }
            let saved = apart - both.area();
            if most.is_none_or(|most| saved > most) {
                (best, most) = (Some((a, b, both)), Some(saved));
            }
        }
    }
    best
}
