//! What every test in MLT needs: the host, the bundle, a picture, one call to render.

use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use tests::mlt::{Depth, Install, Job, Kind, MltError, Render, Report, drive};

/// The plugin's name among MLT's filters.
const FILTER: &str = "openfx.org.promptmatte.PromptMatte";

/// The size of the test picture.
pub const SIZE: (usize, usize) = (320, 180);
/// Centres of the picture's two discs in pixels, y up, as a prompt has them.
pub const LEFT: (usize, usize) = (90, 110);
/// The other centre.
pub const RIGHT: (usize, usize) = (230, 70);
/// Their radius.
const RADIUS: f64 = 40.0;

/// MLT and the bundle.
pub struct Stage {
    install: &'static Install,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Sets MLT up. None where it cannot be had, which has been said then.
    pub fn set_up() -> Option<Self> {
        static INSTALL: OnceLock<Result<Install, MltError>> = OnceLock::new();
        tests::bundles::built().unwrap();
        match INSTALL.get_or_init(|| Install::set_up(Kind::Library)) {
            Ok(install) => Some(Self { install, folder: tempfile::tempdir().unwrap() }),
            Err(MltError::Unavailable(reason)) => {
                // Written past the test runner, which hides what passing tests print with macros.
                let mut terminal = std::io::stderr();
                writeln!(terminal, "skipped: MLT could not be set up: {reason}").unwrap();
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Renders `sources`, each at its position, through the plugin with these properties in MLT's notation.
    pub fn render(
        &self,
        clip: &Clip,
        properties: &[(&str, &str)],
        renders: &[Render],
    ) -> (Vec<Vec<u8>>, Report) {
        let job = Job {
            filter: FILTER.to_owned(),
            properties: properties.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
            width: clip.size.0,
            height: clip.size.1,
            depth: clip.depth,
            sources: self.folder.path().join("sources"),
            results: self.folder.path().join("results"),
            renders: renders.to_vec(),
        };
        std::fs::write(&job.sources, clip.frames.concat()).unwrap();
        let bundle = tests::bundles::built().unwrap();
        let driver = Path::new(env!("CARGO_BIN_EXE_mlt_driver"));
        let report = drive(self.install, driver, bundle.parent().unwrap(), &job).unwrap();
        let results = std::fs::read(&job.results).unwrap();
        let frames: Vec<Vec<u8>> = results.chunks_exact(job.frame_bytes()).map(<[u8]>::to_vec).collect();
        assert_eq!(frames.len(), renders.len());
        (frames, report)
    }

    /// The clip's first frame rendered at one position.
    pub fn render_one(&self, clip: &Clip, properties: &[(&str, &str)], position: i32) -> Vec<u8> {
        self.render(clip, properties, &[Render { position, source: 0 }]).0.remove(0)
    }
}

/// Raw RGBA frames, top row first.
#[derive(Clone)]
pub struct Clip {
    /// Width and height.
    pub size: (usize, usize),
    /// Bits per channel.
    pub depth: Depth,
    /// The frames.
    pub frames: Vec<Vec<u8>>,
}

impl Clip {
    /// Frames without any pattern, alpha included, every value possible.
    pub fn noise(size: (usize, usize), depth: Depth, count: usize) -> Self {
        // Numerical Recipes' linear congruential generator; its upper bits are random enough here.
        let mut state = 1_u32;
        let mut byte = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let bytes = size.0 * size.1 * depth.bytes_per_pixel();
        Self { size, depth, frames: (0..count).map(|_| (0..bytes).map(|_| byte()).collect()).collect() }
    }

    /// An opaque picture of two discs, a red and a yellow one, on a shaded green ground, 8 bits. `shade` makes
    /// pictures differ that are otherwise the same.
    pub fn discs(size: (usize, usize), shade: u8) -> Self {
        let scale = size.0 as f64 / SIZE.0 as f64;
        let inside = |x: usize, y: usize, centre: (usize, usize)| {
            let dx = (x as f64 + 0.5) / scale - centre.0 as f64;
            let dy = (size.1 as f64 - y as f64 - 0.5) / scale - centre.1 as f64;
            dx.hypot(dy) <= RADIUS
        };
        let mut frame = Vec::with_capacity(size.0 * size.1 * 4);
        for y in 0..size.1 {
            for x in 0..size.0 {
                frame.extend(if inside(x, y, LEFT) {
                    [210, 40, 50, 255]
                } else if inside(x, y, RIGHT) {
                    [230, 200, 60, 255]
                } else {
                    [20 + shade, 70 + (y * 60 / size.1) as u8, 50 + (x * 40 / size.0) as u8, 255]
                });
            }
        }
        Self { size, depth: Depth::Byte, frames: vec![frame] }
    }

    /// The same pictures in 16 bits: 255 becomes 65535.
    pub fn widened(&self) -> Self {
        let widen = |frame: &Vec<u8>| {
            frame.iter().flat_map(|&value| (u16::from(value) * 257).to_ne_bytes()).collect::<Vec<u8>>()
        };
        Self { size: self.size, depth: Depth::Short, frames: self.frames.iter().map(widen).collect() }
    }

    /// The same pictures upside down.
    pub fn flipped(&self) -> Self {
        Self { frames: self.frames.iter().map(|frame| self.flip(frame)).collect(), ..self.clone() }
    }

    /// A frame of this clip's size upside down.
    pub fn flip(&self, frame: &[u8]) -> Vec<u8> {
        frame.rchunks_exact(self.size.0 * self.depth.bytes_per_pixel()).flatten().copied().collect()
    }

    /// The four values of the 8-bit pixel at x and y up.
    pub fn pixel(&self, frame: &[u8], (x, y): (usize, usize)) -> [u8; 4] {
        let at = ((self.size.1 - 1 - y) * self.size.0 + x) * 4;
        frame[at..at + 4].try_into().unwrap()
    }
}
