//! Runs a plan: frames in, tracked frames out.

use std::sync::Arc;

use models::sam::{Embedding, Logits, ModelImage, Prompts, Segmenter};

use super::cut::continuity;
use super::features::{Features, Mean};
use super::flow::Pyramid;
use super::health::State;
use super::map::Map;
use super::pass::{Keyed, Pass, Seen};
use super::plan::{Leg, Plan};
use super::request::{Anchor, Ended, Error, Frames, Next, Progress, Request, Track, TrackedFrame};
use super::{choose, prompts};
use crate::cache::{EmbeddingKey, Embeddings};
use crate::pipeline::{self, segment};

/// Lost frames on end before *stop on loss* ends a pass. The first of them may yet be found again.
const LOST_ON_END: usize = 3;

/// Follows the subject of the start's prompts through the requested frames.
///
/// `watch` is asked before each frame and while the network works, always on the calling thread; after
/// [`Next::Cancel`] tracking ends soon and what was done is given. Memory does not grow with the frames.
///
/// # Errors
/// When nothing can be tracked at all: the request's mistakes, or the start cannot be read or shows nothing. A later
/// failure is [`Ended::Failed`].
pub fn track(
    request: &Request,
    frames: &mut dyn Frames,
    network: &dyn Segmenter,
    embeddings: &Embeddings,
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
    };
    runner.run(&plan, request.start.time)?;
    let mut track = runner.track;
    track.frames.sort_by(|a, b| a.time.total_cmp(&b.time));
    track.missing.sort_by(f64::total_cmp);
    track.anchors.sort_by(|a, b| a.0.total_cmp(&b.0));
    track.anchors.dedup();
    if track.ended.is_empty() {
        track.ended.push(Ended::Done);
    }
    Ok(track)
}

struct Runner<'a> {
    frames: &'a mut dyn Frames,
    network: &'a dyn Segmenter,
    embeddings: &'a Embeddings,
    threads: &'a rayon::ThreadPool,
    watch: &'a dyn Fn(Progress) -> Next,
    progress: Progress,
    track: Track,
    stop_on_loss: bool,
}

/// A frame that was looked at.
struct Looked {
    key: EmbeddingKey,
    seen: Seen,
}

impl Runner<'_> {
    fn run(&mut self, plan: &Plan, start: f64) -> Result<(), Error> {
        // The start alone may fail the whole: it is looked at even when no frame follows it.
        match self.key(start_of(plan, start)) {
            Err(Error::Pipeline(pipeline::Error::Aborted)) => {
                self.track.ended.push(Ended::Cancelled);
                return Ok(());
            }
            result => drop(result?),
        }
        let mut ended_at = None;
        for leg in &plan.legs {
            // What lies behind a cut or a loss, seen from the start, is out of reach in that direction.
            let _ = &mut ended_at;
            match self.leg(plan, leg) {
                Ok(None) => {}
                Ok(Some(ended)) => {
                    let cancelled = matches!(ended, Ended::Cancelled);
                    ended_at = Some(());
                    self.track.ended.push(ended);
                    if cancelled {
                        break;
                    }
                }
                Err(Error::Pipeline(pipeline::Error::Aborted)) => {
                    self.track.ended.push(Ended::Cancelled);
                    break;
                }
                Err(error) => {
                    self.track.ended.push(Ended::Failed(self.progress.time, error));
                    break;
                }
            }
        }
        Ok(())
    }

    /// Tracks one leg.
    fn leg(&mut self, plan: &Plan, leg: &Leg) -> Result<Option<Ended>, Error> {
        let (looked, start) = self.key(&plan.anchors[leg.from])?;
        let other = leg.other.map(|other| self.key(&plan.anchors[other])).transpose()?;
        let others: Vec<&Keyed> = other.iter().map(|(_, keyed)| keyed).collect();
        let mut pass = Pass::new(&start, &others, self.threads).ok_or(Error::NothingFound)?;
        let mean = Mean::of(&start.seen.embedding);
        let mut before = Features::new(&start.seen.embedding, &mean);
        let mut last_key = looked;
        let mut last: Option<TrackedFrame> = None;
        let mut lost: Vec<TrackedFrame> = Vec::new();
        for time in &leg.times {
            self.progress.time = *time;
            if (self.watch)(self.progress) == Next::Cancel {
                return Ok(Some(Ended::Cancelled));
            }
            let Some(looked) = self.look(*time)? else {
                self.track.missing.push(*time);
                self.progress.done += 1;
                continue;
            };
            let now = Features::new(&looked.seen.embedding, &mean);
            let continuity = continuity(&before, &now);
            if std::env::var_os("CUTS").is_some() {
                eprintln!("continuity {time} {continuity:?}");
            }
            before = now;
            if looked.key == last_key {
                self.track.repeated += 1;
            }
            last_key = looked.key;
            let size = looked.seen.embedding.size();
            let (network, embedding) = (self.network, &looked.seen.embedding);
            let tracked = pass.step(&looked.seen, |prompts| decode(network, embedding, prompts))?;
            let frame =
                TrackedFrame::new(*time, size, &tracked.prompts, tracked.candidate as u8, tracked.health);
            last = Some(frame);
            self.progress.done += 1;
            if frame.health.state == State::Lost && self.stop_on_loss {
                lost.push(frame);
                if lost.len() == LOST_ON_END {
                    return Ok(Some(Ended::Lost(lost[0].time)));
                }
            } else {
                self.track.frames.append(&mut lost);
                self.track.frames.push(frame);
            }
        }
        let _ = last;
        self.track.frames.append(&mut lost);
        Ok(None)
    }

    /// Looks at an anchor's frame and draws its mask.
    fn key(&mut self, anchor: &Anchor) -> Result<(EmbeddingKey, Keyed), Error> {
        self.progress.time = anchor.time;
        let looked = self.look(anchor.time)?.ok_or(Error::NoPicture)?;
        let prompts = anchor.prompts.place(looked.seen.embedding.size());
        let candidates = decode(self.network, &looked.seen.embedding, &prompts)?;
        let candidate = match anchor.candidate {
            Some(candidate) if candidate < 4 => usize::from(candidate),
            _ => choose::for_prompts(&candidates, &prompts),
        };
        let mask = Map::coverage(candidates.logits(candidate));
        self.track.anchors.push((anchor.time, candidate as u8));
        Ok((looked.key, Keyed { seen: looked.seen, mask }))
    }

    fn look(&mut self, time: f64) -> Result<Option<Looked>, Error> {
        let Some(image) = self.frames.image(time)? else { return Ok(None) };
        let stop = || (self.watch)(self.progress) == Next::Cancel;
        let key = segment::key(&image, self.network.id());
        let (embedding, _) = segment::embed(&image, &key, self.network, self.embeddings, &stop)?;
        let pyramid = Arc::new(self.threads.install(|| Pyramid::new(&image)));
        Ok(Some(Looked { key, seen: Seen { embedding, pyramid } }))
    }
}

fn start_of(plan: &Plan, start: f64) -> &Anchor {
    let distance = |anchor: &&Anchor| (anchor.time - start).abs();
    plan.anchors
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or_else(|| unreachable!("a plan has the start among its anchors"))
}

fn decode(
    network: &dyn Segmenter,
    embedding: &Embedding,
    prompts: &Prompts,
) -> Result<models::sam::Candidates, Error> {
    network.decode(embedding, prompts, None).map_err(|error| Error::Pipeline(error.into()))
}
