//! Whether a tracked frame can be trusted.

use std::collections::VecDeque;

/// Areas of good frames that the median is taken of.
const AREAS: usize = 10;
/// A frame with less agreement and likeness together is lost. Either alone misleads: the agreement recovers on the
/// background, the likeness falls when the light changes.
const LEAST_TOGETHER: f32 = 1.2;
/// A frame with less likeness is lost.
const LEAST_LIKENESS: f32 = 0.25;
/// A frame whose area is less than this share of the usual one is lost.
const LEAST_AREA: f32 = 0.3;
/// A frame whose area is more than this many times the usual one is lost.
const MOST_AREA: f32 = 3.3;
/// Below this the agreement is worth a look: healthy frames have 0.7 to 0.85.
const DOUBTFUL_AGREEMENT: f32 = 0.65;
/// Below this the likeness is worth a look: healthy frames have 0.65 to 0.9.
const DOUBTFUL_LIKENESS: f32 = 0.5;
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

/// The usual area of the subject.
#[derive(Clone, Debug, Default)]
pub struct Areas(VecDeque<f32>);

impl Areas {
    /// Notes the area of a good frame, as a share of the image.
    pub fn add(&mut self, area: f32) {
        if self.0.len() == AREAS {
            self.0.pop_front();
        }
        self.0.push_back(area);
    }

    /// `area` over the median; 1 while nothing is known.
    fn ratio(&self, area: f32) -> f32 {
        let mut sorted: Vec<f32> = self.0.iter().copied().collect();
        sorted.sort_by(f32::total_cmp);
        match sorted.get(sorted.len() / 2) {
            Some(median) if *median > 0.0 => area / median,
            _ => 1.0,
        }
    }

    /// The health of a frame whose mask covers `area` of the image.
    pub fn judge(&self, agreement: f32, likeness: f32, area: f32) -> Health {
        let area_ratio = self.ratio(area);
        let lost = agreement + likeness < LEAST_TOGETHER
            || likeness < LEAST_LIKENESS
            || !(LEAST_AREA..=MOST_AREA).contains(&area_ratio);
        let doubtful = agreement < DOUBTFUL_AGREEMENT
            || likeness < DOUBTFUL_LIKENESS
            || !(1.0 / DOUBTFUL_AREA..=DOUBTFUL_AREA).contains(&area_ratio);
        let state = match (lost, doubtful) {
            (true, _) => State::Lost,
            (false, true) => State::Doubtful,
            (false, false) => State::Good,
        };
        Health { agreement, likeness, area_ratio, state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_measure_alone_can_tell_a_loss() {
        let mut areas = Areas::default();
        for area in [0.1, 0.1, 0.2, 0.1] {
            areas.add(area);
        }
        assert_eq!(areas.judge(0.8, 0.8, 0.1).state, State::Good);
        assert_eq!(areas.judge(0.6, 0.3, 0.1).state, State::Lost);
        assert_eq!(areas.judge(0.99, 0.24, 0.1).state, State::Lost);
        assert_eq!(areas.judge(0.8, 0.8, 0.02).state, State::Lost);
        assert_eq!(areas.judge(0.8, 0.8, 0.5).state, State::Lost);
        assert_eq!(areas.judge(0.8, 0.8, 0.19).state, State::Doubtful);
        assert_eq!(areas.judge(0.6, 0.8, 0.1).state, State::Doubtful);
        assert_eq!(areas.judge(f32::NAN, 0.8, f32::NAN).state, State::Lost);
    }

    #[test]
    fn the_usual_area_is_that_of_the_last_frames() {
        let mut areas = Areas::default();
        assert_eq!(areas.judge(1.0, 1.0, 0.3).area_ratio, 1.0);
        for i in 0..30 {
            areas.add(i as f32);
        }
        assert_eq!(areas.judge(1.0, 1.0, 25.0).area_ratio, 1.0);
    }
}
