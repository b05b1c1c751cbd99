//! Dragging: inactive, poised over a handle, or holding one. Positions follow the pen here, and are written
//! once it is lifted, unless *Live* is on.

use super::hit::{Handle, pick};
use super::scene::Scene;

/// What the pen is doing.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Drag {
    /// Nothing.
    #[default]
    Inactive,
    /// It is over a handle.
    Poised(Handle),
    /// It holds a handle.
    Picked(Grab),
}

/// A handle that is held.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Grab {
    /// Which.
    pub handle: Handle,
    /// What it moves, as it is shown.
    pub now: Shape,
    /// Where the pen went down.
    from: [f64; 2],
    /// What it moves, before.
    before: Shape,
    /// What the parameters hold.
    written: Shape,
}

/// What a handle moves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shape {
    /// A point's position.
    Point([f64; 2]),
    /// The box's two stored corners.
    Box([[f64; 2]; 2]),
}

/// What follows from a move of the pen.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Outcome {
    /// The pen is taken: the host gives the event to no one else.
    pub taken: bool,
    /// The overlay looks different.
    pub redraw: bool,
    /// What to write: the handle, what the parameters held, and what they are to hold.
    pub write: Option<(Handle, Shape, Shape)>,
}

impl Drag {
    /// The handle it is about.
    pub fn handle(&self) -> Option<Handle> {
        match self {
            Drag::Inactive => None,
            Drag::Poised(handle) => Some(*handle),
            Drag::Picked(grab) => Some(grab.handle),
        }
    }

    /// The pen moves.
    pub fn motion(&mut self, scene: &Scene, pen: [f64; 2], pixel_scale: [f64; 2]) -> Outcome {
        let Some(grab) = self.grab(scene) else {
            return Outcome { redraw: self.poise(scene, pen, pixel_scale), ..Outcome::default() };
        };
        let now = grab.at(pen, pixel_scale);
        let redraw = now != grab.now;
        let write = (scene.live && now != grab.written).then_some((grab.handle, grab.written, now));
        let written = if write.is_some() { now } else { grab.written };
        *self = Drag::Picked(Grab { now, written, ..grab });
        Outcome { taken: true, redraw, write }
    }

    /// The pen goes down.
    pub fn down(&mut self, scene: &Scene, pen: [f64; 2], pixel_scale: [f64; 2]) -> Outcome {
        let redraw = self.poise(scene, pen, pixel_scale);
        let Some(handle) = self.handle().filter(|handle| !handle.is_native(scene)) else {
            return Outcome { redraw, ..Outcome::default() };
        };
        let Some(shape) = shape_of(scene, handle) else { return Outcome::default() };
        *self = Drag::Picked(Grab { handle, now: shape, from: pen, before: shape, written: shape });
        Outcome { taken: true, redraw: true, write: None }
    }

    /// The pen goes up.
    pub fn up(&mut self, scene: &Scene, pen: [f64; 2], pixel_scale: [f64; 2]) -> Outcome {
        let Some(grab) = self.grab(scene) else {
            return Outcome { redraw: self.poise(scene, pen, pixel_scale), ..Outcome::default() };
        };
        let now = grab.at(pen, pixel_scale);
        let write = (now != grab.written).then_some((grab.handle, grab.written, now));
        *self = Drag::Poised(grab.handle);
        Outcome { taken: true, redraw: true, write }
    }

    /// What is held; gone when its handle is, by an undo or a key of the artist's meanwhile.
    fn grab(&self, scene: &Scene) -> Option<Grab> {
        match self {
            Drag::Picked(grab) if shape_of(scene, grab.handle).is_some() => Some(*grab),
            _ => None,
        }
    }

    /// Looks what the pen is over, and whether that is news.
    fn poise(&mut self, scene: &Scene, pen: [f64; 2], pixel_scale: [f64; 2]) -> bool {
        let now = pick(scene, pen, pixel_scale).map_or(Drag::Inactive, Drag::Poised);
        std::mem::replace(self, now) != now
    }
}

fn shape_of(scene: &Scene, handle: Handle) -> Option<Shape> {
    match handle {
        Handle::Point(index) => scene.point(index).map(|point| Shape::Point(point.at)),
        _ => scene.bounding_box.map(|bounding_box| Shape::Box(bounding_box.corners)),
    }
}

impl Grab {
    /// What is moved, with the pen at `pen`; as before where the pen is not a place.
    fn at(&self, pen: [f64; 2], pixel_scale: [f64; 2]) -> Shape {
        let by = [pen[0] - self.from[0], pen[1] - self.from[1]];
        if by == [0.0; 2] {
            return self.before;
        }
        if by.iter().any(|delta| !delta.is_finite()) {
            return self.now;
        }
        let moved = |value: f64, axis: usize| round(value + by[axis], pixel_scale[axis]);
        match (self.before, self.handle) {
            (Shape::Point([x, y]), _) => Shape::Point([moved(x, 0), moved(y, 1)]),
            (Shape::Box(mut corners), Handle::Corner(owners)) => {
                for (axis, owner) in owners.into_iter().enumerate() {
                    corners[owner][axis] = moved(corners[owner][axis], axis);
                }
                Shape::Box(corners)
            }
            (Shape::Box(mut corners), Handle::Side(axis, owner)) => {
                corners[owner][axis] = moved(corners[owner][axis], axis);
                Shape::Box(corners)
            }
            (Shape::Box([a, b]), _) => {
                // One corner is rounded and takes the other along, so that the size stays.
                let to = [moved(a[0], 0), moved(a[1], 1)];
                Shape::Box([to, [b[0] + (to[0] - a[0]), b[1] + (to[1] - a[1])]])
            }
        }
    }
}

