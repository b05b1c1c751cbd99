//! Which of SAM's four masks is the subject.

use models::sam::{BoxPrompt, Candidates, MASK_STRIDE, PointLabel, Prompts};

use crate::pipeline::map::{Map, mean_within, soft_iou};

/// What a click prefers a larger candidate by: for each factor e in area, this much predicted score. A click means the
/// whole thing more often than a part of it.
const LARGER: f32 = 0.05;
/// What the network's own score of a mask counts beside its agreement with the foreground.
const SCORE: f32 = 0.3;
/// What the likeness to the subject counts beside the agreement.
const LIKENESS: f32 = 0.3;
/// What the first candidate is preferred by: it is trained for several prompts.
const FIRST: f32 = 0.15;

/// The candidate for prompts that an artist set.
///
/// A box: the largest sum of the predicted score and the intersection over union of the box and the mask's own
/// bounding box. One click: the largest predicted score plus 0.05 ln(share of the image) among the last three. Several
/// points: the first, as SAM has it.
pub fn for_prompts(candidates: &Candidates, prompts: &Prompts) -> usize {
    let scores = candidates.scores();
    match prompts.bounding_box {
        Some(wanted) => best(0..4, |index| {
            let bounds = Map::coverage(candidates.logits(index)).bounds_above(0.5);
            scores[index] + bounds.map_or(0.0, |bounds| box_iou(wanted, bounds))
        }),
        None if prompts.points.iter().filter(|point| point.label == PointLabel::Include).count() > 1 => 0,
        None => best(1..4, |index| {
            let mask = Map::coverage(candidates.logits(index));
            let inside = mask.values.iter().filter(|value| **value > 0.5).count();
            scores[index] + LARGER * (inside.max(1) as f32 / mask.values.len() as f32).ln()
        }),
    }
}

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

/// The first of the largest; a score that is not a number never wins.
fn best(range: std::ops::Range<usize>, score: impl Fn(usize) -> f32) -> usize {
    let mut best = (range.start, f32::NEG_INFINITY);
    for index in range {
        let score = score(index);
        if score > best.1 {
            best = (index, score);
        }
    }
    best.0
}

fn finite(score: f32) -> f32 {
    if score.is_finite() { score } else { 0.0 }
}

/// Intersection over union of a box in the encoder's frame and one in mask pixels.
pub fn box_iou(a: BoxPrompt, b: [usize; 4]) -> f32 {
    let a = BoxPrompt::new(a.x1, a.y1, a.x2, a.y2);
    let [x1, y1, x2, y2] = b.map(|edge| (edge as u32 * MASK_STRIDE) as f32);
    let both = (a.x2.min(x2) - a.x1.max(x1)).max(0.0) * (a.y2.min(y2) - a.y1.max(y1)).max(0.0);
    let either = (a.x2 - a.x1) * (a.y2 - a.y1) + (x2 - x1) * (y2 - y1) - both;
    if either > 0.0 { both / either } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use models::sam::{Logits, MASK_SIDE, PointPrompt};

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

    fn click(count: usize) -> Prompts {
        let point = PointPrompt { x: 3.0, y: 3.0, label: PointLabel::Include };
        Prompts { points: vec![point; count], bounding_box: None }
    }

    #[test]
    fn a_box_takes_the_mask_that_fills_it() {
        let prompts = Prompts { points: vec![], bounding_box: Some(BoxPrompt::new(0.0, 0.0, 80.0, 80.0)) };
        assert_eq!(for_prompts(&candidates([8, 20, 30, 0], [0.9, 0.8, 0.9, 0.9]), &prompts), 1);
        assert_eq!(for_prompts(&candidates([20, 20, 20, 20], [0.7, f32::NAN, 0.9, 0.8]), &prompts), 2);
    }

    #[test]
    fn a_click_prefers_the_larger_of_equals_and_never_the_first() {
        assert_eq!(for_prompts(&candidates([40, 10, 30, 20], [1.0, 0.8, 0.8, 0.8]), &click(1)), 2);
        assert_eq!(for_prompts(&candidates([40, 10, 30, 20], [1.0, 0.99, 0.8, 0.8]), &click(1)), 1);
        assert_eq!(for_prompts(&candidates([40, 10, 30, 20], [0.1, 0.99, 0.8, 0.8]), &click(2)), 0);
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
