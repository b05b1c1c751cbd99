//! What the demo asks of `melt`: decode the clip, render it through the plugin, encode the results.

use std::path::{Path, PathBuf};

use super::{DemoError, Host, Places, Prompts, Sequence, tell_decoding, tell_rendering, watch};
use crate::mlt::Melt;

/// The plugin's name among MLT's filters.
const FILTER: &str = "openfx.org.promptmatte.PromptMatte";

/// One worker thread and no dropped frame: by default MLT drops frames to keep up with the clock.
const EVERY_FRAME: &str = "real_time=-1";

/// `melt` with the demo's places.
pub struct MeltHost<'a> {
    melt: Melt,
    places: &'a Places,
}

impl Host for MeltHost<'_> {
    fn render(&self, prompts: &Prompts, source: &Sequence, cutout: &Sequence) -> Result<(), DemoError> {
        let mut filter = vec!["-filter".to_owned(), FILTER.to_owned(), "output=Cut-out".to_owned()];
        filter.extend(prompts.properties().iter().map(|(name, value)| format!("{name}={value}")));
        let cut_out = [self.clip(cutout), filter, png_consumer(cutout), pixels("rgba", "rgba")].concat();
        tell_rendering(prompts);
        self.write_frames(cutout, &cut_out)?;
        let decode = [self.clip(source), png_consumer(source), pixels("rgb24", "rgb")].concat();
        tell_decoding();
        self.write_frames(source, &decode)
    }

    fn encode_prores(&self, frames: &Sequence, file: &Path) -> Result<(), DemoError> {
        let codec = words("vcodec=prores_ks vprofile=4444 vendor=apl0 alpha_bits=8");
        self.encode(frames, file, &[codec, pixels("yuva444p10le", "rgba")].concat())
    }

    fn encode_h264(&self, frames: &Sequence, file: &Path) -> Result<(), DemoError> {
        let codec = words("vcodec=libx264 crf=18 preset=fast movflags=+faststart");
        self.encode(frames, file, &[codec, pixels("yuv420p", "rgb")].concat())
    }
}

impl<'a> MeltHost<'a> {
    /// `melt` as the demo's host.
    pub fn new(melt: Melt, places: &'a Places) -> Self {
        Self { melt, places }
    }

    fn clip(&self, frames: &Sequence) -> Vec<String> {
        input(&self.places.clip, frames)
    }

    fn write_frames(&self, frames: &Sequence, arguments: &[String]) -> Result<(), DemoError> {
        frames.clear()?;
        let messages = self.run(Some(frames), arguments)?;
        let (written, wanted) = (frames.present(), frames.frames());
        if written == wanted {
            return Ok(());
        }
        Err(DemoError::Missing { folder: frames.folder().to_owned(), written, wanted, messages })
    }

    fn encode(&self, frames: &Sequence, file: &Path, codec: &[String]) -> Result<(), DemoError> {
        let consumer = vec![
            "-consumer".to_owned(),
            format!("avformat:{}", file.display()),
            EVERY_FRAME.to_owned(),
            "an=1".to_owned(),
        ];
        let profile = vec!["-profile".to_owned(), self.profile(frames)?.display().to_string()];
        let tags = words("colorspace=709 color_primaries=bt709 color_trc=bt709");
        let arguments = [profile, input(&frames.pattern(), frames), consumer, codec.to_vec(), tags].concat();
        if file.exists() {
            std::fs::remove_file(file).map_err(DemoError::file(file))?;
        }
        let messages = self.run(None, &arguments)?;
        if std::fs::metadata(file).is_ok_and(|file| file.len() > 0) {
            return Ok(());
        }
        Err(DemoError::NoVideo { file: file.to_owned(), messages })
    }

    /// A file that tells MLT what the frames are. Left alone, it would take the colour space of RGB files for the
    /// video's, and players would show wrong colours.
    fn profile(&self, frames: &Sequence) -> Result<PathBuf, DemoError> {
        let first = frames.file(0);
        let (width, height) = image::image_dimensions(&first).map_err(DemoError::image(&first))?;
        let text = format!(
            "description=demo\nwidth={width}\nheight={height}\nframe_rate_num=25\nframe_rate_den=1\nprogressive=1\n\
             sample_aspect_num=1\nsample_aspect_den=1\ndisplay_aspect_num={width}\ndisplay_aspect_den={height}\n\
             colorspace=709\n"
        );
        let path = self.places.work.join("profile");
        std::fs::write(&path, text).map_err(DemoError::file(&path))?;
        Ok(path)
    }

    /// Runs melt to its end, telling the progress of `frames`, and returns how it ended and the end of its log.
    /// It may end well after a failure, so the files it wrote are what counts.
    fn run(&self, frames: Option<&Sequence>, arguments: &[String]) -> Result<String, DemoError> {
        let log = self.places.log();
        let mut child = self.melt.start(&self.places.plugins, &log, arguments)?;
        let status = watch::wait(&mut child, frames).map_err(DemoError::file(&log))?;
        let text = std::fs::read(&log).map_err(DemoError::file(&log))?;
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        Ok(format!("{status}\n{}", lines[lines.len().saturating_sub(10)..].join("\n")))
    }
}

/// A file, or a pattern of files, up to the last frame of `frames`.
fn input(file: &Path, frames: &Sequence) -> Vec<String> {
    vec![format!("avformat:{}", file.display()), "in=0".to_owned(), format!("out={}", frames.frames() - 1)]
}

/// PNG files without sound; light compression, which is several times faster than the usual one.
fn png_consumer(frames: &Sequence) -> Vec<String> {
    let mut arguments = vec!["-consumer".to_owned(), format!("avformat:{}", frames.pattern().display())];
    arguments.extend(words("f=image2 vcodec=png compression_level=1 start_number=0 an=1"));
    arguments.push(EVERY_FRAME.to_owned());
    arguments
}

/// The encoder's pixel format and the format MLT's frames have on the way to it.
fn pixels(encoder: &str, frames: &str) -> Vec<String> {
    vec![format!("pix_fmt={encoder}"), format!("mlt_image_format={frames}")]
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}
