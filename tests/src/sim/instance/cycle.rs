//! A frame as MLT renders it: from Load to DestroyInstance, every time.

use crate::sim::{Clip, Context, Instance, Output, Plugin, Project, Request, SimError, Value};

impl Plugin {
    /// Load, Describe, DescribeInContext (Filter), CreateInstance, GetClipPreferences, GetRegionOfDefinition,
    /// GetRegionsOfInterest, BeginSequenceRender, Render, EndSequenceRender, DestroyInstance: one frame as MLT
    /// renders it when the effect may run on several threads. No Unload comes between frames.
    ///
    /// # Errors
    /// [`SimError::Refused`], and those of [`Instance::render`].
    pub fn mlt_cycle(
        &self,
        project: Project,
        values: &[(&str, Value)],
        source: Clip,
        request: &Request,
    ) -> Result<Output, SimError> {
        self.reload()?;
        let effect = self.describe_in_context(Context::Filter)?;
        let instance: Instance = effect.create_with(project, values)?;
        instance.set_clip_quietly("Source", Some(source))?;
        instance.render(request)
    }
}
