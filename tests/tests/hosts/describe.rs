//! What hosts are told of the effect.

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{ClipInfo, ParamInfo, Profile, Request, SimError};

use super::stage::{Tested, in_every_host, picture, source};

/// What a host may keep of a description.
const KEPT: [&str; 14] = [
    "OfxPropLabel",
    "OfxPropVersion",
    "OfxImageEffectPluginPropGrouping",
    "OfxImageEffectPropSupportedContexts",
    "OfxImageEffectPropSupportedPixelDepths",
    "OfxImageEffectPluginRenderThreadSafety",
    "OfxImageEffectPluginPropHostFrameThreading",
    "OfxImageEffectPropSupportsTiles",
    "OfxImageEffectPropSupportsMultiResolution",
    "OfxImageEffectPropTemporalClipAccess",
    "OfxImageEffectPropMultipleClipDepths",
    "OfxImageEffectPropSupportsMultipleClipPARs",
    "OfxImageEffectPluginPropFieldRenderTwiceAlways",
    "OfxImageEffectPropClipPreferencesSlaveParam",
];

type Description = (Vec<Vec<String>>, Vec<(Vec<ParamInfo>, Vec<ClipInfo>)>);

fn description(stage: &Stage) -> Result<Description, SimError> {
    let properties = KEPT.iter().map(|name| stage.plugin.property(name)).collect();
    let contexts = stage.plugin.contexts().into_iter().map(|context| {
        let effect = stage.plugin.describe_in_context(context)?;
        Ok((effect.params(), effect.clips()))
    });
    Ok((properties, contexts.collect::<Result<_, SimError>>()?))
}

#[test]
fn a_second_description_is_the_first() -> Tested {
    in_every_host(|stage, _| {
        let first = description(stage)?;
        for _ in 0..3 {
            stage.plugin.reload()?;
            assert!(description(stage)? == first);
        }
        Ok(())
    })
}

#[test]
fn hosts_without_pages_and_with_few_parameters_can_hold_it() -> Tested {
    // No host that is known takes fewer parameters than this.
    let profile = Profile { pages: false, max_parameters: 200, ..Profile::strict() };
    let stage = Stage::new(profile, Disc::default())?;
    for context in stage.plugin.contexts() {
        let effect = stage.plugin.describe_in_context(context)?;
        assert!(effect.params().iter().all(|param| param.param_type != "OfxParamTypePage"));
    }
    stage.finish()
}

#[test]
fn without_prompts_the_source_passes() -> Tested {
    in_every_host(|stage, profile| {
        for context in stage.plugin.contexts() {
            let instance = stage.instance(context, source(), super::stage::SIZE)?;
            let asked = instance.render(&Request::at(3.0))?;
            let identity = profile.calls.identity.then(|| ("Source".to_owned(), 3.0));
            assert_eq!(asked.identity, identity);
            let rendered = instance.render(&Request { skip_identity: true, ..Request::at(3.0) })?;
            assert_eq!(rendered.raw, asked.raw);
            // The picture is opaque and within 0..1, so that only the depth can round it.
            let rounding = tests::linked::half_a_code(asked.depth) + 1e-6;
            assert!(asked.picture().max_difference(&picture()) <= rounding);
        }
        assert_eq!(stage.network.encoded(), 0, "a frame without a prompt must not wake the network");
        Ok(())
    })
}
