//! Scenes made of sequences whose truth is known: a subject cut out of one moves over another, with what makes tracking
//! hard. The truth is exact by construction.

use std::f64::consts::PI;
use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage};

use crate::evaluate::EvaluateError;
use crate::evaluate::footage::Clip;
use crate::evaluate::pixels::{Alpha, load_source, load_truth};

/// Size of the pictures.
const SIZE: (u32, u32) = (854, 480);
/// Frames of a scene.
const FRAMES: usize = 30;
/// Positions that a blurred picture is the mean of.
const SHUTTER: usize = 8;

/// Where a cut-out is.
#[derive(Clone, Copy)]
struct Place {
    /// The middle of its box, in shares of the picture.
    centre: [f64; 2],
    /// Height of the subject on its first frame, in shares of the picture.
    height: f64,
    /// Turned by so many radians, clockwise.
    angle: f64,
    /// Left and right exchanged.
    mirrored: bool,
}

/// An upright bar in front of everything: left and right edge in shares of the width.
type Bar = [f64; 2];

/// Where a subject's double is, and whether it is in front of the subject.
type Double = (fn(f64) -> Place, bool);

/// One scene. All functions take the time as a share, 0 on the first frame and 1 on the last.
struct Scene {
    name: &'static str,
    /// Which sequence the subject, and which the ground, are taken from, counted round.
    subject: usize,
    ground: usize,
    /// Frames of the subject's sequence per frame of the scene.
    pace: f64,
    place: fn(f64) -> Place,
    /// The same subject as it was some frames later: what must not be followed.
    double: Option<Double>,
    bars: fn(f64) -> Vec<Bar>,
    /// Light on everything.
    gain: fn(f64) -> [f64; 3],
    /// How far the ground is shifted, in shares of the width.
    pan: fn(f64) -> f64,
    /// The share of the time between frames in which the shutter is open.
    shutter: f64,
}

const fn at(x: f64, y: f64, height: f64) -> Place {
    Place { centre: [x, y], height, angle: 0.0, mirrored: false }
}

const PLAIN: Scene = Scene {
    name: "",
    subject: 0,
    ground: 1,
    pace: 1.0,
    place: |_| at(0.5, 0.5, 0.5),
    double: None,
    bars: |_| Vec::new(),
    gain: |_| [1.0; 3],
    pan: |_| 0.0,
    shutter: 0.0,
};

const SCENES: [Scene; 12] = [
    Scene {
        name: "behind-a-pillar",
        subject: 3,
        ground: 1,
        place: |t| at(0.12 + 0.76 * t, 0.55, 0.45),
        bars: |_| vec![[0.42, 0.6]],
        ..PLAIN
    },
    Scene {
        name: "behind-a-fence",
        subject: 1,
        ground: 0,
        place: |t| at(0.35 + 0.3 * t, 0.5, 0.55),
        bars: |_| (0..12).map(|i| [0.04 + 0.08 * f64::from(i), 0.06 + 0.08 * f64::from(i)]).collect(),
        ..PLAIN
    },
    Scene {
        name: "leaves-and-returns",
        subject: 0,
        ground: 3,
        place: |t| at(0.3 - 0.75 * (PI * t).sin(), 0.6, 0.35),
        ..PLAIN
    },
    Scene {
        name: "comes-closer",
        subject: 2,
        ground: 3,
        place: |t| at(0.5 + 0.1 * (6.0 * t).sin(), 0.5, 0.2 + 0.65 * t),
        ..PLAIN
    },
    Scene {
        name: "goes-away",
        subject: 1,
        ground: 2,
        place: |t| at(0.3 + 0.4 * t, 0.55, 0.7 - 0.58 * t),
        ..PLAIN
    },
    Scene {
        name: "fast-and-blurred",
        subject: 0,
        ground: 2,
        place: |t| at(0.5 + 0.3 * (14.0 * t).sin(), 0.55 + 0.1 * (9.0 * t).cos(), 0.4),
        shutter: 0.6,
        ..PLAIN
    },
    Scene {
        name: "two-alike-cross",
        subject: 1,
        ground: 3,
        place: |t| at(0.25 + 0.5 * t, 0.5, 0.5),
        double: Some((|t| Place { mirrored: true, ..at(0.75 - 0.5 * t, 0.55, 0.5) }, true)),
        ..PLAIN
    },
    Scene {
        name: "hidden-near-its-like",
        subject: 3,
        ground: 2,
        place: |t| at(0.15 + 0.7 * t, 0.55, 0.4),
        double: Some((|_| at(0.75, 0.5, 0.38), false)),
        bars: |_| vec![[0.4, 0.55]],
        ..PLAIN
    },
    Scene {
        name: "light-changes",
        subject: 0,
        ground: 1,
        place: |t| at(0.4 + 0.2 * t, 0.55, 0.45),
        gain: |t| [1.0 - 0.7 * t, 1.0 - 0.6 * t, 1.0 - 0.4 * t],
        ..PLAIN
    },
    Scene {
        name: "turns",
        subject: 1,
        ground: 3,
        pace: 0.0,
        place: |t| Place { angle: 2.5 * t, ..at(0.5 + 0.15 * t, 0.5, 0.5) },
        ..PLAIN
    },
    Scene {
        name: "camera-shakes",
        subject: 2,
        ground: 1,
        place: |t| at(0.5 + 0.12 * (40.0 * t).sin(), 0.5 + 0.08 * (53.0 * t).cos(), 0.6),
        pan: |t| 0.12 * (40.0 * t).sin(),
        shutter: 0.4,
        ..PLAIN
    },
    Scene {
        name: "small",
        subject: 3,
        ground: 0,
        pace: 1.0,
        place: |t| at(0.2 + 0.5 * t, 0.4 + 0.2 * t, 0.14),
        pan: |t| 0.1 * t,
        ..PLAIN
    },
];

