//! Overlays: what the effect draws over the picture and how it answers pen and keys.

use std::ffi::CStr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use openfx_sys as ofx;

use super::action::{self, Frame, MainEntry};
use super::core::lock;
use super::drawing::{DrawContext, Drawing};
use super::effect::{EffectInner, EffectObject};
use super::handles::{self, Object, Tag};
use super::plugin::PluginInner;
use super::properties::tables::{self, arguments};
use super::properties::{PropertyOwner, PropertySet};
use super::{Instance, Status, ViolationKind, threads};

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

/// Where the pen is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Canonical position.
    pub position: [f64; 2],
    /// Pressure, 0 to 1.
    pub pressure: f64,
}

impl Pen {
    /// A pen at a canonical position, full pressure.
    pub fn at(x: f64, y: f64) -> Pen {
        Pen { position: [x, y], pressure: 1.0 }
    }
}

/// How a view stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Canonical units of one screen pixel.
    pub pixel_scale: [f64; 2],
    /// Scale at which the view's images are rendered.
    pub render_scale: [f64; 2],
    /// Colour behind the picture.
    pub background: [f64; 3],
    /// The time that is seen; `None` for the user's.
    pub time: Option<f64>,
}

impl Default for View {
    fn default() -> View {
        View { pixel_scale: [1.0; 2], render_scale: [1.0; 2], background: [0.0; 3], time: None }
    }
}

/// An overlay of an instance in one view, from Describe and CreateInstance to DestroyInstance. It may outlive
/// the instance, as a window does that is closed late.
pub struct Overlay {
    /// Keeps the descriptor that the instance came from.
    effect: Arc<EffectInner>,
    instance: Arc<EffectObject>,
    entry: MainEntry,
    version: u32,
    object: Arc<InteractObject>,
    view: Mutex<View>,
}

impl Instance {
    /// The effect's overlay of version 1, drawn with OpenGL, when it has one and the host shows overlays. Each
    /// call makes another view.
    pub fn overlay(&self) -> Option<Overlay> {
        self.open_overlay(1)
    }

    /// The effect's overlay of version 2, drawn with the draw suite, when it has one and the host has that.
    pub fn overlay_v2(&self) -> Option<Overlay> {
        let suite = ofx::kOfxDrawSuite.to_string_lossy();
        (!self.plugin().core.profile.withholds(&suite, 1)).then(|| self.open_overlay(2)).flatten()
    }

    fn open_overlay(&self, version: u32) -> Option<Overlay> {
        threads::note_own();
        let plugin = self.plugin();
        let property = match version {
            1 => ofx::kOfxImageEffectPluginPropOverlayInteractV1,
            _ => ofx::kOfxImageEffectPluginPropOverlayInteractV2,
        };
        let address = plugin.descriptor().properties.pointer(property);
        if address == 0 || !plugin.core.profile.overlays {
            return None;
        }
        // SAFETY: the property holds the address of an OfxPluginEntryPoint, by the API.
        let entry = unsafe { std::mem::transmute::<usize, MainEntry>(address) };
        let described = InteractObject::new(plugin, 0);
        let status = run(plugin, &self.object, entry, ofx::kOfxActionDescribe, &described, None);
        described.retire();
        if !status.is_fine() {
            return None;
        }
        let object = InteractObject::new(plugin, self.object.handle);
        let status = run(plugin, &self.object, entry, ofx::kOfxActionCreateInstance, &object, None);
        if !status.is_fine() {
            object.retire();
            return None;
        }
        for name in object.properties.texts(ofx::kOfxInteractPropSlaveToParam) {
            if self.object.param(&name).is_none() {
                let message = format!("it follows \"{name}\", which is no parameter");
                plugin.core.violation(ViolationKind::UnknownName, "the overlay", None, message);
            }
        }
        let view = Mutex::default();
        Some(Overlay {
            effect: self.effect.clone(),
            instance: self.object.clone(),
            entry,
            version,
            object,
            view,
        })
    }
}

fn run(
    plugin: &PluginInner,
    instance: &Arc<EffectObject>,
    entry: MainEntry,
    action: &CStr,
    object: &InteractObject,
    input: Option<&PropertySet>,
) -> Status {
    let frame = Frame::interact(&plugin.core, &action.to_string_lossy(), instance);
    action::run(entry, &frame, object.handle, input.map_or(0, |i| i.handle), 0)
}

impl Overlay {
    /// Changes how the view stands.
    pub fn set_view(&self, view: View) {
        *lock(&self.view) = view;
        self.object.properties.put_doubles(ofx::kOfxInteractPropPixelScale, &view.pixel_scale);
        self.object.properties.put_doubles(ofx::kOfxInteractPropBackgroundColour, &view.background);
    }

