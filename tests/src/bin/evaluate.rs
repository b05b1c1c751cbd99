//! `cargo run --release -p tests --bin evaluate -- FOLDER...`: measures the built bundle against
//! footage with a known truth. See [`tests::evaluate`].

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use promptmatte::pipeline::stabilise::{MOST_SMOOTHING, Stability};
use tests::evaluate::EvaluateError;
use tests::evaluate::drive::{Driver, default_bundle};
use tests::evaluate::folder::{Prompting, evaluate};
use tests::evaluate::following::Way;
use tests::evaluate::footage::discover;
use tests::evaluate::hosts::HostKind;
use tests::evaluate::keys::Keying;
use tests::evaluate::prompts::PromptKind;
use tests::evaluate::report::Report;
use tests::evaluate::rest::at_rest;
use tests::evaluate::rivals::{Compared, Rivals};
use tests::evaluate::setting::Setting;
use tests::evaluate::sheet::Sheet;

/// Measures the mattes of the built bundle against footage with a known truth.
///
/// Errors (MAD, MSE, Grad, Conn, dtSSD, flicker) are printed times 1000. The edge band is 8 pixels to either
/// side of the truth's 0.5 contour, and wherever the true alpha is between 0.02 and 0.98.
#[derive(Parser)]
#[command(name = "evaluate")]
struct Arguments {
    /// Folders with frames/ and truth/, with NAME.jpg beside NAME.alpha.png, or with subfolders like that.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Prompts derived from the truth: box, point, points:K, box+point or box+points:K.
    #[arg(long, default_value = "box+point")]
    prompts: PromptKind,
    /// Key the prompts on every N-th frame and on the last; the host interpolates between.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// Key the prompts on the first frame only.
    #[arg(long, conflicts_with = "every")]
    first: bool,
    /// Key the prompts on one frame and track from there: forward from the first, backward from the last, both ways
    /// from the middle.
    #[arg(long, value_name = "WAY", conflicts_with = "every")]
    track: Option<Way>,
    /// After tracking, set the true box on frame K and track both ways from it.
    #[arg(long, value_name = "K", requires = "track")]
    correct: Option<usize>,
    /// Set no prompts: the effect finds the subject in each frame.
    #[arg(long, conflicts_with_all = ["prompts", "every", "first", "track"])]
    automatic: bool,
    /// Fuse each frame's matte with so many frames on each side.
    #[arg(long, value_name = "W", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=MOST_SMOOTHING as i64))]
    smoothing: u8,
    /// Reduce chatter by jumps of up to so much alpha, 0..1.
    #[arg(long, value_name = "A", default_value_t = 0.0, value_parser = share)]
    chatter: f32,
    /// Set any control by the name of its parameter, as often as wanted: numbers with commas between, true or false, a
    /// choice by its index or the text of its option.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<Setting>,
    /// Compare with other ways from the same prompts and logits to a matte: SAM's mask and its probability, the guided
    /// filter, closed form at half resolution with guided upsampling, and with "full" at full resolution too.
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "quick")]
    compare: Option<Compared>,
    /// Take only the first N frames (or stills) of each folder.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    frames: Option<u32>,
    /// Make a shot at rest of so many frames of each still, or of a clip's first frame, which noise of 4 codes alone moves.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    rest: Option<u32>,
    /// The bundle to measure; without it the one that `cargo run --release -p bundle` made.
    #[arg(long, default_value_os_t = default_bundle(), hide_default_value = true)]
    bundle: PathBuf,
    /// The host to simulate: strict, natron, mlt or resolve.
    #[arg(long, default_value = "strict")]
    host: HostKind,
    /// Write the figures here as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a contact sheet here as PNG.
    #[arg(long, value_name = "FILE.png")]
    sheet: Option<PathBuf>,
    /// How many frames of each clip the contact sheet shows.
    #[arg(long, value_name = "N", default_value_t = 3)]
    sheet_frames: usize,
}

fn share(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(format!("{value} is not within 0 and 1")) }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), EvaluateError> {
    let limit = arguments.frames.map(|n| n as usize);
    let mut folders = Vec::new();
    for path in &arguments.folders {
        folders.extend(discover(path, limit)?);
    }
    // Kept until all is measured.
    let scratch = arguments.rest.map(|_| tempfile::tempdir()).transpose().map_err(EvaluateError::Scratch)?;
    if let (Some(frames), Some(scratch)) = (arguments.rest, &scratch) {
        let rest = |folder| at_rest(folder, frames as usize, scratch.path());
        folders = folders.into_iter().map(rest).collect::<Result<_, _>>()?;
    }
    let keying = match arguments.track {
        Some(way) => way.keying(),
        None if arguments.first => Keying::First,
        None => Keying::Every(arguments.every as usize),
    };
    let prompting = (!arguments.automatic).then_some(Prompting {
        kind: arguments.prompts,
        keying,
        track: arguments.track,
        correct: arguments.correct,
    });
    let stability = Stability { smoothing: arguments.smoothing.into(), chatter: arguments.chatter };
    if stability.reach() > 0 && !arguments.host.profile().temporal_access {
        let message =
            "it gives no other frames than the one it renders, so nothing can be smoothed".to_owned();
        return Err(EvaluateError::Host { clip: "the simulated host".to_owned(), message });
    }
    // Before the plugin is loaded: the simulator counts threads.
    let mut rivals = arguments.compare.map(Rivals::start);
    let mut sheet = arguments.sheet.as_ref().map(|_| Sheet::new(arguments.sheet_frames));

    let driver = Driver::open(&arguments.bundle, arguments.host, arguments.settings.clone())?;
    eprintln!("first render, which loads the models: {:.2} s", driver.start_seconds());
    let mut reports = Vec::new();
    for folder in &folders {
        eprintln!("{} ...", folder.name);
        reports.push(evaluate(&driver, folder, prompting, stability, rivals.as_mut(), sheet.as_mut())?);
    }
    let violations = driver.close()?;

    let report = Report { automatic: arguments.automatic, ..Report::new(reports) };
    println!("{}", report.table());
    if let Some(path) = &arguments.json {
        report.save_json(path)?;
    }
    if let (Some(sheet), Some(path)) = (&sheet, &arguments.sheet) {
        sheet.save(path)?;
    }
    if violations.is_empty() {
        Ok(())
    } else {
        Err(EvaluateError::Violations { clip: arguments.bundle.display().to_string(), violations })
    }
}
