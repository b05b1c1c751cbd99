//! The parameters at one time, read once into a plain value. Everything a frame depends on beside its pixels.

use super::Context;
use super::handles::ParameterHandles;
use super::parameters::{self as names, BOX_BOTTOM_LEFT_DEFAULT, BOX_TOP_RIGHT_DEFAULT, POINT_DEFAULT};
use crate::ofx::{Host, Parameter, Result};
use crate::pipeline::colour::SourceColour;
use crate::pipeline::compose::{Alpha, Mode};
use crate::pipeline::pixels::Components;
use crate::pipeline::prompts::{Point, Position, Prompts};
use crate::pipeline::refine::Edge;
use crate::pipeline::stabilise::{MOST_SMOOTHING, Stability};
use crate::pipeline::tools::combine::SourceAlpha;
use crate::pipeline::tools::{FeatherMode, MatteTools};
use crate::pipeline::zoom::Detail;

/// The artist's settings at one time.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// What to give back.
    pub mode: Mode,
    /// Components of the output, where the effect may choose.
    pub components: Components,
    /// Points and box.
    pub prompts: Prompts,
    /// Whether the subject is found without prompts, which then are corrections.
    pub automatic: bool,
    /// Which of SAM's masks to take; `None`: the one that fits the prompts.
    pub candidate: Option<usize>,
    /// How closely a small subject is looked at.
    pub detail: Detail,
    /// How much the guide counts, 0..1; 0 when it is not used.
    pub guide_strength: f32,
    /// Which extra inputs are ticked.
    pub inputs: Ticked,
    /// How much the frames around it count.
    pub stability: Stability,
    /// How the edge is found.
    pub refine: Refine,
    /// How it is to be.
    pub edge: Edge,
    /// What is done to the matte.
    pub tools: MatteTools,
    /// What becomes of the source's own alpha.
    pub source_alpha: SourceAlpha,
    /// How much of the old background is taken out of soft edges, 0..1.
    pub decontaminate: f32,
    /// How much of the effect is shown, 0..1.
    pub mix: f32,
    /// How the source is encoded; `None`: as the host says.
    pub source_colour: Option<SourceColour>,
    /// Stops by which the network sees the source brighter.
    pub exposure: f32,
    /// Room around the box in pixels of a 1920-wide frame, when the output ends there.
    pub crop_margin: Option<f32>,
    /// Memory for embeddings in bytes.
    pub cache_budget: u64,
}

/// Which extra inputs the artist wants used. One that is ticked and not connected counts for nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticked {
    /// The guide, unless its strength is 0.
    pub guide: bool,
    /// The garbage matte.
    pub garbage: bool,
    /// The holdout.
    pub holdout: bool,
    /// The background, when the output is a composite.
    pub background: bool,
}

/// What finds the edge of a matte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refine {
    /// SAM's mask alone.
    Off,
    /// The guided filter.
    Fast,
    /// The edge network.
    Best,
}

impl Refine {
    /// Whether the edge network is asked: with no detail it has no say.
    pub fn asks_network(self, edge: Edge) -> bool {
        self == Refine::Best && edge.detail > 0.0
    }
}

impl Settings {
    /// Whether nothing says what the subject is: no prompts, no rough matte (`guided`, asked last), and none is looked
    /// for.
    pub fn names_nothing(&self, guided: impl FnOnce() -> bool) -> bool {
        !self.automatic && self.prompts.choose_nothing() && !guided()
    }

    /// Reads all parameters at `time`.
    ///
    /// # Errors
    /// When the host does not give a value.
    pub fn read(host: &Host, handles: &ParameterHandles, context: Context, time: f64) -> Result<Self> {
        let int = |name| handles.int(host, name, time);
        let flag = |name| handles.flag(host, name, time);
        let double = |name| handles.double(host, name, time);
        let mode = read_mode(host, handles, time)?;
        let components = match context {
            Context::General => match int(names::OUTPUT_COMPONENTS)? {
                1 => Components::Rgb,
                2 => Components::Alpha,
                _ => Components::Rgba,
            },
            Context::Filter => Components::Rgba,
        };
        let guided = flag(names::USE_GUIDE)?;
        let guide_strength = if guided { double(names::GUIDE_STRENGTH)? } else { 0.0 };
        Ok(Self {
            mode,
            components,
            prompts: read_prompts(host, handles, time)?,
            automatic: int(names::PROMPTS_FROM)? == names::FROM_AUTOMATIC,
            candidate: match int(names::CANDIDATE)? {
                chosen @ 1..=4 => Some(chosen as usize - 1),
                _ => None,
            },
            detail: match int(names::DETAIL)? {
                names::DETAIL_FINE => Detail::Fine,
                _ => Detail::Normal,
            },
            guide_strength,
            inputs: Ticked {
                guide: guide_strength > 0.0,
                garbage: flag(names::USE_GARBAGE)?,
                holdout: flag(names::USE_HOLDOUT)?,
                background: matches!(mode, Mode::Composite { .. }) && flag(names::USE_BACKGROUND)?,
            },
            stability: Stability {
                smoothing: int(names::TEMPORAL_SMOOTHING)?.clamp(0, MOST_SMOOTHING as i32) as usize,
                chatter: double(names::REDUCE_CHATTER)?,
            },
            refine: match int(names::REFINE)? {
                names::REFINE_OFF => Refine::Off,
                names::REFINE_FAST => Refine::Fast,
                _ => Refine::Best,
            },
            edge: Edge { width: double(names::EDGE_WIDTH)?, detail: double(names::EDGE_DETAIL)? },
            tools: MatteTools {
                fill_holes: double(names::FILL_HOLES)?,
                despeckle: double(names::DESPECKLE)?,
                grow: double(names::GROW)?,
                feather: double(names::FEATHER)?,
                feather_mode: match int(names::FEATHER_MODE)? {
                    0 => FeatherMode::In,
                    1 => FeatherMode::Out,
                    _ => FeatherMode::Both,
                },
                black_clip: double(names::BLACK_CLIP)?,
                white_clip: double(names::WHITE_CLIP)?,
                gamma: double(names::GAMMA)?,
                invert: flag(names::INVERT)?,
            },
            source_alpha: match int(names::SOURCE_ALPHA)? {
                1 => SourceAlpha::Intersect,
                2 => SourceAlpha::Add,
                3 => SourceAlpha::Subtract,
                _ => SourceAlpha::Ignore,
            },
            decontaminate: double(names::DECONTAMINATE)?,
            mix: double(names::MIX)?,
            source_colour: source_colour(int(names::SOURCE_COLOUR)?),
            exposure: double(names::EXPOSURE)?,
            crop_margin: if flag(names::CROP)? { Some(double(names::CROP_MARGIN)?) } else { None },
            cache_budget: u64::try_from(int(names::CACHE_BUDGET)?).unwrap_or(0) << 20,
        })
    }
}

