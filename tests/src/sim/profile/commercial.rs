//! The profiles of commercial hosts, from what is published of them.

use super::hosts::{NEWER, withheld};
use super::{Animates, Calls, FieldImages, ImageScale, NormalisedDefaults, Profile, UnconnectedImage};
use crate::sim::properties::PropertyOwner as Owner;
use crate::sim::{Components, Context, Depth, Layout, Premultiplication};

impl Profile {
    /// DaVinci Resolve: float first, no default coordinate system for parameters, values set in CreateInstance,
    /// numbers without a range held within -1 and 1, every clip seemingly connected, thumbnails at scale 1, no
    /// GetRegionOfDefinition (openfx-misc README-hosts.txt; public notes on Resolve 21).
    pub fn resolve() -> Profile {
        let mut missing = NEWER.to_vec();
        missing.extend([
            (Owner::Host, "OfxImageEffectInstancePropSequentialRender"),
            (Owner::Host, "OfxPropHostOSHandle"),
            (Owner::ParameterDescriptor, "OfxParamPropDefaultCoordinateSystem"),
            (Owner::ParameterInstance, "OfxParamPropDefaultCoordinateSystem"),
            (Owner::EffectDescriptor, "OfxPropPluginDescription"),
            (Owner::EffectDescriptor, "OfxImageEffectInstancePropSequentialRender"),
            (Owner::EffectInstance, "OfxPropPluginDescription"),
            (Owner::EffectInstance, "OfxImageEffectPropPluginHandle"),
        ]);
        Profile {
            name: "DaVinciResolve".to_owned(),
            label: "DaVinci Resolve".to_owned(),
            version: vec![18, 6, 0],
            api_version: vec![1, 4],
            depths: vec![Depth::Float, Depth::Short, Depth::Byte],
            components: vec![Components::Rgba, Components::Alpha],
            multi_resolution: false,
            multiple_depths: false,
            multiple_pixel_aspect_ratios: false,
            animates: Animates { booleans: true, choices: true, strings: false, customs: false },
            integer_vectors: false,
            clamps_without_ranges: true,
            copies_parameters: false,
            missing,
            string_choices: false,
            withheld_suites: withheld(&[("OfxDrawSuite", 1)]),
            native_depth: Some(Depth::Float),
            premultiplication: Some(Premultiplication::Premultiplied),
            field_images: FieldImages::Unnamed,
            thumbnail_property: true,
            layout: Layout::TIGHT,
            normalised_defaults: NormalisedDefaults::Unscaled,
            unconnected: UnconnectedImage::Black,
            connects_all: true,
            values_settable_at_create: true,
            calls: Calls { region_of_definition: false, ..Calls::ALL },
            ..Profile::strict()
        }
    }

    /// Nuke: float, premultiplied, images with other origins, tiles, no colour management properties, secrets
    /// that stay secret.
    pub fn nuke() -> Profile {
        let mut missing = NEWER.to_vec();
        missing.extend([
            (Owner::EffectDescriptor, "OfxImageEffectInstancePropSequentialRender"),
            (Owner::EffectInstance, "OfxImageEffectPropPluginHandle"),
        ]);
        Profile {
            name: "uk.co.thefoundry.nuke".to_owned(),
            label: "Nuke".to_owned(),
            version: vec![15, 0, 0],
            api_version: vec![1, 4],
            depths: vec![Depth::Float],
            components: vec![Components::Rgba, Components::Alpha],
            tiles: true,
            multiple_depths: false,
            multiple_pixel_aspect_ratios: false,
            animates: Animates { booleans: true, choices: true, strings: false, customs: false },
            reveals_secrets: false,
            missing,
            string_choices: false,
            withheld_suites: withheld(&[("OfxDrawSuite", 1)]),
            native_depth: Some(Depth::Float),
            premultiplication: Some(Premultiplication::Premultiplied),
            layout: Layout::PADDED,
            ..Profile::strict()
        }
    }

    /// Fusion standalone: version 1.0 of the API, and images that give the reciprocal of their render scale
    /// while the artist scrubs.
    pub fn fusion() -> Profile {
        Profile {
            name: "com.eyeonline.Fusion".to_owned(),
            label: "Fusion".to_owned(),
            version: vec![7, 7, 0],
            api_version: vec![1, 0],
            depths: vec![Depth::Float, Depth::Short, Depth::Byte],
            components: vec![Components::Rgba],
            multiple_depths: false,
            multiple_pixel_aspect_ratios: false,
            animates: Animates { booleans: true, choices: true, strings: false, customs: false },
            missing: NEWER.to_vec(),
            string_choices: false,
            withheld_suites: withheld(&[
                ("OfxDrawSuite", 1),
                ("OfxMessageSuite", 2),
                ("OfxProgressSuite", 2),
            ]),
            premultiplication: Some(Premultiplication::Premultiplied),
            image_scale: ImageScale::Inverse,
            layout: Layout::TIGHT,
            ..Profile::strict()
        }
    }

    /// Vegas: byte and float, no overlays, no images of several sizes, fielded projects.
    pub fn vegas() -> Profile {
        Profile {
            name: "com.sonycreativesoftware.vegas".to_owned(),
            label: "Vegas".to_owned(),
            version: vec![21, 0, 0],
            api_version: vec![1, 4],
            contexts: vec![Context::Filter, Context::General],
            depths: vec![Depth::Byte, Depth::Float],
            components: vec![Components::Rgba],
            multi_resolution: false,
            multiple_depths: false,
            multiple_pixel_aspect_ratios: false,
            overlays: false,
            animates: Animates { booleans: true, choices: true, strings: false, customs: false },
            missing: NEWER.to_vec(),
            string_choices: false,
            withheld_suites: withheld(&[("OfxDrawSuite", 1)]),
            premultiplication: Some(Premultiplication::Premultiplied),
            layout: Layout::NEGATIVE,
            ..Profile::strict()
        }
    }

    /// Catalyst Edit: as Vegas, with regions of definition in pixels.
    pub fn catalyst() -> Profile {
        Profile {
            name: "com.sony.Catalyst.Edit".to_owned(),
            label: "Catalyst Edit".to_owned(),
            version: vec![1, 0, 0],
            pixel_regions: true,
            layout: Layout::TIGHT,
            ..Profile::vegas()
        }
    }
}
