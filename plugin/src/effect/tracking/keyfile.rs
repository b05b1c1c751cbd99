//! Keys as a text file, to bring prompts from one program or effect into another. Knows nothing of OpenFX.
//!
//! UTF-8, one frame a line; `#` begins a comment. The first line is `PromptMatte keys 1`, the second
//! `frame X1 Y1 X2 Y2`: where the picture lies, canonical, y up. Then
//! `TIME keyed|tracked [good|doubtful|lost] candidate N [box X1 Y1 X2 Y2] [point N include|exclude X Y]...`
//! with positions in the same coordinates. Numbers are written so that reading gives them back to the last bit.

use std::fmt::Write as _;

use super::prompts::Snapshot;
use crate::effect::parameters::POINTS;
use crate::track::State;

const HEADER: &str = "PromptMatte keys 1";
/// No picture is farther out, and no parameter takes more.
const FARTHEST: f64 = 1e6;
/// More lines are a mistake.
const MOST_LINES: usize = 1_000_000;

/// One frame of a file.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Line {
    /// When.
    pub time: f64,
    /// The tracker's judgement, of a tracked frame; `None` of one that an artist keyed.
    pub tracked: Option<State>,
    /// Its prompts.
    pub prompts: Snapshot,
}

/// A file.
#[derive(Clone, PartialEq, Debug)]
pub struct KeyFile {
    /// Where the picture lies: `[x1, y1, x2, y2]`, canonical.
    pub frame: [f64; 4],
    /// Its frames.
    pub lines: Vec<Line>,
}

/// Why a file cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("Line {line} of the keys file is damaged: {reason}.")]
pub struct Damaged {
    /// The line's number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl KeyFile {
    /// As text.
    pub fn to_text(&self) -> String {
        let [x1, y1, x2, y2] = self.frame;
        let mut text = format!("{HEADER}\nframe {x1} {y1} {x2} {y2}\n");
        for Line { time, tracked, prompts } in &self.lines {
            let kind = match tracked {
                None => "keyed",
                Some(State::Good) => "tracked good",
                Some(State::Doubtful) => "tracked doubtful",
                Some(State::Lost) => "tracked lost",
            };
            // Writing to a string cannot fail.
            let _ = write!(text, "{time} {kind} candidate {}", prompts.candidate);
            if let Some([[x1, y1], [x2, y2]]) = prompts.bounding_box {
                let _ = write!(text, " box {x1} {y1} {x2} {y2}");
            }
            for (index, point) in prompts.points.iter().enumerate() {
                if let Some((include, [x, y])) = point {
                    let mode = if *include { "include" } else { "exclude" };
                    let _ = write!(text, " point {} {mode} {x} {y}", index + 1);
                }
            }
            text.push('\n');
        }
        text
    }

