//! Tracks from the prompts of a frame.

use super::frames::SourceFrames;
use super::moment::Moment;
use super::prompts::{CARRIERS, Snapshot};
use super::record::Record;
use super::survey::{Mark, Survey};
use super::write::{Found, Scope, write};
use super::{NO_OTHER_FRAMES, range, sentence};
use crate::effect::automatic;
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::engine;
use crate::ofx::{Effect, Host, Progress, Result};
use crate::track::{self, Direction, Next, Request};

/// What the buttons ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To one end or both.
    All(Direction),
    /// One frame forward (1) or backward (-1).
    One(i8),
}

const CANNOT_KEY: &str = "This program cannot key the modes of points: switch the box and points 1 to 3 on \
(Include), all other points off, and track again.";
const SAME_PICTURE: &str = "Nothing to track: the source shows the same picture at every time.";
const NO_LENGTH: &str = "This program does not tell how long the clip is: set Range to In to out.";

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
    let Some(range) = range::wanted(effect, instance, time)? else { return Ok(NO_LENGTH.to_owned()) };
    let bar = Progress::start(effect, "Tracking the subject", c"org.promptmatte.tracking");
    let job = match Job::prepare(effect, instance, time, way)? {
        Ok(job) => job,
        Err(sentence) => return Ok(sentence),
    };
    if let Way::One(step) = way
        && job.scope.is_held(time + f64::from(step))
    {
        let next = time + f64::from(step);
        go_to(effect, next);
        return Ok(format!("Frame {next} is yours: it stays as it is."));
    }
    let settings = instance.settings(effect.host(), time)?;
    instance.apply_budget(settings.cache_budget);
    let mut frames = SourceFrames::new(effect, instance, engine.segmenter.input_side(), &threads);
    let tracked = job.request(&mut frames, way, range).and_then(|request| {
        let watch = |progress: track::Progress| {
            let share = progress.done as f64 / progress.total.max(1) as f64;
            let on = bar.as_ref().is_none_or(|bar| bar.update(share));
            if on { Next::Continue } else { Next::Cancel }
        };
        let track =
            track::track(&request, &mut frames, &*engine.segmenter, &engine.embeddings, &threads, &watch)?;
        Ok((request, track))
    });
    let (request, track) = match tracked {
        Ok(tracked) => tracked,
        Err(error) => return Ok(sentence::error(&error)),
    };
    // A picture that is the same at every time needs no keys: a freeze, or a host that gives no others.
    if track.repeated > 0 && track.repeated == track.frames.len() {
        return Ok(SAME_PICTURE.to_owned());
    }
    drop(bar);
    let found = Found { track: &track, request: &request, way };
    write(effect, instance, job.scope, &found, &mut frames)?;
    if let (Way::One(_), Some(frame)) = (way, track.frames.first()) {
        go_to(effect, frame.time);
    }
    Ok(sentence::track(&track))
}

/// Moves the timeline, where the host has one that may be moved.
fn go_to(effect: &Effect<'_>, time: f64) {
    if let Some(timeline) = effect.timeline()
        && let Err(error) = timeline.go_to(time)
    {
        log::debug!("the timeline stays: {error}");
    }
}

/// All that is known before tracking.
struct Job<'a, 'h> {
    effect: &'a Effect<'h>,
    instance: &'a Instance,
    scope: Scope,
}

impl<'a, 'h> Job<'a, 'h> {
    /// Reads keys and prompts; a sentence where nothing can be tracked.
    fn prepare(
        effect: &'a Effect<'h>,
        instance: &'a Instance,
        time: f64,
        way: Way,
    ) -> Result<std::result::Result<Self, String>> {
        let host = effect.host();
        let mut record = Record::read(host, instance, time)?;
        let survey = Survey::read(host, instance, &record)?;
        let mut start = Snapshot::read(host, instance, time)?;
        let found_here = instance.parameters.int(host, names::PROMPTS_FROM, time)? == names::FROM_AUTOMATIC;
        if found_here {
            start = match find_here(effect, instance, time, start)? {
                Ok(start) => start,
                Err(sentence) => return Ok(Err(sentence)),
            };
        }
        if !can_write(host, instance, &start)? {
            return Ok(Err(CANNOT_KEY.to_owned()));
        }
        // Who tracks a whole way from a frame has looked at it. Steps go from tracked frame to tracked frame.
        let stays = matches!((way, survey.at(time)), (Way::One(_), Some(Mark::Tracked(_)))) && !found_here;
        if !stays {
            record.remove(time);
        }
        let mut anchors = Vec::new();
        for at in survey.anchors().filter(|at| Moment::of(*at) != Moment::of(time)) {
            anchors.push((at, Snapshot::read(host, instance, at)?));
            // What the artist has changed is the artist's.
            record.remove(at);
        }
        // The frame where tracking first began stays the reference as long as it is the artist's.
        let known = |at: f64| {
            Moment::of(at) == Moment::of(time)
                || anchors.iter().any(|(other, _)| Moment::of(*other) == Moment::of(at))
        };
        if !record.reference.is_some_and(known) {
            record.reference = (!stays).then_some(time);
        }
        let scope = Scope { record, survey, start: (time, start), stays, found_here, anchors };
        Ok(Ok(Self { effect, instance, scope }))
    }

    fn request(
        &self,
        frames: &mut SourceFrames<'_, '_>,
        way: Way,
        range: [f64; 2],
    ) -> std::result::Result<Request, track::Error> {
        let time = self.scope.start.0;
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
            Ok(frames.geometry(*time)?.map(|geometry| snapshot.anchor(*time, &geometry)))
        };
        let start = anchor(&self.scope.start)?.ok_or(track::Error::NoPicture)?;
        let mut anchors = Vec::new();
        for other in self.scope.anchors.iter().filter(|(at, _)| (range[0]..=range[1]).contains(at)) {
            anchors.extend(anchor(other)?);
        }
        let stop_on_loss = self.instance.parameters.flag(self.effect.host(), names::STOP_ON_LOSS, time);
        let stop_on_loss = stop_on_loss.map_err(|error| track::Error::Source(Box::new(error)))?;
        Ok(Request {
            start,
            anchors,
            direction,
            range,
            step: 1.0,
            stop_on_loss,
            reference: self.scope.record.reference,
        })
    }
}

/// The start of a track where the subject is found without prompts: what is found here, with the artist's prompts. A
/// sentence where nothing is.
fn find_here(
    effect: &Effect<'_>,
    instance: &Instance,
    time: f64,
    mut prompts: Snapshot,
) -> Result<std::result::Result<Snapshot, String>> {
    Ok(automatic::find_here(effect, instance, time)?.map(|found| {
        prompts.bounding_box = found.bounding_box.or(prompts.bounding_box);
        let free = prompts.points.iter_mut().filter(|point| point.is_none());
        free.zip(found.points).for_each(|(slot, at)| *slot = Some((true, at)));
        prompts
    }))
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
