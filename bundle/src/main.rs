//! `cargo run --release -p bundle [-- --install | --check [BUNDLE]]`

use std::path::PathBuf;
use std::process::ExitCode;

use bundle::{assemble, check, default_bundle, install};
use clap::Parser;

/// Makes target/bundle/PromptMatte.ofx.bundle.
#[derive(Parser)]
struct Options {
    /// Also copy it to where OpenFX hosts look.
    #[arg(long)]
    install: bool,
    /// With --install: the folder to copy to, instead of the first of OFX_PLUGIN_PATH or /usr/OFX/Plugins.
    #[arg(long, requires = "install")]
    to: Option<PathBuf>,
    /// Make nothing: load a bundle (the one made here, when none is named) and say what is wrong with it.
    #[arg(long, num_args = 0..=1, conflicts_with = "install")]
    check: Option<Option<PathBuf>>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bundle: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(error) = source {
                eprintln!("  because: {error}");
                source = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> bundle::Result<ExitCode> {
    if let Some(path) = &options.check {
        let path = path.clone().unwrap_or_else(default_bundle);
        let faults = check::faults(&path);
        for fault in &faults {
            println!("wrong: {fault}");
        }
        if !faults.is_empty() {
            return Ok(ExitCode::FAILURE);
        }
        println!("{} is complete and loads", path.display());
        return Ok(ExitCode::SUCCESS);
    }
    let made = default_bundle();
    assemble::assemble(&made)?;
    println!("made {}", made.display());
    if options.install {
        println!("installed {}", install::install(&made, options.to.as_deref())?.display());
    }
    Ok(ExitCode::SUCCESS)
}
