//! Frames for the tracker, seen as rendering sees them.

use std::collections::HashMap;

use models::sam::ModelImage;

use crate::effect::instance::Instance;
use crate::effect::{fields, source_colour};
use crate::engine::Threads;
use crate::ofx::{Effect, Error as HostError, Fetched};
use crate::pipeline::eye;
use crate::pipeline::geometry::Geometry;
use crate::track::{Error, Frames};

/// The source at any time. Of interlaced material it is the earlier field, whose prompts are those of the frame's time.
pub struct SourceFrames<'a, 'h> {
    effect: &'a Effect<'h>,
    instance: &'a Instance,
    /// Long side of what the network takes.
    side: u32,
    threads: &'a Threads,
    geometries: HashMap<u64, Geometry>,
}

impl<'a, 'h> SourceFrames<'a, 'h> {
    /// Frames for a network that takes images of this long side.
    pub fn new(effect: &'a Effect<'h>, instance: &'a Instance, side: u32, threads: &'a Threads) -> Self {
        Self { effect, instance, side, threads, geometries: HashMap::new() }
    }

    /// How the picture at a time lies; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn geometry(&mut self, time: f64) -> Result<Option<Geometry>, Error> {
        if let Some(geometry) = self.geometries.get(&time.to_bits()) {
            return Ok(Some(*geometry));
        }
        let Some(image) = self.fetch(time)? else { return Ok(None) };
        self.look(&image, time, |_, _| Ok(()))?;
        Ok(self.geometries.get(&time.to_bits()).copied())
    }

    fn fetch(&self, time: f64) -> Result<Option<Fetched<'h>>, Error> {
        self.instance.clips.source.picture(self.effect.host(), time).map_err(unreadable)
    }

    /// Does something with the first picture in an image. `None` where it has no row.
    fn look<R>(
        &mut self,
        image: &Fetched<'_>,
        time: f64,
        with: impl FnOnce(&crate::pipeline::pixels::SourceView<'_>, &Geometry) -> Result<R, Error>,
    ) -> Result<Option<R>, Error> {
        let (host, clip) = (self.effect.host(), &self.instance.clips.source);
        let first = fields::first(host, clip, image, time).map_err(unreadable)?;
        let Some((view, geometry)) = first else { return Ok(None) };
        self.geometries.insert(time.to_bits(), geometry);
        with(&view, &geometry).map(Some)
    }
}

impl Frames for SourceFrames<'_, '_> {
    fn image(&mut self, time: f64) -> Result<Option<ModelImage>, Error> {
        let Some(image) = self.fetch(time)? else { return Ok(None) };
        let settings = self.instance.settings(self.effect.host(), time).map_err(unreadable)?;
        let (effect, instance, side, threads) = (self.effect, self.instance, self.side, self.threads);
        self.look(&image, time, |view, geometry| {
            let encoding = source_colour::encoding(effect, instance, &settings, view.layout().depth);
            let eye = encoding.colour.eye(settings.exposure);
            // A frame takes milliseconds; the tracker asks before and after.
            Ok(eye::see(view, &eye, geometry, side, threads, &|| false)?)
        })
    }
}

fn unreadable(error: HostError) -> Error {
    Error::Source(Box::new(error))
}
