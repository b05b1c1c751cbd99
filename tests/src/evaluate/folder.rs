//! Evaluating one folder: prompts, mattes, figures, sheet.

use image::{GrayImage, RgbImage};
use promptmatte::pipeline::stabilise::Stability;

use super::EvaluateError;
use super::drive::{Driver, Player};
use super::following::{Correction, Way};
use super::footage::{Clip, Folder};
use super::keys::{Curves, Keying};
use super::metrics::edge_flicker::{self, Edge};
use super::metrics::{ERROR_SCALE, FrameMetrics, compare, far, flicker};
use super::pixels::{Alpha, binary, load_source, load_truth};
use super::prompts::{PromptKind, derive};
use super::report::{Figures, FolderReport, FrameFigures};
use super::rivals::{Rival, RivalMatte, Rivals};
use super::sheet::Sheet;

/// How the prompts are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompting {
    /// Which prompts.
    pub kind: PromptKind,
    /// On which frames.
    pub keying: Keying,
    /// Which button of the tracker follows, if one does; then `keying` is [`Way::keying`].
    pub track: Option<Way>,
    /// The frame that is corrected after tracking, with its true box, and from which both ways are tracked again.
    pub correct: Option<usize>,
}

/// Renders and measures every frame of a folder, and adds frames of it to the sheet. Without `prompting` the effect finds
/// the subject. With `rivals` the same is measured of them.
///
/// # Errors
/// Any [`EvaluateError`]: footage that cannot be read, nothing to prompt for, a failed render.
pub fn evaluate(
    driver: &Driver,
    folder: &Folder,
    prompting: Option<Prompting>,
    stability: Stability,
    mut rivals: Option<&mut Rivals>,
    mut sheet: Option<&mut Sheet>,
) -> Result<FolderReport, EvaluateError> {
    let (mut all, mut corrections) = (Measured::default(), Vec::new());
    for clip in &folder.clips {
        let views = Views { rivals: rivals.as_deref_mut(), sheet: sheet.as_deref_mut() };
        let (measured, correction) = evaluate_clip(driver, clip, prompting, stability, views)?;
        all.frames.extend(measured.frames);
        for (rival, frames) in measured.rivals {
            all.rival(rival).extend(frames);
        }
        corrections.extend(correction);
    }
    let mean =
        |frames: Vec<FrameFigures>| Figures::mean(&frames.into_iter().map(Figures::from).collect::<Vec<_>>());
    Ok(FolderReport {
        name: folder.name.clone(),
        frames: all.frames.len(),
        figures: mean(all.frames),
        corrections,
        rivals: all.rivals.into_iter().map(|(rival, frames)| (rival, mean(frames))).collect(),
    })
}

/// What is shown beside the plugin's figures.
struct Views<'a> {
    rivals: Option<&'a mut Rivals>,
    sheet: Option<&'a mut Sheet>,
}

/// The frames of a clip as measured.
#[derive(Default)]
struct Measured {
    frames: Vec<FrameFigures>,
    rivals: Vec<(Rival, Vec<FrameFigures>)>,
}

impl Measured {
    fn rival(&mut self, wanted: Rival) -> &mut Vec<FrameFigures> {
        let at = self.rivals.iter().position(|(rival, _)| *rival == wanted).unwrap_or_else(|| {
            self.rivals.push((wanted, Vec::new()));
            self.rivals.len() - 1
        });
        &mut self.rivals[at].1
    }
}

fn evaluate_clip(
    driver: &Driver,
    clip: &Clip,
    prompting: Option<Prompting>,
    stability: Stability,
    views: Views<'_>,
) -> Result<(Measured, Option<Correction>), EvaluateError> {
    let Some(first) = clip.frames.first() else { return Ok((Measured::default(), None)) };
    let size = load_source(&first.source)?.dimensions();
    let curves = prompting.map(|prompting| curves(clip, size, prompting)).transpose()?;
    let mut player = driver.play(clip, size, curves.as_ref(), stability)?;
    let mut seconds_track = None;
    if let Some(way) = prompting.and_then(|prompting| prompting.track) {
        let keyed = way.keying().frames(clip.frames.len());
        for frame in keyed {
            seconds_track = Some(player.track(way, frame)?);
        }
    }
    let Some(frame) = prompting.and_then(|prompting| prompting.correct) else {
        return Ok((measure(driver, &player, clip, size, seconds_track, views)?, None));
    };
    let nothing_more = Views { rivals: None, sheet: None };
    let before = measure(driver, &player, clip, size, seconds_track, nothing_more)?;
    correct(&mut player, clip, size, frame)?;
    let after = measure(driver, &player, clip, size, seconds_track, views)?;
    let [j_before, j_after] = [&before, &after]
        .map(|measured| measured.frames.iter().map(|frame| frame.metrics.j).collect::<Vec<_>>());
    Ok((after, Some(Correction::new(frame, &j_before, &j_after))))
}

