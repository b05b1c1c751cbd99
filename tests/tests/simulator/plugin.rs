//! A small effect written against the C API, well behaved but for what a test makes it do: it multiplies the
//! source by a gain.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use openfx_sys as ofx;
use tests::sim::{Binary, Depth, Status};

/// What an action was called with, and the suites.
pub struct Call<'a> {
    pub suites: &'a Suites,
    pub handle: *const c_void,
    pub input: ofx::OfxPropertySetHandle,
    pub output: ofx::OfxPropertySetHandle,
}

/// The suites that the effect uses.
pub struct Suites {
    pub host: ofx::OfxPropertySetHandle,
    pub property: &'static ofx::OfxPropertySuiteV1,
    pub effect: &'static ofx::OfxImageEffectSuiteV1,
    pub parameter: &'static ofx::OfxParameterSuiteV1,
    pub memory: &'static ofx::OfxMemorySuiteV1,
    pub threads: &'static ofx::OfxMultiThreadSuiteV1,
    pub timeline: &'static ofx::OfxTimeLineSuiteV1,
}

/// Something to do at an action; the status that it gives replaces the right one.
pub type Hook = fn(&Call) -> Option<Status>;

static HOST: AtomicPtr<ofx::OfxHost> = AtomicPtr::new(ptr::null_mut());
/// What a test makes the effect do.
#[derive(Clone, Copy)]
struct Plan {
    action: &'static CStr,
    hook: Hook,
    /// In place of what is right, not after it.
    instead: bool,
}

static PLAN: Mutex<Vec<Plan>> = Mutex::new(Vec::new());
static PANIC: Mutex<Option<String>> = Mutex::new(None);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A test's turn with the effect, which is one a process. A hook that panicked fails the test at its end.
pub struct Turn {
    _guard: MutexGuard<'static, ()>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let panic = lock(&PANIC).take();
        if !std::thread::panicking() {
            assert_eq!(panic, None, "a hook panicked");
        }
    }
}

/// The effect with a hook after what it does at an action.
pub fn with(hook: Option<(&'static CStr, Hook)>) -> (Binary, Turn) {
    plan(hook.map(|(action, hook)| Plan { action, hook, instead: false }))
}

/// The effect with a hook after what it does at each of two actions.
pub fn with_two(hooks: [(&'static CStr, Hook); 2]) -> (Binary, Turn) {
    plan(hooks.map(|(action, hook)| Plan { action, hook, instead: false }))
}

/// The effect with a hook in place of what it does at an action.
pub fn instead(action: &'static CStr, hook: Hook) -> (Binary, Turn) {
    plan(Some(Plan { action, hook, instead: true }))
}

fn plan(plans: impl IntoIterator<Item = Plan>) -> (Binary, Turn) {
    let turn = Turn { _guard: lock(&ONE_AT_A_TIME) };
    *lock(&PLAN) = plans.into_iter().collect();
    // SAFETY: the functions below are a plugin's.
    (unsafe { Binary::linked(count, get, None) }, turn)
}

unsafe extern "C" fn count() -> c_int {
    1
}

/// The effect in a binary that gives a plugin for every number.
pub fn endless() -> (Binary, Turn) {
    let turn = with(None).1;
    // SAFETY: the functions are a plugin's, but for the fault.
    (unsafe { Binary::linked(count, get_any, None) }, turn)
}

unsafe extern "C" fn get_any(_number: c_int) -> *mut ofx::OfxPlugin {
    // SAFETY: `get` has no conditions.
    unsafe { get(0) }
}

struct Plugin(ofx::OfxPlugin);
// SAFETY: the structure is never written; its strings are constants.
unsafe impl Sync for Plugin {}

static PLUGIN: Plugin = Plugin(ofx::OfxPlugin {
    pluginApi: ofx::kOfxImageEffectPluginApi.as_ptr(),
    apiVersion: 1,
    pluginIdentifier: c"org.promptmatte.simulator.Gain".as_ptr(),
    pluginVersionMajor: 1,
    pluginVersionMinor: 2,
    setHost: Some(set_host),
    mainEntry: Some(main_entry),
});

unsafe extern "C" fn get(number: c_int) -> *mut ofx::OfxPlugin {
    if number == 0 { ptr::from_ref(&PLUGIN.0).cast_mut() } else { ptr::null_mut() }
}

unsafe extern "C" fn set_host(host: *mut ofx::OfxHost) {
    HOST.store(host, Ordering::Relaxed);
}

/// Fetches a suite.
pub fn fetch(name: &CStr, version: c_int) -> *const c_void {
    // SAFETY: the simulator's host structures live for ever.
    let host = unsafe { &*HOST.load(Ordering::Relaxed) };
    // SAFETY: as the API asks.
    unsafe { host.fetchSuite.unwrap()(host.host, name.as_ptr(), version) }
}

fn suite<T>(name: &CStr, version: c_int) -> &'static T {
    let found = fetch(name, version);
    assert!(!found.is_null(), "no suite {name:?} {version}");
    // SAFETY: suites live as long as the host; the name fixes the type.
    unsafe { &*found.cast() }
}

impl Suites {
    /// Hosts of old versions of the API lack it.
    pub fn message(&self) -> &'static ofx::OfxMessageSuiteV2 {
        suite(ofx::kOfxMessageSuite, 2)
    }

    /// Hosts of old versions of the API lack it.
    pub fn progress(&self) -> &'static ofx::OfxProgressSuiteV2 {
        suite(ofx::kOfxProgressSuite, 2)
    }
}

