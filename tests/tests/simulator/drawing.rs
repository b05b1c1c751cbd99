//! The draw suite records, and sees every fault of an overlay that it claims to see.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use openfx_sys as ofx;
use tests::sim::{
    Context, Drawn, Ink, Overlay, Pen, Primitive, Profile, SimError, Status, Stipple, ViolationKind as Kind,
};

use super::api::call;
use super::life::start;
use super::plugin::{self, Call};

/// What the overlay does, with its action and the draw context of the last Draw.
type Hook = fn(&CStr, &Call, &Pencil);

static HOOK: Mutex<Option<Hook>> = Mutex::new(None);
static CONTEXT: AtomicUsize = AtomicUsize::new(0);

struct Pencil {
    suite: &'static ofx::OfxDrawSuiteV1,
    context: ofx::OfxDrawContextHandle,
}

impl Pencil {
    fn colour(&self, r: f32, g: f32, b: f32, a: f32) -> Status {
        let colour = ofx::OfxRGBAColourF { r, g, b, a };
        call!(self.suite, setColour(self.context, &raw const colour))
    }

    fn draw(&self, primitive: ofx::OfxDrawPrimitive, points: &[[f64; 2]]) -> Status {
        let points: Vec<ofx::OfxPointD> =
            points.iter().map(|[x, y]| ofx::OfxPointD { x: *x, y: *y }).collect();
        call!(self.suite, draw(self.context, primitive, points.as_ptr(), points.len() as i32))
    }
}

unsafe extern "C" fn overlay(
    action: *const c_char,
    handle: *const c_void,
    input: ofx::OfxPropertySetHandle,
    output: ofx::OfxPropertySetHandle,
) -> ofx::OfxStatus {
    // SAFETY: the host passes a C string.
    let action = unsafe { CStr::from_ptr(action) };
    let suites = plugin::suites();
    let call = Call { suites: &suites, handle, input, output };
    if action == ofx::kOfxInteractActionDraw {
        let context = call.pointer(input, ofx::kOfxInteractPropDrawContext);
        CONTEXT.store(context as usize, Ordering::Relaxed);
    }
    // SAFETY: the simulator gives the suite of that name, and its tables live as long as the program.
    let suite = unsafe { &*plugin::fetch(ofx::kOfxDrawSuite, 1).cast::<ofx::OfxDrawSuiteV1>() };
    let pencil = Pencil { suite, context: CONTEXT.load(Ordering::Relaxed) as ofx::OfxDrawContextHandle };
    let hook = *HOOK.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(hook) = hook {
        hook(action, &call, &pencil);
    }
    Status::OK.0
}

/// Opens the overlay with a hook, runs `use_it`, and gives the kinds of all violations.
fn with_overlay(hook: Hook, use_it: impl FnOnce(&Overlay)) -> Result<Vec<Kind>, SimError> {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxActionDescribe, |call: &Call| {
        let entry = overlay as *const () as *mut c_void;
        call.set_pointer(call.effect_properties(), ofx::kOfxImageEffectPluginPropOverlayInteractV2, entry);
        None
    })));
    *HOOK.lock().unwrap_or_else(PoisonError::into_inner) = Some(hook);
    let (host, _plugin, _effect, instance) = start(Profile::strict(), binary, Context::Filter)?;
    assert!(instance.overlay().is_none(), "there is no version 1");
    let view = instance.overlay_v2().unwrap();
    use_it(&view);
    drop(view);
    Ok(host.violations().iter().map(|violation| violation.kind).collect())
}

#[test]
fn what_is_drawn_is_recorded_with_its_ink() -> Result<(), SimError> {
    let draw: Hook = |action, _, pencil| {
        if action != ofx::kOfxInteractActionDraw {
            return;
        }
        pencil.colour(0.0, 1.0, 0.5, 1.0);
        call!(pencil.suite, setLineWidth(pencil.context, 2.5));
        call!(pencil.suite, setLineStipple(pencil.context, ofx::kOfxDrawLineStipplePatternDotDash));
        pencil.draw(ofx::kOfxDrawPrimitiveEllipse, &[[1.0, 2.0], [3.0, 0.0]]);
        let at = ofx::OfxPointD { x: 5.0, y: 6.0 };
        call!(pencil.suite, drawText(pencil.context, c"name".as_ptr(), &raw const at, 1));
        let mut colour = ofx::OfxRGBAColourF { r: 0.0, g: 0.0, b: 0.0, a: 0.0 };
        let standard = ofx::kOfxStandardColourOverlaySelected;
        call!(pencil.suite, getColour(pencil.context, standard, &raw mut colour));
        pencil.colour(colour.r, colour.g, colour.b, colour.a);
        pencil.draw(ofx::kOfxDrawPrimitiveLines, &[[0.0, 0.0], [1.0, 1.0]]);
    };
    let seen = with_overlay(draw, |view| {
        let ink = Ink { colour: [0.0, 1.0, 0.5, 1.0], width: 2.5, stipple: Stipple::DotDash };
        let points = vec![[1.0, 2.0], [3.0, 0.0]];
        let drawing = view.draw();
        assert_eq!(drawing.status, Status::OK);
        assert_eq!(drawing.drawn[0], Drawn::Shape { primitive: Primitive::Ellipse, points, ink });
        let text = "name".to_owned();
        assert_eq!(drawing.drawn[1], Drawn::Text { text, position: [5.0, 6.0], alignment: 1, ink });
        assert_eq!(drawing.drawn[2].ink(), Ink { colour: [1.0; 4], ..ink });
        assert_eq!(view.draw().drawn.len(), 3, "each drawing begins anew");
    })?;
    assert_eq!(seen, []);
    Ok(())
}

