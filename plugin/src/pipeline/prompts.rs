//! The artist's prompts, and their way into the network's frame.

use models::sam;

use super::geometry::Geometry;

/// Where something is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Position {
    /// Canonical coordinates, y up.
    Canonical([f64; 2]),
    /// A fraction of the frame, y up: what a default means in a host that does not scale it.
    FrameFraction([f64; 2]),
}

impl Position {
    /// In the frame's pixels, y down.
    fn to_frame(self, geometry: &Geometry) -> [f64; 2] {
        match self {
            Position::Canonical(at) => geometry.to_frame(at),
            Position::FrameFraction(at) => geometry.fraction_to_frame(at),
        }
    }
}

/// A point on the subject, or on what does not belong to it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// Where.
    pub position: Position,
    /// Whether it belongs to the subject.
    pub include: bool,
}

/// All prompts at one time.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Prompts {
    /// The points that are switched on.
    pub points: Vec<Point>,
    /// Two opposite corners of the box, in any order.
    pub bounding_box: Option<[Position; 2]>,
}

/// Something about the prompts that the artist should know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The box has no area and counts for nothing.
    EmptyBox,
    /// The whole box lies outside the frame.
    BoxOutside,
    /// So many points lie outside the frame and count for nothing.
    PointsOutside(usize),
    /// Exclude points alone choose nothing.
    ExcludeOnly,
    /// Nothing stands out in the frame that could be the subject.
    NothingFound,
    /// What was found is not surely the subject.
    UncertainSubject,
    /// The source has no picture at this time.
    NoSource,
    /// The guide covers nothing.
    EmptyGuide,
    /// The guide is used and its input has no picture at this time.
    NoGuide,
    /// The garbage matte is used and its input has no picture at this time.
    NoGarbage,
    /// The holdout is used and its input has no picture at this time.
    NoHoldout,
    /// The background is used and its input has no picture at this time.
    NoBackground,
    /// The output should be cropped and there is no box to crop it to.
    NothingToCropTo,
    /// The matte should be stabilised and the host gives no other frames than the one it renders.
    NoOtherFrames,
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Notice::EmptyBox => {
                write!(f, "The box is empty at this frame and is ignored: drag its corners apart.")
            }
            Notice::BoxOutside => write!(f, "The box lies outside the frame here."),
            Notice::PointsOutside(1) => write!(f, "One point lies outside the frame here and is ignored."),
            Notice::PointsOutside(count) => {
                write!(f, "{count} points lie outside the frame here and are ignored.")
            }
            Notice::ExcludeOnly => {
                write!(f, "Exclude points only take away: add an include point or a box.")
            }
            Notice::NothingFound => {
                write!(f, "Nothing stands out here: set a point or a box on the subject.")
            }
            Notice::UncertainSubject => {
                write!(f, "The subject is not certain: use Find subject here and correct it, or set a box.")
            }
            Notice::NoSource => write!(f, "The source has no picture at this time."),
            Notice::EmptyGuide => write!(f, "The guide is empty here and is ignored."),
            Notice::NoGuide => write!(f, "The Guide input has no picture at this time and is ignored."),
            Notice::NoGarbage => {
                write!(f, "The Garbage matte input has no picture at this time and is ignored.")
            }
            Notice::NoHoldout => write!(f, "The Holdout input has no picture at this time and is ignored."),
            Notice::NoBackground => {
                write!(f, "The Background input has no picture at this time: the background colour is used.")
            }
            Notice::NothingToCropTo => write!(f, "Crop to subject needs a box: switch Use box on."),
            Notice::NoOtherFrames => write!(
                f,
                "Temporal smoothing and Reduce chatter are off: this host gives no other frames than the one it renders."
            ),
        }
    }
}

/// What the prompts say about one frame.
#[derive(Clone, PartialEq, Debug)]
pub enum Subject {
    /// Nothing was chosen: the source passes.
    NotChosen,
    /// The prompts have left the frame, and the subject with them: the matte is empty.
    OutsideFrame,
    /// Prompts for the network, in its own frame.
    Chosen(sam::Prompts),
}

impl Prompts {
    /// Whether the parameters alone show that nothing is chosen, whatever the frame.
    pub fn choose_nothing(&self) -> bool {
        let no_box = match self.bounding_box {
            None => true,
            Some([Position::Canonical(a), Position::Canonical(b)])
            | Some([Position::FrameFraction(a), Position::FrameFraction(b)]) => a[0] == b[0] || a[1] == b[1],
            Some(_) => false,
        };
        no_box && !self.points.iter().any(|point| point.include)
    }

    /// Moves the prompts into the network's frame of `input` pixels.
    pub fn place(&self, geometry: &Geometry, input: (u32, u32)) -> (Subject, Vec<Notice>) {
        let (inside, mut notices) = self.inside(geometry, input);
        let includes = |point: &sam::PointPrompt| point.label == sam::PointLabel::Include;
        if inside.bounding_box.is_some() || inside.points.iter().any(includes) {
            return (Subject::Chosen(inside), notices);
        }
        let box_left = notices.contains(&Notice::BoxOutside);
        let include_left = self.points.iter().any(|point| point.include);
        if box_left || include_left {
            return (Subject::OutsideFrame, notices);
        }
        if !self.points.is_empty() {
            notices.push(Notice::ExcludeOnly);
        }
        (Subject::NotChosen, notices)
    }

