//! What the artist is told: the status line, and messages on the effect.

use std::time::Duration;

use super::second_look::SecondLook;
use crate::cache::Origin;
use crate::ofx::MessageKind;
use crate::pipeline::prompts::{Notice, Prompts};

/// What one render did.
#[derive(Clone, Debug, Default)]
pub struct LastFrame {
    /// What failed, in one sentence.
    pub error: Option<String>,
    /// What was ignored or assumed.
    pub notices: Vec<Notice>,
    /// What ran, and how long; `None` when no network was needed.
    pub work: Option<Work>,
    /// Why the edges were refined without the edge network, which the artist wanted: in a sentence.
    pub without_edge_network: Option<String>,
    /// What was taken for granted about the source.
    pub assumed: Option<String>,
    /// Whether the frame had no prompt.
    pub unprompted: bool,
    /// Whether the subject was looked for without prompts.
    pub automatic: bool,
    /// How much the mask of an automatic subject agrees with what stands out, 0..=1.
    pub agreement: Option<f32>,
    /// What became of the wish for fine detail, where there is one.
    pub second_look: Option<SecondLook>,
    /// The box found: two corners, canonical.
    pub found_box: Option<[[f64; 2]; 2]>,
}

/// The network's part of a render.
#[derive(Clone, Debug)]
pub struct Work {
    /// The network.
    pub network: String,
    /// Where the embedding came from.
    pub embedding: Origin,
    /// Time of the network alone.
    pub network_time: Duration,
    /// Time of the whole render.
    pub time: Duration,
}

impl Work {
    /// What ran, where, and how long, in one sentence.
    fn sentence(&self) -> String {
        let origin = match self.embedding {
            Origin::Cache => "frame from memory",
            Origin::Computed => "frame seen for the first time",
        };
        format!("{}, CPU, {origin}, {} ms.", self.network, self.time.as_millis())
    }
}

/// What an effect without prompts says.
pub const ADD_A_PROMPT: &str = "Add a point or a box on the subject.";

impl LastFrame {
    /// Adds what there is to tell; once, though two fields may have the same to say.
    pub fn note(&mut self, notices: impl IntoIterator<Item = Notice>) {
        for notice in notices {
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
    }

    /// The message to show on the effect, if any.
    pub fn message(&self) -> Option<(MessageKind, String)> {
        if let Some(error) = &self.error {
            return Some((MessageKind::Error, error.clone()));
        }
        if !self.notices.is_empty() {
            return Some((MessageKind::Warning, sentences(&self.notices)));
        }
        self.unprompted.then(|| (MessageKind::Message, ADD_A_PROMPT.to_owned()))
    }
}

/// What ran on the last frame, for the details.
pub fn last_frame(last: &LastFrame) -> String {
    match (&last.error, &last.work) {
        (Some(error), _) => error.clone(),
        (None, Some(work)) => {
            let network = work.network_time.as_millis();
            let rest = work.time.saturating_sub(work.network_time).as_millis();
            let subject = match last.agreement {
                Some(agreement) => format!("Automatic subject, {:.0} % sure. ", agreement * 100.0),
                None => String::new(),
            };
            let look = last.second_look.map(|look| format!(" {look}")).unwrap_or_default();
            format!(
                "{subject}{} Of that the network {network} ms, all else {rest} ms.{look}",
                work.sentence()
            )
        }
        (None, None) if last.automatic => format!("Automatic subject. {}", Notice::NothingFound),
        (None, None) => "No frame yet that needed the network.".to_owned(),
    }
}

/// What was taken for granted, for the details. `temporal`: whether the host gives other frames than the one being
/// rendered.
pub fn assumed(last: &LastFrame, temporal: bool) -> String {
    let colour = last.assumed.as_deref().unwrap_or("Source colour is not needed yet.");
    let frames = if temporal { "" } else { " This host gives no other frames than the one being rendered." };
    format!("{colour}{frames}")
}

/// Who says what the subject is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sources {
    /// The effect finds it; the artist's prompts correct.
    pub automatic: bool,
    /// A guide helps.
    pub guided: bool,
}

