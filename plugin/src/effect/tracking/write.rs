//! Writes what was tracked as keys, in one step of undo.

use super::frames::SourceFrames;
use super::keyed::{Keyed, Prompt};
use super::moment::Moment;
use super::prompts::{CARRIERS, Snapshot, involved};
use super::record::{Entry, Record};
use super::run::Way;
use super::stale::stale;
use super::survey::{Mark, Survey};
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::ofx::{Effect, Parameters, Result};
use crate::pipeline::geometry::Geometry;
use crate::track::{Key, Request, State, TOLERANCE, Track, reduce_keys};

/// What was there before tracking.
pub struct Scope {
    /// The tracker's frames, without those that are the artist's by now.
    pub record: Record,
    /// All keys.
    pub survey: Survey,
    /// Where the track begins: time and prompts.
    pub start: (f64, Snapshot),
    /// Whether the start is and stays a tracked frame.
    pub stays: bool,
    /// Whether the start's prompts were found by the effect: from now on they are the artist's.
    pub found_here: bool,
    /// The artist's other frames by rising time.
    pub anchors: Vec<(f64, Snapshot)>,
}

/// What was tracked, and what was asked.
pub struct Found<'a> {
    /// The track.
    pub track: &'a Track,
    /// What the tracker was asked.
    pub request: &'a Request,
    /// What the artist asked.
    pub way: Way,
}

/// A tracked frame to be written.
struct Written {
    time: f64,
    state: State,
    snapshot: Snapshot,
    keyed: Keyed,
}

/// Writes a track.
///
/// The frames that it has lose the keys they had, and so do older tracked frames that it should have reached and has
/// not. The artist's frames at its ends and within get keys of their own values on all that is keyed now, and tracked
/// frames next to it keys of theirs, so that nothing changes there and beyond; what the tracker added to the artist's
/// prompts is keyed with them.
///
/// # Errors
/// When the host refuses.
pub fn write(
    effect: &Effect<'_>,
    instance: &Instance,
    scope: Scope,
    found: &Found<'_>,
    frames: &mut SourceFrames<'_, '_>,
) -> Result<()> {
    let (host, handles) = (effect.host(), &instance.parameters);
    let held_at: Vec<f64> = scope.artists().iter().map(|(time, _)| *time).collect();
    let mut written = tracked(found.track, frames, &held_at);
    let gone = stale(&scope.survey, &held_at, found);
    let touched = || written.iter().map(|frame| frame.time).chain(gone.iter().copied());
    let (Some(first), Some(last)) = (touched().min_by(f64::total_cmp), touched().max_by(f64::total_cmp))
    else {
        return Ok(());
    };
    let pinned = scope.neighbours(touched().collect(), effect, instance)?;
    let held = scope.held(first, last, found, frames);
    let others = held.iter().map(|(_, snapshot)| snapshot);
    let involved = involved(host, handles, others.chain(pinned.iter().map(|frame| &frame.snapshot)));
    for frame in &mut written {
        let whole = frame.snapshot.whole(host, handles, &involved)?;
        frame.keyed = frame.keyed.within(whole);
    }
    let mut record = scope.record;
    Parameters::of(effect)?.edit("Track", || {
        let cleared = written.iter().map(|frame| frame.time).chain(gone.iter().copied());
        let parameters = Prompt::all(handles)?;
        for (time, keyed) in cleared.filter_map(|time| scope.survey.keys(time)) {
            for (_, parameter) in parameters.iter().filter(|(prompt, _)| keyed.has(*prompt)) {
                parameter.delete_key(host, time)?;
            }
            record.remove(time);
        }
        for (time, snapshot) in &held {
            snapshot.key(host, handles, *time, snapshot.whole(host, handles, &involved)?)?;
        }
        for Written { time, state, snapshot, keyed } in &written {
            snapshot.key(host, handles, *time, *keyed)?;
            record.insert(Entry { time: *time, state: *state, seal: keyed.seal(snapshot) });
        }
        for Written { time, state, snapshot, .. } in &pinned {
            let keyed = snapshot.whole(host, handles, &involved)?;
            snapshot.key(host, handles, *time, keyed)?;
            record.insert(Entry { time: *time, state: *state, seal: keyed.seal(snapshot) });
        }
        if scope.found_here {
            handles.get(names::PROMPTS_FROM)?.set_int(host, names::FROM_ARTIST)?;
        }
        record.write(host, instance)
    })
}

impl Scope {
    /// Whether a frame beside the start is the artist's.
    pub fn is_held(&self, time: f64) -> bool {
        self.anchors.iter().any(|(at, _)| Moment::of(*at) == Moment::of(time))
    }

