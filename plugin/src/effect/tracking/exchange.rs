//! Keys to a file and from one.

use std::io::Read as _;

use super::keyfile::{KeyFile, Line};
use super::prompts::{Snapshot, involved};
use super::record::{Entry, Record};
use super::sentence;
use super::survey::{Mark, Survey};
use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::ofx::{Effect, Parameters, Result};

/// A file of keys is not larger: a million frames with box and three points.
const MOST_BYTES: u64 = 256 << 20;

const NO_FILE: &str = "Choose a keys file first.";
const NO_PICTURE: &str = "The source has no picture at this frame, so that its size is not known.";

/// Writes all keyed and tracked frames to the keys file; what there is to tell.
///
/// # Errors
/// When the host does not answer.
pub fn export(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<String> {
    let host = effect.host();
    let path = instance.parameters.get(names::KEYS_FILE)?.string_at(host, time)?;
    if path.trim().is_empty() {
        return Ok(NO_FILE.to_owned());
    }
    let Some(frame) = instance.clips.frame(host, time) else { return Ok(NO_PICTURE.to_owned()) };
    let record = Record::read(host, instance, time)?;
    let survey = Survey::read(host, instance, &record)?;
    let line = |(time, mark): (f64, Mark)| -> Result<Line> {
        let tracked = match mark {
            Mark::Keyed => None,
            Mark::Tracked(state) => Some(state),
        };
        Ok(Line { time, tracked, prompts: Snapshot::read(host, instance, time)? })
    };
    let mut lines = survey.frames().map(line).collect::<Result<Vec<_>>>()?;
    if lines.is_empty() {
        // Prompts without a key hold on every frame: this one stands for all.
        lines.push(line((time, Mark::Keyed))?);
    }
    let count = lines.len();
    Ok(match std::fs::write(&path, KeyFile { frame, lines }.to_text()) {
        Ok(()) => format!("Wrote the keys of {} to {path}.", sentence::frames(count)),
        Err(error) => format!("The keys file cannot be written: {error}."),
    })
}

/// Reads the keys file and keys what it holds, in one step of undo; what there is to tell.
///
/// # Errors
/// When the host does not answer.
pub fn import(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<String> {
    let host = effect.host();
    let path = instance.parameters.get(names::KEYS_FILE)?.string_at(host, time)?;
    if path.trim().is_empty() {
        return Ok(NO_FILE.to_owned());
    }
    let Some(frame) = instance.clips.frame(host, time) else { return Ok(NO_PICTURE.to_owned()) };
    let file = match read(&path) {
        Ok(text) => KeyFile::parse(&text).map_err(|damaged| damaged.to_string()),
        Err(error) => Err(format!("The keys file cannot be read: {error}.")),
    };
    let file = match file {
        Ok(file) => file.in_frame(frame),
        Err(sentence) => return Ok(sentence),
    };
    let handles = &instance.parameters;
    let involved = involved(host, handles, file.lines.iter().map(|line| &line.prompts));
    // Where modes cannot be keyed, they stay as they are: a file that needs others is refused.
    let modes = handles.points.iter().all(|(mode, _)| mode.animates(host));
    let boxes = handles.get(names::BOX_ENABLE)?.animates(host);
    let here = Snapshot::read(host, instance, time)?;
    let fits = |line: &Line| {
        let same = |(a, b): (&Option<(bool, _)>, &Option<(bool, _)>)| a.map(|a| a.0) == b.map(|b| b.0);
        (modes || line.prompts.points.iter().zip(&here.points).all(same))
            && (boxes || line.prompts.bounding_box.is_some() == here.bounding_box.is_some())
    };
    if let Some(line) = file.lines.iter().find(|line| !fits(line)) {
        let at = line.time;
        return Ok(format!(
            "This program cannot key modes: switch points and box on or off as at frame {at} of the file first."
        ));
    }
    let mut record = Record::read(host, instance, time)?;
    Parameters::of(effect)?.edit("Import keys", || {
        for Line { time, tracked, prompts } in &file.lines {
            let keyed = prompts.whole(host, handles, &involved)?;
            prompts.key(host, handles, *time, keyed)?;
            match tracked {
                Some(state) => {
                    let seal = keyed.seal(prompts);
                    record.insert(Entry { time: *time, state: *state, seal });
                }
                None => record.remove(*time),
            }
        }
        record.write(host, instance)
    })?;
    Ok(format!("Read the keys of {}.", sentence::frames(file.lines.len())))
}

fn read(path: &str) -> std::io::Result<String> {
    let mut text = String::new();
    let mut file = std::fs::File::open(path)?;
    if file.metadata()?.len() > MOST_BYTES {
        return Err(std::io::Error::other("it is too large"));
    }
    file.by_ref().take(MOST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
