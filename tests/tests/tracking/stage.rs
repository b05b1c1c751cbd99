//! What these tests share: a red disc that moves over a ground, and an instance with a box on it.

use std::sync::Arc;

use tests::eyes::{Eyes, SIDE};
use tests::linked::Stage;
use tests::sim::{
    Change, Clip, Context, Instance, Picture, Profile, Project, Request, SimError, Source, Status, Value,
};

pub type Tested = Result<(), SimError>;

/// Size of a frame; a pixel of it is one of the network's.
pub const SIZE: (u32, u32) = (SIDE, 192);
pub const RADIUS: f64 = 28.0;

/// Where the disc's middle is at a time, in pixels from the top left; `None`: it is not to be seen.
pub type Path = fn(f64) -> Option<[f64; 2]>;

/// A red disc over a green and blue ground.
#[derive(Clone)]
pub struct Scene {
    pub path: Path,
    pub range: (f64, f64),
    /// Times without a picture.
    pub missing: Vec<f64>,
    /// How many times smaller a frame is.
    pub shrink: fn(f64) -> u32,
    /// From here on there is another ground.
    pub cut_at: f64,
}

/// To the right and up and down again: no straight line.
pub fn wave(time: f64) -> Option<[f64; 2]> {
    Some([60.0 + 4.0 * time, 96.0 - 30.0 * (time * 0.2).sin()])
}

/// To the right, by a whole pixel of a mask a frame: every mask is the one before, moved.
pub fn straight(time: f64) -> Option<[f64; 2]> {
    Some([50.0 + 4.0 * time, 90.0])
}

impl Scene {
    pub fn new(path: Path, frames: u32) -> Self {
        let range = (0.0, f64::from(frames) - 1.0);
        Self { path, range, missing: vec![], shrink: |_| 1, cut_at: f64::INFINITY }
    }

    pub fn picture(&self, time: f64) -> Picture {
        let shrink = (self.shrink)(time);
        let size = [SIZE.0 / shrink, SIZE.1 / shrink];
        let disc = (self.path)(time);
        Picture::from_fn(size[0] as usize, size[1] as usize, |x, y| {
            let [x, y] = [x, y].map(|at| (at as f64 + 0.5) * f64::from(shrink));
            let [r, g, b] = if disc.is_some_and(|[cx, cy]| (x - cx).hypot(y - cy) < RADIUS) {
                [0.9, 0.1, 0.1]
            } else if time >= self.cut_at {
                let wave = (x * 0.23).sin() * 0.2 + 0.6;
                [wave, (y * 0.19).cos() * 0.2 + 0.6, (x * y * 0.01).sin() * 0.2]
            } else {
                let ripple = 0.1 * (x * 0.3).sin() * (y * 0.4).cos();
                [0.1, 0.5 + ripple + 0.2 * (x * 0.02).sin(), 0.5 - ripple]
            };
            [r as f32, g as f32, b as f32, 1.0]
        })
    }

    pub fn clip(self) -> Clip {
        // What the network sees is what is drawn.
        Clip::new(self).in_colour_space("srgb_tx")
    }
}

impl Source for Scene {
    fn frame(&self, time: f64) -> Result<Option<Arc<Picture>>, SimError> {
        let is_there = (self.range.0..=self.range.1).contains(&time) && !self.missing.contains(&time);
        Ok(is_there.then(|| Arc::new(self.picture(time))))
    }

    fn range(&self) -> (f64, f64) {
        self.range
    }
}

/// Loads the effect into the strict host.
pub fn stage() -> Result<Stage<Eyes>, SimError> {
    Stage::new(Profile::strict(), Eyes::default())
}

/// A project of the frame's size.
pub fn project() -> Project {
    Project { range: (-50.0, 5000.0), ..Project::new(SIZE.0, SIZE.1) }
}

/// An instance on a clip that shows its matte; colours are taken as they are.
pub fn bare(stage: &Stage<Eyes>, clip: Clip) -> Result<Instance, SimError> {
    let instance = stage.instance_in(Context::General, clip, project())?;
    instance.set("output", "Matte")?;
    instance.set("sourceColour", 1)?;
    Ok(instance)
}

