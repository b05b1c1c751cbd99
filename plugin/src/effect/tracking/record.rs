//! What the tracker wrote, as the project keeps it: frames, how far they can be trusted, and a seal on their keys, by
//! which a frame that an artist has changed since is known.
//!
//! Text: `1`, then for each frame a space, the time, a letter (`g` good, `d` doubtful, `l` lost) and the seal as eight
//! hexadecimal digits. A word `r` with a time is the reference: the frame where tracking first began.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::moment::Moment;
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::ofx::{Host, Result};
use crate::track::State;

/// The version of the text. One that is not known holds nothing that could be trusted.
const VERSION: &str = "1";

/// One tracked frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Entry {
    /// When.
    pub time: f64,
    /// How far it can be trusted.
    pub state: State,
    /// The seal on its keys (`Keyed::seal`).
    pub seal: u32,
}

/// All tracked frames.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Record {
    frames: BTreeMap<Moment, Entry>,
    /// The frame where tracking first began, as [`crate::track::Request::reference`] wants it.
    pub reference: Option<f64>,
}

impl Record {
    /// That of an instance.
    ///
    /// # Errors
    /// When the host does not give it.
    pub fn read(host: &Host, instance: &Instance, time: f64) -> Result<Self> {
        Ok(Self::parse(&instance.parameters.get(names::TRACK_DATA)?.string_at(host, time)?))
    }

    /// Stores it. Only where parameters may be written.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn write(&self, host: &Host, instance: &Instance) -> Result<()> {
        instance.parameters.get(names::TRACK_DATA)?.set_string(host, &self.to_text())
    }

    /// From text. What is damaged is left out: its frame then counts as the artist's and is not overwritten.
    pub fn parse(text: &str) -> Self {
        let mut words = text.split_ascii_whitespace();
        if words.next() != Some(VERSION) {
            return Self::default();
        }
        let mut record = Self::default();
        for word in words {
            if let Some(entry) = entry(word) {
                record.insert(entry);
            } else if let Some(time) = word.strip_prefix('r') {
                record.reference =
                    time.parse().ok().filter(|time: &f64| time.is_finite()).or(record.reference);
            }
        }
        record
    }

    /// As text; empty when nothing is tracked.
    pub fn to_text(&self) -> String {
        if self.frames.is_empty() {
            return String::new();
        }
        let mut text = VERSION.to_owned();
        // Writing to a string cannot fail.
        if let Some(time) = self.reference {
            let _ = write!(text, " r{time}");
        }
        for Entry { time, state, seal } in self.frames.values() {
            let _ = write!(text, " {time}{}{seal:08x}", letter(*state));
        }
        text
    }

    /// The frame at a time, if it was tracked.
    pub fn get(&self, time: f64) -> Option<&Entry> {
        self.frames.get(&Moment::of(time))
    }

    /// Adds or replaces a frame.
    pub fn insert(&mut self, entry: Entry) {
        self.frames.insert(Moment::of(entry.time), entry);
    }

    /// Forgets a frame: it is the artist's from now on.
    pub fn remove(&mut self, time: f64) {
        self.frames.remove(&Moment::of(time));
    }

    /// All frames by rising time.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.frames.values()
    }

    /// Whether nothing is tracked.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}

fn letter(state: State) -> char {
    match state {
        State::Good => 'g',
        State::Doubtful => 'd',
        State::Lost => 'l',
    }
}

fn entry(word: &str) -> Option<Entry> {
    let at = word.find(['g', 'd', 'l'])?;
    let (time, rest) = word.split_at(at);
    let state = match rest.as_bytes().first()? {
        b'g' => State::Good,
        b'd' => State::Doubtful,
        _ => State::Lost,
    };
    let time: f64 = time.parse().ok().filter(|time: &f64| time.is_finite())?;
    let digits = rest
        .get(1..)
        .filter(|digits| digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    Some(Entry { time, state, seal: u32::from_str_radix(digits, 16).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_holds_everything() {
        let mut record = Record::default();
        assert_eq!(record.to_text(), "");
        for (time, state) in [(3.0, State::Good), (-2.5, State::Doubtful), (1e6, State::Lost)] {
            record.insert(Entry { time, state, seal: time.to_bits() as u32 ^ 0xd1 });
        }
        assert_eq!(Record::parse(&record.to_text()), record);
        record.reference = Some(-2.5);
        assert_eq!(Record::parse(&record.to_text()), record);
        assert_eq!(Record::parse(&record.to_text().replace("r-2.5", "rNaN")).reference, None);
        record.remove(3.0);
        assert!(record.get(3.0).is_none() && record.get(-2.5).is_some());
    }

    #[test]
    fn damaged_text_holds_what_can_be_read() {
        let good = "1 4g0000000a";
        assert_eq!(Record::parse(good).entries().count(), 1);
        for damaged in [
            "",
            "2 4g0000000a",
            "1 g0000000a",
            "1 NaNg0000000a",
            "1 4g000a",
            "1 4g+000000a",
            "1 4g 000000a",
            "1 4",
        ] {
            assert!(Record::parse(damaged).is_empty(), "{damaged}");
        }
        assert_eq!(Record::parse("1 xx 4g0000000a 5d é").entries().count(), 1);
    }
}
