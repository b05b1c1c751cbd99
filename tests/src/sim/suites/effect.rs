//! The ImageEffect suite.

use std::ffi::{c_char, c_int, c_void};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use openfx_sys as ofx;

use super::memory::ImageMemory;
use super::{code, give};
use crate::sim::clips::ClipObject;
use crate::sim::effect::EffectObject;
use crate::sim::handles::{self, Object, Tag};
use crate::sim::instance::AbortRule;
use crate::sim::{Status, ViolationKind, images, plugin};

pub(super) static SUITE: ofx::OfxImageEffectSuiteV1 = ofx::OfxImageEffectSuiteV1 {
    getPropertySet: Some(property_set),
    getParamSet: Some(param_set),
    clipDefine: Some(clip_define),
    clipGetHandle: Some(clip_handle),
    clipGetPropertySet: Some(clip_property_set),
    clipGetImage: Some(clip_image),
    clipReleaseImage: Some(release_image),
    clipGetRegionOfDefinition: Some(clip_region),
    abort: Some(abort),
    imageMemoryAlloc: Some(memory_alloc),
    imageMemoryFree: Some(memory_free),
    imageMemoryLock: Some(memory_lock),
    imageMemoryUnlock: Some(memory_unlock),
};

type Effect = ofx::OfxImageEffectHandle;
type Clip = ofx::OfxImageClipHandle;
type Properties = ofx::OfxPropertySetHandle;

unsafe extern "C" fn property_set(handle: Effect, out: *mut Properties) -> ofx::OfxStatus {
    let found = handles::effect(handle as usize, "getPropertySet");
    // SAFETY: the plugin passes a place for the handle.
    code(found.and_then(|e| unsafe {
        give(out, e.properties.handle as Properties, &e.properties.object, "getPropertySet")
    }))
}

unsafe extern "C" fn param_set(handle: Effect, out: *mut ofx::OfxParamSetHandle) -> ofx::OfxStatus {
    let found = handles::effect(handle as usize, "getParamSet");
    // SAFETY: the plugin passes a place for the handle.
    code(found.and_then(|e| unsafe {
        give(out, e.set_handle as ofx::OfxParamSetHandle, &e.properties.object, "getParamSet")
    }))
}

unsafe extern "C" fn clip_define(
    handle: Effect,
    name: *const c_char,
    out: *mut Properties,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    let name = unsafe { plugin::text_of(name) };
    let result = handles::effect(handle as usize, "clipDefine").and_then(|effect| {
        let core = &effect.core;
        let object = format!("clip \"{name}\"");
        let moment = effect.frame().map(|f| f.moment);
        if effect.is_instance() || moment != Some(crate::sim::moments::Moment::DescribeInContext) {
            let message = "clips are defined in DescribeInContext, on its descriptor";
            core.violation(ViolationKind::WrongMoment, &object, None, message);
            return Err(Status::FAILED);
        }
        if name.is_empty() || effect.clip(&name).is_some() {
            core.violation(ViolationKind::DuplicateName, &object, None, "the name is empty or taken");
            return Err(Status::ERR_EXISTS);
        }
        let clip = effect.add_clip(&name, None);
        if out.is_null() {
            return Ok(());
        }
        // SAFETY: not null, and the plugin passes a place for the handle.
        unsafe { give(out, clip.properties.handle as Properties, &object, "clipDefine") }
    });
    code(result)
}

unsafe extern "C" fn clip_handle(
    handle: Effect,
    name: *const c_char,
    clip: *mut Clip,
    properties: *mut Properties,
) -> ofx::OfxStatus {
    // SAFETY: the plugin passes a C string.
    let name = unsafe { plugin::text_of(name) };
    let result = handles::effect(handle as usize, "clipGetHandle").and_then(|effect| {
        let object = format!("clip \"{name}\"");
        if !effect.is_instance() {
            let message = "clips have handles on instances only";
            effect.core.violation(ViolationKind::WrongMoment, &object, None, message);
            return Err(Status::ERR_BAD_HANDLE);
        }
        let Some(found) = effect.clip(&name) else {
            let message = "no clip of that name was defined in this context";
            effect.core.violation(ViolationKind::UnknownName, &object, None, message);
            return Err(Status::ERR_UNKNOWN);
        };
        // SAFETY: the plugin passes a place for the handle.
        unsafe { give(clip, found.handle as Clip, &object, "clipGetHandle") }?;
        if properties.is_null() {
            return Ok(());
        }
        // SAFETY: not null, and the plugin passes a place for the handle.
        unsafe { give(properties, found.properties.handle as Properties, &object, "clipGetHandle") }
    });
    code(result)
}

unsafe extern "C" fn clip_property_set(clip: Clip, out: *mut Properties) -> ofx::OfxStatus {
    let found = handles::clip(clip as usize, "clipGetPropertySet");
    // SAFETY: the plugin passes a place for the handle.
    code(found.and_then(|c| unsafe {
        give(out, c.properties.handle as Properties, &c.properties.object, "clipGetPropertySet")
    }))
}