/// Fetches the suites that every host has.
pub fn suites() -> Suites {
    Suites {
        // SAFETY: the simulator's host structures live for ever.
        host: unsafe { (*HOST.load(Ordering::Relaxed)).host },
        property: suite(ofx::kOfxPropertySuite, 1),
        effect: suite(ofx::kOfxImageEffectSuite, 1),
        parameter: suite(ofx::kOfxParameterSuite, 1),
        memory: suite(ofx::kOfxMemorySuite, 1),
        threads: suite(ofx::kOfxMultiThreadSuite, 1),
        timeline: suite(ofx::kOfxTimeLineSuite, 1),
    }
}

unsafe extern "C" fn main_entry(
    action: *const c_char,
    handle: *const c_void,
    input: ofx::OfxPropertySetHandle,
    output: ofx::OfxPropertySetHandle,
) -> ofx::OfxStatus {
    // SAFETY: the host passes a C string.
    let action = unsafe { CStr::from_ptr(action) };
    let suites = suites();
    let call = Call { suites: &suites, handle, input, output };
    let plan = lock(&PLAN).iter().copied().find(|plan| plan.action == action);
    let work = || {
        let right = if plan.is_some_and(|p| p.instead) { Status::OK } else { call.behave(action) };
        plan.and_then(|p| (p.hook)(&call)).unwrap_or(right)
    };
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(status) => status.0,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            *lock(&PANIC) = Some(text.unwrap_or_else(|| "a panic without a text".to_owned()));
            Status::FAILED.0
        }
    }
}