    /// From text. A file is read whole or not at all.
    ///
    /// # Errors
    /// [`Damaged`] at the first line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, Damaged> {
        let mut lines = text.lines().enumerate().map(|(index, line)| {
            let line = line.split('#').next().unwrap_or_default();
            Words { line: index + 1, words: line.split_whitespace() }
        });
        let damaged = |line, reason: &str| Damaged { line, reason: reason.to_owned() };
        let header = lines.next().map(|words| words.words.collect::<Vec<_>>().join(" "));
        if header.as_deref() != Some(HEADER) {
            return Err(damaged(1, "it does not begin with \"PromptMatte keys 1\""));
        }
        let mut frame = lines.next().ok_or_else(|| damaged(2, "the frame is missing"))?;
        frame.expect("frame")?;
        let frame =
            frame.whole(|words| Ok([words.number()?, words.number()?, words.number()?, words.number()?]))?;
        if frame[0] >= frame[2] || frame[1] >= frame[3] {
            return Err(damaged(2, "the frame is empty"));
        }
        let mut file = KeyFile { frame, lines: Vec::new() };
        let mut seen = std::collections::HashSet::new();
        for words in lines.filter(|words| words.words.clone().next().is_some()) {
            let number = words.line;
            let line = words.whole(Words::frame)?;
            // Minus zero is zero.
            if !seen.insert((line.time + 0.0).to_bits()) {
                return Err(damaged(number, "the frame was there before"));
            }
            if file.lines.len() == MOST_LINES {
                return Err(damaged(number, "the file is too long"));
            }
            file.lines.push(line);
        }
        Ok(file)
    }

    /// Moves the positions into a picture that lies elsewhere or has another size. Nothing changes when it lies the
    /// same.
    #[must_use]
    pub fn in_frame(mut self, to: [f64; 4]) -> Self {
        if self.frame == to {
            return self;
        }
        let from = self.frame;
        let place = |at: &mut [f64; 2]| {
            for (axis, value) in at.iter_mut().enumerate() {
                let share = (*value - from[axis]) / (from[axis + 2] - from[axis]);
                *value = to[axis] + share * (to[axis + 2] - to[axis]);
            }
        };
        for line in &mut self.lines {
            line.prompts.points.iter_mut().flatten().for_each(|(_, at)| place(at));
            line.prompts.bounding_box.iter_mut().flatten().for_each(place);
        }
        self.frame = to;
        self
    }
}

/// The words of a line.
struct Words<'a> {
    line: usize,
    words: std::str::SplitWhitespace<'a>,
}

impl<'a> Words<'a> {
    fn damaged(&self, reason: String) -> Damaged {
        Damaged { line: self.line, reason }
    }

    fn word(&mut self, what: &str) -> Result<&'a str, Damaged> {
        self.words.next().ok_or_else(|| self.damaged(format!("{what} is missing")))
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Damaged> {
        let word = self.word(&format!("\"{wanted}\""))?;
        if word == wanted { Ok(()) } else { Err(self.damaged(format!("\"{word}\" should be \"{wanted}\""))) }
    }

    fn number(&mut self) -> Result<f64, Damaged> {
        let word = self.word("a number")?;
        let number = word.parse().map_err(|_| self.damaged(format!("\"{word}\" is no number")))?;
        let sane = f64::abs(number) <= FARTHEST;
        if sane { Ok(number) } else { Err(self.damaged(format!("{word} is out of range"))) }
    }

