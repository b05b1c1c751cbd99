//! Closed-form matting by pymatting in a process of its own, which takes one picture after the other.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use image::{GrayImage, Luma, RgbImage};
use serde::Deserialize;
use tempfile::TempDir;

use super::EvaluateError;
use super::distance::distance_to;
use super::metrics::band;
use super::pixels::{Alpha, THRESHOLD, binary, load_truth, mask_where};

/// How far the band to be found reaches to either side of SAM's contour, in pixels of a picture whose long side has
/// [`BAND_OF`].
pub const BAND: f32 = 24.0;
/// The long side of the picture that [`BAND`] counts in.
pub const BAND_OF: f32 = 1536.0;
/// What the script's trimap codes as to be found.
const UNKNOWN: u8 = 128;
/// What is said before the first picture.
const READY: &str = "ready";

/// Alpha of one picture with the seconds that it took.
pub type Timed = (Alpha, f64);

/// pymatting at work.
pub struct ClosedForm {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    folder: TempDir,
    full: bool,
}

/// The script's answer: seconds.
#[derive(Deserialize)]
struct Answer {
    half: f64,
    full: Option<f64>,
}

impl ClosedForm {
    /// Sets pymatting up unless it is there, and starts it; `full`: at full resolution too, which takes ten times as long.
    ///
    /// # Errors
    /// [`EvaluateError::NoMatting`] with the reason where it cannot be had.
    pub fn start(full: bool) -> Result<Self, EvaluateError> {
        let unavailable = |reason: String| EvaluateError::NoMatting { reason };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let output = Command::new(root.join("scripts/matting-setup"))
            .output()
            .map_err(|error| unavailable(format!("scripts/matting-setup does not start: {error}")))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let reason = text.trim().rsplit("Stopped: ").next().unwrap_or_default();
            return Err(unavailable(reason.to_owned()));
        }
        let folder = TempDir::new().map_err(|error| unavailable(error.to_string()))?;
        let mut child = Command::new(root.join(".cache/matting/bin/python"))
            .arg(root.join("tests/matting/closed_form.py"))
            .args(full.then_some("--full"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| unavailable(error.to_string()))?;
        let (ask, answers) = match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answers)) => (ask, BufReader::new(answers)),
            _ => return Err(unavailable("its pipes are not there".to_owned())),
        };
        let mut started = Self { child, ask, answers, folder, full };
        match started.line()?.as_str() {
            READY => Ok(started),
            other => Err(unavailable(format!("it says {other:?}"))),
        }
    }

    /// Whether it works at full resolution too.
    #[must_use]
    pub fn full(&self) -> bool {
        self.full
    }

    /// The alpha of a picture at half resolution brought up, and, where it was started for that, at full resolution. What is to be found is
    /// the band around the contour of `sam`, SAM's soft matte (`trimap`). Without any certain pixel inside and
    /// outside it is `sam`'s mask.
    ///
    /// # Errors
    /// [`EvaluateError::NoMatting`] when pymatting fails, [`EvaluateError::Image`] when a file cannot be written or read.
    pub fn solve(&mut self, source: &RgbImage, sam: &Alpha) -> Result<(Timed, Option<Timed>), EvaluateError> {
        let trimap = trimap(sam);
        let has = |code: u8| trimap.pixels().any(|pixel| pixel[0] == code);
        if !(has(0) && has(255)) {
            let mask = hard(sam);
            return Ok(((mask.clone(), 0.0), self.full.then_some((mask, 0.0))));
        }
        let file = |name: &str| self.folder.path().join(name);
        let write_failed = |path: &Path| {
            let path = path.to_owned();
            |source| EvaluateError::Image { path, source }
        };
        source.save(file("picture.png")).map_err(write_failed(&file("picture.png")))?;
        trimap.save(file("picture.trimap.png")).map_err(write_failed(&file("picture.trimap.png")))?;
        let (half, full) = (file("picture.half.png"), file("picture.full.png"));
        writeln!(self.ask, "picture").map_err(|error| failed(&error))?;
        let line = self.line()?;
        let answer: Answer = serde_json::from_str(&line).map_err(|error| failed(&error))?;
        let size = source.dimensions();
        let full = match answer.full {
            Some(seconds) => Some((load_truth(&full, size)?, seconds)),
            None => None,
        };
        Ok(((load_truth(&half, size)?, answer.half), full))
    }

    /// The next line that the script says.
    fn line(&mut self) -> Result<String, EvaluateError> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err(failed(&"it stopped")),
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => Err(failed(&error)),
        }
    }
}

