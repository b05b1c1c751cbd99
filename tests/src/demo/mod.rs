//! The demo: points and a box keyframed over a real clip, rendered by a host with the built bundle.
//!
//! [`run`] is the whole of it. `melt` is the host where it can be had; else the host simulator is, and the demo
//! says so. Both give the same files: `cutout/NNNN.png` (RGBA, the matte as alpha), `cutout.mov` (ProRes 4444),
//! `side-by-side.mp4` (source with its prompts, matte, cut-out over a colour) and `contact-sheet.png`.

mod check;
mod error;
mod melt;
mod panels;
mod prompts;
mod sequence;
mod simulated;
mod watch;

use std::path::{Path, PathBuf};

pub use error::DemoError;
pub use prompts::{BoxTrack, Mode, Point, Prompts, Track};
pub use sequence::Sequence;

use crate::mlt::{Melt, MltError};

/// Frames in the clip.
pub const FRAMES: usize = 132;

/// Where the demo reads and writes.
#[derive(Clone, Debug)]
pub struct Places {
    /// The clip, `bigbuckbunny.mp4`.
    pub clip: PathBuf,
    /// The folder that holds `PromptMatte.ofx.bundle`.
    pub plugins: PathBuf,
    /// The folder for the results.
    pub out: PathBuf,
    /// A folder for frames that are only needed on the way.
    pub work: PathBuf,
}

impl Places {
    /// Where the host's messages of its last step are.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.work.join("host.log")
    }
}

/// What renders the clip, with what reads and writes video files around it.
trait Host {
    /// Writes the clip's frames as RGB PNG files and the cut-out as RGBA PNG files, in the order that suits the
    /// host. A frame whose render failed may be there all the same.
    fn render(&self, prompts: &Prompts, source: &Sequence, cutout: &Sequence) -> Result<(), DemoError>;
    /// Encodes RGBA frames as ProRes 4444, alpha in the 8 bits it has.
    fn encode_prores(&self, frames: &Sequence, file: &Path) -> Result<(), DemoError>;
    /// Encodes frames as H.264 that any player shows.
    fn encode_h264(&self, frames: &Sequence, file: &Path) -> Result<(), DemoError>;
}

/// Renders the clip and writes all results, telling on standard output how far it is. With `simulate`, `melt` is
/// not even looked for.
///
/// # Errors
/// What kept it from rendering, and a frame without a matte: MLT itself shows the source and reports no error
/// when a plugin fails.
pub fn run(places: &Places, simulate: bool) -> Result<(), DemoError> {
    for folder in [&places.out, &places.work] {
        std::fs::create_dir_all(folder).map_err(DemoError::file(folder))?;
    }
    let prompts = Prompts::read()?;
    let source = Sequence::new(places.work.join("source"), FRAMES);
    let cutout = Sequence::new(places.out.join("cutout"), FRAMES);
    let panels = Sequence::new(places.work.join("panels"), FRAMES);
    let host = host(places, simulate)?;

    host.render(&prompts, &source, &cutout)?;
    let coverage = check::mattes(&cutout, &places.log())?;
    println!("Every frame has a matte; it covers {:.1} % of the picture on average", coverage * 100.0);

    println!("Composing the panels");
    let sheet = places.out.join("contact-sheet.png");
    panels::write(&source, &cutout, &prompts, &panels, &sheet)?;
    println!("Encoding");
    let (movie, side_by_side) = (places.out.join("cutout.mov"), places.out.join("side-by-side.mp4"));
    host.encode_prores(&cutout, &movie)?;
    host.encode_h264(&panels, &side_by_side)?;

    println!("\nThe results:");
    tell(&side_by_side, "source with its prompts, matte, cut-out over a colour");
    tell(&movie, "ProRes 4444 with the matte as alpha");
    tell(cutout.folder(), "the same as PNG files");
    tell(&sheet, "twelve of the frames at a glance");
    Ok(())
}

/// `melt`, or the simulator where `melt` cannot be had.
fn host<'a>(places: &'a Places, simulate: bool) -> Result<Box<dyn Host + 'a>, DemoError> {
    let reason = if simulate {
        "as asked".to_owned()
    } else {
        println!("Setting up melt, unless that was done before");
        match Melt::set_up() {
            Ok(melt) => return Ok(Box::new(melt::MeltHost::new(melt, places))),
            Err(MltError::Unavailable(reason)) => reason,
            Err(error) => return Err(error.into()),
        }
    };
    println!("The host is the project's own simulator, not melt: {reason}");
    Ok(Box::new(simulated::SimulatedHost::set_up(places)?))
}

/// Says that rendering starts.
fn tell_rendering(prompts: &Prompts) {
    println!("Rendering: {} keyframed points and a box, about a second a frame", prompts.points.len());
}

/// Says that the clip is being decoded.
fn tell_decoding() {
    println!("Reading the clip's {FRAMES} frames");
}

fn tell(path: &Path, what: &str) {
    println!("  {}  {what}", path.display());
}
