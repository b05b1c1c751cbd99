//! The frames around the one that is rendered: each is fetched, seen with its own prompts and released again.

use super::clips::used;
use super::fields;
use super::inputs::align;
use super::instance::Instance;
use super::layouts;
use super::look::{Answer, Looked, Wanted, look};
use super::render::Error;
use super::source_colour;
use super::status::LastFrame;
use crate::engine::{Engine, Threads};
use crate::ofx::{Effect, Host};
use crate::pipeline;
use crate::pipeline::fields::Pass;
use crate::pipeline::geometry::Geometry;
use crate::pipeline::plane::Plane;
use crate::pipeline::refine::{Denoised, Picture};
use crate::pipeline::stabilise::{Seen, Stability, stabilise};

/// Where the picture that is rendered lies in time, and how the pictures around it have to lie to be like it.
pub struct Place<'a> {
    /// The frame.
    pub time: f64,
    /// Pixels per canonical unit, as the action says.
    pub render_scale: [f64; 2],
    /// Which part of the frame it is. The same part of other frames is compared: fields of one parity lie alike.
    pub pass: Pass,
    /// How the whole source lies.
    pub whole: &'a Geometry,
    /// How the part of it does.
    pub grid: &'a Geometry,
}

/// How many frames to each side the stability of a frame needs; 0 where the host gives no others.
pub fn reach(host: &Host, stability: Stability) -> usize {
    if host.gives_other_frames() { stability.reach() } else { 0 }
}

/// First and last frame of the window around a time: `reach` to each side, as far as the source has frames.
pub fn span(host: &Host, instance: &Instance, time: f64, reach: usize) -> [f64; 2] {
    // A range that the time itself is not in says nothing. The second field of the last frame is after its time.
    let range = instance.clips.source.frame_range(host).filter(|[a, b]| *a <= time && time < *b + 1.0);
    let [first, last] = range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
    let side = |step: f64| {
        let times = (1..=reach).map(|k| time + step * k as f64);
        times.take_while(|t| *t >= first && *t < last + 1.0).last().unwrap_or(time)
    };
    [side(-1.0), side(1.0)]
}

/// What looking around needs.
pub struct Window<'a> {
    /// The effect.
    pub effect: &'a Effect<'a>,
    /// Its instance.
    pub instance: &'a Instance,
    /// The network and its memory.
    pub engine: &'a Engine,
    /// Threads for rows of pixels.
    pub threads: &'a Threads,
    /// The picture in the middle.
    pub place: &'a Place<'a>,
}

impl Window<'_> {
    /// The logits of the picture in the middle, steadied by those of the pictures around it. To each side the window
    /// ends where a frame is missing, lies otherwise or has nothing chosen: what is beyond has no motion to this one.
    /// `denoised` takes in the pictures whose logits are fused.
    ///
    /// # Errors
    /// When a frame of the window cannot be seen, or the host stops the render.
    pub fn stabilise(
        &self,
        centre: &Answer,
        stability: Stability,
        mut denoised: Option<&mut Denoised<'_>>,
        frame: &mut LastFrame,
    ) -> Result<Plane, Error> {
        let (host, time) = (self.effect.host(), self.place.time);
        let [first, last] = span(host, self.instance, time, reach(host, stability));
        let mut side = |end: f64, step: f64| {
            let count = (end - time).abs().round() as usize;
            self.side([count, stability.smoothing], step, denoised.as_deref_mut(), frame)
        };
        let mut frames = side(first, -1.0)?;
        let later = side(last, 1.0)?;
        frames.reverse();
        let at = frames.len();
        frames.push(centre.seen());
        frames.extend(later);
        let abort = || self.effect.aborted();
        Ok(stabilise(&frames, at, stability, &self.engine.motion, self.threads, &abort)?)
    }

    /// What is seen of up to `count` frames to one side, the nearest first, of which up to `fused` are taken in.
    fn side(
        &self,
        [count, fused]: [usize; 2],
        step: f64,
        mut denoised: Option<&mut Denoised<'_>>,
        frame: &mut LastFrame,
    ) -> Result<Vec<Seen>, Error> {
        let mut frames = Vec::new();
        for k in 1..=count {
            pipeline::check(&|| self.effect.aborted())?;
            let denoised = denoised.as_deref_mut().filter(|_| k <= fused);
            match self.see(self.place.time + step * k as f64, denoised, frame)? {
                Some(seen) => frames.push(seen),
                None => break,
            }
        }
        Ok(frames)
    }

    /// What is seen of one frame, which `denoised` takes in; `None` when it is missing, lies otherwise or has nothing chosen.
    fn see(
        &self,
        time: f64,
        denoised: Option<&mut Denoised<'_>>,
        frame: &mut LastFrame,
    ) -> Result<Option<Seen>, Error> {
        let Place { render_scale, pass, whole, grid, .. } = self.place;
        let (host, clips) = (self.effect.host(), &self.instance.clips);
        let settings = self.instance.settings(host, time + pass.later)?;
        if settings.names_nothing(|| clips.guided(host, settings.inputs)) {
            return Ok(None);
        }
        let Some(source) = clips.source.picture(host, time)? else { return Ok(None) };
        let lies = fields::frame_geometry(host, &clips.source, &source, *render_scale, time);
        // A host that gives single fields names the one that it gave.
        let other_field =
            layouts::field(&source.properties.field).is_some_and(|field| pass.field != Some(field));
        if lies != **whole || other_field {
            return Ok(None);
        }
        let Some((view, geometry)) = fields::source(layouts::source_view(&source)?, lies, *pass) else {
            return Ok(None);
        };
        let guide = match used(host, &clips.guide, settings.inputs.guide) {
            Some(clip) => clip.picture(host, time)?,
            None => None,
        };
        let guide = align(guide.as_ref(), whole, grid, *pass)?;
        let wanted =
            Wanted { settings: &settings, source: &view, geometry: &geometry, guide: guide.as_ref() };
        // What there is to tell of another frame is told there; its time is this render's.
        let mut told = LastFrame::default();
        let encoding =
            source_colour::encoding(self.effect, self.instance, &settings, wanted.source.layout().depth);
        let looked = look(self.effect, self.engine, self.threads, &wanted, &encoding, &mut told)?;
        if let (Some(work), Some(further)) = (&mut frame.work, told.work) {
            work.network_time += further.network_time;
        }
        let Looked::Seen(answer) = looked else { return Ok(None) };
        if let Some(denoised) = denoised {
            let eye = encoding.colour.eye(settings.exposure);
            let abort = || self.effect.aborted();
            let picture = Picture::new(&view, &eye);
            denoised.take_in(picture, answer.key, self.threads, &abort)?;
        }
        Ok(Some(answer.seen()))
    }
}
