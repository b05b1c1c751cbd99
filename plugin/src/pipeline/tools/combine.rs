//! A matte with a second one: the source's own alpha, a garbage matte, a holdout.
//!
//! Each is the formula that compositors use for soft mattes (Porter and Duff 1984: in, out; screen for the
//! union), so that two half alphas leave no seam as minimum and maximum would. Both alphas count as within
//! 0..1, and as 0 where they are not numbers. A second alpha that asks for nothing changes nothing, bit for
//! bit.

/// What to do with the source's own alpha.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SourceAlpha {
    /// Nothing.
    #[default]
    Ignore,
    /// Keep what is in both: a b.
    Intersect,
    /// Keep what is in either: a + b - a b.
    Add,
    /// Take the matte away from the source's alpha, b (1 - a): the next subject out of what came in.
    Subtract,
}

impl SourceAlpha {
    /// Combines a row of alpha with the same pixels of the source's alpha. The shorter one counts.
    pub fn combine(self, alpha: &mut [f32], source: &[f32]) {
        match self {
            SourceAlpha::Ignore => {}
            SourceAlpha::Intersect => each(alpha, source, |a, b| a * b),
            SourceAlpha::Add => each(alpha, source, union),
            SourceAlpha::Subtract => each(alpha, source, |a, b| b * (1.0 - a)),
        }
    }
}

/// Removes what the garbage matte covers: a (1 - g). The shorter row counts.
pub fn garbage(alpha: &mut [f32], garbage: &[f32]) {
    each(alpha, garbage, |a, g| a * (1.0 - g));
}

/// Keeps what the holdout covers, whatever the matte says: a + h - a h. The shorter row counts.
///
/// After the garbage matte, so that the holdout wins where both lie.
pub fn holdout(alpha: &mut [f32], holdout: &[f32]) {
    each(alpha, holdout, union);
}

/// Written so that it gives 1 exactly where either is 1, and `a` bit for bit where `b` is 0.
fn union(a: f32, b: f32) -> f32 {
    a + b * (1.0 - a)
}

fn each(alpha: &mut [f32], other: &[f32], combine: impl Fn(f32, f32) -> f32) {
    for (a, b) in alpha.iter_mut().zip(other) {
        *a = combine(valid(*a), valid(*b));
    }
}

/// An alpha within 0..1; what is not a number is 0. A valid alpha keeps its bits.
pub(super) fn valid(alpha: f32) -> f32 {
    if alpha >= 0.0 { alpha.min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODES: [SourceAlpha; 4] =
        [SourceAlpha::Ignore, SourceAlpha::Intersect, SourceAlpha::Add, SourceAlpha::Subtract];

    fn combined(mode: SourceAlpha, a: f32, b: f32) -> f32 {
        let mut row = [a];
        mode.combine(&mut row, &[b]);
        row[0]
    }

    #[test]
    fn the_corners_are_those_of_sets() {
        let table =
            |mode| [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)].map(|(a, b)| combined(mode, a, b));
        assert_eq!(table(SourceAlpha::Ignore), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(table(SourceAlpha::Intersect), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(table(SourceAlpha::Add), [0.0, 1.0, 1.0, 1.0]);
        assert_eq!(table(SourceAlpha::Subtract), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(combined(SourceAlpha::Add, 0.5, 0.5), 0.75);
        assert_eq!(combined(SourceAlpha::Subtract, 0.5, 0.5), 0.25);
    }

    #[test]
    fn a_second_alpha_that_asks_for_nothing_changes_no_bit() {
        for i in 0..=10_000 {
            let a = i as f32 / 10_000.0;
            for (mode, b) in [(SourceAlpha::Intersect, 1.0), (SourceAlpha::Add, 0.0)] {
                assert_eq!(combined(mode, a, b).to_bits(), a.to_bits(), "{mode:?}");
            }
            assert_eq!(combined(SourceAlpha::Subtract, 0.0, a).to_bits(), a.to_bits());
            assert_eq!(combined(SourceAlpha::Ignore, a, f32::NAN).to_bits(), a.to_bits());
            // And one that covers everything leaves nothing open.
            assert_eq!(combined(SourceAlpha::Add, a, 1.0), 1.0);
            assert_eq!(combined(SourceAlpha::Subtract, 1.0, a), 0.0);
        }
    }

    #[test]
    fn garbage_removes_and_holdout_keeps() {
        let mut row = [0.0, 1.0, 0.5, 0.8];
        garbage(&mut row, &[1.0, 1.0, 0.5, 0.0]);
        assert_eq!(row, [0.0, 0.0, 0.25, 0.8]);
        holdout(&mut row, &[0.0, 1.0, 0.5]);
        assert_eq!(row, [0.0, 1.0, 0.625, 0.8]);
    }

    #[test]
    fn what_is_no_alpha_is_brought_into_range() {
        let odd = [f32::NAN, f32::NEG_INFINITY, f32::INFINITY, -3.0, 7.0, 1e-40];
        for mode in &MODES[1..] {
            for a in odd {
                for b in odd {
                    assert!((0.0..=1.0).contains(&combined(*mode, a, b)), "{mode:?} {a} {b}");
                }
            }
        }
        assert_eq!(combined(SourceAlpha::Add, 0.25, f32::NAN), 0.25);
        assert_eq!(combined(SourceAlpha::Subtract, 1.0, 7.0), 0.0);
    }
}
