//! In or out, where there is no doubt.

use super::super::plane::Plane;
use super::grid::Scale;

/// On which side of a mask's contour a pixel is, away from the contour.
pub struct Sides<'a> {
    plane: &'a Plane,
    /// The nearest cell of each column and row.
    cells: [Vec<usize>; 2],
}

impl<'a> Sides<'a> {
    /// For the pixels of a scale.
    pub fn of(plane: &'a Plane, scale: Scale) -> Self {
        let content = <[f32; 2]>::from(plane.content());
        let count = [plane.map().width, plane.map().height];
        let size = scale.size();
        let cells = [0, 1].map(|axis| {
            let nearest = |at| scale.position(axis, at, content[axis]).round().max(0.0) as usize;
            (0..size[axis]).map(|at| nearest(at).min(count[axis] - 1)).collect()
        });
        Self { plane, cells }
    }

    /// 1 inside, 0 outside.
    pub fn at(&self, x: usize, y: usize) -> f32 {
        f32::from(self.plane.map().at(self.cells[0][x], self.cells[1][y]) > 0.0)
    }
}