/// A frame and its truth.
struct Frame {
    picture: RgbImage,
    truth: Alpha,
}

fn frame(clip: &Clip, index: f64) -> Result<Frame, EvaluateError> {
    // There and back again: a scene may be longer than its sequence.
    let last = clip.frames.len().max(2) - 1;
    let place = index as usize % (2 * last);
    let pair = &clip.frames[place.min(2 * last - place).min(clip.frames.len() - 1)];
    let picture = load_source(&pair.source)?;
    let truth = load_truth(&pair.truth, picture.dimensions())?;
    Ok(Frame { picture, truth })
}

/// Left, top, right, bottom of what is set.
fn bounds(truth: &Alpha) -> [f64; 4] {
    let set = truth.enumerate_pixels().filter(|(_, _, value)| value[0] > 0.5);
    let edges = set.fold([f64::MAX, f64::MAX, 0.0_f64, 0.0_f64], |b, (x, y, _)| {
        let (x, y) = (f64::from(x), f64::from(y));
        [b[0].min(x), b[1].min(y), b[2].max(x + 1.0), b[3].max(y + 1.0)]
    });
    if edges[2] > edges[0] { edges } else { [0.0, 0.0, 1.0, 1.0] }
}

/// A cut-out in its place.
struct Cutout {
    frame: Frame,
    /// The middle of its box and the size in pixels per pixel of the picture.
    middle: [f64; 2],
    scale: f64,
}

impl Cutout {
    fn new(frame: Frame, first_height: f64) -> Self {
        let [left, top, right, bottom] = bounds(&frame.truth);
        let scale = first_height / f64::from(SIZE.1);
        Self { frame, middle: [(left + right) / 2.0, (top + bottom) / 2.0], scale }
    }

    /// Colour and coverage at a pixel of the picture.
    fn at(&self, x: f64, y: f64, place: Place) -> ([f64; 3], f64) {
        let (dx, dy) = (x - place.centre[0] * f64::from(SIZE.0), y - place.centre[1] * f64::from(SIZE.1));
        let (sin, cos) = place.angle.sin_cos();
        let (dx, dy) = (cos * dx + sin * dy, cos * dy - sin * dx);
        let scale = self.scale / place.height;
        let dx = if place.mirrored { -dx } else { dx };
        let (sx, sy) = (self.middle[0] + dx * scale, self.middle[1] + dy * scale);
        let (width, height) = self.frame.picture.dimensions();
        if sx < 0.0 || sy < 0.0 || sx >= f64::from(width) || sy >= f64::from(height) {
            return ([0.0; 3], 0.0);
        }
        let cover =
            bilinear(sx, sy, (width, height), |x, y| [f64::from(self.frame.truth.get_pixel(x, y)[0])]);
        if cover[0] <= 0.0 {
            return ([0.0; 3], 0.0);
        }
        (colour(&self.frame.picture, sx, sy), cover[0])
    }
}

fn colour(picture: &RgbImage, x: f64, y: f64) -> [f64; 3] {
    bilinear(x, y, picture.dimensions(), |x, y| picture.get_pixel(x, y).0.map(f64::from))
}

