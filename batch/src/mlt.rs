//! Keys as MLT's animation strings.

use std::fmt::Write as _;

use promptmatte::effect::tracking::Snapshot;
use promptmatte::effect::tracking::keyfile::{KeyFile, Line};

use crate::Error;

/// The filter's properties: names and values, `point1` and `0=100 200;1=104 198` say.
///
/// Positions go straight between keys; the candidate holds (`|=`), since a number between two candidates is a third
/// one. MLT animates neither choices nor switches, so that all frames must have the same points and box on.
///
/// # Errors
/// [`Error::Switched`], or [`Error::NoKeys`] when the file holds no frame.
pub fn properties(file: &KeyFile) -> Result<Vec<(String, String)>, Error> {
    let first = file.lines.first().ok_or(Error::NoKeys)?;
    for line in &file.lines {
        let what = difference(&first.prompts, &line.prompts);
        if let Some(what) = what {
            return Err(Error::Switched { time: line.time, what });
        }
    }
    let mut properties = Vec::new();
    for (index, point) in first.prompts.points.iter().enumerate() {
        if let Some((include, _)) = point {
            let name = format!("point{}", index + 1);
            let mode = if *include { "Include" } else { "Exclude" };
            let at = |line: &Line| line.prompts.points[index].map(|(_, at)| at);
            properties.push((format!("{name}Mode"), mode.to_owned()));
            properties.push((name, positions(&file.lines, at)));
        }
    }
    if first.prompts.bounding_box.is_some() {
        let corner =
            |corner: usize| positions(&file.lines, |line| line.prompts.bounding_box.map(|b| b[corner]));
        properties.push(("boxEnable".to_owned(), "1".to_owned()));
        properties.push(("boxBottomLeft".to_owned(), corner(0)));
        properties.push(("boxTopRight".to_owned(), corner(1)));
    }
    let candidate = file.lines.iter().map(|line| format!("{}|={}", line.time, line.prompts.candidate));
    properties.push(("candidate".to_owned(), candidate.collect::<Vec<_>>().join(";")));
    Ok(properties)
}

/// What two frames have not both on, or not the same way.
fn difference(a: &Snapshot, b: &Snapshot) -> Option<String> {
    let mode = |point: &Option<(bool, [f64; 2])>| point.map(|(include, _)| include);
    let point = a.points.iter().zip(&b.points).position(|(a, b)| mode(a) != mode(b));
    match point {
        Some(index) => Some(format!("point {}", index + 1)),
        None => (a.bounding_box.is_some() != b.bounding_box.is_some()).then(|| "the box".to_owned()),
    }
}

fn positions(lines: &[Line], at: impl Fn(&Line) -> Option<[f64; 2]>) -> String {
    let mut text = String::new();
    for (line, [x, y]) in lines.iter().filter_map(|line| at(line).map(|at| (line, at))) {
        let separator = if text.is_empty() { "" } else { ";" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}{}={x} {y}", line.time);
    }
    text
}

#[cfg(test)]
mod tests {
    use promptmatte::track::State;

    use super::*;

    fn file() -> KeyFile {
        let line = |time: f64, tracked| {
            let mut prompts = Snapshot { candidate: 1 + time as i32, ..Snapshot::default() };
            prompts.points[0] = Some((true, [10.0 + time, 20.5]));
            prompts.points[3] = Some((false, [1.0, 2.0]));
            prompts.bounding_box = Some([[0.0, time], [30.25, 40.0]]);
            Line { time, tracked, prompts }
        };
        KeyFile { frame: [0.0, 0.0, 64.0, 48.0], lines: vec![line(0.0, None), line(2.0, Some(State::Good))] }
    }

    #[test]
    fn strings_are_as_mlt_reads_them() {
        let found = properties(&file()).unwrap();
        let expected = [
            ("point1Mode", "Include"),
            ("point1", "0=10 20.5;2=12 20.5"),
            ("point4Mode", "Exclude"),
            ("point4", "0=1 2;2=1 2"),
            ("boxEnable", "1"),
            ("boxBottomLeft", "0=0 0;2=0 2"),
            ("boxTopRight", "0=30.25 40;2=30.25 40"),
            ("candidate", "0|=1;2|=3"),
        ];
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_mlt_cannot_animate_is_refused() {
        let mut switched = file();
        switched.lines[1].prompts.points[3] = None;
        let error = properties(&switched).unwrap_err().to_string();
        assert!(error.contains("frame 2 switches point 4"), "{error}");
        let mut unboxed = file();
        unboxed.lines[1].prompts.bounding_box = None;
        assert!(properties(&unboxed).unwrap_err().to_string().contains("the box"));
        assert!(properties(&KeyFile { lines: vec![], ..file() }).is_err());
    }
}
