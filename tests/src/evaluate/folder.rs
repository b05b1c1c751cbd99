//! Evaluating one folder: prompts, mattes, figures, sheet.

use promptmatte::pipeline::stabilise::Stability;

use super::EvaluateError;
use super::drive::{Driver, Player};
use super::following::{Correction, Way};
use super::footage::{Clip, Folder};
use super::keys::{Curves, Keying};
use super::metrics::edge_flicker::{self, Edge};
use super::metrics::{compare, flicker};
use super::pixels::{Alpha, binary, load_source, load_truth};
use super::prompts::{PromptKind, derive};
use super::report::{Figures, FolderReport, FrameFigures};
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
/// the subject.
///
/// # Errors
/// Any [`EvaluateError`]: footage that cannot be read, nothing to prompt for, a failed render.
pub fn evaluate(
    driver: &Driver,
    folder: &Folder,
    prompting: Option<Prompting>,
    stability: Stability,
    mut sheet: Option<&mut Sheet>,
) -> Result<FolderReport, EvaluateError> {
    let (mut frames, mut corrections) = (Vec::new(), Vec::new());
    for clip in &folder.clips {
        let (measured, correction) = evaluate_clip(driver, clip, prompting, stability, sheet.as_deref_mut())?;
        frames.extend(measured);
        corrections.extend(correction);
    }
    let figures: Vec<Figures> = frames.into_iter().map(Figures::from).collect();
    Ok(FolderReport {
        name: folder.name.clone(),
        frames: figures.len(),
        figures: Figures::mean(&figures),
        corrections,
    })
}

fn evaluate_clip(
    driver: &Driver,
    clip: &Clip,
    prompting: Option<Prompting>,
    stability: Stability,
    sheet: Option<&mut Sheet>,
) -> Result<(Vec<FrameFigures>, Option<Correction>), EvaluateError> {
    let Some(first) = clip.frames.first() else { return Ok((Vec::new(), None)) };
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
        return Ok((measure(driver, &player, clip, size, seconds_track, sheet)?, None));
    };
    let before = measure(driver, &player, clip, size, seconds_track, None)?;
    correct(&mut player, clip, size, frame)?;
    let after = measure(driver, &player, clip, size, seconds_track, sheet)?;
    let [j_before, j_after] =
        [&before, &after].map(|frames| frames.iter().map(|frame| frame.metrics.j).collect::<Vec<_>>());
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
    mut sheet: Option<&mut Sheet>,
) -> Result<Vec<FrameFigures>, EvaluateError> {
    let shown = sheet.as_ref().map(|s| s.chosen(clip.frames.len())).unwrap_or_default();

    let mut measured = Vec::with_capacity(clip.frames.len());
    let mut before: Option<(Alpha, Alpha, Edge)> = None;
    for (index, pair) in clip.frames.iter().enumerate() {
        let (source, truth) = (load_source(&pair.source)?, load_truth(&pair.truth, size)?);
        let rendered = player.render(index)?;
        let matte = rendered.matte;
        let metrics = compare(&matte, &truth);
        let dtssd = before.as_ref().map(|(m, t, _)| flicker::between((m, t), (&matte, &truth)));
        let edge = Edge::new(&matte, &truth, &source, driver.threads())
            .map_err(|error| EvaluateError::Host { clip: clip.name.clone(), message: error.to_string() })?;
        let edge_flicker = before.as_ref().and_then(|(_, _, before)| edge_flicker::between(before, &edge));
        if let (Some(sheet), true) = (sheet.as_deref_mut(), shown.contains(&index)) {
            let title = format!(
                "{} {}  J {:.3}  F {:.3}  MAD {:.2}  Grad {:.2}",
                clip.name, pair.stem, metrics.j, metrics.f, metrics.mad, metrics.grad
            );
            sheet.add(&title, &source, &matte, &truth);
        }
        measured.push(FrameFigures {
            metrics,
            dtssd,
            edge_flicker,
            seconds_cold: rendered.seconds_cold,
            seconds_warm: rendered.seconds_warm,
            seconds_track,
        });
        before = Some((matte, truth, edge));
    }
    Ok(measured)
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
