//! The profiles: a strict host, and the free hosts Natron and MLT.

use std::thread;

use super::{
    Animates, Calls, FieldImages, ImageScale, NormalisedDefaults, Prefill, Profile, UnconnectedImage,
};
use crate::sim::properties::PropertyOwner as Owner;
use crate::sim::{Components, Context, Depth, Field, Layout, Premultiplication};

/// What hosts before 1.5.1 lack.
pub(super) const NEWER: &[(Owner, &str)] = &[
    (Owner::Host, "OfxImageEffectPropColourManagementStyle"),
    (Owner::Host, "OfxImageEffectPropColourManagementAvailableConfigs"),
    (Owner::Host, "OfxImageEffectPropCPURenderSupported"),
    (Owner::Host, "OfxImageEffectPropNoSpatialAwareness"),
    (Owner::EffectDescriptor, "OfxImageEffectPropColourManagementStyle"),
    (Owner::EffectDescriptor, "OfxImageEffectPropColourManagementAvailableConfigs"),
    (Owner::EffectDescriptor, "OfxImageEffectPropCPURenderSupported"),
    (Owner::EffectDescriptor, "OfxImageEffectPluginPropOverlayInteractV2"),
    (Owner::EffectDescriptor, "OfxImageEffectPropNoSpatialAwareness"),
    (Owner::EffectInstance, "OfxImageEffectPropColourManagementStyle"),
    (Owner::EffectInstance, "OfxImageEffectPropCPURenderSupported"),
    (Owner::ClipInstance, "OfxImageClipPropColourspace"),
    (Owner::ClipInstance, "OfxImageClipPropPreferredColourspaces"),
    (Owner::Arguments, "OfxImageEffectPropNoSpatialAwareness"),
    (Owner::Arguments, "OfxImageEffectPropThumbnailRender"),
];

pub(super) fn withheld(suites: &[(&str, i32)]) -> Vec<(String, i32)> {
    suites.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect()
}

impl Profile {
    /// A host that can do all of the specification but tiles, and forgives nothing.
    pub fn strict() -> Profile {
        Profile {
            name: "org.promptmatte.simulator".to_owned(),
            label: "Host simulator".to_owned(),
            version: vec![1, 0, 0],
            api_version: vec![1, 5],
            background: false,
            interactive: true,
            contexts: vec![Context::Filter, Context::General],
            depths: vec![Depth::Float, Depth::Half, Depth::Short, Depth::Byte],
            components: vec![Components::Rgba, Components::Rgb, Components::Alpha],
            temporal_access: true,
            multi_resolution: true,
            tiles: false,
            whole_windows: false,
            multiple_depths: true,
            multiple_pixel_aspect_ratios: true,
            overlays: true,
            native_handles: false,
            animates: Animates { booleans: true, choices: true, strings: true, customs: true },
            max_parameters: -1,
            max_pages: -1,
            pages: true,
            integer_vectors: true,
            reveals_secrets: true,
            clamps_without_ranges: false,
            copies_parameters: true,
            string_choices: true,
            withheld_suites: Vec::new(),
            missing: Vec::new(),
            manages_colour: false,
            native_depth: None,
            premultiplication: None,
            field: Field::None,
            field_images: FieldImages::AsDescribed,
            image_scale: ImageScale::True,
            pixel_regions: false,
            thumbnail_property: false,
            layout: Layout::PADDED,
            normalised_defaults: NormalisedDefaults::Scaled,
            hides_keys: false,
            unconnected: UnconnectedImage::Failed,
            connects_all: false,
            clip_properties_at_create: true,
            ignores_create_status: false,
            demands_frames_needed: true,
            ignores_image_time: false,
            random_identifiers: false,
            prefill: Prefill::Pattern,
            values_settable_at_create: false,
            secrets_settable: true,
            calls: Calls::ALL,
            processors: thread::available_parallelism().map_or(2, |n| n.get().max(2) as u32),
        }
    }

