//! A local linear model over the tiles of a band: fitted once for tiles that lie together, applied pixel by pixel.

use std::ops::Range;

use rayon::prelude::*;

use super::super::{Abort, Error, check};
use super::band::Band;
use super::grid::Scale;
use super::guided::{Model, Rough};
use super::tiles::{AREA, SIDE, Tiles};
use super::within;

/// Fits a model over the band and puts what it says, limited to 0..=1, into the tiles: `blend` of what is there and that.
///
/// # Errors
/// [`Error::OutOfMemory`] or [`Error::Aborted`].
pub fn fill(
    model: &Model<'_>,
    rough: Rough<'_>,
    band: &Band,
    tiles: &mut Tiles,
    blend: impl Fn(f32, f32) -> f32 + Sync,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let whole = tiles.scale();
    let groups = groups(tiles, model);
    for some in groups.chunks(AT_ONCE) {
        check(abort)?;
        let work = |group: &Vec<usize>| -> Result<Vec<(usize, Vec<f32>)>, Error> {
            let around = bounds(tiles, group);
            let [columns, rows] = [0, 1].map(|axis| reduced(&around[axis], model.scale, axis));
            let fitted = model.fit(columns, rows, rough)?;
            let (mut line, mut colours) = (Vec::new(), [[0.0; 3]; SIDE]);
            let (mut weights, mut values) = ([0.0; SIDE], [0.0; SIDE]);
            let tile = |number: &usize| {
                let [xs, ys] = tiles.pixels(tiles.kept()[*number]);
                let (colours, count) = (&mut colours[..xs.len()], xs.len());
                let mut tile = tiles.tile(*number).to_vec();
                for (y, row) in ys.zip(tile.chunks_exact_mut(SIDE)) {
                    if band.weights(whole, y, xs.start, &mut weights[..count]) {
                        model.picture.row(whole, y, xs.clone(), &mut line, colours);
                        fitted.apply(y, xs.start, colours, &mut values);
                        for (old, new) in row.iter_mut().zip(&values[..count]) {
                            *old = blend(*old, within(*new));
                        }
                    }
                }
                (*number, tile)
            };
            Ok(group.iter().map(tile).collect())
        };
        let made: Result<Vec<_>, Error> = threads.install(|| some.par_iter().map(work).collect());
        for (number, tile) in made?.into_iter().flatten() {
            tiles.values_mut()[number * AREA..][..AREA].copy_from_slice(&tile);
        }
    }
    Ok(())
}

/// Groups of tiles that are worked on between two looks at whether the host wants to stop.
const AT_ONCE: usize = 64;

/// The tiles by number, in groups that share one fit: of neighbouring rows, and no further apart along them than a fit
/// looks around itself.
fn groups(tiles: &Tiles, model: &Model<'_>) -> Vec<Vec<usize>> {
    // As many rows of tiles as make one row of tiles of the reduced frame.
    let tall = model.scale.factor[1];
    let near = (4 * model.radius[0] * model.scale.factor[0]).div_ceil(SIDE);
    let mut groups = Vec::new();
    for rows in (0..tiles.grid()[1]).step_by(tall) {
        let mut group: Vec<usize> = Vec::new();
        let mut end = 0;
        for column in 0..tiles.grid()[0] {
            let rows = rows..(rows + tall).min(tiles.grid()[1]);
            let here: Vec<usize> = rows.filter_map(|row| tiles.number([column, row])).collect();
            if here.is_empty() {
                continue;
            }
            if !group.is_empty() && column > end + near {
                groups.push(std::mem::take(&mut group));
            }
            group.extend(here);
            end = column;
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}

/// The pixels around some tiles, at least one.
fn bounds(tiles: &Tiles, group: &[usize]) -> [Range<usize>; 2] {
    let mut around = tiles.pixels(tiles.kept()[group[0]]);
    for number in group {
        for (around, pixels) in around.iter_mut().zip(tiles.pixels(tiles.kept()[*number])) {
            *around = around.start.min(pixels.start)..around.end.max(pixels.end);
        }
    }
    around
}

/// The reduced pixels between which those of a range lie.
fn reduced(pixels: &Range<usize>, scale: Scale, axis: usize) -> Range<usize> {
    let factor = scale.factor[axis];
    let from = (pixels.start / factor).saturating_sub(1);
    from..(pixels.end.div_ceil(factor) + 1).min(scale.size()[axis])
}
