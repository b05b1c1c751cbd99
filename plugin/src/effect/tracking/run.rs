//! Tracks, and writes what was found.

use super::frames::SourceFrames;
use super::prompts::{CARRIERS, Snapshot, involved};
use super::record::{Entry, Record};
use super::sentence;
use super::survey::{Mark, Survey};
use super::{NO_OTHER_FRAMES, range};
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::engine;
use crate::ofx::{Effect, Host, Parameters, Progress, Result};
use crate::track::{self, Anchor, Direction, Next, Request, Track};

/// What the buttons ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To one end or both.
    All(Direction),
    /// One frame forward (1) or backward (-1).
    One(i8),
}

/// Tracks from `time`; what there is to tell, as one sentence.
///
/// # Errors
/// When the host does not answer.
pub fn run(effect: &Effect<'_>, instance: &Instance, time: f64, way: Way) -> Result<String> {
    if !effect.host().gives_other_frames() {
        return Ok(NO_OTHER_FRAMES.to_owned());
    }
    // A progress bar lets the artist press buttons.
    let Some(_turn) = instance.take_turn() else {
        return Ok("Tracking is already running.".to_owned());
    };
    let (engine, threads) = match (engine::get(), engine::threads()) {
        (Ok(engine), Ok(threads)) => (engine, threads),
        (Err(error), _) | (_, Err(error)) => return Ok(error.to_string()),
    };
    let Some(range) = range::wanted(effect, instance, time)? else {
        return Ok("This program does not tell how long the clip is: set Range to In to out.".to_owned());
    };
    let Some(job) = Job::prepare(effect, instance, time, way)? else {
        return Ok(CANNOT_KEY.to_owned());
    };
    let settings = instance.settings(effect.host(), time)?;
    instance.apply_budget(settings.cache_budget);
    let mut frames = SourceFrames::new(effect, instance, engine.segmenter.input_side(), &threads);
    let track = job.request(&mut frames, way, range).and_then(|request| {
        let bar = Progress::start(effect, "Tracking the subject", c"org.promptmatte.tracking");
        let watch = |progress: track::Progress| {
            let share = progress.done as f64 / progress.total.max(1) as f64;
            let on = bar.as_ref().is_none_or(|bar| bar.update(share));
            if on { Next::Continue } else { Next::Cancel }
        };
        track::track(&request, &mut frames, &*engine.segmenter, &engine.embeddings, &threads, &watch)
    });
    let track = match track {
        Ok(track) => track,
        Err(error) => return Ok(sentence::error(&error)),
    };
    // A picture that is the same at every time needs no keys: a freeze, or a host that gives no others.
    if track.repeated > 0 && track.repeated == track.frames.len() {
        return Ok("Nothing to track: the source shows the same picture at every time.".to_owned());
    }
    job.write(&mut frames, &track)?;
    if let (Way::One(_), Some(frame), Some(timeline)) = (way, track.frames.first(), effect.timeline())
        && let Err(error) = timeline.go_to(frame.time)
    {
        log::debug!("the timeline stays: {error}");
    }
    Ok(sentence::track(&track))
}

const CANNOT_KEY: &str = "This program cannot key the modes of points: switch the box and points 1 to 3 on \
(Include), all other points off, and track again.";

/// All that is known before tracking.
struct Job<'a, 'h> {
    effect: &'a Effect<'h>,
    instance: &'a Instance,
    record: Record,
    /// Where tracking begins.
    start: (f64, Snapshot),
    /// The artist's other frames by rising time.
    anchors: Vec<(f64, Snapshot)>,
}

impl<'a, 'h> Job<'a, 'h> {
    /// Reads the prompts; `None` when the host cannot key what a track needs.
    fn prepare(effect: &'a Effect<'h>, instance: &'a Instance, time: f64, way: Way) -> Result<Option<Self>> {
        let host = effect.host();
        let mut record = Record::read(host, instance, time)?;
        let survey = Survey::read(host, instance, &record)?;
        let start = Snapshot::read(host, instance, time)?;
        if !can_write(host, instance, &start)? {
            return Ok(None);
        }
        // Who tracks a whole way from a frame has looked at it. Steps go from tracked frame to tracked frame.
        let stays = matches!((way, survey.at(time)), (Way::One(_), Some(Mark::Tracked(_))));
        if !stays {
            record.remove(time);
        }
        let mut anchors = Vec::new();
        for at in survey.anchors().filter(|at| *at != time) {
            anchors.push((at, Snapshot::read(host, instance, at)?));
            // What the artist has changed is the artist's.
            record.remove(at);
        }
        Ok(Some(Self { effect, instance, record, start: (time, start), anchors }))
    }