/// Corrects a frame by its true box and tracks both ways from it.
fn correct(player: &mut Player, clip: &Clip, size: (u32, u32), frame: usize) -> Result<(), EvaluateError> {
    let nothing = || EvaluateError::NothingToCorrect { clip: clip.name.clone(), frame };
    let pair = clip.frames.get(frame).ok_or_else(nothing)?;
    let truth = load_truth(&pair.truth, size)?;
    let boxed = PromptKind { bounds: true, points: 0 };
    let bounds = derive(&binary(&truth), boxed).and_then(|found| found.canonical(size.1).bounds);
    player.correct(frame, bounds.ok_or_else(nothing)?)?;
    player.track(Way::Both, frame).map(|_| ())
}

/// Renders and measures every frame.
fn measure(
    driver: &Driver,
    player: &Player,
    clip: &Clip,
    size: (u32, u32),
    seconds_track: Option<f64>,
    mut views: Views<'_>,
) -> Result<Measured, EvaluateError> {
    let shown = views.sheet.as_ref().map(|s| s.chosen(clip.frames.len())).unwrap_or_default();

    let mut measured = Measured::default();
    let mut own = Before::default();
    let mut others: Vec<(Rival, Before)> = Vec::new();
    for (index, pair) in clip.frames.iter().enumerate() {
        let (source, truth) = (load_source(&pair.source)?, load_truth(&pair.truth, size)?);
        let rendered = player.render(index)?;
        let mattes = match views.rivals.as_deref_mut() {
            Some(rivals) => rivals.mattes(player, index, &source)?,
            None => Vec::new(),
        };
        let sam = mattes.iter().find(|other| other.rival == Rival::SamSoft);
        let region = sam.map(|sam| far::region(&sam.matte, &truth));
        let seen = Seen { driver, clip, source: &source, truth: &truth, far: region.as_ref() };
        if let (Some(sheet), true) = (views.sheet.as_deref_mut(), shown.contains(&index)) {
            let metrics = compare(&rendered.matte, &truth);
            let title = format!(
                "{} {}  J {:.3}  F {:.3}  MAD {:.2}  Grad {:.2}",
                clip.name, pair.stem, metrics.j, metrics.f, metrics.mad, metrics.grad
            );
            let others: Vec<_> = mattes.iter().map(|other| (other.rival.name(), &other.matte)).collect();
            sheet.add(&title, &source, &rendered.matte, &truth, &others);
        }
        measured.frames.push(FrameFigures {
            seconds_cold: Some(rendered.seconds_cold),
            seconds_warm: rendered.seconds_warm,
            seconds_track,
            ..seen.figures(rendered.matte, &mut own)?
        });
        for RivalMatte { rival, matte, seconds } in mattes {
            let at = others.iter().position(|(other, _)| *other == rival).unwrap_or_else(|| {
                others.push((rival, Before::default()));
                others.len() - 1
            });
            let figures = seen.figures(matte, &mut others[at].1)?;
            measured.rival(rival).push(FrameFigures { seconds_warm: Some(seconds), ..figures });
        }
    }
    Ok(measured)
}

/// The frame before, with what its flicker is measured by.
#[derive(Default)]
struct Before(Option<(Alpha, Alpha, Edge)>);

/// A frame that mattes are measured on.
struct Seen<'a> {
    driver: &'a Driver,
    clip: &'a Clip,
    source: &'a RgbImage,
    truth: &'a Alpha,
    /// Where errors are far from the edge, where that is known.
    far: Option<&'a GrayImage>,
}

impl Seen<'_> {
    /// The figures of one matte, without times; `before` becomes it.
    fn figures(&self, matte: Alpha, before: &mut Before) -> Result<FrameFigures, EvaluateError> {
        let Seen { driver, clip, source, truth, far } = self;
        let metrics: FrameMetrics = compare(&matte, truth);
        let far = far.and_then(|region| far::error(&matte, truth, region)).map(|error| error * ERROR_SCALE);
        let edge = Edge::new(&matte, truth, source, driver.threads())
            .map_err(|error| EvaluateError::Host { clip: clip.name.clone(), message: error.to_string() })?;
        let last = before.0.as_ref();
        let dtssd = last.map(|(m, t, _)| flicker::between((m, t), (&matte, truth)));
        let edge_flicker = last.and_then(|(_, _, before)| edge_flicker::between(before, &edge));
        before.0 = Some((matte, (*truth).clone(), edge));
        let (seconds_cold, seconds_warm, seconds_track) = (None, None, None);
        Ok(FrameFigures { metrics, dtssd, edge_flicker, far, seconds_cold, seconds_warm, seconds_track })
    }
}

/// The prompts of the key frames; a key frame without subject carries no key.
fn curves(clip: &Clip, size: (u32, u32), prompting: Prompting) -> Result<Curves, EvaluateError> {
    let mut curves = Curves::default();
    for frame in prompting.keying.frames(clip.frames.len()) {
        let truth = load_truth(&clip.frames[frame].truth, size)?;
        if let Some(prompts) = derive(&binary(&truth), prompting.kind) {
            curves.add(frame, &prompts.canonical(size.1));
        }
    }
    if curves.is_empty() { Err(EvaluateError::NothingToPrompt(clip.name.clone())) } else { Ok(curves) }
}
