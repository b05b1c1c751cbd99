//! The overlay: points, box and outline over the viewer's picture, drawn and dragged.
//!
//! It behaves as the interacts of openfx-supportext do, which Natron's and Resolve's artists know. A host may
//! show several at once, one a view; each keeps what its pen is doing, and all else is read from the
//! parameters at every action. No lock is held while the host is called, since a host may answer a written
//! parameter with another Draw at once.

mod canvas;
mod digits;
mod drag;
mod edit;
mod hands;
mod hit;
mod keys;
pub mod recent;
mod scene;
pub mod shapes;

use std::ffi::CStr;

use openfx_sys as sys;

use drag::{Drag, Outcome};
pub use edit::Editor;
use hands::{Hands, Overlay};
use hit::{Handle, nearest_point};
use scene::Scene;
pub use scene::{FoundBox, State};

use super::changed;
use super::instance::Instance;
use super::parameters as names;
use crate::ofx::{
    DrawContext, Effect, Error, Gl, Interact, OverlayEntry, Parameter, PropertySet, Result, Status, View,
};

/// Which of OpenFX's overlays a host uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// Drawn with OpenGL, unless the host's Draw action brings a draw context.
    One,
    /// Drawn with the draw suite.
    Two,
}

/// Tells the host of the overlay, at Describe.
pub fn offer(effect: &Effect<'_>, version_1: OverlayEntry, version_2: OverlayEntry) {
    if effect.host().shows_overlays()
        && let Err(error) = effect.offer_overlays(version_1, version_2)
    {
        log::debug!("no overlay: {error}");
    }
}

/// Answers an action of an overlay.
///
/// # Errors
/// When the host does not answer.
///
/// # Safety
/// Actions of one overlay come one at a time, as OpenFX promises; `interact` and `in_args` are those of the
/// action in progress.
pub unsafe fn answer(
    action: &CStr,
    interact: &Interact<'_>,
    in_args: &PropertySet<'_>,
    version: Version,
) -> Result<Status> {
    if action == sys::kOfxActionDescribe {
        return Ok(Status::OK);
    }
    if action == sys::kOfxActionCreateInstance {
        Overlay::create(interact)?;
        if let Err(error) = follow_parameters(interact, in_args) {
            log::debug!("the overlay follows no parameters: {error}");
        }
        return Ok(Status::OK);
    }
    if action == sys::kOfxActionDestroyInstance {
        // SAFETY: passed on from the caller.
        return unsafe { Overlay::destroy(interact) }.map(|()| Status::OK);
    }
    let Some(kind) = Kind::of(action) else { return Ok(Status::REPLY_DEFAULT) };
    let effect = interact.effect(in_args)?;
    // Some hosts end the effect first and its views later: then there is nothing to show, and nothing to
    // ask the host of.
    if !Instance::lives(&effect) {
        return Ok(Status::REPLY_DEFAULT);
    }
    // SAFETY: neither reference leaves this function.
    let (overlay, instance) = unsafe { (Overlay::of(interact)?, Instance::of(&effect)?) };
    let view = match kind {
        Kind::KeyDown | Kind::KeyUp => interact.key_view(in_args),
        _ => interact.view(in_args),
    };
    let action = Action { interact, in_args, effect: &effect, instance, overlay, view };
    let taken = match kind {
        Kind::Draw => action.draw(version)?,
        Kind::PenMotion => action.pen(Drag::motion)?,
        Kind::PenDown => action.pen_down()?,
        Kind::PenUp => action.pen(Drag::up)?,
        Kind::KeyDown => action.key_down()?,
        Kind::KeyUp => action.key_up()?,
        Kind::LoseFocus => action.lose_focus(),
    };
    Ok(if taken { Status::OK } else { Status::REPLY_DEFAULT })
}

/// Actions that are not left to the host's default.
#[derive(Clone, Copy)]
enum Kind {
    Draw,
    PenMotion,
    PenDown,
    PenUp,
    KeyDown,
    KeyUp,
    LoseFocus,
}

impl Kind {
    fn of(action: &CStr) -> Option<Kind> {
        let known = [
            (sys::kOfxInteractActionDraw, Kind::Draw),
            (sys::kOfxInteractActionPenMotion, Kind::PenMotion),
            (sys::kOfxInteractActionPenDown, Kind::PenDown),
            (sys::kOfxInteractActionPenUp, Kind::PenUp),
            (sys::kOfxInteractActionKeyDown, Kind::KeyDown),
            (sys::kOfxInteractActionKeyRepeat, Kind::KeyDown),
            (sys::kOfxInteractActionKeyUp, Kind::KeyUp),
            (sys::kOfxInteractActionLoseFocus, Kind::LoseFocus),
        ];
        known.into_iter().find(|(name, _)| *name == action).map(|(_, kind)| kind)
    }
}

