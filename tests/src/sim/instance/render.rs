//! Rendering one frame, with everything that a host sends around it.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openfx_sys as ofx;

use super::Instance;
use super::told::Thumbnail;
use crate::sim::action::RenderContext;
use crate::sim::clips::Mapping;
use crate::sim::core::lock;
use crate::sim::images::fields;
use crate::sim::images::{Buffer, Geometry, Wanted, pixel_bounds, prepare};
use crate::sim::profile::Prefill;
use crate::sim::properties::PropertySet;
use crate::sim::{Layout, Output, Request, SimError, Status, ViolationKind, threads};

/// What is known before Render is sent.
pub(super) struct Plan {
    pub(super) bounds: [i32; 4],
    pub(super) window: [i32; 4],
    region: [f64; 4],
    mapping: Mapping,
    frames: HashMap<String, Vec<(f64, f64)>>,
    tiles: Option<HashMap<String, [f64; 4]>>,
    identity: Option<(String, f64)>,
    /// An action before Render failed.
    failed: Option<Status>,
}

impl Instance {
    /// Renders a frame with everything a host sends around it: GetClipPreferences when they may have changed,
    /// IsIdentity, GetRegionOfDefinition, GetRegionsOfInterest, GetFramesNeeded, BeginSequenceRender, Render,
    /// EndSequenceRender. A failed render is an [`Output`] with its status.
    ///
    /// # Errors
    /// [`SimError::Request`] for what cannot be asked of this effect in this host; file errors of the clips.
    pub fn render(&self, request: &Request) -> Result<Output, SimError> {
        threads::note_own();
        self.update_preferences(request)?;
        let _whole = self.exclusive();
        let _thumbnail = Thumbnail::begin(self, request);
        let plan = self.plan(request)?;
        if plan.failed.is_some() || plan.identity.is_some() {
            return self.without_render(request, &plan);
        }
        let sequence = self.sequence_arguments(std::slice::from_ref(request));
        let begun = self.bracket(ofx::kOfxImageEffectActionBeginSequenceRender, &sequence);
        let output = if begun.is_fine() {
            self.render_planned(request, &plan)
        } else {
            self.without_render(request, &Plan { failed: Some(begun), ..plan })
        };
        self.bracket(ofx::kOfxImageEffectActionEndSequenceRender, &sequence);
        sequence.retire();
        output
    }

    /// The locks that the effect's declared thread safety asks for.
    pub(super) fn exclusive(&self) -> [Option<std::sync::MutexGuard<'_, ()>>; 2] {
        let safety = self.plugin().descriptor().properties.text(ofx::kOfxImageEffectPluginRenderThreadSafety);
        let is = |name: &std::ffi::CStr| name.to_str() == Ok(safety.as_str());
        let process = is(ofx::kOfxImageEffectRenderUnsafe).then(|| lock(&self.plugin().render_lock));
        let instance = (!is(ofx::kOfxImageEffectRenderFullySafe)).then(|| lock(&self.render_lock));
        [process, instance]
    }

    /// Regions, frames and identity, asked of the effect.
    pub(super) fn plan(&self, request: &Request) -> Result<Plan, SimError> {
        let profile = &self.plugin().core.profile;
        let clips = self.object.clips();
        for clip in clips.iter().filter(|c| !c.is_output()) {
            if !clip.properties.flag(ofx::kOfxImageClipPropOptional) && clip.content().is_none() {
                return Err(SimError::Request(format!(
                    "clip \"{}\" is not optional and not connected",
                    clip.name
                )));
            }
        }
        let mapping = clips.iter().find(|c| c.is_output()).and_then(|c| c.mapping());
        let mapping = mapping.ok_or_else(|| SimError::Request("the effect has no output clip".to_owned()))?;
        let (status, region) = match profile.calls.region_of_definition {
            true => self.region_of_definition(request.time, request.scale)?,
            false => (Status::REPLY_DEFAULT, self.default_region(request.time)?),
        };
        let mut failed = Some(status).filter(|s| !s.is_fine());
        let scale = request.pixel_scale();
        let whole = pixel_bounds(region, scale, mapping.pixel_aspect_ratio);
        let window = request.window.unwrap_or(whole);
        let inside =
            window[0] >= whole[0] && window[1] >= whole[1] && window[2] <= whole[2] && window[3] <= whole[3];
        if !inside || window[0] > window[2] || window[1] > window[3] {
            return Err(SimError::Request(format!(
                "the window {window:?} is not within the output {whole:?}"
            )));
        }
        let described = &self.plugin().descriptor().properties;
        let tiled = profile.tiles && described.flag(ofx::kOfxImageEffectPropSupportsTiles);
        if window != whole && !tiled && profile.whole_windows {
            return Err(SimError::Request(
                "host and plugin do not both have tiles: no window but the whole".to_owned(),
            ));
        }
        let identity = if profile.calls.identity && !request.skip_identity && failed.is_none() {
            let (status, identity) = self.identity(request, window);
            failed = failed.or(Some(status).filter(|s| !s.is_fine()));
            identity
        } else {
            None
        };
        let interest = canonical(window, scale, mapping.pixel_aspect_ratio);
        let (status, regions) = self.regions_of_interest(request, if tiled { interest } else { region });
        failed = failed.or(Some(status).filter(|s| !s.is_fine()));
        let temporal = profile.temporal_access && described.flag(ofx::kOfxImageEffectPropTemporalClipAccess);
        let mut frames = HashMap::new();
        if temporal && profile.calls.frames_needed {
            let (status, needed) = self.frames_needed(request.time);
            failed = failed.or(Some(status).filter(|s| !s.is_fine()));
            frames = needed;
        }
        let bounds = if tiled { window } else { whole };
        Ok(Plan {
            bounds,
            window,
            region,
            mapping,
            frames,
            tiles: tiled.then_some(regions),
            identity,
            failed,
        })
    }

