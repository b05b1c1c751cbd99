//! Keys from elsewhere: MLT reads the strings of `promptmatte-track` as they are meant.

use batch::mlt;
use promptmatte::effect::tracking::Snapshot;
use promptmatte::effect::tracking::keyfile::{KeyFile, Line};
use tests::mlt::Render;

use super::stage::{Clip, LEFT, RIGHT, SIZE, Stage};

#[test]
fn positions_go_straight_between_keys_and_the_candidate_holds() {
    let Some(stage) = Stage::set_up() else { return };
    let line = |time, candidate, at: (usize, usize)| {
        let mut prompts = Snapshot { candidate, ..Snapshot::default() };
        prompts.points[0] = Some((true, [at.0 as f64, at.1 as f64]));
        prompts.bounding_box = Some([[at.0 as f64 - 50.0, at.1 as f64 - 50.5], [at.0 as f64 + 50.0, 170.25]]);
        Line { time, tracked: None, prompts }
    };
    let frame = [0.0, 0.0, SIZE.0 as f64, SIZE.1 as f64];
    // Half way between the keys, linear numbers would give the third candidate.
    let file = KeyFile { frame, lines: vec![line(0.0, 2, LEFT), line(10.0, 4, RIGHT)] };
    let keyed = mlt::properties(&file).unwrap();
    let between = line(5.0, 2, ((LEFT.0 + RIGHT.0) / 2, (LEFT.1 + RIGHT.1) / 2));
    let clip = Clip::discs(SIZE, 0);
    for (position, alone) in [(0, file.lines[0]), (5, between), (10, file.lines[1]), (30, file.lines[1])] {
        let constant = mlt::properties(&KeyFile { frame, lines: vec![Line { time: 0.0, ..alone }] }).unwrap();
        let render = |properties: &[(String, String)]| {
            let mut all: Vec<(&str, &str)> = vec![("output", "Matte")];
            all.extend(properties.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            stage.render(&clip, &all, &[Render { position, source: 0 }]).0.remove(0)
        };
        assert!(render(&keyed) == render(&constant), "position {position}");
    }
}
