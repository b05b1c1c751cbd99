//! The subject without prompts, in the simulator: a detector that finds red in place of U^2-Net, a disc in place of SAM's
//! mask.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod button;
mod corrections;
mod failures;
mod frames;
mod told;

use std::sync::Arc;

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{
    Clip, Context, Instance, Output, Picture, Profile, Project, Request, SimError, Status, Value,
};
use tests::spots::{Spots, spotted};

type Tested = Result<(), SimError>;

const SIZE: (u32, u32) = (256, 144);
/// Radius of the disc that the network draws, in pixels of this frame, and of the spots: the mask fits.
const RADIUS: f32 = 40.0;
const MATTE: i32 = 1;
const AUTOMATIC: i32 = 1;
const MINE: i32 = 0;

/// An effect in automatic mode that shows its matte.
struct Bench {
    instance: Instance,
    spots: Arc<Spots>,
    stage: Stage,
}

impl Bench {
    fn new(clip: Clip) -> Result<Bench, SimError> {
        Bench::of(Profile::strict(), clip, Spots::default())
    }

    fn of(profile: Profile, clip: Clip, spots: Spots) -> Result<Bench, SimError> {
        let stage = Stage::new(profile, Disc::default())?;
        let spots = spots.install();
        let context =
            stage.plugin.contexts().into_iter().find(|c| *c == Context::General).unwrap_or(Context::Filter);
        let instance = stage.instance_in(context, clip, Project::new(SIZE.0, SIZE.1))?;
        instance.set("output", MATTE)?;
        instance.set("promptsFrom", AUTOMATIC)?;
        Ok(Bench { instance, spots, stage })
    }

    fn render(&self, time: f64) -> Result<Picture, SimError> {
        Ok(rendered(&self.instance, time)?.picture())
    }

    /// The status line, brought up to date.
    fn status(&self) -> Result<String, SimError> {
        self.instance.set("invert", true)?;
        self.instance.set("invert", false)?;
        text(&self.instance, "status")
    }

    fn finish(self) -> Tested {
        drop(self.instance);
        self.stage.finish()
    }
}

fn rendered(instance: &Instance, time: f64) -> Result<Output, SimError> {
    let output = instance.render(&Request::at(time))?;
    assert_eq!(output.status, Status::OK, "{:?}", output.messages);
    assert_eq!(output.untouched, 0);
    Ok(output)
}

fn text(instance: &Instance, name: &str) -> Result<String, SimError> {
    match instance.value(name, 0.0)? {
        Value::Text(text) => Ok(text),
        other => panic!("{name} is {other:?}"),
    }
}

fn number(instance: &Instance, name: &str) -> Result<i32, SimError> {
    match instance.value(name, 0.0)? {
        Value::Ints(values) => Ok(values[0]),
        other => panic!("{name} is {other:?}"),
    }
}

fn position(instance: &Instance, name: &str, time: f64) -> Result<[f64; 2], SimError> {
    match instance.value(name, time)? {
        Value::Doubles(values) => Ok([values[0], values[1]]),
        other => panic!("{name} is {other:?}"),
    }
}

/// The middle of the covered area in pixels from the top left; `None` of an empty matte.
fn middle(matte: &Picture) -> Option<[f32; 2]> {
    let (mut sum, mut place) = (0.0, [0.0; 2]);
    for y in 0..matte.height {
        for x in 0..matte.width {
            let alpha = matte.at(x, y)[3];
            sum += alpha;
            place = [place[0] + alpha * (x as f32 + 0.5), place[1] + alpha * (y as f32 + 0.5)];
        }
    }
    (sum > 0.5).then(|| place.map(|value| value / sum))
}

/// Whether the matte's middle is at a place, in pixels from the top left.
#[track_caller]
fn assert_at(matte: &Picture, place: [f32; 2]) {
    let found = middle(matte).unwrap();
    assert!((found[0] - place[0]).hypot(found[1] - place[1]) < 3.0, "{found:?}, not {place:?}");
}

/// A still with round spots.
fn still(spots: &[([f32; 2], f32)]) -> Clip {
    Clip::still(spotted(SIZE, spots))
}
