//! The description that hosts and projects rely on.

use std::fmt::Write as _;

use tests::linked::Stage;
use tests::network::Disc;
use tests::sim::{Context, Profile, SimError};

/// Parameters as text, one a line.
fn listing(context: Context) -> Result<String, SimError> {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let effect = stage.plugin.describe_in_context(context)?;
    let mut text = String::new();
    for param in effect.params() {
        let _ = write!(text, "{} {}", param.name, param.param_type);
        // What is not saved - a label - may say something else in another version.
        if let Some(default) = param.default.as_ref().filter(|_| param.persistent) {
            let _ = write!(text, " {default}");
        }
        if !param.options.is_empty() {
            let _ = write!(text, " {:?}", param.options);
        }
        let _ = writeln!(
            text,
            "{}{}",
            if param.animates { " keyed" } else { "" },
            if param.persistent || param.default.is_none() { "" } else { " not saved" }
        );
    }
    drop(effect);
    stage.finish()?;
    Ok(text)
}

/// These lists are a file format: artists' projects hold these names, option texts and defaults. Add lines
/// and options at the end of their kind; never change or reorder what was released.
#[test]
fn parameters_are_those_of_saved_projects() -> Result<(), SimError> {
    let general = include_str!("snapshots/parameters-general.txt");
    assert_eq!(listing(Context::General)?, general);
    let filter: String = general
        .lines()
        .filter(|line| !line.starts_with("outputComponents "))
        .map(|l| format!("{l}\n"))
        .collect();
    assert_eq!(listing(Context::Filter)?, filter);
    Ok(())
}

#[test]
fn the_description_is_the_same_in_every_host_that_can_hold_it() -> Result<(), SimError> {
    let strict = listing(Context::Filter)?;
    assert_eq!(listing(Context::Filter)?, strict, "described twice");
    for profile in Profile::all() {
        let name = profile.name.clone();
        let stage = Stage::new(profile, Disc::default())?;
        let effect = stage.plugin.describe_in_context(Context::Filter)?;
        let names: Vec<String> = effect.params().into_iter().map(|param| param.name).collect();
        let expected: Vec<&str> = strict.lines().filter_map(|line| line.split(' ').next()).collect();
        let shown: Vec<&str> =
            names.iter().map(String::as_str).filter(|name| expected.contains(name)).collect();
        let wanted: Vec<&str> = expected.into_iter().filter(|name| *name != "Controls").collect();
        let shown: Vec<&str> = shown.into_iter().filter(|name| *name != "Controls").collect();
        assert_eq!(shown, wanted, "{name}");
        drop(effect);
        stage.finish()?;
    }
    Ok(())
}

#[test]
fn hints_and_labels_are_there_for_everything() -> Result<(), SimError> {
    let stage = Stage::new(Profile::strict(), Disc::default())?;
    let effect = stage.plugin.describe_in_context(Context::General)?;
    for param in effect.params().into_iter().filter(|param| param.param_type != "OfxParamTypePage") {
        assert!(!param.label.is_empty() && param.hint.len() > 10, "{}", param.name);
    }
    assert_eq!(stage.plugin.contexts(), [Context::Filter, Context::General]);
    drop(effect);
    stage.finish()
}
