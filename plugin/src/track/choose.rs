//! Which of SAM's four masks is the subject.

use models::sam::Candidates;

use crate::pipeline::choice::best;
pub use crate::pipeline::choice::{box_iou, for_prompts};
use crate::pipeline::map::{Map, mean_within, soft_iou};

/// What the network's own score of a mask counts beside its agreement with the foreground.
const SCORE: f32 = 0.3;
/// What the likeness to the subject counts beside the agreement.
const LIKENESS: f32 = 0.3;
/// What the first candidate is preferred by: it is trained for several prompts.
const FIRST: f32 = 0.15;

/// A tracked frame's mask and what speaks for it.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The candidate's number, 0..=3.
    pub candidate: usize,
    /// The subject's coverage.
    pub mask: Map,
    /// Agreement with the foreground, 0..=1 ([`soft_iou`]).
    pub agreement: f32,
    /// The mean likeness to the subject within the mask, 0..=1.
    pub likeness: f32,
    /// What it was chosen by.
    pub score: f32,
}

/// The candidate that agrees best with where the subject is expected and what it looks like.
pub fn for_foreground(candidates: &Candidates, foreground: &Map, likeness: &Map) -> Choice {
    let scores = candidates.scores();
    let choices: Vec<Choice> = (0..4)
        .map(|candidate| {
            let mask = Map::coverage(candidates.logits(candidate));
            let agreement = soft_iou(&mask, foreground);
            let like = mean_within(likeness, &mask);
            let score = agreement
                + SCORE * finite(scores[candidate])
                + LIKENESS * like
                + if candidate == 0 { FIRST } else { 0.0 };
            Choice { candidate, mask, agreement, likeness: like, score }
        })
        .collect();
    let chosen = best(0..4, |candidate| choices[candidate].score);
    choices.into_iter().nth(chosen).unwrap_or_else(|| unreachable!("there are four"))
}

fn finite(score: f32) -> f32 {
    if score.is_finite() { score } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use models::sam::{Logits, MASK_SIDE};

    use super::*;

    const SIZE: (u32, u32) = (256, 160);

    /// Masks of blocks of `side` mask pixels from the top left.
    fn candidates(sides: [usize; 4], scores: [f32; 4]) -> Candidates {
        let mask = |side: usize| {
            let inside = |i: usize| i % MASK_SIDE < side && i / MASK_SIDE < side;
            let data: Vec<f32> = (0..Logits::LEN).map(|i| if inside(i) { 9.0 } else { -9.0 }).collect();
            Logits::from_raw(data, SIZE.0, SIZE.1).unwrap()
        };
        Candidates::new(sides.map(mask), scores)
    }

    #[test]
    fn a_tracked_frame_takes_the_mask_where_the_subject_is_expected() {
        let foreground = Map::from_fn(64, 40, |x, y| if x < 20 && y < 20 { 1.0 } else { 0.0 });
        let choice = for_foreground(&candidates([35, 10, 20, 4], [0.8; 4]), &foreground, &foreground);
        assert_eq!(choice.candidate, 2);
        assert!(choice.agreement > 0.95 && choice.likeness > 0.95);
        let none = for_foreground(&candidates([0; 4], [f32::NAN; 4]), &foreground, &foreground);
        assert_eq!(none.candidate, 0);
        assert!(none.score.is_finite());
    }
}
