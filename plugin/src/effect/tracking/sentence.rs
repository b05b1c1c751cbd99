//! What there is to tell of tracking and of the frames.

use std::fmt::Write as _;

use super::survey::{Mark, Survey};
use crate::track::{Ended, Error, State, Track};

/// Runs of frames that are listed; more do not fit a line.
const MOST_RUNS: usize = 8;

/// Why nothing was tracked.
pub fn error(error: &Error) -> String {
    if let Error::Source(source) = error {
        log::error!("tracking: {source}");
    }
    error.to_string()
}

/// So many frames.
pub fn frames(count: usize) -> String {
    if count == 1 { "1 frame".to_owned() } else { format!("{count} frames") }
}

/// How tracking went.
pub fn track(track: &Track) -> String {
    let count = track.frames.len();
    let mut text = match count {
        0 => "No frame was tracked".to_owned(),
        count => format!("Tracked {}", frames(count)),
    };
    for ended in &track.ended {
        // Writing to a string cannot fail.
        let _ = match ended {
            Ended::Done if count == 0 => write!(text, ": there is none to track this way"),
            Ended::Done => Ok(()),
            Ended::Cancelled => write!(text, "; cancelled, what was done is kept"),
            Ended::SceneCut(time) => write!(text, "; the scene changes at frame {time}"),
            Ended::Lost(time) => write!(text, "; the subject is lost at frame {time}"),
            Ended::Failed(time, failed) => {
                let reason = error(failed);
                write!(text, "; frame {time} failed ({})", reason.trim_end_matches('.'))
            }
        };
    }
    if !track.missing.is_empty() {
        let _ = write!(text, "; no picture at {}", runs(track.missing.iter().map(|time| (*time, ""))));
    }
    text.push('.');
    text
}

/// Which frames are keyed, tracked and doubtful. `range` is the clip, when it is known; `automatic` says that the effect
/// finds the subject where nothing is keyed.
pub fn coverage(survey: &Survey, range: Option<[f64; 2]>, automatic: bool) -> String {
    let (Some((low, _)), Some((high, _))) = (survey.frames().next(), survey.frames().next_back()) else {
        let text = if automatic { "All frames are automatic." } else { "Nothing is keyed or tracked yet." };
        return text.to_owned();
    };
    let [first, last] = range.unwrap_or([low, high]);
    let inside = || survey.frames().filter(|(time, _)| (first..=last).contains(time));
    let keyed = inside().filter(|(_, mark)| *mark == Mark::Keyed).count();
    let tracked = inside().count() - keyed;
    let frames = |from: f64, to: f64| (to.floor() - from.ceil() + 1.0).max(0.0) as usize;
    let whole = inside().filter(|(time, _)| time.fract() == 0.0).count();
    let between = frames(low.max(first), high.min(last)).saturating_sub(whole);
    let uncovered = frames(first, last).saturating_sub(whole + between);
    let mut text = format!("Frames {}: {keyed} keyed, {tracked} tracked", run(first, last));
    let others = match automatic {
        true => [(between + uncovered, "automatic"), (0, "")],
        false => [(between, "interpolated"), (uncovered, "not covered")],
    };
    for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {what}");
    }
    let doubtful: Vec<(f64, &str)> = inside()
        .filter_map(|(time, mark)| match mark {
            Mark::Tracked(State::Doubtful) => Some((time, "")),
            Mark::Tracked(State::Lost) => Some((time, " (lost)")),
            _ => None,
        })
        .collect();
    if !doubtful.is_empty() {
        let _ = write!(text, "; doubtful: {}", runs(doubtful.into_iter()));
    }
    let outside = survey.frames().count() - inside().count();
    if outside > 0 {
        let _ = write!(text, "; {outside} outside the clip");
    }
    text.push('.');
    text
}

/// Times as runs of frames, each with what is said of it.
fn runs<'a>(times: impl Iterator<Item = (f64, &'a str)>) -> String {
    let mut runs: Vec<(f64, f64, &str)> = Vec::new();
    for (time, said) in times {
        match runs.last_mut() {
            Some((_, last, same)) if time - *last == 1.0 && *same == said => *last = time,
            _ => runs.push((time, time, said)),
        }
    }
    let more = runs.len().saturating_sub(MOST_RUNS);
    let shown = runs.iter().take(MOST_RUNS).map(|(from, to, said)| format!("{}{said}", run(*from, *to)));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

fn run(first: f64, last: f64) -> String {
    match (first == last, first < 0.0 || last < 0.0) {
        (true, _) => format!("{first}"),
        (false, true) => format!("{first} to {last}"),
        (false, false) => format!("{first}-{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_frames_are_short() {
        let times = [13.0, 14.0, 15.0, 31.0].map(|time| (time, if time > 20.0 { " (lost)" } else { "" }));
        assert_eq!(runs(times.into_iter()), "13-15, 31 (lost)");
        assert_eq!(runs([-3.0, -2.0, 0.5].map(|time| (time, "")).into_iter()), "-3 to -2, 0.5");
        let many = (0..40).map(|i| (f64::from(2 * i), ""));
        assert!(runs(many).ends_with("14 and 32 more"));
    }

    #[test]
    fn the_end_of_tracking_is_told_in_one_sentence() {
        let nothing = |ended| Track { frames: vec![], anchors: vec![], missing: vec![], repeated: 0, ended };
        assert_eq!(
            track(&nothing(vec![Ended::Done])),
            "No frame was tracked: there is none to track this way."
        );
        let mut cut = nothing(vec![Ended::SceneCut(7.0)]);
        cut.missing = vec![3.0, 4.0];
        assert_eq!(track(&cut), "No frame was tracked; the scene changes at frame 7; no picture at 3-4.");
        let failed = nothing(vec![Ended::Failed(2.0, Error::NoPicture)]);
        assert_eq!(track(&failed).matches('.').count(), 1);
    }
}
