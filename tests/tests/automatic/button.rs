//! *Find subject here*: ordinary prompts, in one step of undo.

use tests::sim::Change;

use super::*;

const AT: [f32; 2] = [150.0, 60.0];

/// What was written between the one begin and end of a step.
fn step(bench: &Bench) -> Vec<(String, Option<f64>)> {
    let changes = bench.instance.take_changes();
    let begins = changes.iter().filter(|change| matches!(change, Change::StepBegins(_))).count();
    assert_eq!(begins, 1, "{changes:?}");
    let begin = changes.iter().position(|change| matches!(change, Change::StepBegins(_))).unwrap();
    let end = changes.iter().position(|change| *change == Change::StepEnds).unwrap();
    let written = |change: &Change| match change {
        Change::Value { param, key, .. } => Some((param.clone(), *key)),
        _ => None,
    };
    // Beside it only what tells: labels are no part of an undo.
    let outside = changes[..begin].iter().chain(&changes[end + 1..]).filter_map(written);
    for (name, _) in outside {
        assert!(["status", "lastFrame", "assumed", "coverage"].contains(&name.as_str()), "{name}");
    }
    changes[begin..end].iter().filter_map(written).collect()
}

#[test]
fn the_button_writes_prompts_that_draw_what_automatic_drew() -> Tested {
    for profile in Profile::all().into_iter().filter(|profile| profile.name != Profile::mlt().name) {
        println!("in {}", profile.name);
        let bench = Bench::of(profile, still(&[(AT, RADIUS)]), Spots::default())?;
        let automatic = bench.render(0.0)?;
        bench.instance.take_changes();
        assert_eq!(bench.instance.press("findSubject", 0.0)?, Status::OK);
        let written = step(&bench);
        assert!(written.iter().all(|(_, key)| key.is_none()), "nothing is keyed: {written:?}");
        assert_eq!(number(&bench.instance, "promptsFrom")?, MINE);
        assert_eq!(number(&bench.instance, "boxEnable")?, 1);
        let low = position(&bench.instance, "boxBottomLeft", 0.0)?;
        let high = position(&bench.instance, "boxTopRight", 0.0)?;
        for (axis, centre) in [(0, 150.0), (1, 84.0)] {
            let (from, to) = (centre - f64::from(RADIUS), centre + f64::from(RADIUS));
            assert!((low[axis] - from).abs() < 5.0 && (high[axis] - to).abs() < 5.0, "{low:?} {high:?}");
        }
        assert_eq!(number(&bench.instance, "point1Mode")?, 1);
        assert!(text(&bench.instance, "status")?.starts_with("The subject was found"));
        let mine = bench.render(0.0)?;
        assert!(mine.max_difference(&automatic) < 0.02, "{}", mine.max_difference(&automatic));
        bench.finish()?;
    }
    Ok(())
}

#[test]
fn pressed_again_elsewhere_the_old_points_make_room() -> Tested {
    let frames = [[60.0, 60.0], [190.0, 80.0]].map(|place| spotted(SIZE, &[(place, RADIUS)]));
    let bench = Bench::new(Clip::from_pictures(frames.into()))?;
    bench.instance.press("findSubject", 0.0)?;
    let on = |bench: &Bench| -> Result<usize, SimError> {
        (1..=16)
            .map(|i| number(&bench.instance, &format!("point{i}Mode")))
            .try_fold(0, |n, mode| Ok(n + usize::from(mode? != 0)))
    };
    let count = on(&bench)?;
    assert_at(&bench.render(0.0)?, [60.0, 60.0]);
    bench.instance.press("findSubject", 1.0)?;
    assert_eq!(on(&bench)?, count);
    assert_at(&bench.render(1.0)?, [190.0, 80.0]);
    bench.finish()
}

#[test]
fn where_prompts_are_keyed_keys_are_set_and_others_stay() -> Tested {
    let bench = Bench::new(still(&[(AT, RADIUS)]))?;
    bench.instance.set("promptsFrom", MINE)?;
    bench.instance.set("boxEnable", true)?;
    bench.instance.set_key("boxBottomLeft", 2.0, [10.0, 10.0])?;
    bench.instance.set_key("boxTopRight", 2.0, [60.0, 60.0])?;
    bench.instance.take_changes();
    bench.instance.press("findSubject", 7.0)?;
    assert!(step(&bench).iter().any(|(name, key)| name == "boxTopRight" && *key == Some(7.0)));
    assert_eq!(bench.instance.key_times("boxBottomLeft")?, [2.0, 7.0]);
    assert_eq!(position(&bench.instance, "boxBottomLeft", 2.0)?, [10.0, 10.0]);
    assert_eq!(bench.instance.key_times("point1")?, [7.0]);
    bench.finish()
}

#[test]
fn corrections_of_the_automatic_mode_stay_and_count() -> Tested {
    let other = [220.0, 110.0];
    let bench = Bench::new(still(&[([90.0, 60.0], RADIUS), (other, RADIUS * 0.6)]))?;
    let canonical = [220.0, 34.0];
    bench.instance.set("point1Mode", 1)?;
    bench.instance.set("point1", canonical)?;
    assert_at(&bench.render(0.0)?, other);
    bench.instance.press("findSubject", 0.0)?;
    assert_eq!(position(&bench.instance, "point1", 0.0)?, canonical);
    let low = position(&bench.instance, "boxBottomLeft", 0.0)?;
    assert!(low[0] > 180.0, "the box is the chosen one's: {low:?}");
    assert_eq!(number(&bench.instance, "point2Mode")?, 1);
    assert_at(&bench.render(0.0)?, other);
    bench.finish()
}

#[test]
fn where_nothing_stands_out_nothing_is_written() -> Tested {
    let bench = Bench::new(still(&[]))?;
    bench.instance.take_changes();
    bench.instance.press("findSubject", 0.0)?;
    let changes = bench.instance.take_changes();
    assert!(!changes.iter().any(|change| matches!(change, Change::StepBegins(_))), "{changes:?}");
    assert_eq!(number(&bench.instance, "promptsFrom")?, AUTOMATIC);
    assert!(text(&bench.instance, "status")?.contains("Nothing stands out"));
    bench.finish()
}
