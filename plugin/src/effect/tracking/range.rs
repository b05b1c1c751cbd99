//! Which frames can be tracked.

use openfx_sys as sys;

use crate::effect::instance::Instance;
use crate::effect::parameters as names;
use crate::ofx::{Effect, Result};

/// A clip that is longer is no clip: hosts give stills the whole of time.
const LONGEST: f64 = 200_000.0;

/// First and last frame that the artist wants tracked: of the clip, or those set. `None` where neither clip nor
/// timeline tells its length, and none is set.
///
/// # Errors
/// When the host does not give a parameter.
pub fn wanted(effect: &Effect<'_>, instance: &Instance, time: f64) -> Result<Option<[f64; 2]>> {
    let host = effect.host();
    let handles = &instance.parameters;
    let whole = whole(effect, instance);
    if handles.int(host, names::TRACK_RANGE, time)? == 0 {
        return Ok(whole);
    }
    let ends = [handles.int(host, names::TRACK_FROM, time)?, handles.int(host, names::TRACK_TO, time)?];
    let [a, b] = ends.map(f64::from);
    let [first, last] = whole.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
    Ok(Some([a.min(b).max(first), a.max(b).min(last)]))
}

/// First and last frame of the clip, else of the timeline.
pub fn whole(effect: &Effect<'_>, instance: &Instance) -> Option<[f64; 2]> {
    let clip = instance.clips.source.properties(effect.host());
    let clip = clip.and_then(|set| set.doubles::<2>(sys::kOfxImageEffectPropFrameRange));
    let timeline = || effect.timeline()?.bounds().ok();
    clip.ok().filter(is_sane).or_else(|| timeline().filter(is_sane))
}

fn is_sane([first, last]: &[f64; 2]) -> bool {
    first.is_finite() && last.is_finite() && first <= last && last - first <= LONGEST
}