macro_rules! faults {
    ($($name:ident: $action:ident, $kind:ident, $fault:expr;)+) => {
        $(#[test]
        fn $name() -> Result<(), SimError> {
            let fault: Hook = |action, call, pencil| {
                if action == ofx::$action {
                    let fault: fn(&Call, &Pencil) = $fault;
                    fault(call, pencil);
                }
            };
            let seen = with_overlay(fault, |view| {
                view.draw();
                view.pen_down(Pen::at(1.0, 1.0));
            })?;
            assert_eq!(seen, [Kind::$kind]);
            Ok(())
        })+
    };
}

faults! {
    colour_out_of_range: kOfxInteractActionDraw, Drawing, |_, pencil| {
        assert_eq!(pencil.colour(0.0, 2.0, 0.0, 1.0), Status::ERR_VALUE);
    };
    colour_that_does_not_exist: kOfxInteractActionDraw, Drawing, |_, pencil| {
        let mut colour = ofx::OfxRGBAColourF { r: 0.0, g: 0.0, b: 0.0, a: 0.0 };
        call!(pencil.suite, getColour(pencil.context, 7, &raw mut colour));
    };
    no_colour_at_all: kOfxInteractActionDraw, Drawing, |_, pencil| {
        pencil.draw(ofx::kOfxDrawPrimitiveLines, &[[0.0, 0.0], [1.0, 1.0]]);
    };
    null_colour: kOfxInteractActionDraw, NullPointer, |_, pencil| {
        call!(pencil.suite, setColour(pencil.context, ptr::null()));
    };
    width_that_is_none: kOfxInteractActionDraw, Drawing, |_, pencil| {
        call!(pencil.suite, setLineWidth(pencil.context, f32::NAN));
    };
    stipple_that_does_not_exist: kOfxInteractActionDraw, Drawing, |_, pencil| {
        call!(pencil.suite, setLineStipple(pencil.context, 5));
    };
    half_a_line: kOfxInteractActionDraw, Drawing, |_, pencil| {
        pencil.colour(1.0, 1.0, 1.0, 1.0);
        assert_eq!(pencil.draw(ofx::kOfxDrawPrimitiveLines, &[[0.0; 2]; 3]), Status::ERR_VALUE);
    };
    shape_that_does_not_exist: kOfxInteractActionDraw, Drawing, |_, pencil| {
        pencil.colour(1.0, 1.0, 1.0, 1.0);
        pencil.draw(6, &[[0.0; 2]; 4]);
    };
    point_that_is_no_place: kOfxInteractActionDraw, Drawing, |_, pencil| {
        pencil.colour(1.0, 1.0, 1.0, 1.0);
        pencil.draw(ofx::kOfxDrawPrimitiveLineStrip, &[[0.0, 0.0], [f64::NAN, 0.0]]);
    };
    empty_text: kOfxInteractActionDraw, Drawing, |_, pencil| {
        pencil.colour(1.0, 1.0, 1.0, 1.0);
        let at = ofx::OfxPointD { x: 0.0, y: 0.0 };
        call!(pencil.suite, drawText(pencil.context, c"".as_ptr(), &raw const at, 1));
    };
    another_objects_handle: kOfxInteractActionDraw, BadHandle, |call, pencil| {
        call!(pencil.suite, setLineWidth(call.input.cast(), 1.0));
    };
    drawing_after_draw: kOfxInteractActionPenDown, DeadHandle, |_, pencil| {
        assert_eq!(pencil.colour(1.0, 1.0, 1.0, 1.0), Status::ERR_BAD_HANDLE);
    };
    value_set_in_draw: kOfxInteractActionDraw, WrongMoment, |call, _| {
        let effect = call.pointer(call.input, ofx::kOfxPropEffectInstance);
        let effect = Call { suites: call.suites, handle: effect, input: call.input, output: call.output };
        call!(call.suites.parameter, paramSetValue(effect.param(c"place"), 1.0_f64, 2.0_f64));
    };
    follows_what_does_not_exist: kOfxActionCreateInstance, UnknownName, |call, _| {
        let interacts = plugin::fetch(ofx::kOfxInteractSuite, 1).cast::<ofx::OfxInteractSuiteV1>();
        let mut set = ptr::null_mut();
        call!((*interacts), interactGetPropertySet(call.handle.cast_mut().cast(), &raw mut set));
        call.set_text(set, ofx::kOfxInteractPropSlaveToParam, c"nothing");
    };
    instance_data_left: kOfxActionCreateInstance, Leak, |call, _| {
        let interacts = plugin::fetch(ofx::kOfxInteractSuite, 1).cast::<ofx::OfxInteractSuiteV1>();
        let mut set = ptr::null_mut();
        call!((*interacts), interactGetPropertySet(call.handle.cast_mut().cast(), &raw mut set));
        call.set_pointer(set, ofx::kOfxPropInstanceData, ptr::dangling_mut());
    };
}
