//! `cargo run --release -p tests --bin track_bench -- FOLDER...`: how well the tracker follows subjects whose truth is
//! known, without a host. See [`tests::track`].

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use models::sam::Sam;
use promptmatte::cache::Memo;
use promptmatte::pipeline::stabilise::Stability;
use promptmatte::track::{Key, TOLERANCE, reduce_keys};
use tests::evaluate::footage::{Clip, discover};
use tests::evaluate::pixels::{load_source, load_truth};
use tests::evaluate::prompts::PromptKind;
use tests::evaluate::sheet::Sheet;
use tests::track::contact::Contact;
use tests::track::disk::Timed;
use tests::track::measure::{Bench, Measured, Setting};

/// Tracks each sequence from one keyed frame and compares the masks with the truth.
#[derive(Parser)]
#[command(name = "track_bench")]
struct Arguments {
    /// Folders with frames/ and truth/, or with subfolders like that.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// The prompts of the keyed frame, from its truth: box, point, points:K, box+point or box+points:K.
    #[arg(long, default_value = "box")]
    prompt: PromptKind,
    /// Key the last frame and track backward.
    #[arg(long)]
    backward: bool,
    /// Key this frame in place of the first and track both ways.
    #[arg(long, value_name = "K", conflicts_with = "backward")]
    start: Option<usize>,
    /// Key this frame too.
    #[arg(long, value_name = "K")]
    correct: Option<usize>,
    /// Fuse the logits of each frame with those of so many neighbours on each side.
    #[arg(long, value_name = "W", default_value_t = 0)]
    smoothing: usize,
    /// Reduce chatter by so much coverage, 0..1.
    #[arg(long, value_name = "A", default_value_t = 0.0)]
    chatter: f32,
    /// Reduce the keys and interpolate between them, as a host does.
    #[arg(long)]
    reduce: bool,
    /// Track nothing: say how well every N-th frame is drawn from its own prompts.
    #[arg(long, value_name = "N")]
    keyed: Option<usize>,
    /// Take only the first N frames of each folder.
    #[arg(long, value_name = "N")]
    frames: Option<usize>,
    /// Take every N-th frame: faster motion.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: usize,
    /// Keep embeddings in this folder, to track the same frames again in seconds. The times then say nothing.
    #[arg(long, value_name = "FOLDER")]
    embeddings: Option<PathBuf>,
    /// Threads of the networks and of the tracker; without it one for each core.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Write J, F and health of each frame here as CSV.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a contact sheet here as PNG.
    #[arg(long, value_name = "FILE.png")]
    sheet: Option<PathBuf>,
    /// How many frames of each clip the contact sheet shows.
    #[arg(long, value_name = "N", default_value_t = 4)]
    sheet_frames: usize,
    /// Write small pictures of all frames here as PNG: right green, too much red, missing blue.
    #[arg(long, value_name = "FILE.png")]
    contact: Option<PathBuf>,
}

