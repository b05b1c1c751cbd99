//! The host simulator in place of `melt`, with PyAV to read and write video files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::{DemoError, Host, Mode, Places, Prompts, Sequence, Track, tell_decoding, tell_rendering};
use crate::sim;

/// What reads and writes video files; its wheel has FFmpeg's libraries in it.
const PYAV: &str = "av==18.1.0";
/// After how many frames the progress is told.
const TELL: usize = 10;

/// The simulator with the demo's places.
pub struct SimulatedHost<'a> {
    places: &'a Places,
    python: PathBuf,
}

impl<'a> SimulatedHost<'a> {
    /// Gets PyAV into the Python environment that fetching the networks made.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn set_up(places: &'a Places) -> Result<Self, DemoError> {
        let python = models::cache::root().join("python/bin/python");
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary=:all:",
            PYAV,
        ]);
        finish(&mut pip, "getting PyAV with pip")?;
        Ok(Self { places, python })
    }

    fn video(&self, doing: &'static str, arguments: &[&Path]) -> Result<(), DemoError> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/video.py");
        finish(Command::new(&self.python).arg(script).args(arguments), doing)
    }

    fn decode(&self, source: &Sequence) -> Result<(), DemoError> {
        source.clear()?;
        let count = source.frames().to_string();
        let arguments = ["decode".as_ref(), &*self.places.clip, &*source.pattern(), count.as_ref()];
        self.video("decoding with PyAV", &arguments)
    }

    fn encode(&self, frames: &Sequence, file: &Path, codec: &str) -> Result<(), DemoError> {
        let count = frames.frames().to_string();
        let arguments = ["encode".as_ref(), &*frames.pattern(), count.as_ref(), file, codec.as_ref()];
        self.video("encoding with PyAV", &arguments)
    }
}

impl Host for SimulatedHost<'_> {
    fn render(&self, prompts: &Prompts, source: &Sequence, cutout: &Sequence) -> Result<(), DemoError> {
        tell_decoding();
        self.decode(source)?;
        tell_rendering(prompts);
        cutout.clear()?;
        let first = source.file(0);
        let (width, height) = image::image_dimensions(&first).map_err(DemoError::image(&first))?;
        let files = (0..source.frames()).map(|frame| source.file(frame)).collect();
        let host = sim::Host::new(sim::Profile::mlt());
        let plugin = host.load(sim::Binary::open(self.places.plugins.join("PromptMatte.ofx.bundle"))?)?;
        let instance =
            plugin.describe_in_context(sim::Context::Filter)?.create(sim::Project::new(width, height))?;
        instance.connect("Source", sim::Clip::from_files(files)?)?;
        set_prompts(&instance, prompts)?;
        let began = Instant::now();
        for frame in 0..cutout.frames() {
            let output = instance.render(&sim::Request::at(frame as f64))?;
            if output.status != sim::Status::OK {
                let messages: Vec<String> =
                    output.messages.iter().map(|message| format!("{message:?}")).collect();
                return Err(DemoError::Render {
                    frame,
                    status: output.status,
                    messages: messages.join("; "),
                });
            }
            output.picture().save_png(cutout.file(frame))?;
            if (frame + 1) % TELL == 0 {
                let seconds = began.elapsed().as_secs_f64();
                println!("  {:>3} of {} frames, {seconds:.0} s", frame + 1, cutout.frames());
            }
        }
        drop(instance);
        plugin.unload()?;
        Ok(())
    }

    fn encode_prores(&self, frames: &Sequence, file: &Path) -> Result<(), DemoError> {
        self.encode(frames, file, "prores")
    }

    fn encode_h264(&self, frames: &Sequence, file: &Path) -> Result<(), DemoError> {
        self.encode(frames, file, "h264")
    }
}

/// Keys the plugin's parameters. Choices are set by index here: 1 is Include, 2 Exclude.
fn set_prompts(instance: &sim::Instance, prompts: &Prompts) -> Result<(), sim::SimError> {
    let keyed = |name: &str, track: &Track| {
        track.keys().iter().try_for_each(|&(frame, x, y)| instance.set_key(name, frame as f64, [x, y]))
    };
    instance.set("boxEnable", 1)?;
    keyed("boxBottomLeft", &prompts.boxed.bottom_left)?;
    keyed("boxTopRight", &prompts.boxed.top_right)?;
    for (number, point) in (1..).zip(&prompts.points) {
        let mode = match point.mode {
            Mode::Include => 1,
            Mode::Exclude => 2,
        };
        instance.set(&format!("point{number}Mode"), mode)?;
        keyed(&format!("point{number}"), &point.track)?;
    }
    Ok(())
}

/// Runs a command to its end; an error carries what it said.
fn finish(command: &mut Command, doing: &'static str) -> Result<(), DemoError> {
    let program = PathBuf::from(command.get_program());
    let output = command.output().map_err(DemoError::file(&program))?;
    if output.status.success() {
        return Ok(());
    }
    Err(DemoError::Video { doing, messages: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}