    /// Sends Render and looks at what it did.
    pub(super) fn render_planned(&self, request: &Request, plan: &Plan) -> Result<Output, SimError> {
        let _clips = self.clips_lock.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let core = &self.plugin().core;
        let layout = request.layout.unwrap_or(core.profile.layout);
        let source_layout = request.source_layout.unwrap_or(core.profile.layout);
        let buffer = Arc::new(self.output_buffer(request, plan, layout)?);
        let before = buffer.snapshot();
        let lines = self.output_lines(request);
        let parity = fields::parity(self.field(request));
        let context = RenderContext {
            time: request.time,
            scale: request.pixel_scale(),
            told_scale: self.told_scale(request),
            progressive: if parity.is_some() { self.field(request) } else { core.profile.field },
            output_lines: lines,
            source_layout,
            output: Some(buffer.clone()),
            region: plan.region,
            frames: plan.frames.clone(),
            tiles: plan.tiles.clone(),
            prepared: Mutex::new(self.prepared(request, plan, source_layout)?),
        };
        let told_window = lines.single.map_or(plan.window, |parity| fields::halved(plan.window, parity));
        let input = self.render_arguments(request, told_window);
        let messages = self.messages().len();
        let action = ofx::kOfxImageEffectActionRender.to_string_lossy();
        let (status, frame) =
            self.plugin().send(&action, Some(&self.object), Some((&input, None)), Some(context));
        input.retire();
        let seconds = frame.took.get().map_or(0.0, Duration::as_secs_f64);
        let comparison = buffer.compare(&before, plan.window, parity);
        if let Some(damage) = comparison.outside {
            core.violation_in(&action, ViolationKind::WriteOutside, "the output image", None, damage);
        }
        let filled = core.profile.prefill == Prefill::Pattern;
        let mut output = self.output(request, plan, &buffer);
        output.status = status;
        output.untouched = if filled { comparison.untouched } else { 0 };
        output.seconds = seconds;
        output.aborts_asked = frame.aborts_asked.load(Ordering::Relaxed);
        output.messages = self.messages().split_off(messages.min(self.messages().len()));
        Ok(output)
    }

    /// The images of the Source clip and its like at the times that the effect asked for, made before the clock runs.
    fn prepared(
        &self,
        request: &Request,
        plan: &Plan,
        layout: Layout,
    ) -> Result<HashMap<(String, u64), Arc<crate::sim::images::Prepared>>, SimError> {
        let mut prepared = HashMap::new();
        if plan.tiles.is_some() {
            return Ok(prepared);
        }
        let profile = &self.plugin().core.profile;
        let asked = self.field(request);
        let progressive = if fields::parity(asked).is_some() { asked } else { profile.field };
        for clip in self.object.clips() {
            let (Some(content), Some(mapping)) = (clip.content(), clip.mapping()) else { continue };
            for time in plan.times(&clip.name, request.time) {
                let lines = fields::input(&clip, &content, profile.field_images, time, progressive);
                let wanted = Wanted { time, scale: request.pixel_scale(), layout, lines, tile: None };
                if let Some(image) = prepare(&content, &mapping, &wanted)? {
                    prepared.insert((clip.name.clone(), time.to_bits()), Arc::new(image));
                }
            }
        }
        Ok(prepared)
    }

