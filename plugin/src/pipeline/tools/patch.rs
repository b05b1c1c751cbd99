//! One cell of a grid and the part of an ellipse in it: where bilinear values are highest.
//!
//! A bilinear patch has no maximum inside (it is harmonic), nor between the ends of a side. The maximum over
//! a disc is therefore at a grid point in the disc, where the circle crosses a grid line, or inside a cell
//! on the circle, where the way along it stops to go up.

/// A gain of alpha that is not worth a search: less than a step of 15 bits.
const NEGLIGIBLE: f32 = 2e-5;

/// An ellipse with axes along those of the grid; positions in grid points from the first one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ellipse {
    /// Centre.
    pub centre: [f32; 2],
    /// Half axes.
    pub radius: [f32; 2],
    /// One over the half axes.
    pub inverse: [f32; 2],
}

impl Ellipse {
    /// An ellipse around `centre` with these half axes, above 0.
    pub fn new(centre: [f32; 2], radius: [f32; 2]) -> Self {
        Self { centre, radius, inverse: radius.map(|r| 1.0 / r) }
    }

    /// Whether a position lies within.
    pub fn holds(&self, [x, y]: [f32; 2]) -> bool {
        self.holds_offset(x - self.centre[0], y - self.centre[1])
    }

    fn holds_offset(&self, x: f32, y: f32) -> bool {
        let [x, y] = [x * self.inverse[0], y * self.inverse[1]];
        x * x + y * y <= 1.0
    }
}

/// A value and where it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Peak {
    /// The value.
    pub value: f32,
    /// Its position.
    pub at: [f32; 2],
}

/// Four values at the corners of a cell of side 1: top left, top right, bottom left, bottom right.
#[derive(Clone, Copy, Debug)]
pub struct Patch {
    /// The values.
    pub corners: [f32; 4],
}

impl Patch {
    /// The value at a position from the top left corner, 0..1 on each axis.
    pub fn value(&self, u: f32, v: f32) -> f32 {
        let [a, b, c, d] = self.corners;
        let (top, bottom) = (a + (b - a) * u, c + (d - c) * u);
        top + (bottom - top) * v
    }

    /// The most that the patch is above the plane through its middle.
    fn bend(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        (a - b - c + d).abs() / 4.0
    }

    fn gradient(&self, u: f32, v: f32) -> [f32; 2] {
        let [a, b, c, d] = self.corners;
        [(b - a) * (1.0 - v) + (d - c) * v, (c - a) * (1.0 - u) + (d - b) * u]
    }

    /// Raises `best` to the highest value in a part of an ellipse: the patch lies at these columns and rows
    /// from the ellipse's centre, and the border crosses it.
    pub fn search(&self, [[x1, x2], [y1, y2]]: [[f32; 2]; 2], ellipse: &Ellipse, best: &mut Peak) {
        let [cx, cy] = ellipse.centre;
        let [rx, ry] = ellipse.radius;
        let [ix, iy] = ellipse.inverse;
        // No value in the ellipse is above that of the plane through the middle, with what the patch bends.
        let (middle, [gx, gy]) = (self.value(0.5, 0.5), self.gradient(0.5, 0.5));
        let to_centre = -(gx * (x1 + x2) + gy * (y1 + y2)) / 2.0;
        let climb = ((gx * rx) * (gx * rx) + (gy * ry) * (gy * ry)).sqrt();
        if middle + to_centre + climb + self.bend() <= best.value + NEGLIGIBLE {
            return;
        }
        let mut offer = |value: f32, at: [f32; 2]| {
            if value > best.value {
                *best = Peak { value, at };
            }
        };
        for (corner, [x, y]) in self.corners.into_iter().zip([[x1, y1], [x2, y1], [x1, y2], [x2, y2]]) {
            if ellipse.holds_offset(x, y) {
                offer(corner, [cx + x, cy + y]);
            }
        }
        // The ends of the arc in this cell: the leftmost and the rightmost crossing, since around a grid
        // point a cell sees a piece of one quadrant only.
        let mut ends: Option<[[f32; 2]; 2]> = None;
        let mut cross = |x: f32, y: f32| {
            if x >= x1 && x <= x2 && y >= y1 && y <= y2 {
                offer(self.value(x - x1, y - y1), [cx + x, cy + y]);
                let [left, right] = ends.unwrap_or([[x, y]; 2]);
                ends = Some([
                    if x < left[0] { [x, y] } else { left },
                    if x > right[0] { [x, y] } else { right },
                ]);
            }
        };
        for y in [y1, y2] {
            let half = rx * (1.0 - (y * iy) * (y * iy)).sqrt();
            cross(-half, y);
            cross(half, y);
        }
        for x in [x1, x2] {
            let half = ry * (1.0 - (x * ix) * (x * ix)).sqrt();
            cross(x, -half);
            cross(x, half);
        }
        if let Some(ends) = ends {
            let [left, right] = ends.map(|[x, y]| [x * ix, y * iy]);
            let uphill = |[x, y]: [f32; 2]| {
                let [gx, gy] = self.gradient(x * rx - x1, y * ry - y1);
                // Along the arc to the right.
                let turn = if y > 0.0 || (y == 0.0 && y1 >= 0.0) { 1.0 } else { -1.0 };
                (gx * rx * y - gy * ry * x) * turn > 0.0
            };
            if let Some([x, y]) = top_of_arc(left, right, uphill) {
                let [x, y] = [(x * rx).clamp(x1, x2), (y * ry).clamp(y1, y2)];
                offer(self.value(x - x1, y - y1), [cx + x, cy + y]);
            }
        }
    }
}

/// Where the way along an arc of the unit circle stops to go up, found by halving; `None` when that is at
/// one of its ends, `left` and `right`.
fn top_of_arc(
    mut left: [f32; 2],
    mut right: [f32; 2],
    uphill: impl Fn([f32; 2]) -> bool,
) -> Option<[f32; 2]> {
    /// Halvings of an arc of at most a quarter: to a 160th of a right angle.
    const HALVINGS: usize = 6;
    if !uphill(left) || uphill(right) {
        return None;
    }
    let mut middle = left;
    for _ in 0..HALVINGS {
        let [x, y] = [left[0] + right[0], left[1] + right[1]];
        let norm = (x * x + y * y).sqrt();
        middle = [x / norm, y / norm];
        if uphill(middle) { left = middle } else { right = middle }
    }
    Some(middle)
}