impl Call<'_> {
    /// What is right.
    fn behave(&self, action: &CStr) -> Status {
        let is = |name: &CStr| name == action;
        if is(ofx::kOfxActionLoad) || is(ofx::kOfxActionUnload) {
            Status::OK
        } else if is(ofx::kOfxActionDescribe) {
            self.describe();
            Status::OK
        } else if is(ofx::kOfxImageEffectActionDescribeInContext) {
            self.describe_in_context();
            Status::OK
        } else if is(ofx::kOfxActionCreateInstance) {
            let set = self.effect_properties();
            self.set_pointer(set, ofx::kOfxPropInstanceData, Box::into_raw(Box::new(7_u64)).cast());
            Status::OK
        } else if is(ofx::kOfxActionDestroyInstance) {
            let set = self.effect_properties();
            let data = self.pointer(set, ofx::kOfxPropInstanceData).cast::<u64>();
            self.set_pointer(set, ofx::kOfxPropInstanceData, ptr::null_mut());
            // SAFETY: from the box of CreateInstance, once.
            drop(unsafe { Box::from_raw(data) });
            Status::OK
        } else if is(ofx::kOfxImageEffectActionIsIdentity) {
            self.is_identity()
        } else if is(ofx::kOfxImageEffectActionGetFramesNeeded) {
            let time = self.double(self.input, ofx::kOfxPropTime);
            self.set_doubles(self.output, c"OfxImageClipPropFrameRange_Source", &[time - 1.0, time + 1.0]);
            Status::OK
        } else if is(ofx::kOfxImageEffectActionRender) {
            self.render()
        } else {
            Status::REPLY_DEFAULT
        }
    }

    fn describe(&self) {
        let set = self.effect_properties();
        self.set_text(set, ofx::kOfxPropLabel, c"Gain");
        self.set_texts(
            set,
            ofx::kOfxImageEffectPropSupportedContexts,
            &[ofx::kOfxImageEffectContextFilter, ofx::kOfxImageEffectContextGeneral],
        );
        let depths =
            [ofx::kOfxBitDepthByte, ofx::kOfxBitDepthShort, ofx::kOfxBitDepthHalf, ofx::kOfxBitDepthFloat];
        self.set_texts(set, ofx::kOfxImageEffectPropSupportedPixelDepths, &depths);
        self.set_text(set, ofx::kOfxImageEffectPluginRenderThreadSafety, ofx::kOfxImageEffectRenderFullySafe);
        self.set_int(set, ofx::kOfxImageEffectPropTemporalClipAccess, 1);
        self.set_int(set, ofx::kOfxImageEffectPropSupportsTiles, 0);
    }

    fn describe_in_context(&self) {
        let components =
            [ofx::kOfxImageComponentRGBA, ofx::kOfxImageComponentRGB, ofx::kOfxImageComponentAlpha];
        for name in [ofx::kOfxImageEffectSimpleSourceClipName, ofx::kOfxImageEffectOutputClipName] {
            let clip = self.define_clip(name);
            self.set_texts(clip, ofx::kOfxImageEffectPropSupportedComponents, &components);
            self.set_int(clip, ofx::kOfxImageEffectPropTemporalClipAccess, 1);
        }
        let mask = self.define_clip(c"Mask");
        self.set_texts(mask, ofx::kOfxImageEffectPropSupportedComponents, &[ofx::kOfxImageComponentAlpha]);
        self.set_int(mask, ofx::kOfxImageClipPropOptional, 1);
        self.set_int(mask, ofx::kOfxImageClipPropIsMask, 1);

        let gain = self.define_param(ofx::kOfxParamTypeDouble, c"gain");
        self.set_doubles(gain, ofx::kOfxParamPropDefault, &[1.0]);
        self.set_doubles(gain, ofx::kOfxParamPropMin, &[0.0]);
        self.set_doubles(gain, ofx::kOfxParamPropMax, &[10.0]);
        self.set_doubles(gain, ofx::kOfxParamPropDisplayMin, &[0.0]);
        self.set_doubles(gain, ofx::kOfxParamPropDisplayMax, &[10.0]);
        let place = self.define_param(ofx::kOfxParamTypeDouble2D, c"place");
        self.set_text(place, ofx::kOfxParamPropDoubleType, ofx::kOfxParamDoubleTypeXYAbsolute);
        self.set_text(place, ofx::kOfxParamPropDefaultCoordinateSystem, ofx::kOfxParamCoordinatesNormalised);
        self.set_doubles(place, ofx::kOfxParamPropDefault, &[0.5, 0.25]);
        for (name, value) in [
            (ofx::kOfxParamPropMin, -1e6),
            (ofx::kOfxParamPropMax, 1e6),
            (ofx::kOfxParamPropDisplayMin, 0.0),
            (ofx::kOfxParamPropDisplayMax, 1e4),
        ] {
            self.set_doubles(place, name, &[value; 2]);
        }
        let mode = self.define_param(ofx::kOfxParamTypeChoice, c"mode");
        self.set_texts(mode, ofx::kOfxParamPropChoiceOption, &[c"Copy", c"Identity"]);
        let count = self.define_param(ofx::kOfxParamTypeInteger, c"count");
        for (name, value) in [
            (ofx::kOfxParamPropMin, 0),
            (ofx::kOfxParamPropMax, 1000),
            (ofx::kOfxParamPropDisplayMin, 0),
            (ofx::kOfxParamPropDisplayMax, 10),
        ] {
            self.set_int(count, name, value);
        }
        self.define_param(ofx::kOfxParamTypeBoolean, c"on");
        self.define_param(ofx::kOfxParamTypeRGB, c"tint");
        self.define_param(ofx::kOfxParamTypeString, c"note");
        self.define_param(ofx::kOfxParamTypePushButton, c"go");
        self.define_param(ofx::kOfxParamTypeGroup, c"more");
        let page = self.define_param(ofx::kOfxParamTypePage, c"Controls");
        self.set_texts(page, ofx::kOfxParamPropPageChild, &[c"gain", c"mode"]);
    }

    fn is_identity(&self) -> Status {
        let time = self.double(self.input, ofx::kOfxPropTime);
        if self.int_at(c"mode", time) == 1 {
            self.set_text(self.output, ofx::kOfxPropName, ofx::kOfxImageEffectSimpleSourceClipName);
            return Status::OK;
        }
        Status::REPLY_DEFAULT
    }

    fn render(&self) -> Status {
        let time = self.double(self.input, ofx::kOfxPropTime);
        let gain = self.double_at(c"gain", time) as f32;
        let window = self.ints::<4>(self.input, ofx::kOfxImageEffectPropRenderWindow);
        let (source, output) = (self.image(c"Source", time), self.image(c"Output", time));
        let (Some(source), Some(output)) = (source, output) else { return Status::FAILED };
        for y in window[1]..window[3] {
            for x in window[0]..window[2] {
                copy(&source, &output, x, y, gain);
            }
        }
        self.release(source.handle);
        self.release(output.handle);
        Status::OK
    }
}

