//! The band goes on where the network's alpha does: a tuft that leaves it is not cut off at its border.
//!
//! How far SAM is in doubt says little about how long the hair is that it does not see. What the network answers at the
//! band's border does: where that is not the mask's side, the border is not the end of the edge.

use super::super::plane::Plane;
use super::super::{Abort, Error};
use super::band::Band;
use super::network::Answers;
use super::sides::Sides;
use super::tiles::Tiles;

/// Mean difference between alpha and the mask's side in a cell from which on the edge has not ended there.
const GOES_ON: f32 = 0.3;
/// Cells next to the band's border that are asked.
const RIM: f32 = 2.0;
/// Cells by which the band goes on.
const STEP: f32 = 3.0;
/// How often it may, each time by two cells or three. 24 cells are a tenth of the frame; what goes further is no edge but
/// something of the same colour.
const ROUNDS: usize = 12;

/// The network's alpha over a band, and over what the band goes on to.
///
/// # Errors
/// As [`Answers::over`].
pub fn over(
    band: &mut Band,
    plane: &Plane,
    answers: &mut Answers<'_>,
    abort: Abort<'_>,
) -> Result<Tiles, Error> {
    let mut tiles = answers.over(band, abort)?;
    let sides = Sides::of(plane, tiles.scale());
    let content = band.content();
    for _ in 0..ROUNDS {
        let goes_on = |cell| difference(cell, content, &tiles, &sides) > GOES_ON;
        if !band.grow(RIM, STEP, goes_on) {
            break;
        }
        tiles = answers.over(band, abort)?;
    }
    Ok(tiles)
}

/// The mean of |alpha - side| over the pixels of a cell.
fn difference(cell: [usize; 2], content: [f32; 2], tiles: &Tiles, sides: &Sides<'_>) -> f32 {
    let [xs, ys] = [0, 1].map(|axis| tiles.scale().pixels_of(axis, cell[axis], content[axis]));
    let count = xs.len() * ys.len();
    let mut alpha = vec![0.0; xs.len()];
    let mut sum = 0.0;
    for y in ys {
        tiles.read_row(sides, y, xs.clone(), &mut alpha);
        sum += xs.clone().zip(&alpha).map(|(x, alpha)| (alpha - sides.at(x, y)).abs()).sum::<f32>();
    }
    sum / count.max(1) as f32
}
