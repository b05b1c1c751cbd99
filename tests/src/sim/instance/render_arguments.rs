//! The arguments of Render and of the actions around a sequence.

use std::sync::Arc;

use openfx_sys as ofx;
use openfx_sys::newer;

use super::Instance;
use super::edit::arguments_of;
use crate::sim::Request;
use crate::sim::properties::PropertySet;

impl Instance {
    pub(super) fn render_arguments(&self, request: &Request, window: [i32; 4]) -> Arc<PropertySet> {
        let names = [
            ofx::kOfxPropTime,
            ofx::kOfxImageEffectPropFieldToRender,
            ofx::kOfxImageEffectPropRenderWindow,
            ofx::kOfxImageEffectPropRenderScale,
            ofx::kOfxImageEffectPropSequentialRenderStatus,
            ofx::kOfxImageEffectPropInteractiveRenderStatus,
            ofx::kOfxImageEffectPropRenderQualityDraft,
            ofx::kOfxImageEffectPropOpenGLEnabled,
            ofx::kOfxImageEffectPropCudaEnabled,
            ofx::kOfxImageEffectPropMetalEnabled,
            ofx::kOfxImageEffectPropOpenCLEnabled,
            newer::kOfxImageEffectPropNoSpatialAwareness,
            newer::kOfxImageEffectPropThumbnailRender,
        ];
        let input = self.timed(&names, request.time, request.scale);
        input.put_text(ofx::kOfxImageEffectPropFieldToRender, self.field(request).as_str());
        input.put_ints(ofx::kOfxImageEffectPropRenderWindow, &window);
        input.put_ints(ofx::kOfxImageEffectPropInteractiveRenderStatus, &[i32::from(request.interactive)]);
        input.put_ints(ofx::kOfxImageEffectPropRenderQualityDraft, &[i32::from(request.draft)]);
        tell_thumbnail(&input, request);
        input
    }

    /// The arguments of BeginSequenceRender and EndSequenceRender.
    pub(super) fn sequence_arguments(&self, requests: &[Request]) -> Arc<PropertySet> {
        let names = [
            ofx::kOfxImageEffectPropFrameRange,
            ofx::kOfxImageEffectPropFrameStep,
            ofx::kOfxPropIsInteractive,
            ofx::kOfxImageEffectPropRenderScale,
            ofx::kOfxImageEffectPropSequentialRenderStatus,
            ofx::kOfxImageEffectPropInteractiveRenderStatus,
            ofx::kOfxImageEffectPropOpenGLEnabled,
            ofx::kOfxImageEffectPropCudaEnabled,
            ofx::kOfxImageEffectPropMetalEnabled,
            ofx::kOfxImageEffectPropOpenCLEnabled,
            newer::kOfxImageEffectPropNoSpatialAwareness,
            newer::kOfxImageEffectPropThumbnailRender,
        ];
        let input = arguments_of(self.plugin(), &names);
        let times = || requests.iter().map(|r| r.time);
        let range = [times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max)];
        input.put_doubles(ofx::kOfxImageEffectPropFrameRange, &range);
        let first = requests.first().cloned().unwrap_or_default();
        input.put_doubles(ofx::kOfxImageEffectPropRenderScale, &[first.scale.0, first.scale.1]);
        input.put_ints(ofx::kOfxPropIsInteractive, &[i32::from(first.interactive)]);
        input.put_ints(ofx::kOfxImageEffectPropInteractiveRenderStatus, &[i32::from(first.interactive)]);
        input
    }
}

/// Says that a thumbnail is rendered, to effects of version 1.5.1 that look (other hosts' arguments lack it).
pub(super) fn tell_thumbnail(input: &PropertySet, request: &Request) {
    let text = if request.thumbnail.is_some() { "true" } else { "false" };
    input.put_text(newer::kOfxImageEffectPropThumbnailRender, text);
}
