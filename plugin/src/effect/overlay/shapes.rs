//! The shapes of the overlay. All sizes are in screen pixels, so they look the same at every zoom.

use super::canvas::{Canvas, Colour};
use super::drag::{Drag, Shape};
use super::hit::{Handle, box_handles};
use super::scene::{BoundingBox, FoundBox, Origin, Point, Scene, State};
use crate::ofx::Result;
use crate::pipeline::contour::Outline;
use crate::track;

/// Half of a point's cross: that of openfx-supportext.
pub const CROSS: f64 = 5.0;
/// Radius of the ring round it.
pub const RING: f64 = 8.0;
/// Half of a corner handle, and of one on a side.
pub const CORNER: f64 = 4.0;
/// Half of a handle in the middle of a side.
pub const SIDE: f64 = 3.0;
/// Half of the cross in the middle of the box.
pub const MIDDLE: f64 = 6.0;
/// Half of the mark that tells where the prompts come from, and where it stands from the box's upper left corner.
pub const MARK: f64 = 3.5;
const MARK_AT: [f64; 2] = [-10.0, 10.0];
/// Where a point's number stands from it, and how high it is.
const NUMBER_AT: [f64; 2] = [10.0, 5.0];
const NUMBER: f64 = 10.0;
/// Width of lines, and of the outline's.
const WIDTH: f32 = 1.5;
const OUTLINE_WIDTH: f32 = 1.0;

/// The shadow lies one pixel right and below.
pub const SHADOW: Colour = [0.0, 0.0, 0.0, 0.75];
/// Include.
pub const GREEN: Colour = [0.25, 0.95, 0.3, 1.0];
/// Exclude.
pub const RED: Colour = [1.0, 0.25, 0.2, 1.0];
/// Off here, on at another time.
pub const GREY: Colour = [0.65, 0.65, 0.65, 0.6];
/// The box.
pub const BOX: Colour = [0.85, 0.85, 0.85, 1.0];
/// The prompts of this frame are tracked and doubtful, or found and not certain.
pub const YELLOW: Colour = [1.0, 0.75, 0.0, 1.0];
/// Under the pen.
pub const POISED: Colour = [1.0, 1.0, 1.0, 1.0];
/// Held by the pen.
pub const PICKED: Colour = [1.0, 0.85, 0.1, 1.0];
/// The matte's outline.
pub const OUTLINE: Colour = [0.3, 0.85, 1.0, 1.0];

/// Draws everything: first all shadows, then all colours, so that no shadow lies on a handle.
///
/// # Errors
/// When the host refuses to draw.
pub fn draw(
    canvas: &mut dyn Canvas,
    scene: &Scene,
    drag: &Drag,
    outline: Option<&Outline>,
    pixel_scale: [f64; 2],
) -> Result<()> {
    let zoom = if scene.hidpi { 2.0 } else { 1.0 };
    let pixel = pixel_scale.map(|scale| scale * zoom);
    let scene = as_dragged(scene, drag);
    for shadow in [true, false] {
        let offset = if shadow { [pixel[0], -pixel[1]] } else { [0.0; 2] };
        let mut brush = Brush { canvas: &mut *canvas, drag, shadow, offset, pixel, zoom: zoom as f32 };
        if let Some(outline) = outline {
            brush.outline(outline)?;
        }
        if let Some(found) = &scene.found {
            brush.found(found)?;
        }
        if let Some(bounding_box) = &scene.bounding_box {
            brush.bounding_box(bounding_box)?;
            if let Some(origin) = scene.origin {
                brush.mark(bounding_box, origin)?;
            }
        }
        scene.points.iter().try_for_each(|point| brush.point(point))?;
    }
    Ok(())
}

/// The scene with what is held where the pen has it.
fn as_dragged(scene: &Scene, drag: &Drag) -> Scene {
    let mut scene = scene.clone();
    if let Drag::Picked(grab) = drag {
        match (grab.handle, grab.now) {
            (Handle::Point(index), Shape::Point(at)) => {
                scene.points.iter_mut().filter(|point| point.index == index).for_each(|point| point.at = at);
            }
            (_, Shape::Box(corners)) => {
                if let Some(bounding_box) = &mut scene.bounding_box {
                    bounding_box.corners = corners;
                }
            }
            (_, Shape::Point(_)) => {}
        }
    }
    scene
}

/// One pass.
struct Brush<'a> {
    canvas: &'a mut dyn Canvas,
    drag: &'a Drag,
    shadow: bool,
    offset: [f64; 2],
    /// Canonical units of what counts as a pixel here.
    pixel: [f64; 2],
    zoom: f32,
}

