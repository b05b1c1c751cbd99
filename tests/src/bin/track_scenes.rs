//! `cargo run --release -p tests --bin track_scenes -- FOLDER... --out FOLDER`: makes hard scenes out of sequences with a
//! known truth, for `track_bench`. See [`tests::track::scenes`].

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tests::evaluate::footage::{Clip, discover};
use tests::track::scenes;

/// Cuts the subjects out of some sequences and moves them over others.
#[derive(Parser)]
#[command(name = "track_scenes")]
struct Arguments {
    /// Folders with frames/ and truth/, or with subfolders like that.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Where to write the scenes, each as a folder with frames/ and truth/.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("track_scenes: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut clips: Vec<Clip> = Vec::new();
    for path in &arguments.folders {
        clips.extend(discover(path, None)?.into_iter().flat_map(|folder| folder.clips));
    }
    scenes::write(&clips, &arguments.out)?;
    Ok(())
}
