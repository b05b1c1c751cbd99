//! `demo CLIP PLUGINS OUT WORK`: what `./demo` runs once everything is built and fetched.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tests::demo::{Places, run};

/// Renders bigbuckbunny.mp4 through the built bundle with keyframed points.
#[derive(Parser)]
struct Arguments {
    /// The clip.
    clip: PathBuf,
    /// The folder that holds PromptMatte.ofx.bundle.
    plugins: PathBuf,
    /// The folder for the results.
    out: PathBuf,
    /// A folder for frames that are only needed on the way.
    work: PathBuf,
}

fn main() -> ExitCode {
    let Arguments { clip, plugins, out, work } = Arguments::parse();
    match run(&Places { clip, plugins, out, work }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