    /// Asks for a drawing. Version 2 gets a draw context; version 1 draws with the OpenGL context that is
    /// current on this thread.
    pub fn draw(&self) -> Drawing {
        self.draw_in(self.version == 2)
    }

    /// The same, with a draw context for version 1 too: hosts of before version 2 exist that do so.
    pub fn draw_with_suite(&self) -> Drawing {
        self.draw_in(true)
    }

    fn draw_in(&self, with_context: bool) -> Drawing {
        let mut names = vec![ofx::kOfxInteractPropPixelScale, ofx::kOfxInteractPropBackgroundColour];
        let context = with_context.then(|| DrawContext::new(&self.effect.plugin.core));
        names.extend(context.as_ref().map(|_| ofx::kOfxInteractPropDrawContext));
        let input = self.input(&names);
        if let Some(context) = &context {
            input.put_pointer(ofx::kOfxInteractPropDrawContext, context.handle);
        }
        let status = self.send(ofx::kOfxInteractActionDraw, &input);
        Drawing { status, drawn: context.map(|context| context.finish()).unwrap_or_default() }
    }

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

    /// The parameters whose change asks for a redraw.
    pub fn follows(&self) -> Vec<String> {
        self.object.properties.texts(ofx::kOfxInteractPropSlaveToParam)
    }

    fn input(&self, names: &[&CStr]) -> Arc<PropertySet> {
        let view = *lock(&self.view);
        let mut all =
            vec![ofx::kOfxPropEffectInstance, ofx::kOfxPropTime, ofx::kOfxImageEffectPropRenderScale];
        all.extend(names);
        let specs = arguments::input_specs(&all);
        let core = &self.effect.plugin.core;
        let input = PropertySet::new(core, PropertyOwner::Arguments, "inArgs", arguments::none(), specs);
        let user = self.instance.live.as_ref().map_or(0.0, |live| *lock(&live.time));
        input.put_pointer(ofx::kOfxPropEffectInstance, self.instance.handle);
        input.put_doubles(ofx::kOfxPropTime, &[view.time.unwrap_or(user)]);
        input.put_doubles(ofx::kOfxImageEffectPropRenderScale, &view.render_scale);
        if names.contains(&ofx::kOfxInteractPropPixelScale) {
            input.put_doubles(ofx::kOfxInteractPropPixelScale, &view.pixel_scale);
            input.put_doubles(ofx::kOfxInteractPropBackgroundColour, &view.background);
        }
        input
    }

    fn send(&self, action: &CStr, input: &PropertySet) -> Status {
        let plugin = &self.effect.plugin;
        let status = run(plugin, &self.instance, self.entry, action, &self.object, Some(input));
        input.retire();
        status
    }

    fn pen(&self, action: &CStr, pen: Pen) -> Status {
        let input = self.input(&[
            ofx::kOfxInteractPropPixelScale,
            ofx::kOfxInteractPropBackgroundColour,
            ofx::kOfxInteractPropPenPosition,
            ofx::kOfxInteractPropPenViewportPosition,
            ofx::kOfxInteractPropPenPressure,
        ]);
        let pixel_scale = lock(&self.view).pixel_scale;
        input.put_doubles(ofx::kOfxInteractPropPenPosition, &pen.position);
        let screen = |i: usize| (pen.position[i] / pixel_scale[i]).round() as i32;
        input.put_ints(ofx::kOfxInteractPropPenViewportPosition, &[screen(0), screen(1)]);
        input.put_doubles(ofx::kOfxInteractPropPenPressure, &[pen.pressure]);
        self.send(action, &input)
    }

    fn key(&self, action: &CStr, symbol: i32, text: &str) -> Status {
        let input = self.input(&[ofx::kOfxPropKeySym, ofx::kOfxPropKeyString]);
        input.put_ints(ofx::kOfxPropKeySym, &[symbol]);
        input.put_text(ofx::kOfxPropKeyString, text);
        self.send(action, &input)
    }

    fn focus(&self, action: &CStr) -> Status {
        let input = self.input(&[ofx::kOfxInteractPropPixelScale, ofx::kOfxInteractPropBackgroundColour]);
        self.send(action, &input)
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        let (plugin, action) = (&self.effect.plugin, ofx::kOfxActionDestroyInstance);
        run(plugin, &self.instance, self.entry, action, &self.object, None);
        if self.object.properties.pointer(ofx::kOfxPropInstanceData) != 0 {
            let message = "its instance data is still set after DestroyInstance";
            plugin.core.violation(ViolationKind::Leak, "the overlay", None, message);
        }
        self.object.retire();
    }
}
