//! Which frames are keyed by the artist, and which by the tracker.

use std::collections::BTreeMap;

use super::keyed::{Keyed, Prompt};
use super::moment::Moment;
use super::prompts::Snapshot;
use super::record::Record;
use crate::effect::instance::Instance;
use crate::ofx::{Host, Result};
use crate::track::State;

/// Who keyed a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// The artist. Such a frame is an anchor: it is never overwritten.
    Keyed,
    /// The tracker.
    Tracked(State),
}

impl Mark {
    /// Whether the artist should look at the frame.
    pub fn is_doubtful(self) -> bool {
        matches!(self, Mark::Tracked(State::Doubtful | State::Lost))
    }
}

/// A frame with a key.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Seen {
    /// When, as the host tells it.
    time: f64,
    /// What is keyed.
    keyed: Keyed,
    /// Who keyed it.
    mark: Mark,
}

/// All keyed frames.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Survey {
    frames: BTreeMap<Moment, Seen>,
}

impl Survey {
    /// Looks at the keys of all prompts. A frame with a key is the artist's unless the record has it and its seal is
    /// whole. Where the host tells of no keys there are none.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read(host: &Host, instance: &Instance, record: &Record) -> Result<Self> {
        let mut keys: BTreeMap<Moment, (f64, Keyed)> = BTreeMap::new();
        for (prompt, parameter) in Prompt::all(&instance.parameters)? {
            for time in parameter.key_times(host).into_iter().filter(|time| time.is_finite()) {
                keys.entry(Moment::of(time)).or_insert((time, Keyed::default())).1.insert(prompt);
            }
        }
        let mut frames = BTreeMap::new();
        for (moment, (time, keyed)) in keys {
            frames.insert(moment, Seen { time, keyed, mark: judge(host, instance, record, time, keyed)? });
        }
        Ok(Self { frames })
    }

    /// Brings one frame up to date, where only its keys may have changed.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn renew(&mut self, host: &Host, instance: &Instance, record: &Record, time: f64) -> Result<()> {
        let keyed = Keyed::at(host, &instance.parameters, time)?;
        if keyed.is_empty() {
            self.frames.remove(&Moment::of(time));
        } else {
            let mark = judge(host, instance, record, time, keyed)?;
            self.frames.insert(Moment::of(time), Seen { time, keyed, mark });
        }
        Ok(())
    }

    /// All keyed frames by rising time.
    pub fn frames(&self) -> impl DoubleEndedIterator<Item = (f64, Mark)> {
        self.frames.values().map(|seen| (seen.time, seen.mark))
    }

    /// The frame at a time, if it is keyed.
    pub fn at(&self, time: f64) -> Option<Mark> {
        self.frames.get(&Moment::of(time)).map(|seen| seen.mark)
    }

    /// What is keyed at a time, and the time as the host tells it.
    pub fn keys(&self, time: f64) -> Option<(f64, Keyed)> {
        self.frames.get(&Moment::of(time)).map(|seen| (seen.time, seen.keyed))
    }

    /// Whether the frame at a moment is keyed.
    pub fn has(&self, moment: Moment) -> bool {
        self.frames.contains_key(&moment)
    }

    /// The artist's frames by rising time.
    pub fn anchors(&self) -> impl DoubleEndedIterator<Item = f64> {
        self.frames().filter(|(_, mark)| *mark == Mark::Keyed).map(|(time, _)| time)
    }
}

/// Who keyed one frame; `None` when nobody did. Cheaper than a survey.
///
/// # Errors
/// When the host does not give a value.
pub fn mark_at(host: &Host, instance: &Instance, record: &Record, time: f64) -> Result<Option<Mark>> {
    let keyed = Keyed::at(host, &instance.parameters, time)?;
    if keyed.is_empty() { Ok(None) } else { judge(host, instance, record, time, keyed).map(Some) }
}

fn judge(host: &Host, instance: &Instance, record: &Record, time: f64, keyed: Keyed) -> Result<Mark> {
    let Some(entry) = record.get(time) else { return Ok(Mark::Keyed) };
    let values = Snapshot::read_keyed(host, &instance.parameters, time, keyed)?;
    Ok(if keyed.seal(&values) == entry.seal { Mark::Tracked(entry.state) } else { Mark::Keyed })
}