/// The status line for the prompts now and the last frame.
pub fn line(prompts: &Prompts, sources: Sources, last: &LastFrame, budget_cut: Option<u64>) -> String {
    if let Some(error) = &last.error {
        return error.clone();
    }
    if prompts.choose_nothing() && !sources.guided && !sources.automatic {
        return match (prompts.points.is_empty(), prompts.bounding_box) {
            (false, _) => Notice::ExcludeOnly.to_string(),
            (true, Some(_)) => format!("{} {ADD_A_PROMPT}", Notice::EmptyBox),
            (true, None) => ADD_A_PROMPT.to_owned(),
        };
    }
    let mut parts = vec![count(prompts, sources)];
    if let Some(work) = &last.work {
        parts.push(format!("Last render: {}", work.sentence()));
    }
    if let Some(look) = &last.second_look {
        parts.push(look.to_string());
    }
    if !last.notices.is_empty() {
        parts.push(sentences(&last.notices));
    }
    parts.extend(last.without_edge_network.clone());
    if let Some(bytes) = budget_cut {
        parts.push(format!("Memory for frames is held at {} MB, half of this computer's.", bytes >> 20));
    }
    parts.join(" ")
}

fn sentences(notices: &[Notice]) -> String {
    notices.iter().map(Notice::to_string).collect::<Vec<_>>().join(" ")
}

fn count(prompts: &Prompts, sources: Sources) -> String {
    let include = prompts.points.iter().filter(|point| point.include).count();
    let exclude = prompts.points.len() - include;
    let mut parts = Vec::new();
    if include > 0 {
        parts.push(format!("{include} include"));
    }
    if exclude > 0 {
        parts.push(format!("{exclude} exclude"));
    }
    if prompts.bounding_box.is_some() {
        parts.push("a box".to_owned());
    }
    if sources.guided {
        parts.push("a guide".to_owned());
    }
    match (sources.automatic, parts.is_empty()) {
        (false, _) => format!("Prompts: {}.", parts.join(", ")),
        (true, true) => "Automatic subject.".to_owned(),
        (true, false) => format!("Automatic subject, corrected by {}.", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::prompts::{Point, Position};

    fn prompts(include: &[bool], boxed: bool) -> Prompts {
        let at = Position::Canonical([1.0, 2.0]);
        Prompts {
            points: include.iter().map(|include| Point { position: at, include: *include }).collect(),
            bounding_box: boxed.then_some([at, Position::Canonical([5.0, 6.0])]),
        }
    }

    #[test]
    fn the_line_says_what_is_needed_first() {
        let fresh = LastFrame::default();
        let mine = Sources { automatic: false, guided: false };
        let automatic = Sources { automatic: true, guided: false };
        assert_eq!(line(&prompts(&[], false), mine, &fresh, None), ADD_A_PROMPT);
        assert!(line(&prompts(&[false], false), mine, &fresh, None).contains("add an include point"));
        assert_eq!(
            line(&prompts(&[true, false], true), mine, &fresh, None),
            "Prompts: 1 include, 1 exclude, a box."
        );
        assert_eq!(line(&prompts(&[], false), automatic, &fresh, None), "Automatic subject.");
        assert_eq!(
            line(&prompts(&[false], true), automatic, &fresh, None),
            "Automatic subject, corrected by 1 exclude, a box."
        );
        let poorer = LastFrame { without_edge_network: Some("No edge network.".into()), ..fresh.clone() };
        assert_eq!(
            line(&prompts(&[true], false), mine, &poorer, None),
            "Prompts: 1 include. No edge network."
        );
        assert_eq!(poorer.message(), None, "it is told, and is no warning on every frame");
        let failed = LastFrame { error: Some("Broken.".into()), ..fresh };
        assert_eq!(line(&prompts(&[], false), mine, &failed, None), "Broken.");
    }

    #[test]
    fn errors_come_before_notices_and_notices_before_advice() {
        let mut frame = LastFrame { unprompted: true, ..LastFrame::default() };
        assert_eq!(frame.message(), Some((MessageKind::Message, ADD_A_PROMPT.to_owned())));
        frame.notices.push(Notice::EmptyBox);
        assert!(matches!(frame.message(), Some((MessageKind::Warning, _))));
        frame.error = Some("Broken.".into());
        assert_eq!(frame.message(), Some((MessageKind::Error, "Broken.".to_owned())));
    }
}
