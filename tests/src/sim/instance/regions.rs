//! Regions of definition and of interest, frames needed, identity, time domain.

use std::collections::HashMap;
use std::sync::Arc;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::Instance;
use super::edit::arguments_of;
use super::render_arguments::tell_thumbnail;
use crate::sim::properties::tables::arguments;
use crate::sim::properties::{Kind, PropertyOwner, PropertySet, Spec, Table};
use crate::sim::{Context, Request, SimError, Status, ViolationKind, threads};

impl Instance {
    /// Sends GetRegionOfDefinition: status and canonical region (the host's default when it was not trapped).
    ///
    /// # Errors
    /// File errors of the clips.
    pub fn region_of_definition(&self, time: f64, scale: (f64, f64)) -> Result<(Status, [f64; 4]), SimError> {
        threads::note_own();
        let default = self.default_region(time)?;
        let names = [
            ofx::kOfxPropTime,
            ofx::kOfxImageEffectPropRenderScale,
            newer::kOfxImageEffectPropThumbnailRender,
        ];
        let input = self.timed(&names, time, scale);
        let out = self.out(arguments::region(), Vec::new());
        out.put_doubles(ofx::kOfxImageEffectPropRegionOfDefinition, &default);
        let status = self.ask(ofx::kOfxImageEffectActionGetRegionOfDefinition, &input, &out);
        let region = out.doubles(&ofx::kOfxImageEffectPropRegionOfDefinition.to_string_lossy());
        input.retire();
        out.retire();
        let region = <[f64; 4]>::try_from(region).unwrap_or(default);
        if status != Status::OK {
            return Ok((status, default));
        }
        if !(region[0] <= region[2] && region[1] <= region[3]) {
            self.wrong(
                ofx::kOfxImageEffectActionGetRegionOfDefinition,
                format!("the region {region:?} is inside out"),
            );
            return Ok((status, default));
        }
        Ok((status, region))
    }

    /// The region that a host takes when the effect does not say.
    pub(super) fn default_region(&self, time: f64) -> Result<[f64; 4], SimError> {
        let project = self.live().map(|l| l.project);
        let mut union: Option<[f64; 4]> = None;
        for clip in self.object.clips().iter().filter(|c| !c.is_output()) {
            let source = clip.name == ofx::kOfxImageEffectSimpleSourceClipName.to_string_lossy();
            let optional = clip.properties.flag(ofx::kOfxImageClipPropOptional);
            let counts = source || (self.effect.context == Context::General && !optional);
            let Some(content) = clip.content().filter(|_| counts) else { continue };
            if let Some(picture) = content.source.frame(time)? {
                let r = content.region(&picture);
                let u = union.unwrap_or(r);
                union = Some([u[0].min(r[0]), u[1].min(r[1]), u[2].max(r[2]), u[3].max(r[3])]);
            }
        }
        let window = project
            .map_or([0.0; 4], |p| [p.offset.0, p.offset.1, p.offset.0 + p.size.0, p.offset.1 + p.size.1]);
        Ok(union.unwrap_or(window))
    }

    /// Sends GetRegionsOfInterest for a canonical region of the output: the regions wanted by clip, canonical.
    pub fn regions_of_interest(
        &self,
        request: &Request,
        interest: [f64; 4],
    ) -> (Status, HashMap<String, [f64; 4]>) {
        let names = [
            ofx::kOfxPropTime,
            ofx::kOfxImageEffectPropRenderScale,
            ofx::kOfxImageEffectPropRegionOfInterest,
            newer::kOfxImageEffectPropThumbnailRender,
        ];
        let input = self.timed(&names, request.time, request.scale);
        input.put_doubles(ofx::kOfxImageEffectPropRegionOfInterest, &interest);
        let out = self.out_by_clip("RoI", |name| Spec::named(name, Kind::Double).dim(4).rw(), &interest);
        let status = self.ask(ofx::kOfxImageEffectActionGetRegionsOfInterest, &input, &out);
        let mut regions = HashMap::new();
        for clip in self.inputs() {
            let values = out.doubles(&format!("OfxImageClipPropRoI_{clip}"));
            let region = <[f64; 4]>::try_from(values).unwrap_or(interest);
            if region[0] <= region[2] && region[1] <= region[3] {
                regions.insert(clip, region);
            } else {
                let message = format!("the region of interest {region:?} of \"{clip}\" is inside out");
                self.wrong(ofx::kOfxImageEffectActionGetRegionsOfInterest, message);
                regions.insert(clip, interest);
            }
        }
        input.retire();
        out.retire();
        (status, regions)
    }

