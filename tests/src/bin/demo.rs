//! `demo [--simulator]`: what `./demo` runs once everything is built and fetched.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use tests::demo::{Places, run};

/// Renders bigbuckbunny.mp4 through the built bundle with keyframed prompts.
#[derive(Parser)]
struct Arguments {
    /// The folder for the results.
    #[arg(long, default_value = "demo-out")]
    out: PathBuf,
    /// Render with the project's host simulator, as where melt cannot be had.
    #[arg(long)]
    simulator: bool,
}

fn main() -> ExitCode {
    let Arguments { out, simulator } = Arguments::parse();
    let places = Places {
        clip: models::cache::clip("bigbuckbunny.mp4"),
        plugins: Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bundle"),
        out,
        work: models::cache::root().join("demo"),
    };
    match run(&places, simulator) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
