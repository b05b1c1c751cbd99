//! How clips come: the host's own choice, and what GetClipPreferences makes of it.

use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::Instance;
use crate::sim::clips::{ClipObject, Mapping};
use crate::sim::core::lock;
use crate::sim::properties::tables::arguments;
use crate::sim::properties::{Allowed, Kind, PropertyOwner, PropertySet, Spec};
use crate::sim::{
    Components, Context, Depth, Field, Premultiplication, Request, SimError, Status, ViolationKind,
};

impl Instance {
    /// Sends GetClipPreferences when something may have changed since the last time, and maps the clips.
    pub(super) fn update_preferences(&self, request: &Request) -> Result<(), SimError> {
        let Some(live) = self.live() else { return Ok(()) };
        let wanted = (request.depth, request.components);
        let other = std::mem::replace(&mut *lock(&live.format), wanted) != wanted;
        if !live.dirty.swap(false, Ordering::Relaxed) && !other {
            return Ok(());
        }
        let _guard = self.clips_lock.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.map_clips();
        self.ask_preferences()
    }

    /// The host's own choice for every clip.
    pub(super) fn map_clips(&self) {
        let source =
            self.object.clips().into_iter().find_map(|c| c.content().map(|_| self.default_mapping(&c)));
        for clip in self.object.clips() {
            let mapping = if clip.is_output() {
                self.output_mapping(&clip, source)
            } else {
                clip.content().map(|_| self.default_mapping(&clip))
            };
            self.apply(&clip, mapping);
        }
    }

    /// Which field of the Source clip is the earlier one; the output has the same.
    pub(super) fn field_order(&self) -> Field {
        let source = self.object.clip(&ofx::kOfxImageEffectSimpleSourceClipName.to_string_lossy());
        source.and_then(|clip| clip.content()).map_or(Field::None, |content| content.field_order)
    }

    /// How a connected input comes.
    fn default_mapping(&self, clip: &ClipObject) -> Mapping {
        let profile = &self.plugin().core.profile;
        let content = clip.content();
        let (wanted_depth, wanted_components) = self.live().map(|l| *lock(&l.format)).unwrap_or_default();
        let material = wanted_depth.or(profile.native_depth).or(content.as_ref().map(|c| c.depth));
        let filter = self.effect.context == Context::Filter;
        let components = wanted_components.filter(|_| filter).or(content.as_ref().map(|c| c.components));
        let own = content.as_ref().map_or(Premultiplication::Unpremultiplied, |c| c.premultiplication);
        Mapping {
            depth: self.nearest_depth(material.unwrap_or(Depth::Float)),
            components: self.nearest_components(clip, components.unwrap_or(Components::Rgba)),
            premultiplication: profile.premultiplication.unwrap_or(own),
            pixel_aspect_ratio: content.map_or(1.0, |c| c.pixel_aspect_ratio),
        }
    }

    fn output_mapping(&self, clip: &ClipObject, source: Option<Mapping>) -> Option<Mapping> {
        let project = self.live()?.project;
        let (wanted_depth, wanted_components) = self.live().map(|l| *lock(&l.format)).unwrap_or_default();
        let base = source.unwrap_or(Mapping {
            depth: self.nearest_depth(wanted_depth.unwrap_or(Depth::Float)),
            components: Components::Rgba,
            premultiplication: Premultiplication::Unpremultiplied,
            pixel_aspect_ratio: project.pixel_aspect_ratio,
        });
        let components = self.nearest_components(clip, wanted_components.unwrap_or(base.components));
        Some(Mapping { components, ..base })
    }

    /// The depth nearest to the wanted that host and plugin have: itself, then deeper ones, then shallower.
    fn nearest_depth(&self, wanted: Depth) -> Depth {
        let plugin =
            self.plugin().descriptor().properties.texts(ofx::kOfxImageEffectPropSupportedPixelDepths);
        let host = &self.plugin().core.profile.depths;
        let order: &[Depth] = match wanted {
            Depth::Byte => &[Depth::Byte, Depth::Short, Depth::Half, Depth::Float],
            Depth::Short => &[Depth::Short, Depth::Half, Depth::Float, Depth::Byte],
            Depth::Half => &[Depth::Half, Depth::Float, Depth::Short, Depth::Byte],
            Depth::Float => &[Depth::Float, Depth::Half, Depth::Short, Depth::Byte],
        };
        let both = |d: &&Depth| host.contains(d) && plugin.iter().any(|p| p == d.as_str());
        order.iter().find(both).copied().unwrap_or(wanted)
    }

