//! From a folder and a start to a keys file.

use models::sam::{Embedding, Segmenter};
use promptmatte::cache::Memo;
use promptmatte::effect::tracking::Snapshot;
use promptmatte::effect::tracking::keyfile::{KeyFile, Line};
use promptmatte::pipeline::geometry::Geometry;
use promptmatte::track::{self, Anchor, Direction, Next, Progress, Request, Track};

use crate::folder::Seen;
use crate::{Error, Folder};

/// Where a track begins.
#[derive(Clone, PartialEq, Debug)]
pub enum Start {
    /// A box and include points on one frame: pixels from the top left corner.
    Prompts {
        /// The frame.
        time: f64,
        /// Left, top, right, bottom.
        bounding_box: Option<[f64; 4]>,
        /// x and y.
        points: Vec<[f64; 2]>,
    },
    /// The keyed frames of a keys file, from one of them or from the first; its tracked frames are tracked anew.
    Keys {
        /// The file.
        file: KeyFile,
        /// From which frame.
        time: Option<f64>,
    },
}

/// What is to be done.
#[derive(Clone, PartialEq, Debug)]
pub struct Job {
    /// Where to begin.
    pub start: Start,
    /// Which way.
    pub direction: Direction,
    /// Whether to end where the subject is lost.
    pub stop_on_loss: bool,
}

/// What it is done with.
pub struct Tools<'a> {
    /// The network.
    pub network: &'a dyn Segmenter,
    /// Its memory.
    pub embeddings: &'a Memo<Embedding>,
    /// Threads for everything but the network.
    pub threads: &'a rayon::ThreadPool,
}

/// Follows the subject; the keys of all keyed and tracked frames, and how it went.
///
/// # Errors
/// When nothing can be tracked at all. An early end is in the track.
pub fn track(
    folder: &Folder,
    job: &Job,
    tools: &Tools<'_>,
    watch: &dyn Fn(Progress) -> Next,
) -> Result<(KeyFile, Track), Error> {
    let keyed = keyed(folder, &job.start)?;
    let at = match &job.start {
        Start::Prompts { time, .. } => Some(*time),
        Start::Keys { time, .. } => time.or(keyed.first().map(|(time, _)| *time)),
    };
    let anchor = |(time, snapshot): &(f64, Snapshot)| -> Result<Anchor, Error> {
        Ok(snapshot.anchor(*time, &folder.geometry(*time)?))
    };
    let is_start = |(time, _): &&(f64, Snapshot)| Some(*time) == at;
    let start = anchor(keyed.iter().find(is_start).ok_or(Error::NoKeys)?)?;
    let request = Request {
        anchors: keyed.iter().filter(|key| !is_start(key)).map(anchor).collect::<Result<_, _>>()?,
        direction: job.direction,
        range: folder.range(),
        step: 1.0,
        stop_on_loss: job.stop_on_loss,
        reference: keyed.first().map(|(time, _)| *time),
        start,
    };
    let mut frames = Seen { folder, side: tools.network.input_side(), threads: tools.threads };
    let track = track::track(&request, &mut frames, tools.network, tools.embeddings, tools.threads, watch)?;
    Ok((keys(folder, &keyed, &request, &track)?, track))
}

/// The frames that the artist keyed, by rising time.
fn keyed(folder: &Folder, start: &Start) -> Result<Vec<(f64, Snapshot)>, Error> {
    match start {
        Start::Prompts { time, bounding_box, points } => {
            let geometry = folder.geometry(*time)?;
            let place = |[x, y]: [f64; 2]| geometry.to_canonical([x, y]);
            let mut snapshot = Snapshot {
                bounding_box: bounding_box.map(|[x1, y1, x2, y2]| [place([x1, y2]), place([x2, y1])]),
                ..Snapshot::default()
            };
            for (slot, point) in snapshot.points.iter_mut().zip(points) {
                *slot = Some((true, place(*point)));
            }
            Ok(vec![(*time, snapshot)])
        }
        Start::Keys { file, .. } => {
            let mut keyed = Vec::new();
            for line in file.lines.iter().filter(|line| line.tracked.is_none()) {
                let frame = frame_of(&folder.geometry(line.time)?);
                let file = KeyFile { frame: file.frame, lines: vec![*line] }.in_frame(frame);
                keyed.extend(file.lines.first().map(|line| (line.time, line.prompts)));
            }
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            Ok(keyed)
        }
    }
}

/// Keyed frames with what the tracker added to them, and tracked frames, in the frame of the start.
fn keys(
    folder: &Folder,
    keyed: &[(f64, Snapshot)],
    request: &Request,
    track: &Track,
) -> Result<KeyFile, Error> {
    let frame = frame_of(&folder.geometry(request.start.time)?);
    let mut lines = Vec::new();
    let mut add = |line: Line, geometry: &Geometry| {
        let file = KeyFile { frame: frame_of(geometry), lines: vec![line] }.in_frame(frame);
        lines.extend(file.lines);
    };
    for (time, snapshot) in keyed {
        let geometry = folder.geometry(*time)?;
        let prompts = snapshot.completed_by(*time, request, track, &geometry);
        add(Line { time: *time, tracked: None, prompts }, &geometry);
    }
    for found in track.frames.iter().filter(|found| !keyed.iter().any(|(time, _)| *time == found.time)) {
        let geometry = folder.geometry(found.time)?;
        let prompts = Snapshot::of_tracked(found, &geometry);
        add(Line { time: found.time, tracked: Some(found.health.state), prompts }, &geometry);
    }
    lines.sort_by(|a, b| a.time.total_cmp(&b.time));
    Ok(KeyFile { frame, lines })
}

fn frame_of(geometry: &Geometry) -> [f64; 4] {
    geometry.canonical_frame()
}
