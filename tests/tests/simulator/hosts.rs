//! The habits of real hosts.

use std::ptr;

use openfx_sys as ofx;
use tests::sim::{
    Clip, Context, Depth, Field, Host, Premultiplication, Profile, Project, Request, SimError, Status, Value,
};

use super::api::call;
use super::life::{SIZE, picture, start};
use super::plugin::{self, Call};

type Tested = Result<(), SimError>;

#[test]
fn a_good_effect_is_at_home_in_every_host() -> Tested {
    for profile in Profile::all() {
        let (binary, _turn) = plugin::with(None);
        let name = profile.name.clone();
        let (host, plugin, effect, instance) = start(profile, binary, Context::Filter)?;
        let output = instance.render(&Request::at(1.0))?;
        assert_eq!(output.status, Status::OK, "{name}");
        drop((instance, effect));
        plugin.unload()?;
        host.assert_clean();
    }
    Ok(())
}

#[test]
fn natron_gives_premultiplied_float_and_true_frames() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let (_host, _plugin, _effect, instance) = start(Profile::natron(), binary, Context::General)?;
    instance.connect("Source", Clip::still(picture()).with_depth(Depth::Byte))?;
    let output = instance.render(&Request::at(1.0))?;
    assert_eq!((output.depth, output.premultiplication), (Depth::Float, Premultiplication::Premultiplied));
    Ok(())
}

#[test]
fn mlt_shows_few_properties_and_no_keyframes() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionRender, |call: &Call| {
        let p = call.suites.property;
        let mut value = 0.0;
        let set = call.effect_properties();
        let size = ofx::kOfxImageEffectPropProjectSize.as_ptr();
        assert_eq!(call!(p, propGetDouble(set, size, 0, &raw mut value)), Status::ERR_UNKNOWN);
        let mut keys = 7;
        call!(call.suites.parameter, paramGetNumKeys(call.param(c"gain"), &raw mut keys));
        assert_eq!(keys, 0);
        // Whatever the time asked, the value at the frame.
        assert_eq!(call.double_at(c"gain", 100.0), 2.0);
        let source = call.image(c"Source", 5.0)?;
        assert!(source.row_bytes < 0);
        assert_eq!(call.text(source.handle, ofx::kOfxImagePropField).to_str(), Ok(Field::Both.as_str()));
        call.release(source.handle);
        None
    })));
    let (host, _plugin, _effect, instance) = start(Profile::mlt(), binary, Context::Filter)?;
    // Normalised defaults come back as they are.
    assert_eq!(instance.value("place", 0.0)?, Value::from([0.5, 0.25]));
    instance.set_key("gain", 0.0, 1.0)?;
    instance.set_key("gain", 10.0, 3.0)?;
    let output = instance.render(&Request::at(5.0))?;
    assert_eq!(output.status, Status::OK);
    host.assert_clean();
    Ok(())
}

#[test]
fn mlt_renders_whole_frames_and_hides_secrets() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionDescribeInContext, |call: &Call| {
        let hidden = call.define_param(ofx::kOfxParamTypeString, c"hidden");
        call.set_int(hidden, ofx::kOfxParamPropSecret, 1);
        None
    })));
    let (_host, _plugin, _effect, instance) = start(Profile::mlt(), binary, Context::Filter)?;
    assert!(matches!(instance.set("hidden", "text"), Err(SimError::SecretParameter(_))));
    assert!(
        matches!(instance.set_key("on", 0.0, true), Err(SimError::BadValue { .. })),
        "booleans do not animate"
    );
    let part = Request { window: Some([0, 0, 4, 4]), ..Request::default() };
    assert!(matches!(instance.render(&part), Err(SimError::Request(_))));
    Ok(())
}

#[test]
fn what_is_not_connected_fails_or_has_no_data() -> Tested {
    fn look(call: &Call) -> Option<Status> {
        let (clip, mut image) = (call.clip(c"Mask"), ptr::null_mut());
        let status = call!(call.suites.effect, clipGetImage(clip, 0.0, ptr::null(), &raw mut image));
        if status != Status::OK {
            return Some(Status::FAILED);
        }
        assert!(call.pointer(image, ofx::kOfxImagePropData).is_null());
        assert_eq!(call.text(image, ofx::kOfxImageEffectPropPixelDepth).as_c_str(), ofx::kOfxBitDepthNone);
        call.release(image);
        None
    }
    for (profile, expected) in [(Profile::strict(), Status::FAILED), (Profile::mlt(), Status::OK)] {
        let (binary, _turn) = plugin::with(Some((ofx::kOfxImageEffectActionRender, look)));
        let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
        assert_eq!(instance.render(&Request::default())?.status, expected);
        host.assert_clean();
        instance.disconnect("Source")?;
        assert!(matches!(instance.render(&Request::default()), Err(SimError::Request(_))));
    }
    Ok(())
}