/// Rounds a dragged value to the power of ten below the pixel scale, as openfx-supportext does: digits that
/// no hand set are left away, and no screen pixel is.
pub fn round(value: f64, pixel_scale: f64) -> f64 {
    let exponent = pixel_scale.log10().floor().clamp(-9.0, 9.0) as i32;
    // A power of ten below 1 is no double: its inverse is.
    if exponent < 0 {
        let inverse = 10.0_f64.powi(-exponent);
        (value * inverse).round() / inverse
    } else {
        let quantum = 10.0_f64.powi(exponent);
        (value / quantum).round() * quantum
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{BoundingBox, Point, State};
    use super::*;

    fn scene(live: bool) -> Scene {
        Scene {
            points: vec![Point { index: 3, state: State::Include, at: [10.25, 20.0], native: false }],
            bounding_box: Some(BoundingBox {
                off: false,
                corners: [[100.5, 100.0], [200.0, 300.0]],
                native: [false; 2],
            }),
            live,
            ..Scene::default()
        }
    }

    /// Down at `from`, to `to`, up: what is written at the end.
    fn drag(from: [f64; 2], to: [f64; 2], pixel_scale: [f64; 2]) -> Option<Shape> {
        let (scene, mut drag) = (scene(false), Drag::default());
        assert!(drag.down(&scene, from, pixel_scale).taken);
        let moved = drag.motion(&scene, to, pixel_scale);
        assert!(moved.taken && moved.write.is_none());
        drag.up(&scene, to, pixel_scale).write.map(|(_, _, shape)| shape)
    }

    #[test]
    fn written_values_are_rounded_below_the_pixel_scale() {
        for (value, scale, expected) in [
            (12.345, 1.0, 12.0),
            (12.345, 0.5, 12.3),
            (12.345, 0.04, 12.35),
            (12.345, 3.0, 12.0),
            (123.4, 25.0, 120.0),
            (-0.05, 1.0, 0.0),
        ] {
            assert_eq!(round(value, scale), expected, "{value} at {scale}");
        }
        assert!(round(5.0, f64::MIN_POSITIVE).is_finite() && round(5.0, f64::MAX).is_finite());
    }

    #[test]
    fn each_handle_moves_what_is_its_own() {
        let one = [1.0; 2];
        assert_eq!(drag([11.0, 20.0], [31.0, 15.0], one), Some(Shape::Point([30.0, 15.0])));
        assert_eq!(
            drag([100.0, 100.0], [103.0, 98.0], one),
            Some(Shape::Box([[104.0, 98.0], [200.0, 300.0]]))
        );
        assert_eq!(
            drag([200.0, 100.0], [210.0, 90.0], one),
            Some(Shape::Box([[100.5, 90.0], [210.0, 300.0]]))
        );
        assert_eq!(
            drag([200.0, 200.0], [250.0, 200.0], one),
            Some(Shape::Box([[100.5, 100.0], [250.0, 300.0]]))
        );
        assert_eq!(
            drag([150.0, 300.0], [7.0, 310.0], one),
            Some(Shape::Box([[100.5, 100.0], [200.0, 310.0]]))
        );
        assert_eq!(
            drag([150.0, 200.0], [160.2, 190.0], [0.5; 2]),
            Some(Shape::Box([[110.7, 90.0], [210.2, 290.0]]))
        );
        assert_eq!(drag([11.0, 20.0], [11.0, 20.0], one), None, "a click alone writes nothing");
    }

    #[test]
    fn live_writes_each_new_value_once() {
        let (scene, mut drag) = (scene(true), Drag::default());
        drag.down(&scene, [10.0, 20.0], [1.0; 2]);
        assert!(drag.motion(&scene, [12.0, 20.0], [1.0; 2]).write.is_some());
        assert!(drag.motion(&scene, [12.1, 20.0], [1.0; 2]).write.is_none());
        assert!(drag.up(&scene, [12.1, 20.0], [1.0; 2]).write.is_none());
    }

    #[test]
    fn a_handle_that_goes_is_let_go() {
        let (mut scene, mut drag) = (scene(false), Drag::default());
        drag.down(&scene, [10.0, 20.0], [1.0; 2]);
        scene.points.clear();
        let moved = drag.motion(&scene, [50.0, 50.0], [1.0; 2]);
        assert_eq!((drag, moved.taken, moved.redraw, moved.write), (Drag::Inactive, false, true, None));
        let mut drag = Drag::default();
        assert!(drag.down(&scene, [f64::NAN, 20.0], [1.0; 2]) == Outcome::default());
    }
}
