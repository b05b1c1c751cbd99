//! What is under the pen.

use super::scene::{BoundingBox, Scene, State};

/// How far from a handle the pen may be, in screen pixels: that of openfx-supportext's interacts.
pub const TOLERANCE: f64 = 6.0;

/// Something that can be dragged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handle {
    /// A point, by its place in the list of parameters.
    Point(usize),
    /// A corner of the box: for x and y, whose of the two stored corners it is.
    Corner([usize; 2]),
    /// The middle of a side: the axis that it moves along, and whose of the two stored corners it is.
    Side(usize, usize),
    /// The middle of the box, which moves it whole.
    Middle,
}

impl Handle {
    /// Whether the host takes the pen there.
    pub fn is_native(self, scene: &Scene) -> bool {
        match self {
            Handle::Point(index) => scene.point(index).is_some_and(|point| point.native),
            Handle::Corner([x, y]) => {
                x == y && scene.bounding_box.is_some_and(|bounding_box| bounding_box.native[x])
            }
            Handle::Side(..) | Handle::Middle => false,
        }
    }
}

/// All handles of a box, and where they are.
pub fn box_handles(bounding_box: &BoundingBox) -> impl Iterator<Item = (Handle, [f64; 2])> {
    let [a, b] = bounding_box.corners;
    let (x, y) = ([a[0], b[0]], [a[1], b[1]]);
    let middle = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
    let corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(|[i, j]| (Handle::Corner([i, j]), [x[i], y[j]]));
    let sides = [
        (Handle::Side(0, 0), [x[0], middle[1]]),
        (Handle::Side(0, 1), [x[1], middle[1]]),
        (Handle::Side(1, 0), [middle[0], y[0]]),
        (Handle::Side(1, 1), [middle[0], y[1]]),
    ];
    corners.into_iter().chain(sides).chain([(Handle::Middle, middle)])
}

/// The handle under the pen: the nearest on the screen; of two at the same place a point before the box, a
/// corner before a side, and a side before the middle.
pub fn pick(scene: &Scene, pen: [f64; 2], pixel_scale: [f64; 2]) -> Option<Handle> {
    let tolerance = if scene.hidpi { 2.0 * TOLERANCE } else { TOLERANCE };
    let points = scene.points.iter().map(|point| (Handle::Point(point.index), point.at));
    let handles = points.chain(scene.bounding_box.iter().flat_map(box_handles));
    let mut best: Option<(Handle, f64)> = None;
    for (handle, at) in handles {
        let [dx, dy] = on_screen(at, pen, pixel_scale);
        let distance = dx.hypot(dy);
        let near = dx.abs() <= tolerance && dy.abs() <= tolerance;
        if near && best.is_none_or(|(_, least)| distance < least) {
            best = Some((handle, distance));
        }
    }
    best.map(|(handle, _)| handle)
}

/// The point nearest to the pen, of those that are on.
pub fn nearest_point(scene: &Scene, pen: [f64; 2], pixel_scale: [f64; 2]) -> Option<usize> {
    let distance = |at: [f64; 2]| {
        let [dx, dy] = on_screen(at, pen, pixel_scale);
        dx.hypot(dy)
    };
    let on = scene.points.iter().filter(|point| point.state != State::Off);
    on.min_by(|a, b| distance(a.at).total_cmp(&distance(b.at))).map(|point| point.index)
}

/// From one canonical position to another in screen pixels.
fn on_screen(from: [f64; 2], to: [f64; 2], pixel_scale: [f64; 2]) -> [f64; 2] {
    [(to[0] - from[0]) / pixel_scale[0], (to[1] - from[1]) / pixel_scale[1]]
}

#[cfg(test)]
mod tests {
    use super::super::scene::Point;
    use super::*;

    fn scene() -> Scene {
        let point = |index, at| Point { index, state: State::Include, at, native: false };
        Scene {
            points: vec![point(2, [100.0, 100.0]), point(5, [108.0, 100.0])],
            bounding_box: Some(BoundingBox {
                off: false,
                corners: [[300.0, 200.0], [200.0, 300.0]],
                native: [true, false],
            }),
            ..Scene::default()
        }
    }

    #[test]
    fn the_nearest_within_six_screen_pixels_is_picked() {
        let pick = |x, y, scale| pick(&scene(), [x, y], scale);
        assert_eq!(pick(103.0, 100.0, [1.0; 2]), Some(Handle::Point(2)));
        assert_eq!(pick(105.0, 100.0, [1.0; 2]), Some(Handle::Point(5)));
        assert_eq!(pick(100.0, 106.1, [1.0; 2]), None);
        assert_eq!(pick(100.0, 106.1, [1.0, 2.0]), Some(Handle::Point(2)));
        assert_eq!(pick(88.5, 100.0, [2.0, 0.5]), Some(Handle::Point(2)));
        assert_eq!(pick(100.0, 103.1, [2.0, 0.5]), None);
        assert_eq!(pick(f64::NAN, 100.0, [1.0; 2]), None);
    }

    #[test]
    fn a_box_inside_out_has_its_handles_where_they_are_seen() {
        let pick = |x, y| pick(&scene(), [x, y], [1.0; 2]);
        assert_eq!(pick(300.0, 200.0), Some(Handle::Corner([0, 0])));
        assert_eq!(pick(200.0, 200.0), Some(Handle::Corner([1, 0])));
        assert_eq!(pick(200.0, 250.0), Some(Handle::Side(0, 1)));
        assert_eq!(pick(250.0, 200.0), Some(Handle::Side(1, 0)));
        assert_eq!(pick(252.0, 249.0), Some(Handle::Middle));
        assert_eq!(pick(230.0, 230.0), None);
        assert!(Handle::Corner([0, 0]).is_native(&scene()));
        assert!(!Handle::Corner([1, 1]).is_native(&scene()) && !Handle::Corner([0, 1]).is_native(&scene()));
    }

    #[test]
    fn points_that_are_off_are_not_nearest() {
        let mut scene = scene();
        assert_eq!(nearest_point(&scene, [0.0, 0.0], [1.0; 2]), Some(2));
        scene.points[0].state = State::Off;
        assert_eq!(nearest_point(&scene, [0.0, 0.0], [1.0; 2]), Some(5));
        scene.points.clear();
        assert_eq!(nearest_point(&scene, [0.0, 0.0], [1.0; 2]), None);
    }
}
