//! What an OpenFX effect owes its host. Most of it the simulator watches in every test of this program and of
//! `effect_*` (`Stage::finish` fails on each violation; `simulator/faults.rs` shows that it sees them):
//!
//! | Obligation | Watched by |
//! |---|---|
//! | exports, identifier, `OfxPlugin` | `ViolationKind::Export`, `Description` at load; `the_exports_are_those_of_the_specification` |
//! | statuses | `StatusNotAllowed` after each action; `actions_are_answered_as_hosts_need_it` |
//! | properties exist, have that type, dimension and value | `UnknownProperty`, `PropertyType`, `PropertyIndex`, `PropertyValue`, `ReadOnlyProperty` |
//! | names are unique | `DuplicateName` |
//! | values are set in InstanceChanged and interacts only | `WrongMoment` |
//! | values are read with a time in renders | `WrongMoment` |
//! | images are released, once, before the action ends | `ImageNotReleased`, `ImageReleasedTwice` |
//! | writes stay in the render window, the field and the output | `WriteOutside`, `SourceModified` |
//! | frames are asked for before they are fetched | `FrameNotNeeded` |
//! | edits and progress are brackets | `Unbalanced` |
//! | ranges of numbers, no vectors of integers, secrets | `Habit` in the profiles of the hosts that need it |
//! | nothing stays after Unload | `Leak`, `ThreadLeft`; `nothing_of_the_effect_stays_after_unload` |
//!
//! The rest is tested here and in the other files of this program.

use std::ffi::c_int;

use promptmatte::engine;
use tests::linked::Stage;
use tests::network::{Disc, FAILURE};
use tests::sim::{Context, Profile, PropertyOwner as Owner, Request, SimError, Status};

use super::stage::{SIZE, Tested, in_every_host, keyed, rendered, source};

fn withholding(suites: &[(&str, i32)]) -> Profile {
    let withheld_suites = suites.iter().map(|(name, version)| ((*name).to_owned(), *version)).collect();
    Profile { withheld_suites, ..Profile::strict() }
}

