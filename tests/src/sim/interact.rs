//! Overlays: what the effect draws over the picture and how it answers pen and keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use openfx_sys as ofx;

use super::action::{self, Frame, MainEntry};
use super::handles::{self, Object, Tag};
use super::plugin::PluginInner;
use super::properties::tables::{self, arguments};
use super::properties::{PropertyOwner, PropertySet};
use super::{Instance, Status, threads};

/// An interact descriptor or instance.
pub(crate) struct InteractObject {
    pub(crate) handle: usize,
    pub(crate) properties: Arc<PropertySet>,
    redraws: AtomicUsize,
}

impl InteractObject {
    fn new(plugin: &PluginInner, effect: usize) -> Arc<InteractObject> {
        let core = &plugin.core;
        let table = tables::interact::table();
        let properties = PropertySet::new(core, PropertyOwner::Interact, "the overlay", table, Vec::new());
        properties.put_pointer(ofx::kOfxPropEffectInstance, effect);
        properties.put_doubles(ofx::kOfxInteractPropPixelScale, &[1.0, 1.0]);
        let handle = handles::new_handle(Tag::Interact, core.number);
        let object = Arc::new(InteractObject { handle, properties, redraws: AtomicUsize::new(0) });
        handles::register(handle, Object::Interact(object.clone()));
        object
    }

    pub(crate) fn ask_redraw(&self) {
        self.redraws.fetch_add(1, Ordering::Relaxed);
    }

    fn retire(&self) {
        handles::retire(self.handle);
        self.properties.retire();
    }
}

/// Where the pen is and how the view stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Canonical position.
    pub position: [f64; 2],
    /// Pressure, 0 to 1.
    pub pressure: f64,
    /// Canonical units of one screen pixel.
    pub pixel_scale: [f64; 2],
}

impl Pen {
    /// A pen at a canonical position, full pressure, one screen pixel a unit.
    pub fn at(x: f64, y: f64) -> Pen {
        Pen { position: [x, y], pressure: 1.0, pixel_scale: [1.0, 1.0] }
    }
}

/// An overlay of an instance, from Describe and CreateInstance to DestroyInstance. Drawing needs OpenGL or the
/// Draw suite, neither of which this host has: OfxInteractActionDraw is not sent.
pub struct Overlay<'a> {
    instance: &'a Instance,
    entry: MainEntry,
    object: Arc<InteractObject>,
}

impl Instance {
    /// The effect's overlay (version 1), when it has one and the host shows overlays.
    pub fn overlay(&self) -> Option<Overlay<'_>> {
        threads::note_own();
        let plugin = self.plugin();
        let address = plugin.descriptor().properties.pointer(ofx::kOfxImageEffectPluginPropOverlayInteractV1);
        if address == 0 || !plugin.core.profile.overlays {
            return None;
        }
        // SAFETY: the property holds the address of an OfxPluginEntryPoint, by the API.
        let entry = unsafe { std::mem::transmute::<usize, MainEntry>(address) };
        let described = InteractObject::new(plugin, 0);
        let status = self.interact(entry, ofx::kOfxActionDescribe, &described, None);
        described.retire();
        if !status.is_fine() {
            return None;
        }
        let object = InteractObject::new(plugin, self.object.handle);
        let status = self.interact(entry, ofx::kOfxActionCreateInstance, &object, None);
        if !status.is_fine() {
            object.retire();
            return None;
        }
        Some(Overlay { instance: self, entry, object })
    }

    fn interact(
        &self,
        entry: MainEntry,
        action: &std::ffi::CStr,
        object: &InteractObject,
        input: Option<&PropertySet>,
    ) -> Status {
        let frame = Frame::interact(&self.plugin().core, &action.to_string_lossy(), &self.object);
        action::run(entry, &frame, object.handle, input.map_or(0, |i| i.handle), 0)
    }
}