    /// Sends GetFramesNeeded: by clip, ranges of time; the time itself where the effect does not say.
    pub fn frames_needed(&self, time: f64) -> (Status, HashMap<String, Vec<(f64, f64)>>) {
        let names = [ofx::kOfxPropTime, newer::kOfxImageEffectPropThumbnailRender];
        let input = self.timed(&names, time, (1.0, 1.0));
        let spec = |name| Spec::named(name, Kind::Double).any().rw();
        let out = self.out_by_clip("FrameRange", spec, &[time, time]);
        let status = self.ask(ofx::kOfxImageEffectActionGetFramesNeeded, &input, &out);
        let mut frames = HashMap::new();
        for clip in self.inputs() {
            let values = out.doubles(&format!("OfxImageClipPropFrameRange_{clip}"));
            let pairs =
                values.chunks(2).map(|p| (p[0], p.get(1).copied().unwrap_or(f64::NAN))).collect::<Vec<_>>();
            if !pairs.iter().all(|(a, b)| a <= b) {
                let message = format!("the frames of \"{clip}\", {values:?}, are no pairs of first and last");
                self.wrong(ofx::kOfxImageEffectActionGetFramesNeeded, message);
            }
            let temporal = self
                .object
                .clip(&clip)
                .is_some_and(|clip| clip.properties.flag(ofx::kOfxImageEffectPropTemporalClipAccess));
            if !temporal && pairs.iter().any(|pair| *pair != (time, time)) {
                let message =
                    format!("\"{clip}\" was not described as having access to other frames: {values:?}");
                self.wrong(ofx::kOfxImageEffectActionGetFramesNeeded, message);
            }
            frames.insert(clip, pairs);
        }
        input.retire();
        out.retire();
        (status, frames)
    }

    /// Sends IsIdentity: the clip and time that the output equals.
    pub(super) fn identity(&self, request: &Request, window: [i32; 4]) -> (Status, Option<(String, f64)>) {
        let names = [
            ofx::kOfxPropTime,
            ofx::kOfxImageEffectPropFieldToRender,
            ofx::kOfxImageEffectPropRenderWindow,
            ofx::kOfxImageEffectPropRenderScale,
            newer::kOfxImageEffectPropThumbnailRender,
        ];
        let input = self.timed(&names, request.time, request.scale);
        input.put_text(ofx::kOfxImageEffectPropFieldToRender, self.field(request).as_str());
        input.put_ints(ofx::kOfxImageEffectPropRenderWindow, &window);
        tell_thumbnail(&input, request);
        let out = self.out(arguments::identity(), Vec::new());
        out.put_doubles(ofx::kOfxPropTime, &[request.time]);
        let status = self.ask(ofx::kOfxImageEffectActionIsIdentity, &input, &out);
        let name = out.text(ofx::kOfxPropName);
        let time = out.doubles(&ofx::kOfxPropTime.to_string_lossy()).first().copied().unwrap_or(request.time);
        input.retire();
        out.retire();
        if status != Status::OK {
            return (status, None);
        }
        if !self.inputs().contains(&name) {
            self.wrong(ofx::kOfxImageEffectActionIsIdentity, format!("there is no input clip \"{name}\""));
            return (status, None);
        }
        (status, Some((name, time)))
    }

    /// Sends GetTimeDomain: first and last frame, the default being the project's range.
    pub fn time_domain(&self) -> (Status, (f64, f64)) {
        let default = self.live().map(|l| l.project.range).unwrap_or_default();
        let out = self.out(arguments::time_domain(), Vec::new());
        out.put_doubles(ofx::kOfxImageEffectPropFrameRange, &[default.0, default.1]);
        let action = ofx::kOfxImageEffectActionGetTimeDomain.to_string_lossy();
        let status = self.plugin().send_for(&action, &self.object, &out);
        let range = out.doubles(&ofx::kOfxImageEffectPropFrameRange.to_string_lossy());
        out.retire();
        (status, if status == Status::OK && range.len() == 2 { (range[0], range[1]) } else { default })
    }

    /// Names of the input clips.
    fn inputs(&self) -> Vec<String> {
        self.object.clips().iter().filter(|c| !c.is_output()).map(|c| c.name.clone()).collect()
    }

    /// Input arguments with a time and a scale among them.
    pub(super) fn timed(&self, names: &[&std::ffi::CStr], time: f64, scale: (f64, f64)) -> Arc<PropertySet> {
        let input = arguments_of(self.plugin(), names);
        input.put_doubles(ofx::kOfxPropTime, &[time]);
        input.put_doubles(ofx::kOfxImageEffectPropRenderScale, &[scale.0, scale.1]);
        input
    }

    fn out(&self, table: &'static Table, extra: Vec<Spec>) -> Arc<PropertySet> {
        PropertySet::new(&self.plugin().core, PropertyOwner::Arguments, "outArgs", table, extra)
    }

    fn out_by_clip(&self, what: &str, spec: impl Fn(String) -> Spec, default: &[f64]) -> Arc<PropertySet> {
        let inputs = self.inputs();
        let specs =
            inputs.iter().map(|c| spec(format!("OfxImageClipProp{what}_{c}")).doubles(default)).collect();
        self.out(arguments::none(), specs)
    }

    fn ask(&self, action: &std::ffi::CStr, input: &PropertySet, out: &PropertySet) -> Status {
        self.plugin().send(&action.to_string_lossy(), Some(&self.object), Some((input, Some(out))), None).0
    }

    pub(super) fn wrong(&self, action: &std::ffi::CStr, message: String) {
        let (core, object) = (&self.plugin().core, &self.object.properties.object);
        core.violation_in(&action.to_string_lossy(), ViolationKind::OutputArguments, object, None, message);
    }
}