    /// Those prompts that lie in the frame, in the network's frame of `input` pixels; they need not choose anything.
    pub fn inside(&self, geometry: &Geometry, input: (u32, u32)) -> (sam::Prompts, Vec<Notice>) {
        let mut notices = Vec::new();
        let frame = [geometry.bounds.width() as f64, geometry.bounds.height() as f64];
        let scale = [f64::from(input.0) / frame[0], f64::from(input.1) / frame[1]];
        let to_input = |at: [f64; 2]| [(at[0] * scale[0]) as f32, (at[1] * scale[1]) as f32];

        let (inside, outside): (Vec<_>, Vec<_>) = self
            .points
            .iter()
            .map(|point| (point.position.to_frame(geometry), point.include))
            .partition(|(at, _)| (0..2).all(|axis| at[axis] >= 0.0 && at[axis] <= frame[axis]));
        if !outside.is_empty() {
            notices.push(Notice::PointsOutside(outside.len()));
        }
        let points = inside.iter().map(|(at, include)| {
            let [x, y] = to_input(*at);
            let label = if *include { sam::PointLabel::Include } else { sam::PointLabel::Exclude };
            sam::PointPrompt { x, y, label }
        });
        let points = points.collect();
        let bounding_box = self.place_box(geometry, frame, &mut notices).map(|[from, to]| {
            let ([x1, y1], [x2, y2]) = (to_input(from), to_input(to));
            sam::BoxPrompt { x1, y1, x2, y2 }
        });
        (sam::Prompts { points, bounding_box }, notices)
    }

    /// The box in the frame's pixels, sorted and cut to the frame; `None` when there is nothing left.
    fn place_box(
        &self,
        geometry: &Geometry,
        frame: [f64; 2],
        notices: &mut Vec<Notice>,
    ) -> Option<[[f64; 2]; 2]> {
        let [a, b] = self.bounding_box?.map(|corner| corner.to_frame(geometry));
        let (mut from, mut to) = ([0.0; 2], [0.0; 2]);
        for axis in 0..2 {
            from[axis] = a[axis].min(b[axis]);
            to[axis] = a[axis].max(b[axis]);
            if to[axis] <= from[axis] || from[axis].is_nan() || to[axis].is_nan() {
                notices.push(Notice::EmptyBox);
                return None;
            }
        }
        for axis in 0..2 {
            from[axis] = from[axis].max(0.0);
            to[axis] = to[axis].min(frame[axis]);
            if to[axis] <= from[axis] {
                notices.push(Notice::BoxOutside);
                return None;
            }
        }
        Some([from, to])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::geometry::PixelRect;

    const GEOMETRY: Geometry = Geometry {
        bounds: PixelRect { x1: 0, y1: 0, x2: 200, y2: 100 },
        render_scale: [1.0, 1.0],
        pixel_aspect_ratio: 1.0,
        row_offset: 0.0,
    };
    const INPUT: (u32, u32) = (1024, 512);

    fn point(x: f64, y: f64, include: bool) -> Point {
        Point { position: Position::Canonical([x, y]), include }
    }

    fn boxed(a: [f64; 2], b: [f64; 2]) -> Prompts {
        Prompts { points: vec![], bounding_box: Some([Position::Canonical(a), Position::Canonical(b)]) }
    }

    fn place(prompts: &Prompts) -> (Subject, Vec<Notice>) {
        prompts.place(&GEOMETRY, INPUT)
    }

    #[test]
    fn points_turn_over_and_scale() {
        let (subject, notices) =
            place(&Prompts { points: vec![point(100.0, 75.0, true)], bounding_box: None });
        let Subject::Chosen(prompts) = subject else { panic!("{subject:?}") };
        assert_eq!((prompts.points[0].x, prompts.points[0].y), (512.0, 128.0));
        assert!(notices.is_empty());
    }

    #[test]
    fn a_box_inside_out_is_sorted_and_cut_to_the_frame() {
        let (subject, notices) = place(&boxed([150.0, 120.0], [-50.0, 25.0]));
        let Subject::Chosen(prompts) = subject else { panic!("{subject:?}") };
        let b = prompts.bounding_box.unwrap();
        assert_eq!((b.x1, b.y1, b.x2, b.y2), (0.0, 0.0, 768.0, 384.0));
        assert!(notices.is_empty());
    }

    #[test]
    fn an_empty_box_is_ignored_with_a_notice() {
        let empty = boxed([50.0, 20.0], [50.0, 80.0]);
        assert!(empty.choose_nothing());
        assert_eq!(place(&empty), (Subject::NotChosen, vec![Notice::EmptyBox]));
        let nan = boxed([f64::NAN, 20.0], [50.0, 80.0]);
        assert_eq!(place(&nan), (Subject::NotChosen, vec![Notice::EmptyBox]));
        let with_point = Prompts { points: vec![point(1.0, 1.0, true)], ..empty };
        assert!(matches!(place(&with_point), (Subject::Chosen(p), _) if p.bounding_box.is_none()));
    }

    #[test]
    fn a_subject_that_left_the_frame_has_an_empty_matte() {
        let left =
            Prompts { points: vec![point(-5.0, 50.0, true), point(10.0, 10.0, false)], bounding_box: None };
        assert_eq!(place(&left), (Subject::OutsideFrame, vec![Notice::PointsOutside(1)]));
        assert_eq!(
            place(&boxed([300.0, 0.0], [400.0, 50.0])),
            (Subject::OutsideFrame, vec![Notice::BoxOutside])
        );
        let nan = Prompts { points: vec![point(f64::NAN, 50.0, true)], bounding_box: None };
        assert_eq!(place(&nan), (Subject::OutsideFrame, vec![Notice::PointsOutside(1)]));
    }

    #[test]
    fn exclude_points_alone_choose_nothing() {
        let prompts = Prompts { points: vec![point(10.0, 10.0, false)], bounding_box: None };
        assert!(prompts.choose_nothing());
        assert_eq!(place(&prompts), (Subject::NotChosen, vec![Notice::ExcludeOnly]));
        assert_eq!(place(&Prompts::default()), (Subject::NotChosen, vec![]));
    }
}
