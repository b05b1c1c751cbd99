//! `cargo run --release -p tests --bin automatic_bench -- FOLDER...`: how well the subject is found without any prompt
//! in sequences whose truth is known, frame by frame and without a host.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use models::saliency::Saliency;
use models::sam::{Prompts, Sam, Segmenter as _};
use promptmatte::cache::Memo;
use promptmatte::pipeline::geometry::PixelRect;
use promptmatte::pipeline::matte::from_logits;
use promptmatte::pipeline::segment::{Expected, Network, Question, segment};
use promptmatte::pipeline::subject::{agreement, find};
use promptmatte::pipeline::{map::Map, saliency};
use tests::evaluate::footage::{Clip, discover};
use tests::evaluate::metrics::region;
use tests::evaluate::pixels::{Alpha, binary, load_source, load_truth};
use tests::evaluate::sheet::Sheet;
use tests::track::disk::Timed;
use tests::track::footage::see;

/// Finds the subject of each frame by itself and compares the mask with the truth.
#[derive(Parser)]
#[command(name = "automatic_bench")]
struct Arguments {
    /// Folders with frames/ and truth/, or with subfolders like that.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Take only the first N frames of each folder.
    #[arg(long, value_name = "N")]
    frames: Option<usize>,
    /// Take every N-th frame.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: usize,
    /// Keep embeddings in this folder.
    #[arg(long, value_name = "FOLDER")]
    embeddings: Option<PathBuf>,
    /// Write a contact sheet here as PNG.
    #[arg(long, value_name = "FILE.png")]
    sheet: Option<PathBuf>,
    /// How many frames of each clip the contact sheet shows.
    #[arg(long, value_name = "N", default_value_t = 4)]
    sheet_frames: usize,
    /// Tell of each frame.
    #[arg(long)]
    verbose: bool,
}

type AnyError = Box<dyn Error + Send + Sync>;

/// Masks of one frame and the next that was taken overlap by less than this (intersection over union): another object, or
/// more than one.
const JUMP: f64 = 0.3;

/// Bytes of each memory: a frame's values are needed once.
const BUDGET: u64 = 64 << 20;

struct Bench {
    sam: Timed<Sam>,
    detector: Saliency,
    threads: rayon::ThreadPool,
}

/// What was found in a frame.
struct Frame {
    mask: Alpha,
    j: f64,
    agreement: f32,
    /// Time of the detector.
    detecting: Duration,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("automatic_bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), AnyError> {
    let cores = std::thread::available_parallelism()?.get();
    let runtime = models::runtime::Runtime::load(&models::cache::runtime_library())?;
    let store = models::store::Store::open(&models::cache::models_dir())?;
    if let Some(folder) = &arguments.embeddings {
        std::fs::create_dir_all(folder)?;
    }
    let bench = Bench {
        sam: Timed::new(Sam::load(&runtime, &store, cores)?, arguments.embeddings.clone()),
        detector: Saliency::load(&runtime, &store, cores)?,
        threads: rayon::ThreadPoolBuilder::new().num_threads(cores).build()?,
    };
    let mut sheet = Sheet::new(arguments.sheet_frames);
    println!("{:<16} {:>6} {:>6} {:>6} {:>6} {:>9}", "clip", "J", "least", "sure", "jumps", "detect ms");
    for path in &arguments.folders {
        for folder in discover(path, arguments.frames)? {
            for clip in &folder.clips {
                measure(&bench, clip, arguments, &mut sheet)?;
            }
        }
    }
    if let Some(path) = &arguments.sheet {
        sheet.save(path)?;
    }
    Ok(())
}

fn measure(bench: &Bench, clip: &Clip, arguments: &Arguments, sheet: &mut Sheet) -> Result<(), AnyError> {
    let pairs: Vec<_> = clip.frames.iter().step_by(arguments.every.max(1)).collect();
    let shown = sheet.chosen(pairs.len());
    let (mut frames, mut jumps, mut before): (Vec<Frame>, usize, Option<Alpha>) = (Vec::new(), 0, None);
    for (index, pair) in pairs.iter().enumerate() {
        let source = load_source(&pair.source)?;
        let truth = load_truth(&pair.truth, source.dimensions())?;
        let frame = bench.find(&source, &truth)?;
        let apart = |last: &Alpha| region::similarity(&binary(&frame.mask), &binary(last)) < JUMP;
        jumps += usize::from(before.as_ref().is_some_and(apart));
        if arguments.verbose {
            println!("{} {index}: J {:.3}, sure {:.2}", clip.name, frame.j, frame.agreement);
        }
        if shown.contains(&index) {
            sheet.add(&format!("{} {index}", clip.name), &source, &frame.mask, &truth, &[]);
        }
        before = Some(frame.mask.clone());
        frames.push(frame);
    }
    let mean = |value: &dyn Fn(&Frame) -> f64| frames.iter().map(value).sum::<f64>() / frames.len() as f64;
    let least = frames.iter().map(|frame| frame.j).fold(1.0, f64::min);
    println!(
        "{:<16} {:>6.3} {least:>6.3} {:>6.3} {jumps:>6} {:>9.0}",
        clip.name,
        mean(&|frame| frame.j),
        mean(&|frame| f64::from(frame.agreement)),
        mean(&|frame| frame.detecting.as_secs_f64() * 1000.0)
    );
    Ok(())
}

impl Bench {
    fn find(&self, source: &image::RgbImage, truth: &Alpha) -> Result<Frame, AnyError> {
        let (width, height) = source.dimensions();
        let image = see(source, self.sam.input_side(), &self.threads)?;
        let (maps, embeddings, logits) = (Memo::<Map>::new(BUDGET)?, Memo::new(BUDGET)?, Memo::new(BUDGET)?);
        let began = Instant::now();
        let salient = saliency::look(&image, &self.detector, &maps, &|| false)?;
        let detecting = began.elapsed();
        let mut mask = Alpha::new(width, height);
        let mut sure = 0.0;
        if let Some(found) = find(&salient, &Prompts::default()) {
            let network = Network { segmenter: &self.sam, embeddings: &embeddings, logits: &logits };
            let question = Question {
                prompts: &found.prompts,
                prior: None,
                candidate: None,
                expected: Some(Expected::Roughly(&found.expected)),
            };
            let answer = segment(&image, &question, &network, &|| false)?;
            sure = agreement(&answer.logits, &found);
            let bounds = PixelRect { x1: 0, y1: 0, x2: width as i32, y2: height as i32 };
            let matte = from_logits(&answer.logits, bounds, &self.threads)?;
            for (from_top, row) in mask.chunks_exact_mut(width as usize).enumerate() {
                matte.read_row(height as i32 - 1 - from_top as i32, 0, row);
            }
        }
        let j = region::similarity(&binary(&mask), &binary(truth));
        Ok(Frame { mask, j, agreement: sure, detecting })
    }
}
