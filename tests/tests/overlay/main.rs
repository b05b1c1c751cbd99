//! The overlay: what it draws, and how pen and keys change the parameters.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod drawing;
mod hosts;
mod keys;
mod offscreen;
mod opengl;
mod pen;

use tests::linked::{Stage, test_picture};
use tests::network::Disc;
use tests::sim::{
    Change, Clip, Context, Drawn, Instance, Overlay, Primitive, Profile, SimError, Value, View,
};

use promptmatte::effect::overlay::shapes;

type Tested = Result<(), SimError>;

/// The project's size, canonical.
const SIZE: (u32, u32) = (256, 144);

fn source() -> Clip {
    Clip::still(test_picture(SIZE.0 as usize, SIZE.1 as usize))
}

/// An instance with a view open, drawn with the draw suite.
struct Bench {
    view: Overlay,
    instance: Instance,
    stage: Stage,
}

impl Bench {
    fn new() -> Result<Bench, SimError> {
        Bench::of(Profile::strict())
    }

    fn of(profile: Profile) -> Result<Bench, SimError> {
        let stage = Stage::new(profile, Disc::default())?;
        let instance = stage.instance(Context::General, source(), SIZE)?;
        let view = instance.overlay_v2().or_else(|| instance.overlay()).unwrap();
        Ok(Bench { view, instance, stage })
    }

    /// Point 1 on, at a place.
    fn with_point(at: [f64; 2]) -> Result<Bench, SimError> {
        let bench = Bench::new()?;
        bench.instance.set("point1Mode", 1)?;
        bench.instance.set("point1", at)?;
        bench.instance.take_changes();
        Ok(bench)
    }

    /// The box on, between two places.
    fn with_box(a: [f64; 2], b: [f64; 2]) -> Result<Bench, SimError> {
        let bench = Bench::new()?;
        bench.instance.set("boxEnable", true)?;
        bench.instance.set("boxBottomLeft", a)?;
        bench.instance.set("boxTopRight", b)?;
        bench.instance.take_changes();
        Ok(bench)
    }

    fn finish(self) -> Tested {
        drop((self.view, self.instance));
        self.stage.finish()
    }

    fn position(&self, param: &str) -> [f64; 2] {
        self.position_at(param, 0.0)
    }

    fn position_at(&self, param: &str, time: f64) -> [f64; 2] {
        let value = self.instance.value(param, time).unwrap();
        let doubles = value.doubles().unwrap();
        [doubles[0], doubles[1]]
    }

    fn mode(&self, point: usize) -> i32 {
        self.instance.value(&format!("point{point}Mode"), 0.0).unwrap().int().unwrap()
    }

    /// What was written since the last call, without the labels and what goes on around it.
    fn written(&self) -> Vec<Change> {
        let mut changes = self.instance.take_changes();
        let is_label = |param: &str| ["status", "lastFrame", "assumed"].contains(&param);
        changes.retain(|change| !matches!(change, Change::Value { param, .. } if is_label(param)));
        changes
    }
}

/// One step of undo with these values.
fn step(label: &str, values: &[(&str, Value)]) -> Vec<Change> {
    let mut changes = vec![Change::StepBegins(label.to_owned())];
    changes.extend(values.iter().map(|(param, value)| Change::Value {
        param: (*param).to_owned(),
        value: value.clone(),
        key: None,
    }));
    changes.push(Change::StepEnds);
    changes
}

/// Views at several zooms, proxies and pixel aspect ratios.
fn views() -> Vec<View> {
    let mut views = Vec::new();
    for pixel_scale in [[1.0, 1.0], [0.125, 0.125], [7.5, 7.5], [2.0, 1.0], [0.3, 0.6]] {
        for render_scale in [[1.0, 1.0], [0.5, 0.5], [0.25, 0.125]] {
            views.push(View { pixel_scale, render_scale, ..View::default() });
        }
    }
    views
}

/// Whether something is of the shadow pass.
fn is_shadow(drawn: &Drawn) -> bool {
    drawn.ink().colour[..3] == shapes::SHADOW[..3]
}

/// The shapes of one kind and colour: their points.
fn shapes_of(drawn: &[Drawn], kind: Primitive, colour: [f32; 4]) -> Vec<Vec<[f64; 2]>> {
    drawn
        .iter()
        .filter_map(|drawn| match drawn {
            Drawn::Shape { primitive, points, ink } if *primitive == kind && ink.colour == colour => {
                Some(points.clone())
            }
            _ => None,
        })
        .collect()
}

/// Middle of some points.
fn middle(points: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|axis| points.iter().map(|p| p[axis]).sum::<f64>() / points.len() as f64)
}

/// Width and height of some points in screen pixels.
fn screen_size(points: &[[f64; 2]], view: &View) -> [f64; 2] {
    [0, 1].map(|axis| {
        let values = points.iter().map(|p| p[axis]);
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        (high - low) / view.pixel_scale[axis]
    })
}

fn close(a: [f64; 2], b: [f64; 2], tolerance: f64) -> bool {
    (a[0] - b[0]).abs() <= tolerance && (a[1] - b[1]).abs() <= tolerance
}