    /// Natron 2.6: premultiplied float, real access to other frames, InstanceChanged without brackets.
    pub fn natron() -> Profile {
        Profile {
            name: "fr.inria.Natron".to_owned(),
            label: "Natron".to_owned(),
            version: vec![2, 6, 0],
            api_version: vec![1, 4],
            depths: vec![Depth::Float, Depth::Short, Depth::Byte],
            tiles: true,
            native_depth: Some(Depth::Float),
            premultiplication: Some(Premultiplication::Premultiplied),
            layout: Layout::TIGHT,
            missing: NEWER.to_vec(),
            string_choices: false,
            native_handles: true,
            withheld_suites: withheld(&[("OfxDrawSuite", 1)]),
            calls: Calls { changed_brackets: false, ..Calls::ALL },
            ..Profile::strict()
        }
    }

    /// Every host that there is a profile of, the strict one first.
    pub fn all() -> Vec<Profile> {
        vec![
            Profile::strict(),
            Profile::natron(),
            Profile::resolve(),
            Profile::nuke(),
            Profile::fusion(),
            Profile::vegas(),
            Profile::catalyst(),
            Profile::mlt(),
        ]
    }

    /// MLT 7.42: the Filter context alone, no other frames, rows from the top, normalised defaults as they are,
    /// no keyframes to be seen, and few properties.
    pub fn mlt() -> Profile {
        let mut missing = NEWER.to_vec();
        missing.extend([
            (Owner::Host, "OfxPropType"),
            (Owner::Host, "OfxImageEffectPropSupportedContexts"),
            (Owner::Host, "OfxPropHostOSHandle"),
            (Owner::EffectInstance, "OfxImageEffectPropProjectSize"),
            (Owner::EffectInstance, "OfxImageEffectPropProjectOffset"),
            (Owner::EffectInstance, "OfxImageEffectPropProjectExtent"),
            (Owner::EffectInstance, "OfxImageEffectPropPixelAspectRatio"),
            (Owner::EffectInstance, "OfxImageEffectPropFrameRate"),
            (Owner::EffectInstance, "OfxImageEffectInstancePropEffectDuration"),
            (Owner::EffectInstance, "OfxImageEffectPropPluginHandle"),
            (Owner::EffectInstance, "OfxPropIsInteractive"),
            (Owner::ClipInstance, "OfxImageEffectPropFrameRange"),
            (Owner::ClipInstance, "OfxImageEffectPropFrameRate"),
            (Owner::ClipInstance, "OfxImageClipPropUnmappedPixelDepth"),
            (Owner::ClipInstance, "OfxImageClipPropUnmappedComponents"),
            (Owner::ClipInstance, "OfxImageEffectPropUnmappedFrameRange"),
            (Owner::ClipInstance, "OfxImageEffectPropUnmappedFrameRate"),
            (Owner::ClipInstance, "OfxPropName"),
        ]);
        Profile {
            name: "MLT".to_owned(),
            label: "MLT".to_owned(),
            version: vec![7, 42, 0],
            api_version: vec![1, 5],
            background: true,
            interactive: false,
            contexts: vec![Context::Filter],
            depths: vec![Depth::Byte, Depth::Short, Depth::Half, Depth::Float],
            components: vec![Components::Rgba, Components::Rgb],
            temporal_access: false,
            multi_resolution: false,
            multiple_depths: false,
            multiple_pixel_aspect_ratios: false,
            overlays: false,
            animates: Animates { booleans: false, choices: false, strings: false, customs: false },
            max_pages: 0,
            missing,
            withheld_suites: withheld(&[("OfxDrawSuite", 1)]),
            premultiplication: Some(Premultiplication::Unpremultiplied),
            field: Field::Both,
            layout: Layout::NEGATIVE,
            normalised_defaults: NormalisedDefaults::Unscaled,
            hides_keys: true,
            unconnected: UnconnectedImage::NoData,
            clip_properties_at_create: false,
            ignores_create_status: true,
            demands_frames_needed: false,
            ignores_image_time: true,
            random_identifiers: true,
            prefill: Prefill::Source,
            values_settable_at_create: true,
            secrets_settable: false,
            whole_windows: true,
            calls: Calls {
                identity: false,
                frames_needed: false,
                changed: false,
                changed_brackets: false,
                ..Calls::ALL
            },
            ..Profile::strict()
        }
    }
}
