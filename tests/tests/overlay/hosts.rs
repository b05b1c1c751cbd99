//! Overlays in hosts of different kinds.

use promptmatte::effect::overlay::shapes::{BOX, GREEN};
use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{Context, Pen, Primitive, Profile, PropertyOwner, Status};

use super::{Bench, Tested, shapes_of, source};

/// What hosts are there, and which versions they see.
#[test]
fn each_host_is_offered_what_it_can_show() -> Tested {
    let old = Profile {
        missing: vec![(PropertyOwner::EffectDescriptor, "OfxImageEffectPluginPropOverlayInteractV2")],
        ..Profile::strict()
    };
    for (profile, version_1, version_2) in [
        (Profile::strict(), true, true),
        (Profile::natron(), true, false),
        (Profile::resolve(), true, false),
        (Profile::nuke(), true, false),
        (Profile::mlt(), false, false),
        (old, true, false),
    ] {
        let name = profile.name.clone();
        let stage = Stage::new(profile, Disc::default())?;
        let instance = stage.instance(Context::Filter, source(), super::SIZE)?;
        assert_eq!(instance.overlay().is_some(), version_1, "{name}");
        assert_eq!(instance.overlay_v2().is_some(), version_2, "{name}");
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn a_host_with_the_suite_and_without_version_2_is_drawn_for_in_version_1() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    let old = bench.instance.overlay().unwrap();
    let drawing = old.draw_with_suite();
    assert_eq!(drawing.status, Status::OK);
    assert_eq!(shapes_of(&drawing.drawn, Primitive::Ellipse, GREEN).len(), 1);
    drop(old);
    bench.finish()
}

#[test]
fn without_a_suite_and_without_opengl_nothing_is_drawn() -> Tested {
    // No OpenGL context is current on this thread.
    for profile in [Profile::natron(), Profile::resolve(), Profile::nuke()] {
        let bench = Bench::of(profile)?;
        bench.instance.set("point1Mode", 1)?;
        let drawing = bench.view.draw();
        assert_eq!(drawing.status, Status::REPLY_DEFAULT);
        assert!(drawing.drawn.is_empty());
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn the_overlay_follows_what_it_shows() -> Tested {
    let bench = Bench::new()?;
    let follows = bench.view.follows();
    for name in ["point1Mode", "point1", "point8", "boxEnable", "boxBottomLeft", "boxTopRight", "hidpi"] {
        assert!(follows.iter().any(|followed| followed == name), "{name} {follows:?}");
    }
    bench.finish()
}

#[test]
fn a_hosts_own_handle_keeps_the_pen() -> Tested {
    let bench = Bench::of(Profile { native_handles: true, ..Profile::strict() })?;
    bench.instance.set("point1Mode", 1)?;
    bench.instance.set("point1", [100.0, 60.0])?;
    bench.instance.set("boxEnable", true)?;
    bench.instance.set("boxBottomLeft", [20.0, 20.0])?;
    bench.instance.set("boxTopRight", [200.0, 120.0])?;
    bench.written();
    // What it says is drawn round it: the ring, the box.
    let drawn = bench.view.draw().drawn;
    assert_eq!(shapes_of(&drawn, Primitive::Ellipse, GREEN).len(), 1);
    assert!(shapes_of(&drawn, Primitive::Lines, GREEN).is_empty(), "the cross is the host's");
    assert_eq!(shapes_of(&drawn, Primitive::LineLoop, BOX).len(), 1);
    assert_eq!(shapes_of(&drawn, Primitive::Polygon, BOX).len(), 6, "two corners and four sides are ours");
    for at in [[100.0, 60.0], [20.0, 20.0], [200.0, 120.0]] {
        assert_eq!(bench.view.pen_motion(Pen::at(at[0], at[1])), Status::REPLY_DEFAULT);
        assert_eq!(bench.view.pen_down(Pen::at(at[0], at[1])), Status::REPLY_DEFAULT, "{at:?}");
        assert_eq!(bench.view.pen_up(Pen::at(at[0] + 30.0, at[1])), Status::REPLY_DEFAULT);
    }
    assert_eq!(bench.written(), []);
    assert_eq!(
        bench.view.pen_down(Pen::at(200.0, 20.0)),
        Status::OK,
        "a corner without a parameter of its own"
    );
    bench.view.pen_up(Pen::at(210.0, 30.0));
    assert_eq!(bench.position("boxTopRight"), [210.0, 120.0]);
    assert_eq!(bench.position("boxBottomLeft"), [20.0, 30.0]);
    // What the artist does with the host's handle is seen.
    bench.instance.set("point1", [150.0, 70.0])?;
    let rings = shapes_of(&bench.view.draw().drawn, Primitive::Ellipse, GREEN);
    assert!(super::close(super::middle(&rings[0]), [150.0, 70.0], 1e-9));
    bench.finish()
}

#[test]
fn a_view_may_outlive_its_effect() -> Tested {
    let bench = Bench::with_point([100.0, 60.0])?;
    let Bench { view, instance, stage } = bench;
    view.pen_down(Pen::at(100.0, 60.0));
    drop(instance);
    assert_eq!(view.draw().status, Status::REPLY_DEFAULT);
    assert!(view.draw().drawn.is_empty());
    assert_eq!(view.pen_motion(Pen::at(110.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(view.pen_down(Pen::at(110.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(view.pen_up(Pen::at(110.0, 60.0)), Status::REPLY_DEFAULT);
    assert_eq!(view.key_down(openfx_sys::kOfxKey_Delete as i32, ""), Status::REPLY_DEFAULT);
    assert_eq!(view.lose_focus(), Status::REPLY_DEFAULT);
    drop(view);
    stage.finish()
}
