//! Times the built bundle in the simulator: `cargo run --release -p tests --bin benchmark [-- --size 1920x1080]`
//!
//! Frames are float RGBA. "first" is the first render of a frame, "changed point" the same frame again with
//! the point elsewhere, "without network" the same point once more (everything but the network: what it sees of the
//! frame, its answer brought to the frame's size, the output). "dragged tools" has holes filled, specks removed, the
//! edge grown and feathered besides.
//! Ratios are made within one run, frame by frame, because absolute times drift on shared machines.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use tests::bundles;
use tests::linked::test_picture;
use tests::sim::{Binary, Clip, Context, Host, Instance, Picture, Profile, Project, Request, Status};

#[derive(Parser)]
struct Options {
    /// Width and height in pixels.
    #[arg(long, default_value = "1920x1080", value_parser = parse_size)]
    size: (u32, u32),
    /// Frames to time, after one that loads the network.
    #[arg(long, default_value_t = 5)]
    frames: usize,
    /// Fail when the median ratio of first to changed is below this.
    #[arg(long)]
    at_least: Option<f64>,
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let sizes = text.split_once('x').map(|(w, h)| (w.parse(), h.parse()));
    match sizes {
        Some((Ok(width), Ok(height))) if width > 0 && height > 0 => Ok((width, height)),
        _ => Err(format!("\"{text}\" is not WIDTHxHEIGHT")),
    }
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("benchmark: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let (width, height) = options.size;
    let host = Host::new(Profile::strict());
    let plugin = host.load(Binary::open(bundles::built()?)?)?;
    let effect = plugin.describe_in_context(Context::Filter)?;
    let instance = effect.create(Project::new(width, height))?;
    instance.connect("Source", Clip::from_pictures(pictures(options)))?;
    instance.set("output", 1)?;
    instance.set("point1Mode", 1)?;

    let inside = |share: f64| [f64::from(width) * share, f64::from(height) * 0.5];
    let loading = timed(&instance, 0, inside(0.5))?;
    let (mut first, mut changed, mut bare, mut tools, mut ratios) = (vec![], vec![], vec![], vec![], vec![]);
    for frame in 1..=options.frames {
        let cold = timed(&instance, frame, inside(0.5))?;
        let warm = timed(&instance, frame, inside(0.45))?;
        bare.push(timed(&instance, frame, inside(0.45))?);
        set_tools(&instance, 1.0)?;
        tools.push(timed(&instance, frame, inside(0.45))?);
        set_tools(&instance, 0.0)?;
        ratios.push(cold / warm);
        first.push(cold);
        changed.push(warm);
    }
    let ratio = median(&mut ratios);
    println!("{width}x{height}, float RGBA, medians of {} frames", options.frames);
    println!("  first render, network loading included  {loading:9.1} ms");
    println!("  first render of a frame                 {:9.1} ms", median(&mut first));
    println!("  changed point, embedding in memory      {:9.1} ms", median(&mut changed));
    println!("  without network                         {:9.1} ms", median(&mut bare));
    println!("  without network, dragged tools          {:9.1} ms", median(&mut tools));
    println!("  first : changed point                   {ratio:9.1} times");
    drop((instance, effect));
    plugin.unload()?;
    host.assert_clean();
    match options.at_least {
        Some(least) if ratio < least => {
            eprintln!("benchmark: {ratio:.1} is below {least}");
            Ok(ExitCode::FAILURE)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Switches some matte tools on (1) or off (0).
fn set_tools(instance: &Instance, amount: f64) -> Result<(), Box<dyn Error>> {
    for (name, value) in [("fillHoles", 200.0), ("despeckle", 200.0), ("growShrink", 2.0), ("feather", 6.0)] {
        instance.set(name, value * amount)?;
    }
    Ok(())
}

/// Different pictures, so that no frame is in memory before its first render.
fn pictures(options: &Options) -> Vec<Picture> {
    let (width, height) = (options.size.0 as usize, options.size.1 as usize);
    let base = test_picture(width, height);
    (0..=options.frames)
        .map(|frame| {
            let gain = 1.0 - 0.5 * frame as f32 / (options.frames + 1) as f32;
            Picture::from_fn(width, height, |x, y| {
                let [r, g, b, a] = base.at(x, y);
                [r * gain, g * gain, b * gain, a]
            })
        })
        .collect()
}

/// Milliseconds of one render.
fn timed(instance: &Instance, frame: usize, point: [f64; 2]) -> Result<f64, Box<dyn Error>> {
    instance.set("point1", point)?;
    let output = instance.render(&Request::at(frame as f64))?;
    if output.status != Status::OK {
        return Err(format!("frame {frame}: {:?}", instance.persistent_message()).into());
    }
    Ok(output.seconds * 1000.0)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