impl Settings {
    /// Room around the box, when the output of this mode ends there. Views of the whole frame do not.
    pub fn crop_margin_of(&self, mode: Mode) -> Option<f32> {
        let cut_off = matches!(mode, Mode::CutOut(_) | Mode::Matte | Mode::Foreground);
        self.crop_margin.filter(|_| cut_off && !self.tools.invert)
    }
}

fn read_mode(host: &Host, handles: &ParameterHandles, time: f64) -> Result<Mode> {
    Ok(match handles.int(host, names::OUTPUT, time)? {
        1 => Mode::Matte,
        2 => {
            let [r, g, b, a] =
                handles.get(names::OVERLAY_COLOUR)?.rgba_at(host, time)?.map(|c| finite(c) as f32);
            Mode::Overlay { tint: [r, g, b], opacity: a.clamp(0.0, 1.0) }
        }
        3 => Mode::CutOut(Alpha::Premultiplied),
        4 => Mode::CutOut(Alpha::Straight),
        5 => {
            let colour = handles.get(names::BACKGROUND_COLOUR)?.rgb_at(host, time)?;
            Mode::Composite { over: colour.map(|c| finite(c) as f32) }
        }
        6 => Mode::Foreground,
        7 => Mode::Edges,
        _ => Mode::CutOut(Alpha::AsDeclared),
    })
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// The options of the parameter, by stored index.
fn source_colour(index: i32) -> Option<SourceColour> {
    Some(match index {
        1 => SourceColour::Srgb,
        2 => SourceColour::Gamma24,
        3 => SourceColour::LinearRec709,
        4 => SourceColour::AcesCg,
        5 => SourceColour::AcesCct,
        6 => SourceColour::DavinciIntermediate,
        7 => SourceColour::LogC3,
        8 => SourceColour::LogC4,
        9 => SourceColour::SLog3,
        10 => SourceColour::CanonLog3,
        11 => SourceColour::VLog,
        12 => SourceColour::Log3G10,
        13 => SourceColour::Cineon,
        _ => return None,
    })
}

fn read_prompts(host: &Host, handles: &ParameterHandles, time: f64) -> Result<Prompts> {
    let mut points = Vec::new();
    for (mode, position) in &handles.points {
        let include = match mode.int_at(host, time)? {
            names::POINT_INCLUDE => true,
            names::POINT_EXCLUDE => false,
            _ => continue,
        };
        points.push(Point { position: read_position(host, position, POINT_DEFAULT, time)?, include });
    }
    let corner = |name, default| read_position(host, &handles.get(name)?, default, time);
    let bounding_box = if handles.flag(host, names::BOX_ENABLE, time)? {
        Some([
            corner(names::BOX_BOTTOM_LEFT, BOX_BOTTOM_LEFT_DEFAULT)?,
            corner(names::BOX_TOP_RIGHT, BOX_TOP_RIGHT_DEFAULT)?,
        ])
    } else {
        None
    };
    Ok(Prompts { points, bounding_box })
}

/// A position parameter at a time. A host without normalised defaults (Resolve, MLT) hands the default back as it was given: 0.5 is the
/// centre of the frame then, not half a pixel. A scaled default is never that small, and an artist who
/// wants the very corner is off by less than a pixel.
///
/// # Errors
/// When the host does not give the value.
pub fn read_position(host: &Host, parameter: &Parameter, default: [f64; 2], time: f64) -> Result<Position> {
    let value = parameter.double2_at(host, time)?;
    Ok(if value == default { Position::FrameFraction(value) } else { Position::Canonical(value) })
}
