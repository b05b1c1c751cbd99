//! Images: pixels that the host lends for the time of one action.

use openfx_sys as sys;
use sys::OfxPropertySetHandle;

use super::{Host, PropertySet, Result};

/// A fetched image; released when dropped, which must be before the action ends.
pub struct Image<'h> {
    host: &'h Host,
    handle: OfxPropertySetHandle,
}

/// What an image says of itself.
#[derive(Clone, Debug)]
pub struct ImageProperties {
    /// `OfxBitDepth…`.
    pub depth: String,
    /// `OfxImageComponent…`.
    pub components: String,
    /// `OfxImageOpaque`, `OfxImagePreMultiplied`, `OfxImageUnPreMultiplied`; empty when not given.
    pub premultiplication: String,
    /// `[x1, y1, x2, y2]` in pixels, y up, end exclusive.
    pub bounds: [i32; 4],
    /// Bytes from the row y to the row y + 1; negative when rows run the other way in memory.
    pub row_bytes: i32,
    /// Width of a pixel over its height; 1 when not given.
    pub pixel_aspect_ratio: f64,
    /// `OfxField…`; empty when not given.
    pub field: String,
    /// Pixels per canonical unit on each axis (before the aspect ratio); `None` when not given.
    pub render_scale: Option<[f64; 2]>,
}

/// An image with its properties and the address of its first row (y = y1).
pub struct Fetched<'h> {
    /// Keeps the pixels valid.
    pub image: Image<'h>,
    /// The description.
    pub properties: ImageProperties,
    /// The address of pixel (x1, y1). Never null.
    pub data: *mut u8,
}

impl<'h> Image<'h> {
    pub(super) fn new(host: &'h Host, handle: OfxPropertySetHandle) -> Self {
        Self { host, handle }
    }

    /// Reads the description. `None` for an image without pixels (null data or empty bounds), as hosts
    /// give for unconnected inputs.
    ///
    /// # Errors
    /// [`super::Error::Refused`] when a required property is missing.
    pub fn describe(self) -> Result<Option<Fetched<'h>>> {
        let set = PropertySet::new(self.host, self.handle);
        let data = set.pointer(sys::kOfxImagePropData, 0)?.cast::<u8>();
        if data.is_null() {
            return Ok(None);
        }
        let bounds = set.ints::<4>(sys::kOfxImagePropBounds)?;
        if bounds[0] >= bounds[2] || bounds[1] >= bounds[3] {
            return Ok(None);
        }
        let properties = ImageProperties {
            depth: set.string(sys::kOfxImageEffectPropPixelDepth, 0)?,
            components: set.string(sys::kOfxImageEffectPropComponents, 0)?,
            premultiplication: set.string(sys::kOfxImageEffectPropPreMultiplication, 0).unwrap_or_default(),
            bounds,
            row_bytes: set.int(sys::kOfxImagePropRowBytes, 0)?,
            pixel_aspect_ratio: positive(set.double(sys::kOfxImagePropPixelAspectRatio, 0)).unwrap_or(1.0),
            field: set.string(sys::kOfxImagePropField, 0).unwrap_or_default(),
            render_scale: set
                .doubles::<2>(sys::kOfxImageEffectPropRenderScale)
                .ok()
                .filter(|scale| scale.iter().all(|s| s.is_finite() && *s > 0.0)),
        };
        Ok(Some(Fetched { image: self, properties, data }))
    }
}

impl Drop for Image<'_> {
    fn drop(&mut self) {
        if let Some(call) = self.host.effect_suite().clipReleaseImage {
            // SAFETY: the image was fetched from this host and is released once, here.
            let status = unsafe { call(self.handle) };
            if status != super::Status::OK.0 {
                log::warn!("the host answered {status} when an image was released");
            }
        }
    }
}

/// A finite value above zero.
fn positive(value: Result<f64>) -> Option<f64> {
    value.ok().filter(|v| v.is_finite() && *v > 0.0)
}