    fn nearest_components(&self, clip: &ClipObject, wanted: Components) -> Components {
        let takes = clip.properties.texts(ofx::kOfxImageEffectPropSupportedComponents);
        let host = &self.plugin().core.profile.components;
        let order = [wanted, Components::Rgba, Components::Rgb, Components::Alpha];
        let both = |c: &Components| host.contains(c) && takes.iter().any(|t| t == c.as_str());
        order.into_iter().find(both).unwrap_or(wanted)
    }

    /// Sets a clip's properties.
    fn apply(&self, clip: &ClipObject, mapping: Option<Mapping>) {
        *clip.mapping.write().unwrap_or_else(std::sync::PoisonError::into_inner) = mapping;
        let set = &clip.properties;
        let Some(mapping) = mapping else {
            let connected = ofx::kOfxImageClipPropConnected;
            let looks_connected =
                self.plugin().core.profile.connects_all && set.flag(ofx::kOfxImageClipPropOptional);
            set.put_ints(connected, &[i32::from(looks_connected)]);
            if looks_connected {
                set.put_text(ofx::kOfxImageEffectPropPixelDepth, Depth::Float.as_str());
                set.put_text(ofx::kOfxImageEffectPropComponents, Components::Rgba.as_str());
                return;
            }
            let (depth, components) = (ofx::kOfxBitDepthNone, ofx::kOfxImageComponentNone);
            set.put_text(ofx::kOfxImageEffectPropPixelDepth, &depth.to_string_lossy());
            set.put_text(ofx::kOfxImageEffectPropComponents, &components.to_string_lossy());
            return;
        };
        set.put_ints(ofx::kOfxImageClipPropConnected, &[1]);
        set.put_text(ofx::kOfxImageEffectPropPixelDepth, mapping.depth.as_str());
        set.put_text(ofx::kOfxImageEffectPropComponents, mapping.components.as_str());
        set.put_text(ofx::kOfxImageEffectPropPreMultiplication, mapping.premultiplication.as_str());
        set.put_doubles(ofx::kOfxImagePropPixelAspectRatio, &[mapping.pixel_aspect_ratio]);
        set.put_text(ofx::kOfxImageClipPropFieldOrder, self.field_order().as_str());
        let content = clip.content();
        if self.plugin().core.profile.manages_colour
            && let Some(content) = &content
        {
            set.put_text(ofx::newer::kOfxImageClipPropColourspace, &content.colour_space);
        }
        let project = self.live().map(|l| l.project);
        let depth = content.as_ref().map_or(mapping.depth, |c| c.depth);
        let components = content.as_ref().map_or(mapping.components, |c| c.components);
        set.put_text(ofx::kOfxImageClipPropUnmappedPixelDepth, depth.as_str());
        set.put_text(ofx::kOfxImageClipPropUnmappedComponents, components.as_str());
        let rate = content.as_ref().map(|c| c.frame_rate).or(project.map(|p| p.frame_rate)).unwrap_or(24.0);
        set.put_doubles(ofx::kOfxImageEffectPropFrameRate, &[rate]);
        set.put_doubles(ofx::kOfxImageEffectPropUnmappedFrameRate, &[rate]);
        let range = content.map(|c| c.source.range()).or(project.map(|p| p.range)).unwrap_or_default();
        set.put_doubles(ofx::kOfxImageEffectPropFrameRange, &[range.0, range.1]);
        set.put_doubles(ofx::kOfxImageEffectPropUnmappedFrameRange, &[range.0, range.1]);
    }

    fn ask_preferences(&self) -> Result<(), SimError> {
        let plugin = self.plugin();
        let clips = self.object.clips();
        let specs = clips.iter().flat_map(|c| clip_specs(c)).collect();
        let table = arguments::clip_preferences();
        let out = PropertySet::new(&plugin.core, PropertyOwner::Arguments, "outArgs", table, specs);
        for clip in &clips {
            if let Some(m) = clip.mapping() {
                let name = |what| named(what, &clip.name);
                out.put_text(&name("Components"), m.components.as_str());
                out.put_text(&name("Depth"), m.depth.as_str());
                out.put_doubles(&name("PAR"), &[m.pixel_aspect_ratio]);
            }
        }
        let output = clips.iter().find(|c| c.is_output());
        let project_rate = self.live().map_or(24.0, |l| l.project.frame_rate);
        out.put_doubles(ofx::kOfxImageEffectPropFrameRate, &[project_rate]);
        if let Some(m) = output.and_then(|c| c.mapping()) {
            out.put_text(ofx::kOfxImageEffectPropPreMultiplication, m.premultiplication.as_str());
        }
        let action = ofx::kOfxImageEffectActionGetClipPreferences.to_string_lossy();
        let status = plugin.send_for(&action, &self.object, &out);
        if status == Status::OK {
            for clip in &clips {
                self.take_over(clip, &out);
            }
        }
        out.retire();
        match status {
            s if s.is_fine() => Ok(()),
            s => Err(SimError::Request(format!("GetClipPreferences answered {s}"))),
        }
    }