/// Bytes of embeddings kept: a clip of a few hundred frames.
const BUDGET: u64 = 2 << 30;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("track_bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error + Send + Sync>> {
    let cores =
        arguments.threads.map_or_else(|| std::thread::available_parallelism().map(usize::from), Ok)?;
    let runtime = models::runtime::Runtime::load(&models::cache::runtime_library())?;
    let store = models::store::Store::open(&models::cache::models_dir())?;
    if let Some(folder) = &arguments.embeddings {
        std::fs::create_dir_all(folder)?;
    }
    let bench = Bench {
        network: Timed::new(Sam::load(&runtime, &store, cores)?, arguments.embeddings.clone()),
        embeddings: Memo::new(BUDGET)?,
        threads: rayon::ThreadPoolBuilder::new().num_threads(cores).build()?,
    };
    let setting = Setting {
        kind: arguments.prompt,
        backward: arguments.backward,
        start: arguments.start,
        correct: arguments.correct,
        stability: Stability { smoothing: arguments.smoothing, chatter: arguments.chatter },
        reduce: arguments.reduce,
    };
    let mut csv = String::from("clip,frame,j,f,dtssd,agreement,likeness,area_ratio,state,candidate\n");
    let mut sheet = Sheet::new(arguments.sheet_frames);
    let mut contact = Contact::default();
    let mut means = Vec::new();
    println!(
        "{:<16} {:>6} {:>6} {:>6} {:>7} {:>5} {:>6}  {:>8} {:>6}",
        "clip", "J", "F", "J&F", "dtSSD", "boxes", "points", "s/frame", "ratio"
    );
    for path in &arguments.folders {
        for folder in discover(path, arguments.frames)? {
            for clip in &folder.clips {
                let frames = clip.frames.iter().step_by(arguments.every.max(1)).cloned().collect();
                let clip = Clip { name: clip.name.clone(), frames };
                if let Some(every) = arguments.keyed {
                    let measured = bench.keyed(&clip, arguments.prompt, every)?;
                    bench.embeddings.clear();
                    let mean = measured.iter().map(|(_, j)| j).sum::<f64>() / measured.len().max(1) as f64;
                    let each: Vec<String> = measured.iter().map(|(i, j)| format!("{i}: {j:.3}")).collect();
                    println!("{:<16} {mean:>6.4}  {}", clip.name, each.join(", "));
                    continue;
                }
                let outcome = bench.measure(&clip, setting)?;
                bench.embeddings.clear();
                let (j, f) = (mean(&outcome.frames, |m| m.j), mean(&outcome.frames, |m| m.f));

                means.push([j, f]);
                let flicker = mean(&outcome.frames, |m| m.dtssd);
                let keys = reduce_keys(&outcome.track, 1.0, TOLERANCE);
                let share = |is: fn(&Key) -> bool| {
                    keys.iter().filter(|key| is(key)).count() as f64 / keys.len().max(1) as f64
                };
                let (boxes, points) = (share(|key| key.bounding_box), share(|key| key.points));
                let per_frame = outcome.tracking.as_secs_f64() / clip.frames.len() as f64;
                let ratio = outcome.tracking.as_secs_f64()
                    / outcome.encoding.max(Duration::from_nanos(1)).as_secs_f64();
                println!(
                    "{:<16} {j:>6.3} {f:>6.3} {:>6.3} {flicker:>7.2} {boxes:>5.2} {points:>6.2}  {per_frame:>8.3} {ratio:>6.3}",
                    clip.name,
                    (j + f) / 2.0
                );
                for frame in &outcome.frames {
                    write_line(&mut csv, &clip.name, frame)?;
                }
                if arguments.contact.is_some() {
                    for (index, pair) in clip.frames.iter().enumerate() {
                        let source = load_source(&pair.source)?;
                        let truth = load_truth(&pair.truth, source.dimensions())?;
                        contact.add(
                            &format!("{} {index}", clip.name),
                            &source,
                            &outcome.masks[index],
                            &truth,
                        );
                    }
                }
                if arguments.sheet.is_some() {
                    for index in sheet.chosen(clip.frames.len()) {
                        let source = load_source(&clip.frames[index].source)?;
                        let truth = load_truth(&clip.frames[index].truth, source.dimensions())?;
                        let title = format!("{} {index}", clip.name);
                        sheet.add(&title, &source, &outcome.masks[index], &truth, &[]);
                    }
                }
            }
        }
    }
    let mean = |i: usize| means.iter().map(|m| m[i]).sum::<f64>() / means.len() as f64;
    println!("{:<16} {:>6.3} {:>6.3} {:>6.3}", "mean", mean(0), mean(1), (mean(0) + mean(1)) / 2.0);
    if let Some(path) = &arguments.csv {
        std::fs::write(path, csv)?;
    }
    if let Some(path) = &arguments.contact {
        contact.save(path)?;
    }
    if let Some(path) = &arguments.sheet {
        sheet.save(path)?;
    }
    Ok(())
}

fn mean(frames: &[Measured], value: impl Fn(&Measured) -> f64) -> f64 {
    frames.iter().map(value).sum::<f64>() / frames.len() as f64
}

fn write_line(csv: &mut String, clip: &str, measured: &Measured) -> std::fmt::Result {
    write!(csv, "{clip},{},{:.4},{:.4},{:.2}", measured.frame, measured.j, measured.f, measured.dtssd)?;
    match &measured.tracked {
        None => writeln!(csv, ",,,,keyed,"),
        Some(frame) => {
            let health = frame.health;
            let (agreement, likeness, area) = (health.agreement, health.likeness, health.area_ratio);
            writeln!(csv, ",{agreement:.3},{likeness:.3},{area:.2},{:?},{}", health.state, frame.candidate)
        }
    }
}
