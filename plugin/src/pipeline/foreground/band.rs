//! Where a matte is soft.

use rayon::prelude::*;

use super::Picture;
use super::spans::Spans;
use crate::pipeline::Error;

/// Side of the squares of pixels that are taken or left together.
const TILE: usize = 8;
/// Pixels around a soft one that are taken too, at least: what lies beside the edge says what the colours are.
const MARGIN: usize = TILE / 2;

/// The spans of a picture's pixels that are soft (alpha between 0 and 1) or at least 4 pixels beside them on each axis.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn soft<P: Picture>(picture: &P, threads: &rayon::ThreadPool) -> Result<Spans, Error> {
    let bounds = picture.bounds();
    let (width, height) = (bounds.width(), bounds.height());
    let mut spans = Spans::new(width);
    if width == 0 || height == 0 {
        return Ok(spans);
    }
    // One for each column of tiles, for four rows of pixels: those are near the tiles above or those below.
    let columns = width.div_ceil(TILE);
    let mut near = Vec::new();
    let groups = height.div_ceil(MARGIN);
    near.try_reserve_exact(columns * groups).map_err(|_| Error::OutOfMemory)?;
    near.resize(columns * groups, false);
    threads.install(|| {
        near.par_chunks_exact_mut(columns).enumerate().for_each_init(
            || (picture.scratch(), vec![0.0; width]),
            |(scratch, alpha), (group, near)| {
                for row in group * MARGIN..((group + 1) * MARGIN).min(height) {
                    picture.alpha(bounds.y2 - 1 - row as i32, scratch, alpha);
                    mark(alpha, near);
                }
            },
        );
    });
    let is_near = |group: usize, column: usize| near.get(group * columns + column).is_some_and(|near| *near);
    for tile in 0..height.div_ceil(TILE) {
        let groups = (2 * tile).saturating_sub(1)..2 * tile + 3;
        let taken = (0..columns).filter(|column| groups.clone().any(|group| is_near(group, *column)));
        let taken: Vec<_> = taken.map(|column| column * TILE..((column + 1) * TILE).min(width)).collect();
        for _ in tile * TILE..((tile + 1) * TILE).min(height) {
            spans.push_row(taken.iter().cloned())?;
        }
    }
    Ok(spans)
}

/// Marks the columns of tiles that soft pixels of a row lie in or beside.
fn mark(alpha: &[f32], near: &mut [bool]) {
    for (group, alpha) in alpha.chunks(MARGIN).enumerate() {
        if alpha.iter().fold(false, |soft, alpha| soft | (*alpha > 0.0) & (*alpha < 1.0)) {
            let beside = if group % 2 == 0 { (group / 2).checked_sub(1) } else { Some(group / 2 + 1) };
            for column in std::iter::once(group / 2).chain(beside) {
                if let Some(near) = near.get_mut(column) {
                    *near = true;
                }
            }
        }
    }
}
