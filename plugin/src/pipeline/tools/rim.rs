//! The soft rim of a region: what a removed hole or island leaves around it.

use std::collections::VecDeque;

use super::regions::Run;
use crate::pipeline::matte::Matte;

/// Equal alphas in a row that still count as a slope.
const EVEN: u32 = 4;

/// What rims become.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rim {
    /// Of holes: alpha at or above `from` and below 1 that rises away from the hole becomes 1.
    Rising {
        /// Where the hole ends.
        from: f32,
    },
    /// Of islands: alpha at or below `from` and above 0 that falls away from the island becomes 0.
    Falling {
        /// Where the island ends.
        from: f32,
    },
}

impl Rim {
    /// What the region and its rim become.
    pub fn goal(self) -> f32 {
        match self {
            Rim::Rising { .. } => 1.0,
            Rim::Falling { .. } => 0.0,
        }
    }

    fn starts(self, alpha: f32) -> bool {
        match self {
            Rim::Rising { from } => alpha >= from && alpha < 1.0,
            Rim::Falling { from } => alpha <= from && alpha > 0.0,
        }
    }

    /// Even steps left after one from `alpha` to `next`, `None` when the rim does not go there.
    fn step(self, alpha: f32, next: f32, even: u32) -> Option<u32> {
        let onwards = match self {
            Rim::Rising { .. } => next > alpha,
            Rim::Falling { .. } => next < alpha,
        };
        if onwards {
            Some(EVEN)
        } else if next == alpha {
            even.checked_sub(1)
        } else {
            None
        }
    }
}

/// Gives the runs and the rim around them the rim's goal. Each run comes with the most pixels that its rim
/// may be wide.
///
/// The rim ends where alpha turns: a neighbour's own rim, beyond the ridge between the two, is left as it
/// is. Up to 4 equal alphas in a row belong to it, since a matte of few bits has steps.
pub fn erase(matte: &mut Matte, runs: impl Iterator<Item = (Run, u32)> + Clone, rim: Rim) {
    let (width, height) = (matte.width(), matte.height());
    let alpha = matte.alpha_mut();
    for (run, _) in runs.clone() {
        alpha[run.pixels(width)].fill(rim.goal());
    }
    let mut open = VecDeque::new();
    for (run, steps) in runs {
        let rows = (run.y as usize).saturating_sub(1)..(run.y as usize + 2).min(height);
        let columns = (run.x1 as usize).saturating_sub(1)..(run.x2 as usize + 1).min(width);
        for index in rows.flat_map(|y| columns.clone().map(move |x| y * width + x)) {
            if steps > 0 && rim.starts(alpha[index]) {
                open.push_back((index, alpha[index], steps - 1, EVEN));
                alpha[index] = rim.goal();
            }
        }
    }
    while let Some((index, own, steps, even)) = open.pop_front() {
        if steps == 0 {
            continue;
        }
        let (x, y) = (index % width, index / width);
        let rows = y.saturating_sub(1)..(y + 2).min(height);
        let columns = x.saturating_sub(1)..(x + 2).min(width);
        for next in rows.flat_map(|y| columns.clone().map(move |x| y * width + x)) {
            if rim.starts(alpha[next])
                && let Some(even) = rim.step(own, alpha[next], even)
            {
                open.push_back((next, alpha[next], steps - 1, even));
                alpha[next] = rim.goal();
            }
        }
    }
}

/// The most that a rim may be wide, in pixels, around a region of `area` pixels: twice the radius of a disc
/// of that area, and 8 pixels of a 1920-wide frame.
pub fn widest(area: f64, pixels_per_unit: [f32; 2]) -> u32 {
    let unit = f64::from(pixels_per_unit[0].max(pixels_per_unit[1]));
    (2.0 * (area / std::f64::consts::PI).sqrt() + 8.0 * unit).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::matte_of;

    #[test]
    fn a_rim_ends_at_the_ridge_and_at_its_widest() {
        let row = [0.0, 0.6, 0.6, 0.9, 0.7, 0.6, 0.2, 0.7];
        let run = Run { y: 0, x1: 0, x2: 1, region: 0 };
        let mut matte = matte_of(8, 1, |x, _| row[x]);
        erase(&mut matte, [(run, 9)].into_iter(), Rim::Rising { from: 0.5 });
        assert_eq!(matte.alpha(), [1.0, 1.0, 1.0, 1.0, 0.7, 0.6, 0.2, 0.7]);
        let mut matte = matte_of(8, 1, |x, _| row[x]);
        erase(&mut matte, [(run, 2)].into_iter(), Rim::Rising { from: 0.5 });
        assert_eq!(matte.alpha(), [1.0, 1.0, 1.0, 0.9, 0.7, 0.6, 0.2, 0.7]);
    }

    #[test]
    fn a_falling_rim_is_the_mirror() {
        let row = [1.0, 0.5, 0.5, 0.25, 0.375, 0.75];
        let run = Run { y: 0, x1: 0, x2: 1, region: 0 };
        let mut matte = matte_of(6, 1, |x, _| row[x]);
        erase(&mut matte, [(run, 9)].into_iter(), Rim::Falling { from: 0.5 });
        assert_eq!(matte.alpha(), [0.0, 0.0, 0.0, 0.0, 0.375, 0.75]);
    }
}