    fn output_buffer(&self, request: &Request, plan: &Plan, layout: Layout) -> Result<Buffer, SimError> {
        let m = plan.mapping;
        let geometry = Geometry { bounds: plan.bounds, depth: m.depth, components: m.components, layout };
        let mut buffer = Buffer::new(geometry);
        if self.plugin().core.profile.prefill == Prefill::Source {
            self.fill_from(
                &mut buffer,
                request,
                &ofx::kOfxImageEffectSimpleSourceClipName.to_string_lossy(),
                request.time,
                m,
            )?;
        }
        Ok(buffer)
    }

    /// Puts a clip's picture into an image.
    fn fill_from(
        &self,
        buffer: &mut Buffer,
        request: &Request,
        clip: &str,
        time: f64,
        mapping: Mapping,
    ) -> Result<(), SimError> {
        let Some(content) = self.object.clip(clip).and_then(|c| c.content()) else { return Ok(()) };
        let Some(picture) = content.source.frame(time)? else { return Ok(()) };
        let region =
            pixel_bounds(content.region(&picture), request.pixel_scale(), content.pixel_aspect_ratio);
        let (width, height) = ((region[2] - region[0]) as usize, (region[3] - region[1]) as usize);
        let scaled = crate::sim::images::resample(&picture, width, height);
        crate::sim::images::prefill(buffer, &scaled, (region[0], region[1]), mapping.premultiplication);
        Ok(())
    }

    /// What the host shows when Render is not sent: the clip that the output equals, or nothing after a failure.
    pub(super) fn without_render(&self, request: &Request, plan: &Plan) -> Result<Output, SimError> {
        let m = plan.mapping;
        let layout = Layout::TIGHT;
        let geometry = Geometry { bounds: plan.bounds, depth: m.depth, components: m.components, layout };
        let mut buffer = Buffer::new(geometry);
        for row in 0..geometry.height() {
            buffer.row_mut(row).fill(0);
        }
        if let (Some((clip, time)), None) = (&plan.identity, plan.failed) {
            self.fill_from(&mut buffer, request, clip, *time, m)?;
        }
        let mut output = self.output(request, plan, &buffer);
        output.status = plan.failed.unwrap_or(Status::OK);
        Ok(output)
    }

    fn output(&self, _request: &Request, plan: &Plan, buffer: &Buffer) -> Output {
        let geometry = buffer.geometry();
        let raw = (0..geometry.height()).flat_map(|r| buffer.row(r)).copied().collect();
        Output {
            status: Status::OK,
            identity: plan.identity.clone().filter(|_| plan.failed.is_none()),
            bounds: plan.bounds,
            window: plan.window,
            depth: plan.mapping.depth,
            components: plan.mapping.components,
            premultiplication: plan.mapping.premultiplication,
            raw,
            untouched: 0,
            seconds: 0.0,
            aborts_asked: 0,
            messages: Vec::new(),
        }
    }

    /// BeginSequenceRender or EndSequenceRender, where the host sends them.
    pub(super) fn bracket(&self, action: &std::ffi::CStr, input: &PropertySet) -> Status {
        if !self.plugin().core.profile.calls.sequence {
            return Status::REPLY_DEFAULT;
        }
        self.plugin().send(&action.to_string_lossy(), Some(&self.object), Some((input, None)), None).0
    }
}

/// A window in pixels as a canonical region.
fn canonical(window: [i32; 4], scale: (f64, f64), ratio: f64) -> [f64; 4] {
    let x = |v: i32| f64::from(v) * ratio / scale.0;
    let y = |v: i32| f64::from(v) / scale.1;
    [x(window[0]), y(window[1]), x(window[2]), y(window[3])]
}

/// Frames of a clip that are made before a render; an effect may ask for a whole clip.
const MOST_PREPARED: usize = 32;

impl Plan {
    /// The times at which a clip is likely to be looked at: whole frames from `time` on within what was asked for.
    fn times(&self, clip: &str, time: f64) -> Vec<f64> {
        let ranges = self.frames.get(clip).map(Vec::as_slice).unwrap_or_default();
        let asked = ranges.iter().flat_map(|(first, last)| {
            let steps = (first - time).ceil() as i64..=(last - time).floor() as i64;
            steps.map(|step| time + step as f64)
        });
        std::iter::once(time).chain(asked.filter(|t| *t != time)).take(MOST_PREPARED).collect()
    }

    /// Something failed, or a clip serves as it is.
    pub(super) fn skips_render(&self) -> bool {
        self.failed.is_some() || self.identity.is_some()
    }

    /// The same, failed when `status` is a failure.
    pub(super) fn or_failed(self, status: Status) -> Plan {
        let failed = self.failed.or(Some(status).filter(|s| !s.is_fine()));
        Plan { failed, ..self }
    }
}