impl Overlay<'_> {
    /// The pen goes down.
    pub fn pen_down(&self, pen: Pen) -> Status {
        self.pen(ofx::kOfxInteractActionPenDown, pen)
    }

    /// The pen moves.
    pub fn pen_motion(&self, pen: Pen) -> Status {
        self.pen(ofx::kOfxInteractActionPenMotion, pen)
    }

    /// The pen goes up.
    pub fn pen_up(&self, pen: Pen) -> Status {
        self.pen(ofx::kOfxInteractActionPenUp, pen)
    }

    /// A key goes down: an OpenFX key symbol and its text.
    pub fn key_down(&self, symbol: i32, text: &str) -> Status {
        self.key(ofx::kOfxInteractActionKeyDown, symbol, text)
    }

    /// A key goes up.
    pub fn key_up(&self, symbol: i32, text: &str) -> Status {
        self.key(ofx::kOfxInteractActionKeyUp, symbol, text)
    }

    /// The overlay gets the focus.
    pub fn gain_focus(&self) -> Status {
        self.focus(ofx::kOfxInteractActionGainFocus)
    }

    /// The overlay loses the focus.
    pub fn lose_focus(&self) -> Status {
        self.focus(ofx::kOfxInteractActionLoseFocus)
    }

    /// How often the effect asked for a redraw.
    pub fn redraws(&self) -> usize {
        self.object.redraws.load(Ordering::Relaxed)
    }

    fn input(&self, names: &[&std::ffi::CStr]) -> Arc<PropertySet> {
        let mut all =
            vec![ofx::kOfxPropEffectInstance, ofx::kOfxPropTime, ofx::kOfxImageEffectPropRenderScale];
        all.extend(names);
        let specs = arguments::input_specs(&all);
        let core = &self.instance.plugin().core;
        let input = PropertySet::new(core, PropertyOwner::Arguments, "inArgs", arguments::none(), specs);
        input.put_pointer(ofx::kOfxPropEffectInstance, self.instance.object.handle);
        input.put_doubles(ofx::kOfxPropTime, &[self.instance.time()]);
        input.put_doubles(ofx::kOfxImageEffectPropRenderScale, &[1.0, 1.0]);
        input
    }

    fn send(&self, action: &std::ffi::CStr, input: &PropertySet) -> Status {
        let status = self.instance.interact(self.entry, action, &self.object, Some(input));
        input.retire();
        status
    }

    fn pen(&self, action: &std::ffi::CStr, pen: Pen) -> Status {
        let input = self.input(&[
            ofx::kOfxInteractPropPixelScale,
            ofx::kOfxInteractPropBackgroundColour,
            ofx::kOfxInteractPropPenPosition,
            ofx::kOfxInteractPropPenViewportPosition,
            ofx::kOfxInteractPropPenPressure,
        ]);
        input.put_doubles(ofx::kOfxInteractPropPixelScale, &pen.pixel_scale);
        input.put_doubles(ofx::kOfxInteractPropPenPosition, &pen.position);
        let screen = |i: usize| (pen.position[i] / pen.pixel_scale[i]).round() as i32;
        input.put_ints(ofx::kOfxInteractPropPenViewportPosition, &[screen(0), screen(1)]);
        input.put_doubles(ofx::kOfxInteractPropPenPressure, &[pen.pressure]);
        self.send(action, &input)
    }

    fn key(&self, action: &std::ffi::CStr, symbol: i32, text: &str) -> Status {
        let input = self.input(&[ofx::kOfxPropKeySym, ofx::kOfxPropKeyString]);
        input.put_ints(ofx::kOfxPropKeySym, &[symbol]);
        input.put_text(ofx::kOfxPropKeyString, text);
        self.send(action, &input)
    }

    fn focus(&self, action: &std::ffi::CStr) -> Status {
        let input = self.input(&[ofx::kOfxInteractPropPixelScale, ofx::kOfxInteractPropBackgroundColour]);
        input.put_doubles(ofx::kOfxInteractPropPixelScale, &[1.0, 1.0]);
        self.send(action, &input)
    }
}

impl Drop for Overlay<'_> {
    fn drop(&mut self) {
        self.instance.interact(self.entry, ofx::kOfxActionDestroyInstance, &self.object, None);
        self.object.retire();
    }
}
