//! Runs a plan: frames in, tracked frames out.

use std::collections::VecDeque;

use models::sam::{Candidates, Embedding, Prompts, Segmenter};

use super::cut::is_cut;
use super::fade;
use super::features::{Features, Mean};
use super::health::{Health, State};
use super::key;
use super::pass::{self, Keyed, Pass, Tracked};
use super::plan::{Leg, Plan};
use super::request::{
    Anchor, AnchorFrame, Ended, Error, Frames, Next, Progress, Request, Track, TrackedFrame,
};
use crate::cache::{Key, Memo};
use crate::pipeline::{self, segment};

/// Lost frames on end before *stop on loss* ends a pass. The first of them may yet be found again.
const LOST_ON_END: usize = 3;

/// Drawn anchors that are kept: the two ends of a segment, the next end and the one that helps to draw.
const ANCHORS: usize = 4;

/// Follows the subject of the start's prompts through the requested frames.
///
/// `watch` is asked before each frame and while the network works, always on the calling thread; after
/// [`Next::Cancel`] tracking ends soon and what was done is given. Embeddings come from `embeddings` and go there under
/// the keys of [`segment::embedding_key`], so rendering finds them. Memory grows with the frames by a [`TrackedFrame`] each and
/// by nothing else.
///
/// # Errors
/// When nothing can be tracked at all: the request's mistakes, or the start cannot be read or shows nothing. A later
/// failure is [`Ended::Failed`].
pub fn track(
    request: &Request,
    frames: &mut dyn Frames,
    network: &dyn Segmenter,
    embeddings: &Memo<Embedding>,
    threads: &rayon::ThreadPool,
    watch: &dyn Fn(Progress) -> Next,
) -> Result<Track, Error> {
    let plan = Plan::new(request)?;
    let total = plan.legs.iter().map(|leg| leg.times.len()).sum();
    let mut runner = Runner {
        frames,
        network,
        embeddings,
        threads,
        watch,
        progress: Progress { done: 0, total, time: request.start.time },
        track: Track { frames: vec![], anchors: vec![], missing: vec![], repeated: 0, ended: vec![] },
        stop_on_loss: request.stop_on_loss,
        anchors: plan.anchors.clone(),
        start: plan.start,
        reference: plan.reference,
        drawn: VecDeque::new(),
    };
    runner.run(plan)?;
    let mut track = runner.track;
    track.frames.sort_by(|a, b| a.time.total_cmp(&b.time));
    track.missing.sort_by(f64::total_cmp);
    track.anchors.sort_by(|a, b| a.time.total_cmp(&b.time));
    if track.ended.is_empty() {
        track.ended.push(Ended::Done);
    }
    Ok(track)
}

struct Runner<'a> {
    frames: &'a mut dyn Frames,
    network: &'a dyn Segmenter,
    embeddings: &'a Memo<Embedding>,
    threads: &'a rayon::ThreadPool,
    watch: &'a dyn Fn(Progress) -> Next,
    progress: Progress,
    track: Track,
    stop_on_loss: bool,
    anchors: Vec<Anchor>,
    start: usize,
    reference: Option<usize>,
    /// The anchors that were drawn last, by time: a segment asks for its two ends twice.
    drawn: VecDeque<(f64, Key, Keyed)>,
}

/// A frame that was looked at.
struct Looked {
    key: Key,
    embedding: Embedding,
}

/// A frame that both passes of a segment have tracked, as one of them did.
struct Seen {
    time: f64,
    embedding: Embedding,
    tracked: Tracked,
}

/// How a leg ended early, and how many of its frames it had dealt with.
struct Early {
    ended: Ended,
    dealt_with: usize,
}

