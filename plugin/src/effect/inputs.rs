//! The pictures of one render, fetched once and released together.

use super::instance::Instance;
use super::layouts;
use super::settings::{Settings, Ticked};
use crate::ofx::{Clip, Fetched, Host, Result};
use crate::pipeline::aligned::Aligned;
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
        notices: &mut Vec<Notice>,
    ) -> Result<Self> {
        let clips = &instance.clips;
        let Ticked { guide, garbage, holdout, background } = settings.inputs;
        let mut fetch = |clip: &Option<Clip>, ticked: bool, missing: Notice| -> Result<Option<Fetched<'h>>> {
            let Some(clip) = clip.as_ref().filter(|clip| ticked && clip.is_connected(host)) else {
                return Ok(None);
            };
            let image = clip.image(host, time)?.map(|image| image.describe()).transpose()?.flatten();
            if image.is_none() {
                notices.push(missing);
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

/// An input on the source's grid.
///
/// # Errors
/// When the image describes itself in a way that cannot be read.
pub fn align<'a>(
    image: Option<&'a Fetched<'_>>,
    source: &Geometry,
    render_scale: [f64; 2],
) -> Result<Option<Aligned<'a>>> {
    image
        .map(|image| {
            let geometry = layouts::geometry(&image.properties, render_scale);
            Ok(Aligned::new(layouts::source_view(image)?, &geometry, source))
        })
        .transpose()
}