impl Brush<'_> {
    fn outline(&mut self, outline: &Outline) -> Result<()> {
        if outline.segments.is_empty() {
            return Ok(());
        }
        self.pen(OUTLINE, OUTLINE_WIDTH, false)?;
        let ends = outline.segments.iter().flatten();
        let ends: Vec<[f64; 2]> = ends.map(|end| self.at(end.map(f64::from), [0.0; 2])).collect();
        self.canvas.lines(&ends)
    }

    fn point(&mut self, point: &Point) -> Result<()> {
        let colour = match point.state {
            State::Include => GREEN,
            State::Exclude => RED,
            State::Off => GREY,
        };
        self.pen(colour, WIDTH, false)?;
        let radii = self.pixel.map(|pixel| pixel * RING);
        let centre = self.at(point.at, [0.0; 2]);
        self.canvas.ellipse(centre, radii)?;
        let size = self.pixel.map(|pixel| pixel * NUMBER);
        let number = self.at(point.at, NUMBER_AT);
        self.canvas.number(point.index + 1, number, size)?;
        if point.native {
            // The host's own handle is the cross.
            return Ok(());
        }
        self.pen(self.of_handle(Handle::Point(point.index), colour), WIDTH, false)?;
        self.cross(point.at, CROSS)
    }

    fn bounding_box(&mut self, bounding_box: &BoundingBox) -> Result<()> {
        let colour = if bounding_box.off { GREY } else { BOX };
        self.pen(colour, WIDTH, bounding_box.off)?;
        self.rectangle(bounding_box.corners)?;
        for (handle, at) in box_handles(bounding_box) {
            self.pen(self.of_handle(handle, colour), WIDTH, false)?;
            match handle {
                Handle::Corner([x, y]) if x == y && bounding_box.native[x] => {}
                Handle::Corner(_) => self.square(at, CORNER)?,
                Handle::Side(..) => self.square(at, SIDE)?,
                _ => self.cross(at, MIDDLE)?,
            }
        }
        Ok(())
    }

    /// The box of an automatic subject, which nobody can drag: dashed, green or, where it is not certain, yellow.
    fn found(&mut self, found: &FoundBox) -> Result<()> {
        self.pen(if found.sure { GREEN } else { YELLOW }, WIDTH, true)?;
        self.rectangle(found.corners)
    }

    fn rectangle(&mut self, [a, b]: [[f64; 2]; 2]) -> Result<()> {
        let corners = [a, [b[0], a[1]], b, [a[0], b[1]]].map(|corner| self.at(corner, [0.0; 2]));
        self.canvas.strip(&corners, true)
    }

    /// A square in the colour of where the prompts come from: white the artist, green the tracker, yellow where that is
    /// doubtful, red where the subject is lost, grey between keys, blue where the effect finds the subject.
    fn mark(&mut self, bounding_box: &BoundingBox, origin: Origin) -> Result<()> {
        let [a, b] = bounding_box.corners;
        let colour = match origin {
            Origin::Keyed => POISED,
            Origin::Tracked(track::State::Good) => GREEN,
            Origin::Tracked(track::State::Doubtful) => YELLOW,
            Origin::Tracked(track::State::Lost) => RED,
            Origin::Interpolated => GREY,
            Origin::Automatic => OUTLINE,
        };
        let corner = [a[0].min(b[0]), a[1].max(b[1])];
        self.pen(colour, WIDTH, false)?;
        self.square([0, 1].map(|axis| corner[axis] + MARK_AT[axis] * self.pixel[axis]), MARK)
    }

    fn cross(&mut self, at: [f64; 2], half: f64) -> Result<()> {
        let ends = [[-half, 0.0], [half, 0.0], [0.0, -half], [0.0, half]].map(|by| self.at(at, by));
        self.canvas.lines(&ends)
    }

    fn square(&mut self, at: [f64; 2], half: f64) -> Result<()> {
        let corners = [[-half, -half], [half, -half], [half, half], [-half, half]].map(|by| self.at(at, by));
        self.canvas.polygon(&corners)
    }

    /// A position moved by pixels, and by the shadow's offset.
    fn at(&self, position: [f64; 2], by: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| position[axis] + by[axis] * self.pixel[axis] + self.offset[axis])
    }

    fn of_handle(&self, handle: Handle, colour: Colour) -> Colour {
        match self.drag {
            Drag::Poised(poised) if *poised == handle => POISED,
            Drag::Picked(grab) if grab.handle == handle => PICKED,
            _ => colour,
        }
    }

    fn pen(&mut self, colour: Colour, width: f32, dashed: bool) -> Result<()> {
        // The shadow of what is faint is faint.
        let shadow = [SHADOW[0], SHADOW[1], SHADOW[2], SHADOW[3] * colour[3]];
        self.canvas.colour(if self.shadow { shadow } else { colour })?;
        self.canvas.pen(width * self.zoom, dashed)
    }
}