/// The same with a box around the disc at `time`, keyed there.
pub fn boxed(stage: &Stage<Eyes>, scene: Scene, time: f64) -> Result<Instance, SimError> {
    let path = scene.path;
    let instance = bare(stage, scene.clip())?;
    if let Some(middle) = path(time) {
        key_box(&instance, time, middle)?;
    }
    Ok(instance)
}

/// Keys a box around a disc whose middle is there.
pub fn key_box(instance: &Instance, time: f64, [x, y]: [f64; 2]) -> Tested {
    let y = f64::from(SIZE.1) - y;
    instance.set_key("boxEnable", time, true)?;
    instance.set_key("boxBottomLeft", time, [x - RADIUS - 2.0, y - RADIUS - 2.0])?;
    instance.set_key("boxTopRight", time, [x + RADIUS + 2.0, y + RADIUS + 2.0])
}

/// Presses a button and gives what the status says then.
pub fn press(instance: &Instance, button: &str, time: f64) -> Result<String, SimError> {
    assert_eq!(instance.press(button, time)?, Status::OK, "{button}");
    text(instance, "status")
}

pub fn text(instance: &Instance, name: &str) -> Result<String, SimError> {
    match instance.value(name, 0.0)? {
        Value::Text(text) => Ok(text),
        other => panic!("{name} is {other:?}"),
    }
}

pub fn number(instance: &Instance, name: &str, time: f64) -> Result<i32, SimError> {
    match instance.value(name, time)?.int() {
        Some(number) => Ok(number),
        None => panic!("{name} is no whole number"),
    }
}

pub fn coverage(instance: &Instance) -> Result<String, SimError> {
    text(instance, "coverage")
}

/// The matte of a frame.
pub fn matte(instance: &Instance, time: f64) -> Result<Picture, SimError> {
    let output = instance.render(&Request::at(time))?;
    assert_eq!(output.status, Status::OK, "{time}: {:?}", output.messages);
    Ok(output.picture())
}

/// The mattes of some frames.
pub fn mattes(instance: &Instance, times: &[f64]) -> Result<Vec<Picture>, SimError> {
    times.iter().map(|time| matte(instance, *time)).collect()
}

/// Intersection over union of a matte and the disc.
pub fn overlap(matte: &Picture, middle: [f64; 2]) -> f64 {
    let scale = f64::from(SIZE.0) / matte.width as f64;
    let (mut both, mut either) = (0, 0);
    for y in 0..matte.height {
        for x in 0..matte.width {
            let at = [x, y].map(|pixel| (pixel as f64 + 0.5) * scale);
            let disc = (at[0] - middle[0]).hypot(at[1] - middle[1]) < RADIUS;
            let subject = matte.at(x, y)[0] > 0.5;
            both += usize::from(disc && subject);
            either += usize::from(disc || subject);
        }
    }
    f64::from(both as u32) / f64::from(either.max(1) as u32)
}

/// Intersection over union of two mattes of one size.
pub fn similarity(a: &Picture, b: &Picture) -> f64 {
    let subject = |pixel: &[f32; 4]| pixel[0] > 0.5;
    let pairs = || a.pixels.iter().zip(&b.pixels).map(|(a, b)| (subject(a), subject(b)));
    let both = pairs().filter(|(a, b)| *a && *b).count();
    let either = pairs().filter(|(a, b)| *a || *b).count();
    both as f64 / either.max(1) as f64
}

/// That the mattes of these frames show the disc.
pub fn assert_follows(instance: &Instance, path: Path, times: impl IntoIterator<Item = f64>) -> Tested {
    for time in times {
        let Some(middle) = path(time) else { panic!("the disc is not to be seen at {time}") };
        let found = overlap(&matte(instance, time)?, middle);
        assert!(found > 0.85, "frame {time}: {found}");
    }
    Ok(())
}

/// Steps of undo among changes.
pub fn steps(changes: &[Change]) -> Vec<String> {
    let begins = changes.iter().filter_map(|change| match change {
        Change::StepBegins(label) => Some(label.clone()),
        _ => None,
    });
    begins.collect()
}

/// The frames that are keyed by artist or tracker.
pub fn keyed(instance: &Instance) -> Result<Vec<f64>, SimError> {
    instance.key_times("candidate")
}

/// Whole numbers as times.
pub fn times(range: std::ops::RangeInclusive<i32>) -> Vec<f64> {
    range.map(f64::from).collect()
}