#[test]
fn tiles_are_parts_of_images() -> Tested {
    fn tiled(call: &Call) -> Option<Status> {
        call.set_int(call.effect_properties(), ofx::kOfxImageEffectPropSupportsTiles, 1);
        None
    }
    let (binary, _turn) = plugin::with(Some((ofx::kOfxActionDescribe, tiled)));
    let profile = Profile { tiles: true, ..Profile::strict() };
    let (host, _plugin, _effect, instance) = start(profile, binary, Context::Filter)?;
    let window = [3, 2, 9, 7];
    let output = instance.render(&Request { window: Some(window), ..Request::default() })?;
    assert_eq!((output.bounds, output.status, output.untouched), (window, Status::OK, 0));
    // Row 2 from below, column 3.
    assert_eq!(output.picture().at(0, 4), picture().at(3, 5));
    host.assert_clean();
    Ok(())
}

#[test]
fn mlt_fails_by_showing_the_source() -> Tested {
    let (binary, _turn) =
        plugin::with(Some((ofx::kOfxImageEffectActionRender, |_: &Call| Some(Status::FAILED))));
    let (_host, _plugin, _effect, instance) = start(Profile::mlt(), binary, Context::Filter)?;
    let output = instance.render(&Request::default())?;
    assert_eq!(output.status, Status::FAILED);
    assert_eq!(output.picture(), picture());
    Ok(())
}

#[test]
fn mlt_begins_anew_for_every_frame() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let host = Host::new(Profile::mlt());
    let plugin = host.load(binary)?;
    let project = Project::new(SIZE.0, SIZE.1);
    for frame in 0..3 {
        let values = [("gain", Value::from(1.0))];
        let clip = Clip::still(picture()).with_depth(Depth::Byte);
        let output = plugin.mlt_cycle(project, &values, clip, &Request::at(f64::from(frame)))?;
        assert_eq!((output.status, output.depth), (Status::OK, Depth::Byte));
    }
    assert_eq!(host.actions().iter().filter(|a| *a == "OfxActionLoad").count(), 4);
    assert_eq!(host.actions().iter().filter(|a| *a == "OfxActionUnload").count(), 0);
    plugin.unload()?;
    host.assert_clean();
    Ok(())
}

#[test]
fn many_cycles_leave_the_host_as_it_was() -> Tested {
    let (binary, _turn) = plugin::with(None);
    let host = Host::new(Profile::mlt());
    let plugin = host.load(binary)?;
    let project = Project::new(SIZE.0, SIZE.1);
    let run = |cycles: usize| -> Tested {
        for _ in 0..cycles {
            plugin.mlt_cycle(project, &[], Clip::still(picture()), &Request::default())?;
        }
        Ok(())
    };
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/statm").unwrap();
        status.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4
    };
    // The logs fill up first.
    run(2000)?;
    let before = resident();
    run(4000)?;
    // Other tests of this program run meanwhile: a megabyte is theirs.
    assert!(resident() < before + 1024, "the host grew from {before} to {} KiB", resident());
    host.assert_clean();
    Ok(())
}

#[test]
fn suites_can_be_withheld() -> Tested {
    let (binary, _turn) = plugin::with(Some((ofx::kOfxActionLoad, |_: &Call| {
        assert!(plugin::fetch(ofx::kOfxProgressSuite, 1).is_null());
        assert!(!plugin::fetch(ofx::kOfxProgressSuite, 2).is_null());
        assert!(plugin::fetch(c"OfxNoSuchSuite", 1).is_null());
        assert!(plugin::fetch(ofx::kOfxPropertySuite, 2).is_null());
        None
    })));
    let withheld_suites = vec![("OfxProgressSuite".to_owned(), 1)];
    let host = Host::new(Profile { withheld_suites, ..Profile::strict() });
    host.load(binary)?;
    host.assert_clean();
    Ok(())
}
