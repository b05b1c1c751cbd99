//! Renders mattes with the built bundle, as a host does, and times it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use promptmatte::pipeline::stabilise::Stability;

use super::EvaluateError;
use super::following::Way;
use super::footage::Clip;
use super::frames::Frames;
use super::hosts::HostKind;
use super::keys::Curves;
use super::pixels::Alpha;
use super::prompts::{Bounds, MAX_POINTS};
use super::setting::Setting;
use crate::sim;

/// Option of the plugin's `output` choice that writes the matte itself.
const OUTPUT_MATTE: i32 = 1;
/// Option of a point's mode that switches it off.
const MODE_OFF: i32 = 0;
/// Option of `promptsFrom` with which the effect finds the subject.
const FROM_AUTOMATIC: i32 = 1;
/// Option of a point's mode that makes it part of the subject.
const MODE_INCLUDE: i32 = 1;
/// How far a prompt is moved, in pixels, to ask for a new matte of a known frame: enough to be
/// another prompt, too little to ask for another subject.
const NUDGE: f64 = 0.25;
/// The parameter that says how the edge is refined.
const REFINE: &str = "refine";
/// Its option for SAM's own edge.
const REFINE_OFF: &str = "Off";
/// Its option for the guided filter.
const REFINE_FAST: &str = "Fast";
/// Side of the picture whose rendering loads the models.
const START_SIZE: u32 = 64;

/// Where `cargo run --release -p bundle` makes the bundle.
#[must_use]
pub fn default_bundle() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    workspace.join("target/bundle/PromptMatte.ofx.bundle")
}

/// A bundle loaded into a simulated host. Its caches live as long as it does and serve all clips.
pub struct Driver {
    // Fields drop in this order: the effect before its plugin, the plugin before its host.
    effect: sim::Effect,
    plugin: sim::Plugin,
    host: sim::Host,
    depth: sim::Depth,
    linear: bool,
    settings: Vec<Setting>,
    start_seconds: f64,
    threads: rayon::ThreadPool,
}

impl Driver {
    /// Loads a bundle and renders one small grey picture, which makes the plugin load its models:
    /// that happens once in a process and is no part of the time of a frame. `settings` hold for all that is rendered.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] with the simulator's or the plugin's sentence, also about a setting that is none.
    pub fn open(bundle: &Path, host: HostKind, settings: Vec<Setting>) -> Result<Self, EvaluateError> {
        let name = bundle.display().to_string();
        let failed = |error: sim::SimError| host_error(&name, error);
        let (profile, linear) = (host.profile(), host.works_in_linear_light());
        // The matte has the depth of the source. Float measures it without rounding.
        let depth = [sim::Depth::Float, sim::Depth::Byte];
        let depth = depth.into_iter().find(|d| profile.depths.contains(d)).unwrap_or(sim::Depth::Byte);
        // The simulator counts the threads that a plugin leaves behind: those of the metrics must be
        // there before it is loaded.
        rayon::broadcast(|_| ());
        let threads = rayon::ThreadPoolBuilder::new().build();
        let threads = threads
            .map_err(|error| EvaluateError::Host { clip: name.clone(), message: error.to_string() })?;
        threads.broadcast(|_| ());
        let host = sim::Host::new(profile);
        let plugin = host.load(sim::Binary::open(bundle).map_err(failed)?).map_err(failed)?;
        let effect = plugin.describe_in_context(sim::Context::Filter).map_err(failed)?;
        let mut driver = Self { effect, plugin, host, depth, linear, settings, start_seconds: 0.0, threads };

        let grey = sim::Picture::filled(START_SIZE as usize, START_SIZE as usize, [0.5, 0.5, 0.5, 1.0]);
        let mut curves = Curves::default();
        let centre = f64::from(START_SIZE) / 2.0;
        curves.points.push(vec![(0, [centre, centre])]);
        let size = (START_SIZE, START_SIZE);
        let still = sim::Clip::still(grey);
        let instance = driver.instance(&name, size, 1, still, Some(&curves), Stability::default())?;
        driver.start_seconds = render(&instance, &name, 0)?.seconds;
        drop(instance);
        Ok(driver)
    }

    /// Seconds that the first render took, which loads the models.
    #[must_use]
    pub fn start_seconds(&self) -> f64 {
        self.start_seconds
    }

    /// Threads for measuring, which the simulator does not take for the plugin's.
    #[must_use]
    pub fn threads(&self) -> &rayon::ThreadPool {
        &self.threads
    }

