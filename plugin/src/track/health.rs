//! Whether a tracked frame can be trusted.

use std::collections::VecDeque;

/// Good frames that are remembered to know what is usual.
const FRAMES: usize = 10;
/// A frame is lost when its agreement and likeness together are less than this share of the usual. Each alone
/// misleads: the agreement recovers on the background, the likeness falls when the light changes. What is usual
/// depends on the subject: 1.7 for a swan that glides, 1.25 for a dancer who turns.
const LOST_TOGETHER: f32 = 0.75;
/// A frame with less of both together is lost whatever is usual.
const LEAST_TOGETHER: f32 = 0.8;
/// A frame with less likeness is lost.
const LEAST_LIKENESS: f32 = 0.25;
/// A frame whose area is less than this share of the usual one is lost.
const LEAST_AREA: f32 = 0.3;
/// A frame whose area is more than this many times the usual one is lost.
const MOST_AREA: f32 = 3.3;
/// Below this share of the usual, agreement and likeness are worth a look.
const DOUBTFUL_TOGETHER: f32 = 0.87;
/// Beyond this factor a change of area is worth a look.
const DOUBTFUL_AREA: f32 = 1.8;

/// How far a frame can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// As usual.
    Good,
    /// Worth a look.
    Doubtful,
    /// The subject was not found; the prompts are a guess.
    Lost,
}

/// The measures of a tracked frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Health {
    /// Agreement of the mask with where the subject was expected, 0..=1.
    pub agreement: f32,
    /// Likeness of the mask's inside to the subject on the keyed frames, 0..=1.
    pub likeness: f32,
    /// The mask's area over the median area of the last good frames.
    pub area_ratio: f32,
    /// What they add up to.
    pub state: State,
}

/// What is usual for a subject.
#[derive(Clone, Debug, Default)]
pub struct Usual {
    areas: VecDeque<f32>,
    together: VecDeque<f32>,
}

impl Usual {
    /// Of a keyed frame whose mask covers `area` of the image.
    pub fn new(area: f32) -> Self {
        Self { areas: [area].into(), together: VecDeque::new() }
    }

    /// Notes a good frame.
    pub fn add(&mut self, health: &Health, area: f32) {
        for (values, value) in
            [(&mut self.areas, area), (&mut self.together, health.agreement + health.likeness)]
        {
            if values.len() == FRAMES {
                values.pop_front();
            }
            values.push_back(value);
        }
    }

    /// The health of a frame whose mask covers `area` of the image.
    pub fn judge(&self, agreement: f32, likeness: f32, area: f32) -> Health {
        let together = agreement + likeness;
        let usual = median(&self.together).unwrap_or(together);
        let area_ratio = match median(&self.areas) {
            Some(median) if median > 0.0 => area / median,
            _ => 1.0,
        };
        let lost = together < (LOST_TOGETHER * usual).max(LEAST_TOGETHER)
            || likeness < LEAST_LIKENESS
            || !(LEAST_AREA..=MOST_AREA).contains(&area_ratio);
        let doubtful = together < DOUBTFUL_TOGETHER * usual
            || !(1.0 / DOUBTFUL_AREA..=DOUBTFUL_AREA).contains(&area_ratio);
        let state = match (lost, doubtful) {
            (true, _) => State::Lost,
            (false, true) => State::Doubtful,
            (false, false) => State::Good,
        };
        Health { agreement, likeness, area_ratio, state }
    }
}

fn median(values: &VecDeque<f32>) -> Option<f32> {
    let mut sorted: Vec<f32> = values.iter().copied().collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(agreement: f32, likeness: f32) -> Health {
        Health { agreement, likeness, area_ratio: 1.0, state: State::Good }
    }

    #[test]
    fn each_measure_alone_can_tell_a_loss() {
        let mut usual = Usual::new(0.1);
        for area in [0.1, 0.2, 0.1] {
            usual.add(&good(0.8, 0.8), area);
        }
        let state = |agreement, likeness, area| usual.judge(agreement, likeness, area).state;
        assert_eq!(state(0.8, 0.8, 0.1), State::Good);
        assert_eq!(state(0.6, 0.5, 0.1), State::Lost);
        assert_eq!(state(0.7, 0.6, 0.1), State::Doubtful);
        assert_eq!(state(0.99, 0.24, 0.1), State::Lost);
        assert_eq!(state(0.8, 0.8, 0.02), State::Lost);
        assert_eq!(state(0.8, 0.8, 0.5), State::Lost);
        assert_eq!(state(0.8, 0.8, 0.19), State::Doubtful);
        assert_eq!(state(0.8, 0.8, f32::NAN), State::Lost);
    }

    #[test]
    fn what_is_usual_is_what_was_seen_last() {
        let mut usual = Usual::new(0.3);
        assert_eq!(usual.judge(0.6, 0.5, 0.3).state, State::Good);
        assert_eq!(usual.judge(0.3, 0.4, 0.3).state, State::Lost);
        for i in 0..30 {
            usual.add(&good(0.5, 0.5), i as f32);
        }
        assert_eq!(usual.judge(0.5, 0.5, 25.0), good(0.5, 0.5));
    }
}
