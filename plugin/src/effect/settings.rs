//! All parameters at one time as plain values: read once per action, then no parameter handle is touched.

use super::Context;
use super::instance::ParameterHandles;
use super::parameters::{BOX_BOTTOM_LEFT_DEFAULT, BOX_TOP_RIGHT_DEFAULT, POINT_DEFAULT};
use crate::ofx::{Host, Parameter, Result};
use crate::pipeline::compose::Mode;
use crate::pipeline::pixels::Components;
use crate::pipeline::prompts::{Point, Position, Prompts};

/// The artist's settings at one time.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// What to give back.
    pub mode: Mode,
    /// Components of the output, where the effect may choose.
    pub components: Components,
    /// Points and box.
    pub prompts: Prompts,
    /// Memory for embeddings in bytes.
    pub cache_budget: u64,
}

/// Options of a point's mode, by stored index.
const INCLUDE: i32 = 1;
const EXCLUDE: i32 = 2;

impl Settings {
    /// Reads all parameters at `time`.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read(host: &Host, handles: &ParameterHandles, context: Context, time: f64) -> Result<Self> {
        let tint = handles.overlay_colour.rgba_at(host, time)?.map(|c| c as f32);
        let mode = match handles.output.int_at(host, time)? {
            1 => Mode::Matte,
            2 => Mode::Overlay { tint: [tint[0], tint[1], tint[2]], opacity: tint[3].clamp(0.0, 1.0) },
            _ => Mode::CutOut,
        };
        let components = match (&handles.output_components, context) {
            (Some(parameter), Context::General) => match parameter.int_at(host, time)? {
                1 => Components::Rgb,
                2 => Components::Alpha,
                _ => Components::Rgba,
            },
            _ => Components::Rgba,
        };
        let budget = handles.cache_budget.int_at(host, time)?;
        Ok(Self {
            mode,
            components,
            prompts: read_prompts(host, handles, time)?,
            cache_budget: u64::try_from(budget).unwrap_or(0) << 20,
        })
    }
}

fn read_prompts(host: &Host, handles: &ParameterHandles, time: f64) -> Result<Prompts> {
    let mut points = Vec::new();
    for (mode, position) in &handles.points {
        let include = match mode.int_at(host, time)? {
            INCLUDE => true,
            EXCLUDE => false,
            _ => continue,
        };
        points.push(Point { position: read_position(host, position, POINT_DEFAULT, time)?, include });
    }
    let bounding_box = if handles.box_enable.int_at(host, time)? != 0 {
        Some([
            read_position(host, &handles.box_bottom_left, BOX_BOTTOM_LEFT_DEFAULT, time)?,
            read_position(host, &handles.box_top_right, BOX_TOP_RIGHT_DEFAULT, time)?,
        ])
    } else {
        None
    };
    Ok(Prompts { points, bounding_box })
}

/// A host without normalised defaults (Resolve, MLT) hands the default back as it was given: 0.5 is the
/// centre of the frame then, not half a pixel. A scaled default is never that small, and an artist who
/// wants the very corner is off by less than a pixel.
fn read_position(host: &Host, parameter: &Parameter, default: [f64; 2], time: f64) -> Result<Position> {
    let value = parameter.double2_at(host, time)?;
    Ok(if value == default { Position::FrameFraction(value) } else { Position::Canonical(value) })
}
