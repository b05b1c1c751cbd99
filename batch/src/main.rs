//! `promptmatte-track`: tracks a subject through a folder of frames and writes its keys. See [`batch`].

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use batch::{Error, Folder, Job, Start, Tools, mlt, track};
use clap::{Parser, ValueEnum};
use indicatif::ProgressBar;
use models::runtime::Runtime;
use models::sam::Sam;
use models::store::Store;
use promptmatte::cache::Memo;
use promptmatte::effect::tracking::keyfile::KeyFile;
use promptmatte::engine::Files;
use promptmatte::track::{Direction, Ended, Next, State};

/// Follows a subject from a box or points on one frame through a folder of PNG or JPEG frames, and writes a keys file
/// for the effect's Import keys.
#[derive(Parser)]
#[command(name = "promptmatte-track", version)]
struct Arguments {
    /// The folder of frames, in the order of their names.
    frames: PathBuf,
    /// Where to write the keys file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A box on the start: left, top, right, bottom in pixels from the top left corner.
    #[arg(long = "box", value_name = "L,T,R,B", value_parser = numbers::<4>, allow_hyphen_values = true)]
    bounding_box: Option<[f64; 4]>,
    /// A point on the subject: x and y in pixels from the top left corner. May be given several times.
    #[arg(long = "point", value_name = "X,Y", value_parser = numbers::<2>, allow_hyphen_values = true)]
    points: Vec<[f64; 2]>,
    /// Start from the keyed frames of this keys file instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bounding_box", "points"])]
    keys: Option<PathBuf>,
    /// The frame to start from; without it the first one.
    #[arg(long, value_name = "FRAME", allow_negative_numbers = true)]
    at: Option<i32>,
    /// The number of the first frame.
    #[arg(long, value_name = "FRAME", default_value_t = 0, allow_negative_numbers = true)]
    first: i32,
    /// Which way to track.
    #[arg(long, value_enum, default_value_t = Way::Both)]
    way: Way,
    /// Go on where the subject is lost, to find it again when it comes back.
    #[arg(long)]
    keep_going: bool,
    /// Write MLT's animation strings to the standard output, one property a line.
    #[arg(long)]
    mlt: bool,
    /// For --mlt: the size of the project, when it is not that of the frames.
    #[arg(long, value_name = "W,H", value_parser = numbers::<2>)]
    mlt_size: Option<[f64; 2]>,
    /// The installed bundle to take the networks from; without it those that were fetched for building.
    #[arg(long, value_name = "FOLDER")]
    bundle: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Way {
    Forward,
    Backward,
    Both,
}

/// Bytes of embeddings kept: the frames that a track looks back at, and no more.
const BUDGET: u64 = 64 << 20;

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("promptmatte-track: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failed> {
    if arguments.out.is_none() && !arguments.mlt {
        return Err("say where the keys go: --out FILE, --mlt, or both".into());
    }
    let folder = Folder::open(&arguments.frames, arguments.first)?;
    let job = Job {
        start: start(arguments)?,
        direction: match arguments.way {
            Way::Forward => Direction::Forward,
            Way::Backward => Direction::Backward,
            Way::Both => Direction::Both,
        },
        stop_on_loss: !arguments.keep_going,
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (runtime, store) = networks(arguments.bundle.as_deref())?;
    let network = Sam::load(&runtime, &store, cores)?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(cores).build()?;
    let embeddings = Memo::new(BUDGET)?;
    let bar = ProgressBar::new(0);
    let watch = |progress: promptmatte::track::Progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        Next::Continue
    };
    let tools = Tools { network: &network, embeddings: &embeddings, threads: &threads };
    let (file, track) = track(&folder, &job, &tools, &watch)?;
    bar.finish_and_clear();
    let doubtful = track.frames.iter().filter(|frame| frame.health.state != State::Good).count();
    eprintln!("{} frames tracked, {doubtful} of them doubtful", track.frames.len());
    for ended in &track.ended {
        match ended {
            Ended::Done | Ended::Cancelled => {}
            Ended::SceneCut(time) => eprintln!("the scene changes at frame {time}"),
            Ended::Lost(time) => eprintln!("the subject is lost at frame {time}"),
            Ended::Failed(time, error) => eprintln!("frame {time} failed: {error}"),
        }
    }
    if let Some(path) = &arguments.out {
        std::fs::write(path, file.to_text()).map_err(|source| Error::File { path: path.clone(), source })?;
    }
    if arguments.mlt {
        let file = match arguments.mlt_size {
            Some([width, height]) => file.in_frame([0.0, 0.0, width, height]),
            None => file,
        };
        for (name, value) in mlt::properties(&file)? {
            println!("{name}={value}");
        }
    }
    Ok(())
}

fn start(arguments: &Arguments) -> Result<Start, Failed> {
    let at = arguments.at.map(f64::from);
    if let Some(path) = &arguments.keys {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::File { path: path.clone(), source })?;
        return Ok(Start::Keys { file: KeyFile::parse(&text).map_err(Error::from)?, time: at });
    }
    if arguments.bounding_box.is_none() && arguments.points.is_empty() {
        return Err("say what to follow: --box, --point or --keys".into());
    }
    let time = at.unwrap_or_else(|| arguments.first.into());
    Ok(Start::Prompts { time, bounding_box: arguments.bounding_box, points: arguments.points.clone() })
}

fn networks(bundle: Option<&Path>) -> Result<(Runtime, Store), Failed> {
    let (runtime, models) = match bundle {
        Some(bundle) => {
            let files = Files::of(&bundle.join("Contents/Linux-x86-64/PromptMatte.ofx"))?;
            (files.runtime, files.models)
        }
        None => (models::cache::runtime_library(), models::cache::models_dir()),
    };
    Ok((Runtime::load(&runtime)?, Store::open(&models)?))
}

fn numbers<const N: usize>(text: &str) -> Result<[f64; N], String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    let numbers = numbers.ok().and_then(|numbers| <[f64; N]>::try_from(numbers).ok());
    numbers.ok_or_else(|| format!("these should be {N} numbers with commas between"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let read =
            |words: &[&str]| Arguments::try_parse_from([&["promptmatte-track", "frames"], words].concat());
        let good =
            read(&["--box", "-3,80,400.5,360", "--point", "5, 6", "--point", "7,8", "--mlt", "--at", "-2"]);
        let good = good.unwrap();
        assert_eq!(good.bounding_box, Some([-3.0, 80.0, 400.5, 360.0]));
        assert_eq!(good.points, [[5.0, 6.0], [7.0, 8.0]]);
        assert!(matches!(start(&good), Ok(Start::Prompts { time: -2.0, .. })));
        assert!(read(&["--box", "1,2,3"]).is_err());
        assert!(read(&["--point", "1,x"]).is_err());
        assert!(read(&["--keys", "keys.txt", "--point", "1,2"]).is_err());
        assert!(start(&read(&["--mlt"]).unwrap()).is_err());
    }
}