    /// Sets a clip of `size` (width, height in pixels) up with prompts; without any the effect finds the subject.
    /// `stability` says how much the frames around each frame count.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] with the simulator's or the plugin's sentence.
    pub fn play(
        &self,
        clip: &Clip,
        size: (u32, u32),
        curves: Option<&Curves>,
        stability: Stability,
    ) -> Result<Player, EvaluateError> {
        let files = clip.frames.iter().map(|f| f.source.clone()).collect::<Vec<_>>();
        let count = files.len();
        let source = Arc::new(Frames::new(files, self.linear));
        let content = || sim::Clip::new(Arc::clone(&source)).with_depth(self.depth);
        Ok(Player {
            name: clip.name.clone(),
            size,
            cold: self.instance(&clip.name, size, count, content(), curves, stability)?,
            warm: match curves.map(|curves| curves.nudged(NUDGE)) {
                Some(curves) => {
                    Some(self.instance(&clip.name, size, count, content(), Some(&curves), stability)?)
                }
                None => None,
            },
            source,
            count,
            tracked: false,
        })
    }

    /// Unloads the plugin and gives everything it did against the OpenFX rules, one sentence each.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] when it cannot be unloaded.
    pub fn close(self) -> Result<Vec<String>, EvaluateError> {
        let Self { effect, plugin, host, .. } = self;
        let name = plugin.identifier().to_owned();
        drop(effect);
        plugin.unload().map_err(|error| host_error(&name, error))?;
        Ok(host.violations().iter().map(ToString::to_string).collect())
    }

    fn instance(
        &self,
        name: &str,
        size: (u32, u32),
        frames: usize,
        content: sim::Clip,
        curves: Option<&Curves>,
        stability: Stability,
    ) -> Result<sim::Instance, EvaluateError> {
        let set_up = || -> Result<sim::Instance, sim::SimError> {
            let mut project = sim::Project::new(size.0, size.1);
            project.range = (0.0, frames.saturating_sub(1) as f64);
            let instance = self.effect.create(project)?;
            instance.connect("Source", content)?;
            instance.set("output", OUTPUT_MATTE)?;
            // Bundles from before these controls can be measured too.
            if stability.reach() > 0 {
                instance.set("temporalSmoothing", stability.smoothing as i32)?;
                instance.set("reduceChatter", f64::from(stability.chatter))?;
            }
            for Setting { name, value } in &self.settings {
                instance.set_text(name, value)?;
            }
            match curves {
                Some(curves) => set_prompts(&instance, curves)?,
                None => instance.set("promptsFrom", FROM_AUTOMATIC)?,
            }
            Ok(instance)
        };
        set_up().map_err(|error| host_error(name, error))
    }
}

/// A clip with its prompts, ready to render.
pub struct Player {
    name: String,
    size: (u32, u32),
    cold: sim::Instance,
    /// The same with one prompt moved by [`NUDGE`], where there is one. An instance of its own, so that the curves of
    /// `cold` are those of the artist throughout.
    warm: Option<sim::Instance>,
    source: Arc<Frames>,
    /// How many frames the clip has.
    count: usize,
    tracked: bool,
}

/// What came of one frame.
pub struct Rendered {
    /// The matte of the prompts.
    pub matte: Alpha,
    /// Seconds of its render: the frame was new to the plugin.
    pub seconds_cold: f64,
    /// Seconds of the next render of the same frame, with one prompt moved by a hair; `None` without prompts, and after
    /// tracking, whose keys the second instance does not have.
    pub seconds_warm: Option<f64>,
}

impl Player {
    /// Renders one frame twice, and once when there is no prompt to move.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] when a render fails or passes the source through,
    /// [`EvaluateError::Size`] when the matte is not as large as the frame.
    pub fn render(&self, frame: usize) -> Result<Rendered, EvaluateError> {
        // Reading the file is not the plugin's time.
        self.source.load(frame).map_err(|error| host_error(&self.name, error))?;
        let cold = render(&self.cold, &self.name, frame)?;
        let warm = match &self.warm {
            Some(warm) if !self.tracked => Some(render(warm, &self.name, frame)?.seconds),
            _ => None,
        };
        Ok(Rendered { matte: self.matte(&cold)?, seconds_cold: cold.seconds, seconds_warm: warm })
    }

    /// SAM's soft matte of a frame that was rendered before, with the seconds of its render.
    ///
    /// # Errors
    /// Those of [`Player::render`].
    pub fn unrefined(&self, frame: usize) -> Result<(Alpha, f64), EvaluateError> {
        if let Some(unrefined) = self.refined(REFINE_OFF, frame)? {
            return Ok(unrefined);
        }
        let output = render(&self.cold, &self.name, frame)?;
        Ok((self.matte(&output)?, output.seconds))
    }

    /// The matte of the guided filter for a frame that was rendered before, with the seconds of its render; `None` where
    /// the bundle is from before it.
    ///
    /// # Errors
    /// Those of [`Player::render`].
    pub fn guided(&self, frame: usize) -> Result<Option<(Alpha, f64)>, EvaluateError> {
        self.refined(REFINE_FAST, frame)
    }