fn lacking(owner: Owner, names: &[&'static str]) -> Profile {
    Profile { missing: names.iter().map(|name| (owner, *name)).collect(), ..Profile::strict() }
}

#[test]
fn the_exports_are_those_of_the_specification() -> Tested {
    let count: c_int = promptmatte::OfxGetNumberOfPlugins();
    assert_eq!(count, 1);
    assert!(promptmatte::OfxGetPlugin(1).is_null() && promptmatte::OfxGetPlugin(-1).is_null());
    let plugin = promptmatte::OfxGetPlugin(0);
    assert!(!plugin.is_null() && promptmatte::OfxGetPlugin(0) == plugin, "one structure for ever");
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    assert_eq!(stage.plugin.identifier(), "org.promptmatte.PromptMatte");
    assert_eq!(stage.plugin.version().0, 1, "another major version is another effect to projects");
    stage.finish()
}

#[test]
fn a_host_without_a_required_suite_is_told_so() -> Tested {
    for suite in ["OfxPropertySuite", "OfxImageEffectSuite", "OfxParameterSuite"] {
        match Stage::new(withholding(&[(suite, 1)]), Disc::default()) {
            Err(SimError::Refused { action, status, .. }) => {
                assert_eq!((action.as_str(), status), ("OfxActionLoad", Status::ERR_MISSING_HOST_FEATURE));
            }
            Err(error) => return Err(error),
            Ok(_) => panic!("it loaded without {suite}"),
        }
    }
    Ok(())
}

#[test]
fn every_other_suite_can_be_missing() -> Tested {
    let optional: &[&[(&str, i32)]] = &[
        &[("OfxMemorySuite", 1)],
        &[("OfxMultiThreadSuite", 1)],
        &[("OfxMessageSuite", 2)],
        &[("OfxMessageSuite", 1), ("OfxMessageSuite", 2)],
        &[("OfxProgressSuite", 1), ("OfxProgressSuite", 2)],
        &[("OfxTimeLineSuite", 1)],
        &[("OfxInteractSuite", 1)],
        &[("OfxDrawSuite", 1)],
    ];
    for suites in optional {
        println!("without {suites:?}");
        for fails in [false, true] {
            let stage = Stage::new(withholding(suites), Disc { fails, ..Disc::default() })?;
            let instance = keyed(&stage, Context::Filter, source())?;
            let output = instance.render(&Request::at(0.0))?;
            assert_eq!(output.status, if fails { Status::FAILED } else { Status::OK });
            drop(instance);
            stage.finish()?;
        }
    }
    Ok(())
}

#[test]
fn actions_are_answered_as_hosts_need_it() -> Tested {
    in_every_host(|stage, _| {
        let instance = keyed(stage, stage.plugin.contexts()[0], source())?;
        rendered(&instance, &Request::at(0.0))?;
        stage.plugin.reload()?;
        assert_eq!(instance.purge_caches(), Status::OK);
        drop(instance);
        let answers = stage.host.answers();
        // MLT rejects any other answer to Load and Describe, Resolve to CreateInstance and DestroyInstance.
        for action in [
            "OfxActionLoad",
            "OfxActionDescribe",
            "OfxImageEffectActionDescribeInContext",
            "OfxActionCreateInstance",
            "OfxActionDestroyInstance",
            "OfxImageEffectActionRender",
        ] {
            let mut given = answers.iter().filter(|(name, _)| name == action).peekable();
            assert!(given.peek().is_some(), "{action} was not sent");
            assert!(given.all(|(_, status)| *status == Status::OK), "{action}");
        }
        Ok(())
    })
}

#[test]
fn what_nobody_knows_is_left_to_the_host() -> Tested {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let instance = keyed(&stage, Context::General, source())?;
    for action in ["OfxActionOfTheFuture", "", "OfxImageEffectActionGetOutputColourspace"] {
        assert_eq!(stage.plugin.raw_action(action, true), Status::REPLY_DEFAULT, "{action}");
        assert_eq!(stage.plugin.raw_action(action, false), Status::REPLY_DEFAULT, "{action}");
        assert_eq!(instance.raw_action(action), Status::REPLY_DEFAULT, "{action}");
    }
    drop(instance);
    for context in [Context::Generator, Context::Transition, Context::Paint, Context::Retimer] {
        assert_eq!(stage.plugin.try_context(context), Status::ERR_MISSING_HOST_FEATURE, "{context:?}");
    }
    stage.finish()
}

#[test]
fn the_description_says_what_the_render_needs() -> Tested {
    in_every_host(|stage, profile| {
        let says = |name: &str| stage.plugin.property(name).join(",");
        assert_eq!(says("OfxImageEffectPluginPropHostFrameThreading"), "0", "threads are our own");
        assert_eq!(says("OfxImageEffectPropSupportsTiles"), "0", "the network needs the whole frame");
        assert_eq!(says("OfxImageEffectPluginPropFieldRenderTwiceAlways"), "0");
        assert_eq!(says("OfxImageEffectPluginPropSingleInstance"), "0");
        // MLT makes an instance a frame of any effect that is safe.
        let safety = if profile.name == "MLT" { "Unsafe" } else { "FullySafe" };
        assert_eq!(says("OfxImageEffectPluginRenderThreadSafety"), format!("OfxImageEffectRender{safety}"));
        let depths = stage.plugin.property("OfxImageEffectPropSupportedPixelDepths");
        assert_eq!(depths.len(), 4, "{depths:?}");
        for context in stage.plugin.contexts() {
            let effect = stage.plugin.describe_in_context(context)?;
            // Preferences are asked without a time.
            for slave in stage.plugin.property("OfxImageEffectPropClipPreferencesSlaveParam") {
                assert!(effect.param(&slave).is_some_and(|param| !param.animates), "{slave}");
            }
            let status = effect.param("status").unwrap();
            assert!(!status.persistent && !status.animates && !status.secret);
            let of = |name| effect.param_property("status", name);
            assert_eq!(of("OfxParamPropStringMode"), ["OfxParamStringIsLabel"]);
            assert_eq!(of("OfxParamPropEvaluateOnChange"), ["0"]);
            for clip in effect.clips() {
                let mandated = ["Source", "Output"].contains(&clip.name.as_str());
                assert_eq!(clip.optional, !mandated, "{}", clip.name);
            }
        }
        Ok(())
    })
}

#[test]
fn the_whole_source_is_of_interest_to_any_window() -> Tested {
    in_every_host(|stage, _| {
        let instance = keyed(stage, stage.plugin.contexts()[0], source())?;
        rendered(&instance, &Request::at(0.0))?;
        let (status, regions) = instance.regions_of_interest(&Request::at(0.0), [10.0, 10.0, 20.0, 20.0]);
        assert_eq!(status, Status::OK);
        assert_eq!(regions["Source"], [0.0, 0.0, f64::from(SIZE.0), f64::from(SIZE.1)]);
        Ok(())
    })
}

#[test]
fn arguments_that_a_host_leaves_out_have_defaults() -> Tested {
    let plain = raw(Profile::strict())?;
    let optional = [
        "OfxImageEffectPropFieldToRender",
        "OfxImageEffectPropSequentialRenderStatus",
        "OfxImageEffectPropInteractiveRenderStatus",
        "OfxImageEffectPropRenderQualityDraft",
        "OfxImageEffectPropOpenGLEnabled",
        "OfxImageEffectPropCudaEnabled",
        "OfxImageEffectPropMetalEnabled",
        "OfxImageEffectPropOpenCLEnabled",
        "OfxImageEffectPropNoSpatialAwareness",
        "OfxImageEffectPropThumbnailRender",
        "OfxPropChangeReason",
    ];
    assert!(raw(lacking(Owner::Arguments, &optional))? == plain);
    assert!(raw(lacking(Owner::Arguments, &["OfxImageEffectPropRenderScale"]))? == plain);
    Ok(())
}

#[test]
fn images_and_clips_that_say_little_are_plain_ones() -> Tested {
    let plain = raw(Profile::strict())?;
    let image = [
        "OfxImageEffectPropPreMultiplication",
        "OfxImageEffectPropRenderScale",
        "OfxImagePropPixelAspectRatio",
        "OfxImagePropRegionOfDefinition",
        "OfxImagePropField",
        "OfxImagePropUniqueIdentifier",
    ];
    assert!(raw(lacking(Owner::Image, &image))? == plain);
    let clip = [
        "OfxImageEffectPropPreMultiplication",
        "OfxImageClipPropFieldOrder",
        "OfxImageEffectPropFrameRange",
        "OfxImageEffectPropFrameRate",
        "OfxImageClipPropConnected",
        "OfxImageClipPropUnmappedComponents",
    ];
    assert!(raw(lacking(Owner::ClipInstance, &clip))? == plain);
    Ok(())
}

/// The frame of a host.
fn raw(profile: Profile) -> Result<Vec<u8>, SimError> {
    let stage = Stage::new(profile, Disc::default())?;
    let instance = keyed(&stage, Context::Filter, source())?;
    let raw = rendered(&instance, &Request::at(0.0))?.raw;
    drop(instance);
    stage.finish()?;
    Ok(raw)
}

#[test]
fn a_lack_of_memory_is_a_status_of_its_own() -> Tested {
    let network = Disc { exhausted: true, ..Disc::default() };
    let stage = Stage::new(Profile::strict(), network)?;
    let instance = keyed(&stage, Context::Filter, source())?;
    // The host may free memory and try again.
    let output = instance.render(&Request::at(0.0))?;
    assert_eq!(output.status, Status::ERR_MEMORY);
    let (kind, text) = instance.persistent_message().unwrap();
    assert!(kind == "OfxMessageError" && text.contains("memory"), "{text}");
    drop(instance);
    stage.finish()
}

#[test]
fn messages_are_text_and_not_formats() -> Tested {
    for suites in [&[][..], &[("OfxMessageSuite", 2)]] {
        let stage = Stage::new(withholding(suites), Disc { fails: true, ..Disc::default() })?;
        let instance = keyed(&stage, Context::Filter, source())?;
        assert_eq!(instance.render(&Request::at(0.0))?.status, Status::FAILED);
        let texts: Vec<String> = instance.messages().into_iter().map(|message| message.text).collect();
        assert!(texts.iter().any(|text| text.contains(FAILURE)), "{texts:?}");
        drop(instance);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn changes_by_the_effect_itself_are_not_answered() -> Tested {
    in_every_host(|stage, profile| {
        let instance = keyed(stage, stage.plugin.contexts()[0], source())?;
        let sent = || stage.host.actions().iter().filter(|a| *a == "OfxActionInstanceChanged").count();
        let before = sent();
        instance.set("point2Mode", "Exclude")?;
        // The artist's change, and at most one of each that the effect makes in answer: the status lines.
        let changes = sent() - before;
        assert!(if profile.calls.changed { (1..=8).contains(&changes) } else { changes == 0 }, "{changes}");
        Ok(())
    })
}

#[test]
fn nothing_of_the_effect_stays_after_unload() -> Tested {
    let threads = || {
        let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.starts_with("promptmatte")).count()
    };
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let network = std::sync::Arc::downgrade(&stage.network);
    let instance = keyed(&stage, Context::General, source())?;
    rendered(&instance, &Request::at(0.0))?;
    assert!(engine::current().is_some() && threads() > 0);
    drop(instance);
    stage.finish_and(|| {
        assert!(engine::current().is_none(), "the engine stayed");
        assert_eq!(threads(), 0, "threads stayed");
        // The test has it, and the program for the next engine.
        assert_eq!(network.strong_count(), 2);
    })
}
