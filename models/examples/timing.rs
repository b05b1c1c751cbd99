//! How long the networks take here: `cargo run --release -p models --example timing [THREADS]`.

use std::time::Instant;

use models::runtime::Runtime;
use models::sam::{ModelImage, PointLabel, PointPrompt, Prompts, Sam, Segmenter as _};
use models::store::Store;
use models::{Error, cache};

/// Runs to take the middle one of.
const RUNS: usize = 9;

fn main() -> Result<(), Error> {
    let threads = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2);
    let start = Instant::now();
    let runtime = Runtime::load(&cache::runtime_library())?;
    let sam = Sam::load(&runtime, &Store::open(&cache::models_dir())?, threads)?;
    println!("{threads} threads; loading {} ms", start.elapsed().as_millis());

    let image = ModelImage::new(1024, 576, vec![0.5; 1024 * 576 * 3])?;
    let point = PointPrompt { x: 500.0, y: 300.0, label: PointLabel::Include };
    let prompts = Prompts { points: vec![point], bounding_box: None };
    let embedding = sam.encode(&image, &|| false)?;
    let mut encoder = Vec::new();
    let mut decoder = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        sam.encode(&image, &|| false)?;
        encoder.push(start.elapsed().as_millis());
        let start = Instant::now();
        sam.decode(&embedding, &prompts, None)?;
        decoder.push(start.elapsed().as_millis());
    }
    for (name, mut times) in [("encoder", encoder), ("decoder", decoder)] {
        times.sort_unstable();
        println!("{name}: {} ms, best {}, worst {}", times[RUNS / 2], times[0], times[RUNS - 1]);
    }
    Ok(())
}
