//! The pictures of one render, fetched once and released together.

use super::clips::used;
use super::instance::Instance;
use super::settings::{Settings, Ticked};
use super::status::LastFrame;
use super::{fields, layouts};
use crate::ofx::{Clip, Fetched, Host, Result};
use crate::pipeline::aligned::Aligned;
use crate::pipeline::fields::Pass;
use crate::pipeline::geometry::Geometry;
use crate::pipeline::prompts::Notice;

/// The extra inputs that are in use and have a picture at this time.
pub struct Inputs<'h> {
    /// A rough matte.
    pub guide: Option<Fetched<'h>>,
    /// What is taken away from the matte.
    pub garbage: Option<Fetched<'h>>,
    /// What is kept in it.
    pub holdout: Option<Fetched<'h>>,
    /// What a composite lies over.
    pub background: Option<Fetched<'h>>,
}

impl<'h> Inputs<'h> {
    /// Fetches them. What is ticked and connected and has no picture at this time is noted.
    ///
    /// # Errors
    /// When the host has no memory for one, or describes it in a way that cannot be read.
    pub fn fetch(
        instance: &Instance,
        host: &'h Host,
        settings: &Settings,
        time: f64,
        frame: &mut LastFrame,
    ) -> Result<Self> {
        let clips = &instance.clips;
        let Ticked { guide, garbage, holdout, background } = settings.inputs;
        let mut fetch = |clip: &Option<Clip>, ticked: bool, missing: Notice| -> Result<Option<Fetched<'h>>> {
            let Some(clip) = used(host, clip, ticked) else { return Ok(None) };
            let image = clip.picture(host, time)?;
            if image.is_none() {
                frame.note([missing]);
            }
            Ok(image)
        };
        Ok(Self {
            guide: fetch(&clips.guide, guide, Notice::NoGuide)?,
            garbage: fetch(&clips.garbage, garbage, Notice::NoGarbage)?,
            holdout: fetch(&clips.holdout, holdout, Notice::NoHoldout)?,
            background: fetch(&clips.background, background, Notice::NoBackground)?,
        })
    }
}

/// An input on the grid of what a pass makes of the source. `frame` is how the whole source lies, `grid` how the
/// part of it does that the pass is about.
///
/// # Errors
/// When the image describes itself in a way that cannot be read.
pub fn align<'a>(
    image: Option<&'a Fetched<'_>>,
    frame: &Geometry,
    grid: &Geometry,
    pass: Pass,
) -> Result<Option<Aligned<'a>>> {
    let Some(image) = image else { return Ok(None) };
    let view = layouts::source_view(image)?;
    let properties = &image.properties;
    // One that lies as the source does was made at its scale, and has its fields.
    if view.layout().bounds == frame.bounds && properties.pixel_aspect_ratio == frame.pixel_aspect_ratio {
        let part = fields::source(view, *frame, pass);
        return Ok(part.map(|(view, geometry)| Aligned::new(view, &geometry, grid)));
    }
    let geometry = layouts::geometry(properties, properties.render_scale.unwrap_or(frame.render_scale));
    Ok(Some(Aligned::new(view, &geometry, grid)))
}
