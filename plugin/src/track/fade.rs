//! The join between two passes: prompts that go over from one to the other.

use models::sam::{BoxPrompt, Candidates, Prompts};

use super::choose::{self, Choice};
use super::foreground::combine;
use super::health::State;
use super::pass::Tracked;
use super::prompts::{from_foreground, keep_order};
use crate::pipeline::map::{Map, soft_iou};

/// Frames on each side of a join that are faded.
pub const FRAMES: usize = 2;
/// Passes whose masks agree less than this follow different things: half of each would be neither.
const LEAST_SAME: f32 = 0.6;

/// A frame between two passes.
pub struct Faded {
    /// A box and three points in the encoder's frame.
    pub prompts: Prompts,
    /// What the network makes of them.
    pub choice: Choice,
}

/// How far the frame `index` of `count` faded ones, counted in the direction of the first pass, belongs to the second.
pub fn share(index: usize, count: usize) -> f32 {
    (index as f32 + 0.5) / count.max(1) as f32
}

/// Fades a frame that two passes have tracked: `share` of the second. The box moves from one pass's to the other's; the
/// points lie where both masks are; the candidate agrees best with both masks. `None` when one of the passes is lost
/// here or they follow different things.
///
/// # Errors
/// Those of `decode`.
pub fn fade<E>(
    first: &Tracked,
    second: &Tracked,
    share: f32,
    decode: impl FnOnce(&Prompts) -> Result<Candidates, E>,
) -> Result<Option<Faded>, E> {
    let lost = [first, second].iter().any(|tracked| tracked.health.state == State::Lost);
    let mask = between(&first.mask, &second.mask, share);
    if lost || soft_iou(&first.mask, &second.mask) < LEAST_SAME {
        return Ok(None);
    }
    let (Some(a), Some(b)) = (first.prompts.bounding_box, second.prompts.bounding_box) else {
        return Ok(None);
    };
    let Some(found) = from_foreground(&mask) else { return Ok(None) };
    let edge = |a: f32, b: f32| a + share * (b - a);
    let bounding_box =
        BoxPrompt { x1: edge(a.x1, b.x1), y1: edge(a.y1, b.y1), x2: edge(a.x2, b.x2), y2: edge(a.y2, b.y2) };
    let mut prompts = Prompts { bounding_box: Some(bounding_box), points: found.points };
    keep_order(&mut prompts, &first.prompts);
    let likeness = between(&first.likeness, &second.likeness, share);
    let choice = choose::for_foreground(&decode(&prompts)?, &mask, &likeness);
    Ok(Some(Faded { prompts, choice }))
}

fn between(a: &Map, b: &Map, share: f32) -> Map {
    combine(a, b, |a, b| a + share * (b - a))
}

#[cfg(test)]
mod tests {
    use models::sam::{Logits, MASK_SIDE, PointLabel, PointPrompt};

    use super::*;
    use crate::track::Health;

    /// A block of 20 x 20 mask pixels whose left edge is in column `left`.
    fn tracked(left: usize, state: State) -> Tracked {
        let mask = Map::from_fn(64, 40, |x, y| {
            f32::from(u8::from((left..left + 20).contains(&x) && (8..28).contains(&y)))
        });
        let x1 = left as f32 * 4.0;
        let point = PointPrompt { x: x1 + 40.0, y: 72.0, label: PointLabel::Include };
        let bounding_box = Some(BoxPrompt { x1, y1: 32.0, x2: x1 + 80.0, y2: 112.0 });
        let prompts = Prompts { bounding_box, points: vec![point; 3] };
        let health = Health { agreement: 0.9, likeness: 0.9, area_ratio: 1.0, state };
        Tracked { prompts, candidate: 0, health, likeness: mask.clone(), mask }
    }

    /// Fills the box.
    fn decode(prompts: &Prompts) -> Result<Candidates, ()> {
        let b = prompts.bounding_box.ok_or(())?;
        let inside = |i: usize| {
            let (x, y) = (4.0 * (i % MASK_SIDE) as f32 + 2.0, 4.0 * (i / MASK_SIDE) as f32 + 2.0);
            x > b.x1 && x < b.x2 && y > b.y1 && y < b.y2
        };
        let data: Vec<f32> = (0..Logits::LEN).map(|i| if inside(i) { 9.0 } else { -9.0 }).collect();
        let mask = Logits::from_raw(data, 256, 160).map_err(|_| ())?;
        Ok(Candidates::new(std::array::from_fn(|_| mask.clone()), [0.9; 4]))
    }

    #[test]
    fn the_box_goes_over_in_even_steps() {
        let (a, b) = (tracked(10, State::Good), tracked(14, State::Doubtful));
        let left = |index| {
            let faded = fade(&a, &b, share(index, 4), decode).unwrap().unwrap();
            assert!(faded.prompts.points.iter().all(|point| (56.0..120.0).contains(&point.x)));
            assert!(faded.choice.agreement > 0.8);
            faded.prompts.bounding_box.unwrap().x1
        };
        assert_eq!([0, 1, 2, 3].map(left), [42.0, 46.0, 50.0, 54.0]);
    }

    #[test]
    fn what_is_lost_or_different_is_not_mixed() {
        let none = |a: &Tracked, b: &Tracked| fade(a, b, 0.5, decode).unwrap().is_none();
        assert!(none(&tracked(10, State::Good), &tracked(40, State::Good)));
        assert!(none(&tracked(10, State::Lost), &tracked(12, State::Good)));
        assert!(none(&tracked(10, State::Good), &tracked(12, State::Lost)));
        assert_eq!(
            fade(&tracked(10, State::Good), &tracked(12, State::Good), 0.5, |_| Err(3)).err(),
            Some(3)
        );
    }
}