    fn whole_number(&mut self, what: &str, range: std::ops::RangeInclusive<i32>) -> Result<i32, Damaged> {
        let word = self.word(what)?;
        let number = word.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (low, high) = (range.start(), range.end());
            self.damaged(format!("{what} is \"{word}\", not a whole number from {low} to {high}"))
        })
    }

    /// Reads to the end of the line.
    fn whole<R>(mut self, read: impl FnOnce(&mut Self) -> Result<R, Damaged>) -> Result<R, Damaged> {
        let result = read(&mut self)?;
        match self.words.next() {
            None => Ok(result),
            Some(word) => Err(self.damaged(format!("\"{word}\" is too much"))),
        }
    }

    fn frame(&mut self) -> Result<Line, Damaged> {
        let time = self.number()?;
        let tracked = match self.word("\"keyed\" or \"tracked\"")? {
            "keyed" => None,
            "tracked" => Some(match self.word("the state")? {
                "good" => State::Good,
                "doubtful" => State::Doubtful,
                "lost" => State::Lost,
                word => return Err(self.damaged(format!("\"{word}\" is no state"))),
            }),
            word => return Err(self.damaged(format!("\"{word}\" is neither \"keyed\" nor \"tracked\""))),
        };
        self.expect("candidate")?;
        let candidate = self.whole_number("the candidate", 0..=4)?;
        let mut prompts = Snapshot { candidate, ..Snapshot::default() };
        while let Some(word) = self.words.next() {
            match word {
                "box" if prompts.bounding_box.is_none() => {
                    let corner = |words: &mut Self| Ok([words.number()?, words.number()?]);
                    prompts.bounding_box = Some([corner(self)?, corner(self)?]);
                }
                "point" => {
                    let index = self.whole_number("the point", 1..=POINTS as i32)? as usize - 1;
                    let include = match self.word("the mode")? {
                        "include" => true,
                        "exclude" => false,
                        word => return Err(self.damaged(format!("\"{word}\" is no mode"))),
                    };
                    let at = [self.number()?, self.number()?];
                    if prompts.points[index].replace((include, at)).is_some() {
                        return Err(self.damaged(format!("point {} is there twice", index + 1)));
                    }
                }
                word => return Err(self.damaged(format!("\"{word}\" is not known here"))),
            }
        }
        Ok(Line { time, tracked, prompts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> KeyFile {
        let mut prompts = Snapshot { candidate: 3, ..Snapshot::default() };
        prompts.points[0] = Some((true, [0.1, 1.0 / 3.0]));
        prompts.points[15] = Some((false, [-7.25, 1e5]));
        let boxed = Snapshot { bounding_box: Some([[1.0, 2.0], [30.5, 40.0]]), ..Snapshot::default() };
        let line = |time, tracked, prompts| Line { time, tracked, prompts };
        KeyFile {
            frame: [-10.0, 0.0, 90.0, 50.0],
            lines: vec![
                line(-3.5, None, prompts),
                line(0.0, Some(State::Good), boxed),
                line(7.0, Some(State::Lost), prompts),
                line(8.0, Some(State::Doubtful), Snapshot::default()),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_to_the_last_bit() {
        assert_eq!(KeyFile::parse(&file().to_text()), Ok(file()));
        let commented = format!("{}\n# the end\n  \n", file().to_text().replace("frame", "  frame"));
        assert_eq!(KeyFile::parse(&commented), Ok(file()));
        assert_eq!(file().in_frame(file().frame), file());
    }

    #[test]
    fn positions_follow_the_frame() {
        let moved = file().in_frame([100.0, 100.0, 300.0, 200.0]);
        assert_eq!(moved.lines[1].prompts.bounding_box, Some([[122.0, 104.0], [181.0, 180.0]]));
    }

    #[test]
    fn damage_is_told_with_its_line() {
        let damaged = |from: &str, to: &str| {
            let text = file().to_text();
            assert!(text.contains(from), "{from}");
            KeyFile::parse(&text.replacen(from, to, 1)).unwrap_err()
        };
        let cases = [
            ("keys 1", "keys 2", 1),
            ("frame -10", "frame 90", 2),
            ("frame -10", "frame x", 2),
            ("90 50", "90 50 60", 2),
            ("-3.5 keyed", "NaN keyed", 3),
            ("-3.5 keyed", "inf keyed", 3),
            ("-3.5 keyed", "-3.5 kept", 3),
            ("candidate 3", "candidate 5", 3),
            ("candidate 3", "candidate", 3),
            ("point 16", "point 17", 3),
            ("point 16", "point 1", 3),
            ("exclude", "maybe", 3),
            ("100000", "10000000", 3),
            ("100000", "NaN", 3),
            ("tracked good", "tracked", 4),
            ("box 1 2 30.5 40", "box 1 2 30.5", 4),
            ("box 1 2 30.5 40", "box 1 2 30.5 40 box 1 2 3 4", 4),
            ("7 tracked", "-0 tracked", 5),
            ("8 tracked doubtful", "8 tracked so-so", 6),
        ];
        for (from, to, line) in cases {
            let error = damaged(from, to);
            assert_eq!(error.line, line, "{from} -> {to}: {error}");
        }
        assert_eq!(KeyFile::parse("").unwrap_err().line, 1);
        assert_eq!(KeyFile::parse(HEADER).unwrap_err().line, 2);
        assert!(KeyFile::parse("\u{0}\u{fffd}").is_err());
    }
}
