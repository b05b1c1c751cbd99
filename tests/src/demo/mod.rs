//! The demo: points and a box keyframed over a real clip, rendered by a real host with the built bundle.
//!
//! [`run`] is the whole of it. `melt` renders where it can be had; else the host simulator does, and says so.
//! Every way gives the same files: `cutout/NNNN.png` (RGBA, the matte as alpha), `cutout.mov` (ProRes 4444),
//! `side-by-side.mp4` (source with its prompts, matte, cut-out over a colour) and `contact-sheet.png`.

mod check;
mod error;
mod melt;
mod panels;
mod prompts;
mod sequence;
mod watch;

use std::path::{Path, PathBuf};

pub use error::DemoError;
pub use prompts::{BoxTrack, Mode, Point, Prompts, Track};
pub use sequence::Sequence;

use crate::mlt::Melt;

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

/// Renders the clip and writes all results, telling on standard output how far it is.
///
/// # Errors
/// What kept it from rendering, and a frame without a matte: MLT itself shows the source and reports no error
/// when a plugin fails.
pub fn run(places: &Places) -> Result<(), DemoError> {
    for folder in [&places.out, &places.work] {
        std::fs::create_dir_all(folder).map_err(DemoError::file(folder))?;
    }
    let prompts = Prompts::read()?;
    let source = Sequence::new(places.work.join("source"), FRAMES);
    let cutout = Sequence::new(places.out.join("cutout"), FRAMES);
    let panels = Sequence::new(places.work.join("panels"), FRAMES);
    let host = melt::Host::new(Melt::set_up()?, places);

    println!("Reading the clip's {FRAMES} frames");
    host.decode(&source)?;
    println!(
        "Rendering with melt: {} keyframed points and a box, about a second a frame",
        prompts.points.len()
    );
    host.render(&prompts, &cutout)?;
    let coverage = check::mattes(&cutout, &melt::Host::log(places))?;
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

fn tell(path: &Path, what: &str) {
    println!("  {}  {what}", path.display());
}
