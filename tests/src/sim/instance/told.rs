//! What the effect is told of a render beside what is rendered: fields, scales, thumbnails.

use super::Instance;
use crate::sim::images::fields::{self, Lines};
use crate::sim::profile::ImageScale;
use crate::sim::{Field, Request};

impl Instance {
    /// The field to render, as the effect is told.
    pub(super) fn field(&self, request: &Request) -> Field {
        let usual =
            if self.field_order() == Field::None { self.plugin().core.profile.field } else { Field::Both };
        request.field.unwrap_or(usual)
    }

    /// The lines of the output image.
    pub(super) fn output_lines(&self, request: &Request) -> Lines {
        let field = self.field(request);
        let output = self.object.clips().into_iter().find(|c| c.is_output());
        match output.filter(|_| self.field_order() != Field::None || fields::parity(field).is_some()) {
            Some(clip) => fields::output(&clip, self.plugin().core.profile.field_images, field),
            None => Lines::all(field),
        }
    }

    /// What images say of their scale.
    pub(super) fn told_scale(&self, request: &Request) -> (f64, f64) {
        match self.plugin().core.profile.image_scale {
            ImageScale::True => request.scale,
            ImageScale::Inverse => (1.0 / request.scale.0, 1.0 / request.scale.1),
        }
    }
}

/// The clips tell of a thumbnail as long as this lives.
pub(super) struct Thumbnail<'a>(Option<&'a Instance>);

impl<'a> Thumbnail<'a> {
    pub(super) fn begin(instance: &'a Instance, request: &Request) -> Self {
        let told = request.thumbnail.is_some() && instance.plugin().core.profile.thumbnail_property;
        let thumbnail = Thumbnail(told.then_some(instance));
        thumbnail.tell(1);
        thumbnail
    }

    fn tell(&self, flag: i32) {
        for clip in self.0.iter().flat_map(|instance| instance.object.clips()) {
            clip.properties.put_ints(c"kOfxImageClipPropThumbnail", &[flag]);
        }
    }
}

impl Drop for Thumbnail<'_> {
    fn drop(&mut self) {
        self.tell(0);
    }
}