/// Names the parameters that the overlay shows, so that it is drawn again when one changes.
fn follow_parameters(interact: &Interact<'_>, in_args: &PropertySet<'_>) -> Result<()> {
    let host = interact.host();
    let effect = interact.effect(in_args)?;
    if !Instance::lives(&effect) {
        return Err(Error::State("the effect is not there"));
    }
    // SAFETY: the reference does not leave this function.
    let handles = &unsafe { Instance::of(&effect) }?.parameters;
    let points = handles.points.iter().flat_map(|(mode, position)| [*mode, *position]);
    let mut shown: Vec<Parameter> = points.collect();
    let of_the_box = [names::BOX_ENABLE, names::BOX_BOTTOM_LEFT, names::BOX_TOP_RIGHT];
    for name in of_the_box.into_iter().chain([names::PROMPTS_FROM, names::SHOW_OUTLINE, names::HIDPI]) {
        shown.push(handles.get(name)?);
    }
    let names = shown.iter().map(|parameter| parameter.name(host)).collect::<Result<Vec<_>>>()?;
    interact.follow(names.iter().map(String::as_str))
}

/// One action and all that it is about.
struct Action<'a, 'h> {
    interact: &'a Interact<'h>,
    in_args: &'a PropertySet<'h>,
    effect: &'a Effect<'h>,
    instance: &'a Instance,
    overlay: &'a Overlay,
    view: View,
}

impl Action<'_, '_> {
    fn scene(&self) -> Result<Scene> {
        Scene::read(self.effect, self.instance, self.view.time)
    }

    fn editor(&self) -> Editor<'_, '_> {
        Editor { effect: self.effect, instance: self.instance, time: self.view.time }
    }

    fn draw(&self, version: Version) -> Result<bool> {
        let host = self.effect.host();
        let scene = self.scene()?;
        let shown = self.instance.parameters.flag(host, names::SHOW_OUTLINE, self.view.time)?;
        let outline = if shown { self.instance.outlines.at(self.view.time) } else { None };
        let drag = self.overlay.hands().drag;
        let (outline, scale) = (outline.as_deref(), self.view.pixel_scale);
        if let Some(mut context) = DrawContext::of(host, self.in_args) {
            shapes::draw(&mut context, &scene, &drag, outline, scale)?;
            return Ok(true);
        }
        if version == Version::One
            && let Some(mut frame) = Gl::loaded().and_then(Gl::frame)
        {
            if let Some(centre) = frame.view_centre() {
                self.instance.note_view_centre(centre);
            }
            shapes::draw(&mut frame, &scene, &drag, outline, scale)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn pen(&self, step: fn(&mut Drag, &Scene, [f64; 2], [f64; 2]) -> Outcome) -> Result<bool> {
        let pen = self.interact.pen(self.in_args)?;
        let scene = self.scene()?;
        let mut hands = self.overlay.hands();
        let outcome = step(&mut hands.drag, &scene, pen, self.view.pixel_scale);
        self.overlay.set_hands(Hands { pen: Some(pen), ..hands });
        if let Some((handle, before, after)) = outcome.write {
            self.editor().place(handle, before, after)?;
        }
        if outcome.redraw {
            self.interact.redraw();
        }
        Ok(outcome.taken)
    }

    fn pen_down(&self) -> Result<bool> {
        if self.pen(Drag::down)? {
            return Ok(true);
        }
        let hands = self.overlay.hands();
        let Some(pen) = hands.pen.filter(|pen| pen.iter().all(|place| place.is_finite())) else {
            return Ok(false);
        };
        // A handle of the host's own is no empty picture.
        if !hands.modifiers.add() || hands.drag.handle().is_some() {
            return Ok(false);
        }
        let state = if hands.modifiers.shift() { State::Exclude } else { State::Include };
        let scale = self.view.pixel_scale;
        let at = [drag::round(pen[0], scale[0]), drag::round(pen[1], scale[1])];
        match self.editor().add_point(state, at)? {
            Some(index) => {
                self.overlay.set_hands(Hands { drag: Drag::Poised(Handle::Point(index)), ..hands });
                self.interact.redraw();
            }
            None => {
                let count = self.instance.parameters.points.len();
                let text = format!("All {count} points are in use: switch one off to add another.");
                changed::refresh(self.effect.host(), self.instance, self.view.time, Some(text))?;
            }
        }
        Ok(true)
    }

    fn key_down(&self) -> Result<bool> {
        let symbol = self.interact.key(self.in_args)?;
        let mut hands = self.overlay.hands();
        hands.modifiers.press(symbol);
        self.overlay.set_hands(hands);
        if !keys::removes(symbol) {
            return Ok(false);
        }
        let Some(index) = self.point_to_remove(&hands)? else { return Ok(false) };
        self.overlay.set_hands(Hands { drag: Drag::Inactive, ..hands });
        self.editor().remove_point(index)?;
        self.interact.redraw();
        Ok(true)
    }

    /// The point under the pen, else the nearest to it; none before the pen was seen.
    fn point_to_remove(&self, hands: &Hands) -> Result<Option<usize>> {
        if let Some(Handle::Point(index)) = hands.drag.handle() {
            return Ok(Some(index));
        }
        let Some(pen) = hands.pen else { return Ok(None) };
        Ok(nearest_point(&self.scene()?, pen, self.view.pixel_scale))
    }

    fn key_up(&self) -> Result<bool> {
        let symbol = self.interact.key(self.in_args)?;
        let mut hands = self.overlay.hands();
        hands.modifiers.release(symbol);
        self.overlay.set_hands(hands);
        Ok(false)
    }

    fn lose_focus(&self) -> bool {
        let before = self.overlay.hands();
        self.overlay.set_hands(Hands::default());
        if before.drag != Drag::Inactive {
            self.interact.redraw();
        }
        false
    }
}