    /// The artist's frames by rising time, the start among them unless it stays the tracker's.
    fn artists(&self) -> Vec<(f64, Snapshot)> {
        let mut all = self.anchors.clone();
        if !self.stays {
            all.insert(all.partition_point(|(at, _)| *at < self.start.0), self.start);
        }
        all
    }

    /// The artist's frames from the last one before `first` to the first one after `last`, with what the tracker added
    /// to those that took part.
    fn held(
        &self,
        first: f64,
        last: f64,
        found: &Found<'_>,
        frames: &mut SourceFrames<'_, '_>,
    ) -> Vec<(f64, Snapshot)> {
        let all = self.artists();
        let from = all.iter().rposition(|(at, _)| *at < first).unwrap_or(0);
        let to = all.iter().position(|(at, _)| *at > last).map_or(all.len(), |at| at + 1);
        let mut held = all.get(from..to).unwrap_or_default().to_vec();
        for (time, snapshot) in &mut held {
            // Only frames that the tracker has seen: how the others lie would have to be asked.
            let took_part = found.track.anchors.iter().any(|anchor| anchor.time == *time);
            if took_part && let Ok(Some(geometry)) = frames.geometry(*time) {
                *snapshot = snapshot.completed_by(*time, found.request, found.track, &geometry);
            }
        }
        held
    }

    /// Tracked frames that stay and have a frame next to them that does not: their positions may lie between keys that
    /// go.
    fn neighbours(
        &self,
        touched: Vec<f64>,
        effect: &Effect<'_>,
        instance: &Instance,
    ) -> Result<Vec<Written>> {
        let host = effect.host();
        let touched: std::collections::BTreeSet<Moment> = touched.into_iter().map(Moment::of).collect();
        let mut all: Vec<(Moment, Option<(f64, Mark)>)> =
            touched.iter().filter(|at| !self.survey.has(**at)).map(|at| (*at, None)).collect();
        all.extend(self.survey.frames().map(|(time, mark)| (Moment::of(time), Some((time, mark)))));
        all.sort_unstable_by_key(|(at, _)| *at);
        let changes = |index: Option<usize>| {
            index.and_then(|index| all.get(index)).is_some_and(|(at, _)| touched.contains(at))
        };
        let mut pinned = Vec::new();
        for (index, (at, frame)) in all.iter().enumerate() {
            if let Some((time, Mark::Tracked(state))) = *frame
                && !touched.contains(at)
                && (self.stays || time != self.start.0)
                && (changes(index.checked_sub(1)) || changes(Some(index + 1)))
            {
                let snapshot = Snapshot::read(host, instance, time)?;
                pinned.push(Written { time, state, snapshot, keyed: Keyed::default() });
            }
        }
        Ok(pinned)
    }
}

/// The tracked frames with what is keyed of each: modes and candidate everywhere, positions where straight lines between
/// keys would miss them. Where the frame's size changes within a clip, shares of it do not go straight when canonical
/// positions do, and everything is keyed.
fn tracked(track: &Track, frames: &mut SourceFrames<'_, '_>, held_at: &[f64]) -> Vec<Written> {
    let keys = reduce_keys(track, 1.0, TOLERANCE);
    let is_held = |time: f64| held_at.iter().any(|held| Moment::of(*held) == Moment::of(time));
    // The tracker has seen the frames, so how they lie is known. A frame whose prompts choose nothing is no anchor to
    // the tracker, and all the same not its own.
    let known = |key: &Key| match frames.geometry(key.frame.time) {
        Ok(Some(geometry)) if !is_held(key.frame.time) => Some((*key, geometry)),
        _ => None,
    };
    let placed: Vec<(Key, Geometry)> = keys.iter().filter_map(known).collect();
    let straight = placed.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let apart = |a: usize, b: usize| match (placed.get(a), placed.get(b)) {
        (Some((a, _)), Some((b, _))) => b.frame.time - a.frame.time > 1.5,
        _ => true,
    };
    let write = |(index, (key, geometry)): (usize, &(Key, Geometry))| {
        let end = index == 0 || apart(index - 1, index) || apart(index, index + 1);
        let mut keyed = Keyed::default();
        keyed.insert(Prompt::CANDIDATE);
        if end || !straight || key.bounding_box {
            Prompt::CORNERS.into_iter().for_each(|corner| keyed.insert(corner));
        }
        if end || !straight || key.points {
            (0..CARRIERS).for_each(|index| keyed.insert(Prompt::position(index)));
        }
        // On every frame, so that a point that is switched on one frame stays as it is on the others.
        keyed.insert_modes();
        let snapshot = Snapshot::of_tracked(&key.frame, geometry);
        Written { time: key.frame.time, state: key.frame.health.state, snapshot, keyed }
    };
    placed.iter().enumerate().map(write).collect()
}
