//! The begin and the end of an instance.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use openfx_sys as ofx;

use super::{AbortRule, Instance, Live, Project};
use crate::sim::effect::{EffectInner, EffectObject, Role};
use crate::sim::plugin::refused;
use crate::sim::profile::NormalisedDefaults;
use crate::sim::{SimError, Value, ViolationKind, threads};

impl Instance {
    /// Makes parameters and clips, then sends CreateInstance.
    pub(crate) fn create(
        effect: &Arc<EffectInner>,
        project: Project,
        values: &[(&str, Value)],
    ) -> Result<Instance, SimError> {
        threads::note_own();
        let plugin = &effect.plugin;
        let core = &plugin.core;
        let described = plugin.descriptor();
        let live = Live {
            plugin: Arc::downgrade(plugin),
            project,
            time: Mutex::new(project.range.0),
            abort: RwLock::new(AbortRule::Never),
            frames: Mutex::default(),
            messages: Mutex::default(),
            persistent: Mutex::default(),
            dirty: AtomicBool::new(true),
            format: Mutex::default(),
            slaves: effect.object.properties.texts(ofx::kOfxImageEffectPropClipPreferencesSlaveParam),
            progress_left: AtomicUsize::new(usize::MAX),
            answer: AtomicBool::new(true),
            progress: Mutex::default(),
            changes: Mutex::default(),
        };
        let object = EffectObject::new(core, Role::Instance, Some(live));
        fill(&object, effect, &described, &project);
        let scales = core.profile.normalised_defaults == NormalisedDefaults::Scaled;
        for from in effect.object.params() {
            object.add_param(&from.name, from.kind, Some(&from)).reset(&project, scales);
        }
        for from in effect.object.clips() {
            let clip = object.add_clip(&from.name, Some(&from));
            clip.properties.hidden.store(!core.profile.clip_properties_at_create, Ordering::Relaxed);
        }
        let instance = Instance {
            effect: effect.clone(),
            object,
            render_lock: Mutex::default(),
            clips_lock: RwLock::default(),
        };
        for (name, value) in values {
            let param = instance.object.param(name).ok_or_else(|| SimError::NoParameter((*name).to_owned()));
            let accepted = param.and_then(|p| p.accept(value.clone()).map(|v| (p, v)));
            match accepted {
                Ok((param, value)) => param.set(value),
                Err(error) => {
                    instance.discard();
                    return Err(error);
                }
            }
        }
        instance.begin()?;
        Ok(instance)
    }

    fn begin(&self) -> Result<(), SimError> {
        let core = &self.plugin().core;
        let action = ofx::kOfxActionCreateInstance.to_string_lossy();
        let status = self.send(ofx::kOfxActionCreateInstance);
        for clip in self.object.clips() {
            clip.properties.hidden.store(false, Ordering::Relaxed);
        }
        if !status.is_fine() && !core.profile.ignores_create_status {
            self.discard();
            return Err(refused(core, &action, status));
        }
        if core.profile.interactive {
            self.send(ofx::kOfxActionBeginInstanceEdit);
        }
        Ok(())
    }

    /// Takes the handles away of an instance that was never made, so that dropping it sends nothing.
    fn discard(&self) {
        self.object.retire();
    }
}

fn fill(object: &EffectObject, effect: &EffectInner, described: &EffectObject, project: &Project) {
    let core = &object.core;
    let set = &object.properties;
    set.put_text(ofx::kOfxImageEffectPropContext, effect.context.as_str());
    set.put_pointer(ofx::kOfxImageEffectPropPluginHandle, described.handle);
    set.put_text(ofx::kOfxPropPluginDescription, &described.properties.text(ofx::kOfxPropPluginDescription));
    set.put_doubles(ofx::kOfxImageEffectPropProjectSize, &[project.size.0, project.size.1]);
    set.put_doubles(ofx::kOfxImageEffectPropProjectOffset, &[project.offset.0, project.offset.1]);
    let extent = [project.size.0 + project.offset.0, project.size.1 + project.offset.1];
    set.put_doubles(ofx::kOfxImageEffectPropProjectExtent, &extent);
    set.put_doubles(ofx::kOfxImageEffectPropProjectPixelAspectRatio, &[project.pixel_aspect_ratio]);
    set.put_doubles(
        ofx::kOfxImageEffectInstancePropEffectDuration,
        &[project.range.1 - project.range.0 + 1.0],
    );
    set.put_doubles(ofx::kOfxImageEffectPropFrameRate, &[project.frame_rate]);
    set.put_ints(ofx::kOfxPropIsInteractive, &[i32::from(core.profile.interactive)]);
    let sequential = described.properties.int(ofx::kOfxImageEffectInstancePropSequentialRender);
    set.put_ints(ofx::kOfxImageEffectInstancePropSequentialRender, &[sequential]);
    let tiles = described.properties.int(ofx::kOfxImageEffectPropSupportsTiles);
    set.put_ints(ofx::kOfxImageEffectPropSupportsTiles, &[tiles]);
    let style = ofx::newer::kOfxImageEffectPropColourManagementStyle;
    let none = ofx::newer::kOfxImageEffectColourManagementNone.to_string_lossy();
    if core.profile.manages_colour && described.properties.text(style) != none {
        set.put_text(style, &ofx::newer::kOfxImageEffectColourManagementCore.to_string_lossy());
    }
    let pages = effect.object.properties.texts(ofx::kOfxPluginPropParamPageOrder);
    set.put_texts(ofx::kOfxPluginPropParamPageOrder, &pages.iter().map(String::as_str).collect::<Vec<_>>());
}

impl Drop for Instance {
    fn drop(&mut self) {
        if crate::sim::handles::find(self.object.handle).is_none() {
            return;
        }
        let core = &self.plugin().core;
        if core.profile.interactive {
            self.send(ofx::kOfxActionEndInstanceEdit);
        }
        self.send(ofx::kOfxActionDestroyInstance);
        if self.object.properties.pointer(ofx::kOfxPropInstanceData) != 0 {
            // The pointer dangles now or its data leaked: which, the host cannot tell.
            let action = ofx::kOfxActionDestroyInstance.to_string_lossy();
            let (object, property) =
                (&self.object.properties.object, ofx::kOfxPropInstanceData.to_string_lossy());
            let message = "it is still set after DestroyInstance";
            core.violation_in(&action, ViolationKind::Leak, object, Some(&property), message);
        }
        self.object.retire();
    }
}