unsafe extern "C" fn clip_image(
    clip: Clip,
    time: f64,
    region: *const ofx::OfxRectD,
    out: *mut Properties,
) -> ofx::OfxStatus {
    let result = handles::clip(clip as usize, "clipGetImage").and_then(|clip| {
        let object = &clip.properties.object;
        let effect = clip.effect.upgrade().ok_or(Status::ERR_BAD_HANDLE)?;
        let Some(frame) = effect.frame() else {
            let message = "an image was fetched while no action runs";
            effect.core.violation(ViolationKind::WrongMoment, object, None, message);
            return Err(Status::FAILED);
        };
        // SAFETY: the plugin passes null or a region.
        let region = (!region.is_null()).then(|| unsafe { *region }).map(|r| [r.x1, r.y1, r.x2, r.y2]);
        let image = images::fetch(&effect.core, &frame, &clip, time, region)?;
        // SAFETY: the plugin passes a place for the handle.
        unsafe { give(out, image.properties.handle as Properties, object, "clipGetImage") }
    });
    code(result)
}

unsafe extern "C" fn release_image(image: Properties) -> ofx::OfxStatus {
    let handle = image as usize;
    let result = match (handles::tag_of(handle), handles::find(handle)) {
        (Some(Tag::Image), Some(Object::Image(image))) => {
            image.retire();
            Ok(())
        }
        (Some(Tag::Image), None) => {
            if let Some(core) = handles::host_of(handle) {
                let message = "the image was released before, or its action is over";
                core.violation(ViolationKind::ImageReleasedTwice, "clipReleaseImage", None, message);
            }
            Err(Status::ERR_BAD_HANDLE)
        }
        _ => Err(handles::bad(handle, "an image", "clipReleaseImage")),
    };
    code(result)
}

unsafe extern "C" fn clip_region(clip: Clip, time: f64, bounds: *mut ofx::OfxRectD) -> ofx::OfxStatus {
    let result = handles::clip(clip as usize, "clipGetRegionOfDefinition").and_then(|clip| {
        let effect = clip.effect.upgrade().ok_or(Status::ERR_BAD_HANDLE)?;
        let region = match clip.content() {
            Some(content) => {
                let picture = content.source.frame(time).ok().flatten().ok_or(Status::FAILED)?;
                content.region(&picture)
            }
            None if clip.is_output() => {
                let frame = effect.frame().and_then(|f| f.render.as_ref().map(|r| r.region));
                let project = effect.live.as_ref().map(|l| l.project);
                let window =
                    project.map(|p| [p.offset.0, p.offset.1, p.offset.0 + p.size.0, p.offset.1 + p.size.1]);
                frame.or(window).ok_or(Status::FAILED)?
            }
            None => return Err(Status::FAILED),
        };
        let region = match effect.core.profile.pixel_regions {
            true => in_pixels(&effect, &clip, region),
            false => region,
        };
        let rect = ofx::OfxRectD { x1: region[0], y1: region[1], x2: region[2], y2: region[3] };
        // SAFETY: the plugin passes a place for the region.
        unsafe { give(bounds, rect, &clip.properties.object, "clipGetRegionOfDefinition") }
    });
    code(result)
}

/// A region in pixels of the render that runs.
fn in_pixels(effect: &EffectObject, clip: &ClipObject, region: [f64; 4]) -> [f64; 4] {
    let scale = effect.frame().and_then(|f| f.render.as_ref().map(|r| r.scale)).unwrap_or((1.0, 1.0));
    let ratio = clip.mapping().map_or(1.0, |m| m.pixel_aspect_ratio);
    images::pixel_bounds(region, scale, ratio).map(f64::from)
}

unsafe extern "C" fn abort(handle: Effect) -> c_int {
    let Ok(effect) = handles::effect(handle as usize, "abort") else { return 0 };
    let (Some(live), Some(frame)) = (&effect.live, effect.frame()) else { return 0 };
    frame.aborts_asked.fetch_add(1, Ordering::Relaxed);
    let rule = live.abort.read().unwrap_or_else(PoisonError::into_inner).clone();
    let yes = match rule {
        AbortRule::Never => false,
        AbortRule::After(time) => frame.started.elapsed() >= time,
        AbortRule::When(rule) => rule(),
    };
    c_int::from(yes)
}

unsafe extern "C" fn memory_alloc(
    handle: Effect,
    bytes: usize,
    out: *mut ofx::OfxImageMemoryHandle,
) -> ofx::OfxStatus {
    let core = match handle as usize {
        0 => handles::host_of(0).ok_or(Status::FAILED),
        handle => handles::effect(handle, "imageMemoryAlloc").map(|e| e.core.clone()),
    };
    let result = core.and_then(|core| {
        let handle = ImageMemory::make(&core, bytes);
        // SAFETY: the plugin passes a place for the handle.
        unsafe { give(out, handle as ofx::OfxImageMemoryHandle, "image memory", "imageMemoryAlloc") }
    });
    code(result)
}

unsafe extern "C" fn memory_free(handle: ofx::OfxImageMemoryHandle) -> ofx::OfxStatus {
    code(ImageMemory::find(handle as usize, "imageMemoryFree").map(|_| ImageMemory::free(handle as usize)))
}

unsafe extern "C" fn memory_lock(handle: ofx::OfxImageMemoryHandle, out: *mut *mut c_void) -> ofx::OfxStatus {
    let found = ImageMemory::find(handle as usize, "imageMemoryLock");
    // SAFETY: the plugin passes a place for the address.
    code(
        found.and_then(|m| unsafe {
            give(out, m.address() as *mut c_void, "image memory", "imageMemoryLock")
        }),
    )
}

unsafe extern "C" fn memory_unlock(handle: ofx::OfxImageMemoryHandle) -> ofx::OfxStatus {
    code(ImageMemory::find(handle as usize, "imageMemoryUnlock").map(|_| ()))
}