    /// Takes over what the plugin prefers for a clip, as far as it may.
    fn take_over(&self, clip: &ClipObject, out: &PropertySet) {
        let Some(before) = clip.mapping() else { return };
        let profile = &self.plugin().core.profile;
        let described = self.plugin().descriptor();
        let both = |host: bool, name| host && described.properties.flag(name);
        let text = |what| out.text(&named(what, &clip.name));
        let mut mapping = before;
        let wrong = |what: &str, message: String| {
            let core = &self.plugin().core;
            let action = ofx::kOfxImageEffectActionGetClipPreferences.to_string_lossy();
            let property = format!("OfxImageClipProp{what}_{}", clip.name);
            let kind = ViolationKind::OutputArguments;
            core.violation_in(&action, kind, &out.object, Some(&property), message);
        };
        if let Some(depth) = Depth::from_ofx(&text("Depth")).filter(|d| *d != before.depth) {
            let free = both(profile.multiple_depths, ofx::kOfxImageEffectPropSupportsMultipleClipDepths);
            if !free {
                wrong("Depth", "host and plugin do not both have clips of several depths".to_owned());
            } else if self.nearest_depth(depth) != depth {
                wrong("Depth", format!("host and plugin do not both have {depth:?}"));
            } else {
                mapping.depth = depth;
            }
        }
        let mandated = !clip.properties.flag(ofx::kOfxImageClipPropOptional);
        if let Some(components) =
            Components::from_ofx(&text("Components")).filter(|c| *c != before.components)
        {
            if self.nearest_components(clip, components) != components {
                wrong("Components", format!("host and clip do not both take {components:?}"));
            } else if self.effect.context == Context::Filter && mandated {
                wrong("Components", "a filter takes source and output as they are".to_owned());
            } else {
                mapping.components = components;
            }
        }
        if let Some(ratio) = out.doubles(&named("PAR", &clip.name).to_string_lossy()).first()
            && *ratio != before.pixel_aspect_ratio
        {
            let free =
                both(profile.multiple_pixel_aspect_ratios, ofx::kOfxImageEffectPropSupportsMultipleClipPARs);
            if free {
                mapping.pixel_aspect_ratio = *ratio;
            } else {
                wrong(
                    "PAR",
                    "host and plugin do not both have clips of several pixel aspect ratios".to_owned(),
                );
            }
        }
        if clip.is_output() {
            let state = out.text(ofx::kOfxImageEffectPropPreMultiplication);
            mapping.premultiplication =
                Premultiplication::from_ofx(&state).unwrap_or(before.premultiplication);
            let continuous = out.int(ofx::kOfxImageClipPropContinuousSamples);
            clip.properties.put_ints(ofx::kOfxImageClipPropContinuousSamples, &[continuous]);
        }
        self.apply(clip, Some(mapping));
    }
}

fn named(what: &str, clip: &str) -> std::ffi::CString {
    std::ffi::CString::new(format!("OfxImageClipProp{what}_{clip}")).unwrap_or_default()
}

/// The output arguments that are named after a clip.
fn clip_specs(clip: &ClipObject) -> Vec<Spec> {
    let name = |what: &str| format!("OfxImageClipProp{what}_{}", clip.name);
    let strings = |all: Vec<&'static str>| Allowed::Strings(all);
    let mut components = Components::ALL.iter().map(|c| c.as_str()).collect::<Vec<_>>();
    let takes = clip.properties.texts(ofx::kOfxImageEffectPropSupportedComponents);
    components.retain(|c| takes.iter().any(|t| t == c));
    vec![
        Spec::named(name("Components"), Kind::String).rw().allow(strings(components)),
        Spec::named(name("Depth"), Kind::String)
            .rw()
            .allow(strings(Depth::ALL.iter().map(|d| d.as_str()).collect())),
        Spec::named(name("PAR"), Kind::Double).rw().allow(Allowed::Positive),
        Spec::named(name("PreferredColourspaces"), Kind::String).any().rw(),
    ]
}