    fn request(
        &self,
        frames: &mut SourceFrames<'_, '_>,
        way: Way,
        range: [f64; 2],
    ) -> std::result::Result<Request, track::Error> {
        let time = self.start.0;
        let (direction, range) = match way {
            Way::All(direction) => (direction, range),
            Way::One(step) => {
                let next = time + f64::from(step);
                // Outside the range nothing is asked for: the range of the start alone is empty.
                let inside = (range[0]..=range[1]).contains(&next);
                let direction = if step < 0 { Direction::Backward } else { Direction::Forward };
                (direction, if inside { [next; 2] } else { [time; 2] })
            }
        };
        let mut anchor = |(time, snapshot): &(f64, Snapshot)| -> std::result::Result<_, track::Error> {
            Ok(frames.geometry(*time)?.map(|geometry| Anchor {
                time: *time,
                prompts: snapshot.for_tracker(&geometry),
                candidate: u8::try_from(snapshot.candidate - 1).ok(),
                confirmed: true,
            }))
        };
        let start = anchor(&self.start)?.ok_or(track::Error::NoPicture)?;
        let mut anchors = Vec::new();
        for other in self.anchors.iter().filter(|(at, _)| (range[0]..=range[1]).contains(at)) {
            anchors.extend(anchor(other)?);
        }
        let stop_on_loss = self.instance.parameters.flag(self.effect.host(), names::STOP_ON_LOSS, time);
        let stop_on_loss = stop_on_loss.map_err(|error| track::Error::Source(Box::new(error)))?;
        Ok(Request { start, anchors, direction, range, step: 1.0, stop_on_loss })
    }

    /// Writes a track in one step of undo.
    fn write(mut self, frames: &mut SourceFrames<'_, '_>, track: &Track) -> Result<()> {
        let mut found = Vec::new();
        for frame in &track.frames {
            // The tracker has seen the frame, so how it lies is known.
            if let Ok(Some(geometry)) = frames.geometry(frame.time) {
                let snapshot = Snapshot::of_tracked(frame, &geometry);
                let seal = snapshot.seal(|_| false);
                self.record.insert(Entry { time: frame.time, state: frame.health.state, seal });
                found.push((frame.time, snapshot));
            }
        }
        let (Some((first, _)), Some((last, _))) = (found.first(), found.last()) else { return Ok(()) };
        // The artist's frames among these and on both sides get keys of their own values on all that is keyed now, so
        // that nothing changes there and beyond.
        let mut held = self.anchors;
        held.insert(held.partition_point(|(at, _)| *at < self.start.0), self.start);
        let from = held.iter().rposition(|(at, _)| at < first).unwrap_or(0);
        let to = held.iter().position(|(at, _)| at > last).map_or(held.len(), |at| at + 1);
        let held = &held[from..to];
        let (host, handles) = (self.effect.host(), &self.instance.parameters);
        let involved = involved(host, handles, held.iter().map(|(_, snapshot)| snapshot));
        Parameters::of(self.effect)?.edit("Track", || {
            for (time, snapshot) in held.iter().chain(&found) {
                snapshot.key(host, handles, *time, &involved)?;
            }
            self.record.write(host, self.instance)
        })
    }
}

/// Whether a track can be written without a change to what the start means: where modes and the box's switch cannot be
/// keyed, they must be as a track has them.
fn can_write(host: &Host, instance: &Instance, start: &Snapshot) -> Result<bool> {
    let handles = &instance.parameters;
    let modes = handles.points.iter().all(|(mode, _)| mode.animates(host));
    let as_tracked = start.points.iter().enumerate().all(|(index, point)| match point {
        Some((include, _)) => *include && index < CARRIERS,
        None => index >= CARRIERS,
    });
    let boxed = handles.get(names::BOX_ENABLE)?.animates(host) || start.bounding_box.is_some();
    Ok((modes || as_tracked) && boxed)
}
