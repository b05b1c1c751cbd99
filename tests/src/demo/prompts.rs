//! The demo's prompts: read from `prompts.toml`, told to a host.

use serde::Deserialize;

use super::DemoError;

/// What a point asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Mode {
    /// The point lies on the subject.
    Include,
    /// The point lies beside it.
    Exclude,
}

impl Mode {
    /// The option's label in the plugin's menu.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Include => "Include",
            Self::Exclude => "Exclude",
        }
    }
}

/// A keyframed position.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Track {
    /// Frame, x, y: ordered by frame; pixels, y up.
    keys: Vec<(usize, f64, f64)>,
}

/// A keyframed point.
#[derive(Clone, Debug, Deserialize)]
pub struct Point {
    /// Whether it includes or excludes.
    pub mode: Mode,
    /// Where it is.
    #[serde(rename = "keys")]
    pub track: Track,
}

/// A keyframed box.
#[derive(Clone, Debug, Deserialize)]
pub struct BoxTrack {
    /// Its corner at the bottom left.
    pub bottom_left: Track,
    /// Its corner at the top right.
    pub top_right: Track,
}

/// All that the demo tells the plugin.
#[derive(Clone, Debug, Deserialize)]
pub struct Prompts {
    /// The points, in the order of the plugin's.
    pub points: Vec<Point>,
    /// The box around the subject.
    #[serde(rename = "box")]
    pub boxed: BoxTrack,
}

impl Prompts {
    /// The demo's prompts.
    ///
    /// # Errors
    /// When `prompts.toml` is not in its form.
    pub fn read() -> Result<Self, DemoError> {
        Ok(toml::from_str(include_str!("prompts.toml"))?)
    }

    /// The plugin's parameters and their values in MLT's notation.
    #[must_use]
    pub fn properties(&self) -> Vec<(String, String)> {
        let mut properties = vec![
            ("boxEnable".to_owned(), "1".to_owned()),
            ("boxBottomLeft".to_owned(), self.boxed.bottom_left.animation()),
            ("boxTopRight".to_owned(), self.boxed.top_right.animation()),
        ];
        for (number, point) in (1..).zip(&self.points) {
            properties.push((format!("point{number}"), point.track.animation()));
            properties.push((format!("point{number}Mode"), point.mode.label().to_owned()));
        }
        properties
    }
}

impl Track {
    /// The keys in MLT's notation, in which `=` without a sign before it means a straight line to the next key.
    #[must_use]
    pub fn animation(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|(frame, x, y)| format!("{frame}={x} {y}")).collect();
        keys.join(";")
    }

    /// The keys: frame, x, y; ordered by frame.
    #[must_use]
    pub fn keys(&self) -> &[(usize, f64, f64)] {
        &self.keys
    }

    /// Where it is on a frame: x and y in pixels, y up.
    #[must_use]
    pub fn at(&self, frame: usize) -> (f64, f64) {
        let after = self.keys.iter().position(|key| key.0 > frame).unwrap_or(self.keys.len());
        match (after.checked_sub(1).and_then(|index| self.keys.get(index)), self.keys.get(after)) {
            (Some(&(f0, x0, y0)), Some(&(f1, x1, y1))) => {
                let t = (frame - f0) as f64 / (f1 - f0) as f64;
                (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t)
            }
            (Some(&(_, x, y)), None) | (None, Some(&(_, x, y))) => (x, y),
            (None, None) => (0.0, 0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::FRAMES;

    #[test]
    fn all_keys_lie_in_the_clip_and_are_in_order() {
        let prompts = Prompts::read().unwrap();
        assert!((1..=8).contains(&prompts.points.len()), "the plugin has eight points");
        let corners = [&prompts.boxed.bottom_left, &prompts.boxed.top_right];
        for track in prompts.points.iter().map(|point| &point.track).chain(corners) {
            assert!(!track.keys.is_empty() && track.keys.is_sorted_by(|a, b| a.0 < b.0), "{track:?}");
            for &(frame, x, y) in &track.keys {
                assert!(
                    frame < FRAMES && (0.0..1280.0).contains(&x) && (0.0..720.0).contains(&y),
                    "{track:?}"
                );
            }
        }
    }

    #[test]
    fn included_points_lie_in_the_box() {
        let prompts = Prompts::read().unwrap();
        for frame in 0..FRAMES {
            let ((left, bottom), (right, top)) =
                (prompts.boxed.bottom_left.at(frame), prompts.boxed.top_right.at(frame));
            for point in prompts.points.iter().filter(|point| point.mode == Mode::Include) {
                let (x, y) = point.track.at(frame);
                assert!((left..right).contains(&x) && (bottom..top).contains(&y), "frame {frame}: {point:?}");
            }
        }
    }

    #[test]
    fn a_track_moves_in_straight_lines_between_keys() {
        let track = Track { keys: vec![(10, 100.0, 50.0), (20, 200.0, 0.0)] };
        assert_eq!(track.at(0), (100.0, 50.0));
        assert_eq!(track.at(10), (100.0, 50.0));
        assert_eq!(track.at(15), (150.0, 25.0));
        assert_eq!(track.at(20), (200.0, 0.0));
        assert_eq!(track.at(99), (200.0, 0.0));
        assert_eq!(track.animation(), "10=100 50;20=200 0");
    }
}