impl Runner<'_> {
    fn run(&mut self, plan: Plan) -> Result<(), Error> {
        // The start alone may fail the whole: it is looked at even when no frame follows it.
        match self.key(&plan.anchors[plan.start]) {
            Err(error) if is_aborted(&error) => self.track.ended.push(Ended::Cancelled),
            Err(error) => return Err(error),
            Ok(_) => self.legs(plan),
        }
        Ok(())
    }

    fn legs(&mut self, plan: Plan) {
        let mut legs = plan.legs;
        let mut first: Vec<Seen> = Vec::new();
        for index in 0..legs.len() {
            let leg = legs[index].clone();
            let mut seen = Vec::new();
            let result = self.leg(&plan.anchors, &leg, &mut seen).and_then(|early| {
                if early.is_none() && index > 0 && legs[index - 1].meets(&leg) {
                    self.fade(&first, &seen)?;
                }
                Ok(early)
            });
            first = seen;
            let early = match result {
                Ok(None) => continue,
                Ok(Some(early)) => early,
                Err(error) if is_aborted(&error) => Early { ended: Ended::Cancelled, dealt_with: 0 },
                Err(error) => Early { ended: Ended::Failed(self.progress.time, error), dealt_with: 0 },
            };
            let stop = match &early.ended {
                Ended::Cancelled => true,
                Ended::Failed(_, error) => !concerns_one_anchor(error),
                _ => false,
            };
            if let (Ended::SceneCut(_), Some(next)) = (&early.ended, legs.get_mut(index + 1))
                && leg.other == Some(next.from)
            {
                // What lies beyond the cut belongs to the other anchor's side.
                next.times.extend(leg.times[early.dealt_with..].iter().rev());
                next.beyond.clear();
            }
            self.track.ended.push(early.ended);
            if stop {
                break;
            }
        }
    }

    /// Tracks one leg. What the pass saw of the frames to fade goes to `seen`.
    fn leg(&mut self, anchors: &[Anchor], leg: &Leg, seen: &mut Vec<Seen>) -> Result<Option<Early>, Error> {
        let (mut key, start) = self.key(&anchors[leg.from])?;
        let other = leg.other.map(|other| self.key(&anchors[other])).transpose();
        let other = match other {
            Ok(other) => other,
            Err(error) if concerns_one_anchor(&error) => None,
            Err(error) => return Err(error),
        };
        let reference = self.reference.filter(|index| *index != leg.from && Some(*index) != leg.other);
        let reference = match reference.map(|index| self.key(&anchors[index])).transpose() {
            Err(error) if !concerns_one_anchor(&error) => return Err(error),
            reference => reference.ok().flatten(),
        };
        let others: Vec<&Keyed> = other.iter().chain(&reference).map(|(_, keyed)| keyed).collect();
        let mut pass = Pass::new(&start, &others, self.threads).ok_or(Error::NothingFound)?;
        let mean = Mean::of(&start.embedding);
        let mut before = Features::new(&start.embedding, &mean);
        let mut last: Option<TrackedFrame> = None;
        let mut lost: Vec<TrackedFrame> = Vec::new();
        for (index, time) in leg.times.iter().enumerate() {
            self.progress.time = *time;
            let early = |ended| Ok(Some(Early { ended, dealt_with: index }));
            if (self.watch)(self.progress) == Next::Cancel {
                self.track.frames.append(&mut lost);
                return early(Ended::Cancelled);
            }
            let looked = match self.look(*time) {
                Ok(Some(looked)) => looked,
                Ok(None) => {
                    self.track.missing.push(*time);
                    self.progress.done += 1;
                    continue;
                }
                Err(error) => {
                    self.track.frames.append(&mut lost);
                    return Err(error);
                }
            };
            let now = Features::new(&looked.embedding, &mean);
            if is_cut(&before, &now) && self.stays_cut(&before, &mean, leg.times.get(index + 1))? {
                self.track.frames.append(&mut lost);
                return early(Ended::SceneCut(*time));
            }
            before = now;
            let repeated = looked.key == key;
            self.track.repeated += usize::from(repeated);
            key = looked.key;
            let frame = match last {
                // A picture that is held is tracked once: its matte must not move.
                Some(last) if repeated => TrackedFrame { time: *time, ..last },
                _ => {
                    let embedding = looked.embedding;
                    let tracked = self.step(&mut pass, &embedding)?;
                    let frame = shares(*time, &embedding, &tracked);
                    if index + leg.beyond.len() >= leg.times.len() {
                        seen.push(Seen { time: *time, embedding, tracked });
                    }
                    frame
                }
            };
            last = Some(frame);
            self.progress.done += 1;
            if frame.health.state == State::Lost && self.stop_on_loss {
                lost.push(frame);
                if lost.len() == LOST_ON_END {
                    return early(Ended::Lost(lost[0].time));
                }
            } else {
                self.track.frames.append(&mut lost);
                self.track.frames.push(frame);
            }
        }
        self.track.frames.append(&mut lost);
        for time in &leg.beyond {
            if (self.watch)(self.progress) == Next::Cancel {
                return Ok(Some(Early { ended: Ended::Cancelled, dealt_with: leg.times.len() }));
            }
            let Some(looked) = self.look(*time)? else { continue };
            if looked.key != key {
                let tracked = self.step(&mut pass, &looked.embedding)?;
                seen.push(Seen { time: *time, embedding: looked.embedding, tracked });
            }
            key = looked.key;
        }
        Ok(None)
    }

    fn step(&self, pass: &mut Pass<'_>, embedding: &Embedding) -> Result<Tracked, Error> {
        pass.step(embedding, |prompts| self.decode(embedding, prompts))
    }

    /// Makes the frames that both passes saw go over from the first to the second.
    fn fade(&mut self, first: &[Seen], second: &[Seen]) -> Result<(), Error> {
        let both: Vec<(&Seen, &Seen)> = first
            .iter()
            .filter_map(|first| Some((first, second.iter().find(|second| second.time == first.time)?)))
            .collect();
        for (index, (a, b)) in both.iter().enumerate() {
            let share = fade::share(index, both.len());
            let decode = |prompts: &Prompts| self.decode(&b.embedding, prompts);
            let faded = fade::fade(&a.tracked, &b.tracked, share, decode)?;
            let Some(frame) = self.track.frames.iter_mut().find(|frame| frame.time == a.time) else {
                continue;
            };
            match faded {
                Some(fade::Faded { prompts, choice }) => {
                    let health =
                        Health { agreement: choice.agreement, likeness: choice.likeness, ..frame.health };
                    let candidate = choice.candidate as u8;
                    *frame = TrackedFrame::new(a.time, b.embedding.size(), &prompts, candidate, health);
                }
                // The join is hard: worth a look.
                None if frame.health.state == State::Good => frame.health.state = State::Doubtful,
                None => {}
            }
        }
        Ok(())
    }

    /// Whether the frame after a suspected cut is of another shot too: a flash of light lasts one frame.
    fn stays_cut(&mut self, before: &Features, mean: &Mean, next: Option<&f64>) -> Result<bool, Error> {
        let Some(next) = next else { return Ok(true) };
        let Some(looked) = self.look(*next)? else { return Ok(true) };
        Ok(is_cut(before, &Features::new(&looked.embedding, mean)))
    }

    /// The anchor that helps to draw `anchor`, if that is not complete: the nearest complete and confirmed one, or the
    /// start. So a correction, which is not complete, changes no other anchor's mask.
    fn reference(&self, anchor: &Anchor) -> Option<Anchor> {
        let complete = |anchor: &&Anchor| anchor.candidate.is_some_and(|candidate| candidate < 4);
        if complete(&anchor) {
            return None;
        }
        let distance = |other: &&Anchor| (other.time - anchor.time).abs();
        let nearest = self.anchors.iter().filter(complete).filter(|anchor| anchor.confirmed);
        let nearest = nearest.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.or(self.anchors.get(self.start)).filter(|other| other.time != anchor.time).cloned()
    }

    /// Looks at an anchor's frame and draws its mask.
    fn key(&mut self, anchor: &Anchor) -> Result<(Key, Keyed), Error> {
        if let Some((_, key, keyed)) = self.drawn.iter().find(|(time, ..)| *time == anchor.time) {
            return Ok((*key, keyed.clone()));
        }
        self.progress.time = anchor.time;
        let looked = self.look(anchor.time)?.ok_or(Error::NoPicture)?;
        let size = looked.embedding.size();
        let wanted = anchor.candidate.filter(|candidate| *candidate < 4).map(usize::from);
        let expected = match self.reference(anchor) {
            Some(reference) => match self.key(&reference) {
                Ok((_, reference)) => Some(pass::expected(&reference, &looked.embedding, self.threads)),
                Err(error) if concerns_one_anchor(&error) => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        let drawn = key::draw(anchor.prompts.place(size), wanted, expected.as_ref(), |prompts| {
            self.decode(&looked.embedding, prompts)
        })?
        .ok_or(Error::NothingFound)?;
        let frame = AnchorFrame::new(anchor, size, &drawn.prompts, drawn.candidate as u8);
        if !self.track.anchors.contains(&frame) {
            self.track.anchors.push(frame);
        }
        let keyed = Keyed { embedding: looked.embedding, mask: drawn.mask };
        if self.drawn.len() == ANCHORS {
            self.drawn.pop_front();
        }
        self.drawn.push_back((anchor.time, looked.key, keyed.clone()));
        Ok((looked.key, keyed))
    }

    fn look(&mut self, time: f64) -> Result<Option<Looked>, Error> {
        let Some(image) = self.frames.image(time)? else { return Ok(None) };
        let stop = || (self.watch)(self.progress) == Next::Cancel;
        let key = segment::embedding_key(&image, self.network.id());
        let (embedding, _) = segment::embed(&image, &key, self.network, self.embeddings, &stop)?;
        Ok(Some(Looked { key, embedding }))
    }

    fn decode(&self, embedding: &Embedding, prompts: &Prompts) -> Result<Candidates, Error> {
        self.network.decode(embedding, prompts, None).map_err(|error| Error::Pipeline(error.into()))
    }
}

fn shares(time: f64, embedding: &Embedding, tracked: &Tracked) -> TrackedFrame {
    TrackedFrame::new(time, embedding.size(), &tracked.prompts, tracked.candidate as u8, tracked.health)
}

fn is_aborted(error: &Error) -> bool {
    matches!(error, Error::Pipeline(pipeline::Error::Aborted))
}

/// Whether an error says something about one anchor's frame only; the others can still be tracked from.
fn concerns_one_anchor(error: &Error) -> bool {
    matches!(error, Error::NoPicture | Error::NothingFound)
}