    /// A frame with its edge refined in another way; `None` where the bundle does not know how.
    fn refined(&self, option: &str, frame: usize) -> Result<Option<(Alpha, f64)>, EvaluateError> {
        let Ok(own) = self.cold.value(REFINE, frame as f64) else { return Ok(None) };
        let set =
            |value: sim::Value| self.cold.set(REFINE, value).map_err(|error| host_error(&self.name, error));
        set(option.into())?;
        let output = render(&self.cold, &self.name, frame);
        set(own)?;
        let output = output?;
        Ok(Some((self.matte(&output)?, output.seconds)))
    }

    fn matte(&self, output: &sim::Output) -> Result<Alpha, EvaluateError> {
        let picture = output.picture();
        let found = (picture.width as u32, picture.height as u32);
        let matte = Alpha::from_raw(found.0, found.1, picture.alpha());
        matte.filter(|_| found == self.size).ok_or_else(|| EvaluateError::Size {
            path: self.name.clone().into(),
            found,
            expected: self.size,
        })
    }
}

impl Player {
    /// Presses a button of the tracker on its frame, with *Stop on loss* off: every frame is to be measured. Gives the
    /// seconds that each of the clip's frames took in the mean.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] when the button fails, or nothing was tracked, with the plugin's sentence.
    pub fn track(&mut self, way: Way, frame: usize) -> Result<f64, EvaluateError> {
        let failed = |error: sim::SimError| host_error(&self.name, error);
        let said = || match self.cold.value("status", frame as f64) {
            Ok(sim::Value::Text(said)) => said,
            _ => String::new(),
        };
        self.cold.set("stopOnLoss", false).map_err(failed)?;
        let keys = self.cold.key_times("candidate").map_err(failed)?.len();
        let began = Instant::now();
        let status = self.cold.press(way.button(), frame as f64).map_err(failed)?;
        let seconds = began.elapsed().as_secs_f64();
        let keyed = self.cold.key_times("candidate").map_err(failed)?.len();
        // Tracking again may find every frame keyed already.
        if status != sim::Status::OK || keyed == 0 || (keyed == keys && !self.tracked) {
            let message = format!("{} on frame {frame} keyed nothing: {}", way.button(), said());
            return Err(EvaluateError::Host { clip: self.name.clone(), message });
        }
        self.tracked = true;
        Ok(seconds / self.count.saturating_sub(1).max(1) as f64)
    }

    /// Corrects a tracked frame as an artist does who sees that it is wrong: a box in place of all that was tracked
    /// there.
    ///
    /// # Errors
    /// [`EvaluateError::Host`] when the host refuses.
    pub fn correct(&self, frame: usize, bounds: Bounds) -> Result<(), EvaluateError> {
        let time = frame as f64;
        let set = || -> Result<(), sim::SimError> {
            for index in 1..=MAX_POINTS {
                let mode = format!("point{index}Mode");
                if !self.cold.key_times(&mode)?.is_empty() {
                    self.cold.set_key(&mode, time, MODE_OFF)?;
                }
            }
            self.cold.set_key("candidate", time, 0)?;
            if !self.cold.key_times("boxEnable")?.is_empty() {
                self.cold.set_key("boxEnable", time, true)?;
            }
            self.cold.set_key("boxBottomLeft", time, bounds.low)?;
            self.cold.set_key("boxTopRight", time, bounds.high)
        };
        set().map_err(|error| host_error(&self.name, error))
    }
}

fn set_prompts(instance: &sim::Instance, curves: &Curves) -> Result<(), sim::SimError> {
    for (index, keys) in curves.points.iter().enumerate() {
        let name = format!("point{}", index + 1);
        instance.set(&format!("{name}Mode"), MODE_INCLUDE)?;
        for (frame, position) in keys {
            instance.set_key(&name, *frame as f64, *position)?;
        }
    }
    if !curves.bounds.is_empty() {
        instance.set("boxEnable", true)?;
        for (frame, bounds) in &curves.bounds {
            instance.set_key("boxBottomLeft", *frame as f64, bounds.low)?;
            instance.set_key("boxTopRight", *frame as f64, bounds.high)?;
        }
    }
    Ok(())
}

/// Renders a frame and refuses everything that is no matte.
fn render(instance: &sim::Instance, name: &str, frame: usize) -> Result<sim::Output, EvaluateError> {
    let failed = |message: String| EvaluateError::Host { clip: format!("{name}, frame {frame}"), message };
    let output = instance.render(&sim::Request::at(frame as f64)).map_err(|e| failed(e.to_string()))?;
    if output.status != sim::Status::OK {
        let said: Vec<_> = output.messages.iter().map(|m| m.text.as_str()).collect();
        return Err(failed(format!("the render failed with {}; {}", output.status, said.join("; "))));
    }
    match &output.identity {
        Some((clip, _)) => Err(failed(format!("the plugin passed {clip} through although prompts are set"))),
        None => Ok(output),
    }
}

fn host_error(clip: &str, error: sim::SimError) -> EvaluateError {
    EvaluateError::Host { clip: clip.to_owned(), message: error.to_string() }
}