fn bilinear<const N: usize>(
    x: f64,
    y: f64,
    (width, height): (u32, u32),
    value: impl Fn(u32, u32) -> [f64; N],
) -> [f64; N] {
    let axis = |position: f64, length: u32| {
        let position = (position - 0.5).clamp(0.0, f64::from(length - 1));
        let low = position as u32;
        (low, (low + 1).min(length - 1), position.fract())
    };
    let ((x0, x1, fx), (y0, y1, fy)) = (axis(x, width), axis(y, height));
    let (a, b, c, d) = (value(x0, y0), value(x1, y0), value(x0, y1), value(x1, y1));
    std::array::from_fn(|i| {
        (a[i] * (1.0 - fx) + b[i] * fx) * (1.0 - fy) + (c[i] * (1.0 - fx) + d[i] * fx) * fy
    })
}

impl Scene {
    /// The picture and the truth of a frame.
    fn draw(&self, clips: &[Clip], index: usize) -> Result<(RgbImage, GrayImage), EvaluateError> {
        let clip = |i: usize| &clips[i % clips.len()];
        let time = index as f64 / (FRAMES - 1) as f64;
        let first = bounds(&frame(clip(self.subject), 0.0)?.truth);
        let cut = |late: f64| -> Result<Cutout, EvaluateError> {
            let frame = frame(clip(self.subject), index as f64 * self.pace + late)?;
            Ok(Cutout::new(frame, first[3] - first[1]))
        };
        let (subject, double) = (cut(0.0)?, cut(12.0)?);
        let ground = frame(clip(self.ground), index as f64)?.picture;
        let stuff = frame(clip(self.ground + 2), 0.0)?.picture;
        let gain = (self.gain)(time);
        let exposures = if self.shutter > 0.0 { SHUTTER } else { 1 };
        let mut truth = GrayImage::new(SIZE.0, SIZE.1);
        let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            let (mut sum, mut covered) = ([0.0; 3], 0.0);
            for exposure in 0..exposures {
                let late = self.shutter * exposure as f64 / exposures as f64;
                let time = time + late / (FRAMES - 1) as f64;
                let scale = f64::from(ground.width()) / f64::from(SIZE.0);
                let shifted = (px + (self.pan)(time) * f64::from(SIZE.0)) * scale;
                let mut value = colour(&ground, shifted, py * scale);
                let mut visible = 0.0;
                let over = |value: &mut [f64; 3], (colour, cover): ([f64; 3], f64)| {
                    for (value, colour) in value.iter_mut().zip(colour) {
                        *value += cover * (colour - *value);
                    }
                };
                let other = self.double.map(|(place, front)| (double.at(px, py, place(time)), front));
                if let Some((other, false)) = other {
                    over(&mut value, other);
                }
                let shown = subject.at(px, py, (self.place)(time));
                visible += shown.1;
                over(&mut value, shown);
                if let Some((other, true)) = other {
                    over(&mut value, other);
                    visible *= 1.0 - other.1;
                }
                let share = px / f64::from(SIZE.0);
                if (self.bars)(time).iter().any(|[left, right]| share >= *left && share < *right) {
                    value = colour(&stuff, px * 0.5, py * 0.5);
                    visible = 0.0;
                }
                for (sum, value) in sum.iter_mut().zip(value) {
                    *sum += value;
                }
                covered += visible;
            }
            truth.put_pixel(x, y, Luma([if covered > 0.5 * exposures as f64 { 255 } else { 0 }]));
            Rgb(std::array::from_fn(|c| (sum[c] / exposures as f64 * gain[c]).round() as u8))
        });
        Ok((picture, truth))
    }
}

/// Writes all scenes below `folder`, each as a sequence: `NAME/frames/` and `NAME/truth/`.
///
/// # Errors
/// Sequences that cannot be read or files that cannot be written.
pub fn write(clips: &[Clip], folder: &Path) -> Result<(), EvaluateError> {
    for scene in &SCENES {
        let paths = ["frames", "truth"].map(|kind| folder.join(scene.name).join(kind));
        for path in &paths {
            std::fs::create_dir_all(path)
                .map_err(|source| EvaluateError::Folder { path: path.clone(), source })?;
        }
        for index in 0..FRAMES {
            let (picture, truth) = scene.draw(clips, index)?;
            let [source, matte] = paths.each_ref().map(|path| path.join(format!("{index:05}.png")));
            picture.save(&source).map_err(|error| EvaluateError::Image { path: source, source: error })?;
            truth.save(&matte).map_err(|error| EvaluateError::Image { path: matte, source: error })?;
        }
    }
    Ok(())
}
