//! Which frames are keyed by the artist, and which by the tracker.

use std::collections::{BTreeMap, BTreeSet};

use super::moment::Moment;
use super::prompts::Snapshot;
use super::record::Record;
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::ofx::{Host, Parameter, Result};
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

/// All keyed frames.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Survey {
    frames: BTreeMap<Moment, (f64, Mark)>,
}

impl Survey {
    /// Looks at the keys of all prompts. A frame with a key is the artist's unless the record has it and its seal is
    /// whole. Where the host tells of no keys, the record alone counts.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read(host: &Host, instance: &Instance, record: &Record) -> Result<Self> {
        let mut times = BTreeMap::new();
        let mut modes: Vec<BTreeSet<Moment>> = Vec::new();
        for (mode, position) in &instance.parameters.points {
            let keyed = mode.key_times(host);
            modes.push(keyed.iter().copied().map(Moment::of).collect());
            times.extend(keyed.into_iter().chain(position.key_times(host)).map(|t| (Moment::of(t), t)));
        }
        for parameter in others(instance)? {
            times.extend(parameter.key_times(host).into_iter().map(|t| (Moment::of(t), t)));
        }
        let untold = times.is_empty();
        if untold {
            times = record.entries().map(|entry| (Moment::of(entry.time), entry.time)).collect();
        }
        let mut frames = BTreeMap::new();
        for (moment, time) in times.into_iter().filter(|(_, time)| time.is_finite()) {
            let keyed = |index: usize| modes.get(index).is_some_and(|times| times.contains(&moment));
            let mark = judge(host, instance, record, time, keyed)?;
            if !(untold && mark == Mark::Keyed) {
                frames.insert(moment, (time, mark));
            }
        }
        Ok(Self { frames })
    }

    /// Brings one frame up to date, where only its keys may have changed.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn renew(&mut self, host: &Host, instance: &Instance, record: &Record, time: f64) -> Result<()> {
        match mark_at(host, instance, record, time)? {
            Some(mark) => self.frames.insert(Moment::of(time), (time, mark)),
            None => self.frames.remove(&Moment::of(time)),
        };
        Ok(())
    }

    /// All keyed frames by rising time.
    pub fn frames(&self) -> impl DoubleEndedIterator<Item = (f64, Mark)> {
        self.frames.values().copied()
    }

    /// The frame at a time, if it is keyed.
    pub fn at(&self, time: f64) -> Option<Mark> {
        self.frames.get(&Moment::of(time)).map(|(_, mark)| *mark)
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
    let points = &instance.parameters.points;
    let mut any = others(instance)?.iter().any(|parameter| parameter.has_key(host, time));
    any |= points.iter().any(|(mode, position)| mode.has_key(host, time) || position.has_key(host, time));
    if !any {
        return Ok(None);
    }
    let keyed = |index: usize| points.get(index).is_some_and(|(mode, _)| mode.has_key(host, time));
    judge(host, instance, record, time, keyed).map(Some)
}

fn judge(
    host: &Host,
    instance: &Instance,
    record: &Record,
    time: f64,
    keyed: impl Fn(usize) -> bool,
) -> Result<Mark> {
    let Some(entry) = record.get(time) else { return Ok(Mark::Keyed) };
    let whole = Snapshot::read(host, instance, time)?.seal(keyed) == entry.seal;
    Ok(if whole { Mark::Tracked(entry.state) } else { Mark::Keyed })
}

/// The prompts that are no points.
fn others(instance: &Instance) -> Result<[Parameter; 4]> {
    let get = |name| instance.parameters.get(name);
    Ok([
        get(names::BOX_ENABLE)?,
        get(names::BOX_BOTTOM_LEFT)?,
        get(names::BOX_TOP_RIGHT)?,
        get(names::CANDIDATE)?,
    ])
}