/// One pixel, as bytes, or times the gain in float; outside the source zero.
fn copy(source: &Image, output: &Image, x: i32, y: i32, gain: f32) {
    let to = output.pixel(x, y);
    let inside =
        x >= source.bounds[0] && x < source.bounds[2] && y >= source.bounds[1] && y < source.bounds[3];
    // SAFETY: both images hold the pixel, and the output is this render's to write.
    unsafe {
        if !inside {
            ptr::write_bytes(to, 0, output.pixel_bytes);
        } else if output.depth == Depth::Float {
            let (from, to) = (source.pixel(x, y).cast::<f32>(), to.cast::<f32>());
            for i in 0..output.pixel_bytes / 4 {
                *to.add(i) = *from.add(i) * if i < 3 { gain } else { 1.0 };
            }
        } else {
            ptr::copy_nonoverlapping(source.pixel(x, y), to, output.pixel_bytes);
        }
    }
}

/// An image in hand.
pub struct Image {
    pub handle: ofx::OfxPropertySetHandle,
    pub data: *mut u8,
    pub bounds: [i32; 4],
    pub row_bytes: i32,
    pub pixel_bytes: usize,
    pub depth: Depth,
}

impl Image {
    /// The address of a pixel.
    pub fn pixel(&self, x: i32, y: i32) -> *mut u8 {
        let offset = (y - self.bounds[1]) as isize * self.row_bytes as isize
            + (x - self.bounds[0]) as isize * self.pixel_bytes as isize;
        self.data.wrapping_offset(offset)
    }
}