impl Drop for ClosedForm {
    fn drop(&mut self) {
        // One that has gone already is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn failed(error: &dyn std::fmt::Display) -> EvaluateError {
    EvaluateError::NoMatting { reason: error.to_string() }
}

/// The mask of a matte as a matte.
#[must_use]
pub fn hard(alpha: &Alpha) -> Alpha {
    Alpha::from_fn(alpha.width(), alpha.height(), |x, y| {
        Luma([f32::from(u8::from(alpha.get_pixel(x, y)[0] > THRESHOLD))])
    })
}

/// Inside 255, outside 0, and [`UNKNOWN`] within [`BAND`] of the contour of a soft matte and where it is soft itself.
fn trimap(sam: &Alpha) -> GrayImage {
    let reach = BAND * sam.width().max(sam.height()) as f32 / BAND_OF;
    let outside = mask_where(sam, |alpha| alpha <= THRESHOLD);
    let (to_inside, to_outside) = (distance_to(&binary(sam)), distance_to(&outside));
    GrayImage::from_fn(sam.width(), sam.height(), |x, y| {
        let alpha = sam.get_pixel(x, y)[0];
        let near = to_inside.get_pixel(x, y)[0].max(to_outside.get_pixel(x, y)[0]) <= reach;
        Luma([match alpha {
            _ if near || band::SOFT.contains(&alpha) => UNKNOWN,
            alpha if alpha > THRESHOLD => 255,
            _ => 0,
        }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_scales_with_the_picture_and_takes_what_is_soft() {
        let mut sam = Alpha::from_fn(768, 2, |x, _| Luma([f32::from(u8::from(x < 300))]));
        sam.put_pixel(600, 0, Luma([0.3]));
        let row: Vec<u8> = trimap(&sam).rows().next().unwrap().map(|pixel| pixel[0]).collect();
        assert_eq!((row[287], row[288], row[311], row[312]), (255, UNKNOWN, UNKNOWN, 0));
        assert_eq!((row[600], row[601]), (UNKNOWN, 0));
    }

    #[test]
    fn a_disc_is_found() {
        let mut closed_form = match ClosedForm::start(true) {
            Ok(closed_form) => closed_form,
            Err(error) => return eprintln!("skipped: {error}"),
        };
        let coverage = |x: u32, y: u32| (120.5 - (x as f32 - 239.5).hypot(y as f32 - 191.5)).clamp(0.0, 1.0);
        let truth = Alpha::from_fn(480, 384, |x, y| Luma([coverage(x, y)]));
        let picture = RgbImage::from_fn(480, 384, |x, y| {
            let alpha = coverage(x, y);
            image::Rgb([(230.0 * alpha + 20.0 * (1.0 - alpha)) as u8, 90, (200.0 - 150.0 * alpha) as u8])
        });
        // SAM's mask is too large and blurred, by less than the trimap's band of 7.5 pixels.
        let sam = Alpha::from_fn(480, 384, |x, y| {
            Luma([((124.0 - (x as f32 - 239.5).hypot(y as f32 - 191.5)) / 3.0 + 0.5).clamp(0.0, 1.0)])
        });
        let off = |alpha: &Alpha| {
            alpha.pixels().zip(truth.pixels()).map(|(a, b)| (a[0] - b[0]).abs()).sum::<f32>()
                / (480.0 * 384.0)
        };
        let ((half, seconds), full) = closed_form.solve(&picture, &sam).unwrap();
        let (full, _) = full.unwrap();
        let [half, full, sam] = [&half, &full, &sam].map(off);
        assert!(seconds > 0.0 && half < 0.5 * sam && full < 0.5 * sam, "{half} {full} of {sam}");
        // Nothing outside is certain.
        let all = Alpha::from_pixel(480, 384, Luma([1.0]));
        assert_eq!(closed_form.solve(&picture, &all).unwrap().0, (all, 0.0));
    }
}
