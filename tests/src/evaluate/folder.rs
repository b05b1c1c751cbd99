//! Evaluating one folder: prompts, mattes, figures, sheet.

use promptmatte::pipeline::stabilise::Stability;

use super::EvaluateError;
use super::drive::Driver;
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
}

/// Renders and measures every frame of a folder, and adds frames of it to the sheet.
///
/// # Errors
/// Any [`EvaluateError`]: footage that cannot be read, nothing to prompt for, a failed render.
pub fn evaluate(
    driver: &Driver,
    folder: &Folder,
    prompting: Prompting,
    stability: Stability,
    mut sheet: Option<&mut Sheet>,
) -> Result<FolderReport, EvaluateError> {
    let mut frames = Vec::new();
    for clip in &folder.clips {
        frames.extend(evaluate_clip(driver, clip, prompting, stability, sheet.as_deref_mut())?);
    }
    let figures: Vec<Figures> = frames.into_iter().map(Figures::from).collect();
    Ok(FolderReport { name: folder.name.clone(), frames: figures.len(), figures: Figures::mean(&figures) })
}

fn evaluate_clip(
    driver: &Driver,
    clip: &Clip,
    prompting: Prompting,
    stability: Stability,
    mut sheet: Option<&mut Sheet>,
) -> Result<Vec<FrameFigures>, EvaluateError> {
    let Some(first) = clip.frames.first() else { return Ok(Vec::new()) };
    let size = load_source(&first.source)?.dimensions();
    let player = driver.play(clip, size, &curves(clip, size, prompting)?, stability)?;
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
