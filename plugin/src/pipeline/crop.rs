//! Where an output that is cropped to the subject ends.

use super::geometry::{Geometry, PixelRect, within};
use super::prompts::{Position, Prompts};

/// The box of the prompts, grown by `margin` pixels of a 1920-wide frame and cut to the frame; canonical
/// coordinates `[x1, y1, x2, y2]`, as `frame` is. `None` without a box that has an area in the frame.
pub fn region(prompts: &Prompts, margin: f32, frame: [f64; 4]) -> Option<[f64; 4]> {
    let [a, b] = prompts.bounding_box?.map(|corner| match corner {
        Position::Canonical(at) => at,
        Position::FrameFraction(at) => within(frame, at),
    });
    let room = f64::from(margin) * (frame[2] - frame[0]) / 1920.0;
    let side = |axis: usize| {
        let (low, high) = (a[axis].min(b[axis]), a[axis].max(b[axis]));
        (low < high).then(|| ((low - room).max(frame[axis]), (high + room).min(frame[axis + 2])))
    };
    let ((x1, x2), (y1, y2)) = (side(0)?, side(1)?);
    (x1 < x2 && y1 < y2).then_some([x1, y1, x2, y2])
}

/// The pixels that a canonical region touches.
pub fn pixels(region: [f64; 4], geometry: &Geometry) -> PixelRect {
    let [sx, sy] = [geometry.render_scale[0] / geometry.pixel_aspect_ratio, geometry.render_scale[1]];
    // A hair inside, so that what a host rounded on the way does not touch one pixel more.
    let (down, up) = (|v: f64| (v + 1e-6).floor() as i32, |v: f64| (v - 1e-6).ceil() as i32);
    PixelRect {
        x1: down(region[0] * sx),
        y1: down(region[1] * sy + geometry.row_offset),
        x2: up(region[2] * sx),
        y2: up(region[3] * sy + geometry.row_offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [f64; 4] = [0.0, 0.0, 960.0, 540.0];

    fn boxed(a: Position, b: Position) -> Prompts {
        Prompts { points: Vec::new(), bounding_box: Some([a, b]) }
    }

    #[test]
    fn the_region_is_the_box_with_room_inside_the_frame() {
        let prompts = boxed(Position::Canonical([500.0, 10.0]), Position::Canonical([300.0, 200.0]));
        assert_eq!(region(&prompts, 40.0, FRAME), Some([280.0, 0.0, 520.0, 220.0]));
        let fraction = boxed(Position::FrameFraction([0.25, 0.25]), Position::FrameFraction([0.75, 0.75]));
        assert_eq!(region(&fraction, 0.0, FRAME), Some([240.0, 135.0, 720.0, 405.0]));
    }

    #[test]
    fn no_box_or_an_empty_one_crops_nothing() {
        assert_eq!(region(&Prompts::default(), 40.0, FRAME), None);
        let empty = boxed(Position::Canonical([5.0, 5.0]), Position::Canonical([5.0, 9.0]));
        assert_eq!(region(&empty, 40.0, FRAME), None);
        let nan = boxed(Position::Canonical([f64::NAN, 5.0]), Position::Canonical([5.0, 9.0]));
        assert_eq!(region(&nan, 40.0, FRAME), None);
        let away = boxed(Position::Canonical([5000.0, 5.0]), Position::Canonical([6000.0, 9.0]));
        assert_eq!(region(&away, 40.0, FRAME), None);
    }

    #[test]
    fn pixels_cover_the_region() {
        let geometry = Geometry {
            bounds: PixelRect { x1: 0, y1: 0, x2: 240, y2: 270 },
            render_scale: [0.5, 0.5],
            pixel_aspect_ratio: 2.0,
            row_offset: 0.0,
        };
        assert_eq!(
            pixels([280.0, 1.0, 520.0, 220.0], &geometry),
            PixelRect { x1: 70, y1: 0, x2: 130, y2: 110 }
        );
    }
}
