//! Images in memory, as the plugin gets them.

mod buffer;
mod convert;
mod fetch;
pub(crate) mod fields;
mod scale;

use std::sync::Arc;

use openfx_sys as ofx;

pub(crate) use buffer::{Buffer, Geometry};
pub(crate) use convert::{from_bytes, prefill};
pub(crate) use fetch::{Prepared, Wanted, fetch, pixel_bounds, prepare};
pub(crate) use scale::resample;

use super::Premultiplication;
use super::core::Core;
use super::handles::{self, Object, Tag};
use super::properties::{PropertyOwner, PropertySet, tables};

/// What an image tells beside its memory.
pub(crate) struct ImageFacts {
    pub(crate) premultiplication: Premultiplication,
    pub(crate) pixel_aspect_ratio: f64,
    pub(crate) scale: (f64, f64),
    pub(crate) lines: fields::Lines,
    /// Region of definition in pixels.
    pub(crate) region: [i32; 4],
    pub(crate) identifier: String,
}

/// An image handle: properties, and the memory behind them, kept until its action ends.
pub(crate) struct Image {
    pub(crate) properties: Arc<PropertySet>,
    buffer: Option<Arc<Buffer>>,
    /// Of inputs: the checksum when it was handed out.
    checksum: Option<u64>,
}

impl Image {
    /// Hands out an image of a clip. Inputs must stay as they are.
    pub(crate) fn hand_out(
        core: &Arc<Core>,
        object: String,
        buffer: Arc<Buffer>,
        facts: &ImageFacts,
        checksum: Option<u64>,
    ) -> Arc<Image> {
        let set = Self::set(core, object);
        let geometry = buffer.geometry();
        set.put_text(ofx::kOfxImageEffectPropPixelDepth, geometry.depth.as_str());
        set.put_text(ofx::kOfxImageEffectPropComponents, geometry.components.as_str());
        set.put_text(ofx::kOfxImageEffectPropPreMultiplication, facts.premultiplication.as_str());
        set.put_doubles(ofx::kOfxImageEffectPropRenderScale, &[facts.scale.0, facts.scale.1]);
        set.put_doubles(ofx::kOfxImagePropPixelAspectRatio, &[facts.pixel_aspect_ratio]);
        let (data, bounds, region, row_bytes) = match facts.lines.single {
            None => (buffer.data(), geometry.bounds, facts.region, geometry.row_bytes()),
            // A field of a frame in memory: every second row.
            Some(parity) => {
                let bounds = fields::halved(geometry.bounds, parity);
                let first = (bounds[1] * 2 + parity - geometry.bounds[1]) as isize;
                let data = buffer.data().wrapping_add_signed(first * geometry.row_bytes());
                (data, bounds, fields::halved(facts.region, parity), geometry.row_bytes() * 2)
            }
        };
        set.put_pointer(ofx::kOfxImagePropData, data);
        set.put_ints(ofx::kOfxImagePropBounds, &bounds);
        set.put_ints(ofx::kOfxImagePropRegionOfDefinition, &region);
        set.put_ints(ofx::kOfxImagePropRowBytes, &[row_bytes as i32]);
        set.put_text(ofx::kOfxImagePropField, facts.lines.field.as_str());
        set.put_text(ofx::kOfxImagePropUniqueIdentifier, &facts.identifier);
        Self::register(Image { properties: set, buffer: Some(buffer), checksum })
    }

    /// An image without pixels, as some hosts give for a clip that is not connected.
    pub(crate) fn empty(core: &Arc<Core>, object: String) -> Arc<Image> {
        let set = Self::set(core, object);
        set.put_text(ofx::kOfxImageEffectPropPixelDepth, &ofx::kOfxBitDepthNone.to_string_lossy());
        set.put_text(ofx::kOfxImageEffectPropComponents, &ofx::kOfxImageComponentNone.to_string_lossy());
        Self::register(Image { properties: set, buffer: None, checksum: None })
    }

    fn set(core: &Arc<Core>, object: String) -> Arc<PropertySet> {
        let table = tables::image::table();
        let owner = PropertyOwner::Image;
        Arc::new(PropertySet::unregistered(core, Tag::Image, owner, object, table, Vec::new()))
    }

    fn register(image: Image) -> Arc<Image> {
        let image = Arc::new(image);
        handles::register(image.properties.handle, Object::Image(image.clone()));
        image
    }

    /// Takes the handle away; false when it was gone before.
    pub(crate) fn retire(&self) -> bool {
        handles::retire(self.properties.handle).is_some()
    }

    /// Whether the plugin has not released it yet.
    pub(crate) fn is_out(&self) -> bool {
        handles::find(self.properties.handle).is_some()
    }

    /// What the plugin did to an input that it should only read.
    pub(crate) fn damage(&self) -> Option<String> {
        let buffer = self.buffer.as_ref()?;
        let before = self.checksum?;
        (buffer.checksum() != before).then(|| "the plugin wrote into an input image or around it".to_owned())
    }
}
