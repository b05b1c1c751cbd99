//! The edge network over the band.

use models::refiner::{PLANES, Refiner};
use rayon::prelude::*;

use super::super::{Abort, Error, check, zeros};
use super::cover::{Limits, Run, cover};
use super::enlarge;
use super::grid::{Sampler, Scale};
use super::picture::Picture;
use super::tiles::{AREA, SIDE, Tiles};

/// Longest side, in pixels, of the picture that the network works on: the size of what it was trained with. Larger frames
/// are reduced by whole pixels first.
pub const WORKING_SIDE: usize = 2048;

/// Shorter pictures are enlarged until their long side has this many pixels, so that the network sees edges as large as it
/// has learnt them. On frames of 854x480 this takes a tenth of the error in the band away and keeps hard contours where
/// they are.
const LEAST_SIDE: usize = 1024;

/// How many times a picture of this size is enlarged for the network: 1, 2 or 4.
pub fn enlargement(size: [usize; 2]) -> usize {
    let long = size[0].max(size[1]);
    if long >= LEAST_SIDE {
        1
    } else if 2 * long >= LEAST_SIDE {
        2
    } else {
        4
    }
}

/// The scale at which the network sees a frame, of which a mask's pixel covers `cell` pixels on each axis: no larger than
/// [`WORKING_SIDE`], and its pixels about square, as those of the mask are.
pub fn working_scale(frame: [usize; 2], cell: [f32; 2]) -> Scale {
    let least = frame.map(|side| side.div_ceil(WORKING_SIDE));
    let small = (cell[0] / least[0] as f32).min(cell[1] / least[1] as f32);
    let factor = [0, 1].map(|axis| least[axis].max((cell[axis] / small).round() as usize).max(1));
    Scale { frame, factor }
}

/// Alpha by the network in all tiles kept.
///
/// # Errors
/// The network's, [`Error::OutOfMemory`] or [`Error::Aborted`].
pub fn alpha(
    picture: Picture<'_>,
    sampler: &Sampler<'_>,
    tiles: &mut Tiles,
    network: &dyn Refiner,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let mut done = vec![false; tiles.kept().len()];
    let times = enlargement(tiles.scale().size());
    for run in cover(tiles, Limits::of(times)) {
        check(abort)?;
        let [width, height] = [run.pixels[0].len(), run.pixels[1].len()];
        let planes = planes(picture, tiles.scale(), sampler, &run, threads)?;
        check(abort)?;
        let planes = enlarge::planes(planes, [width, height], times, threads)?;
        let alpha =
            network.refine(width * times, height * times, &planes, abort).map_err(|error| match error {
                models::Error::Stopped => Error::Aborted,
                error => error.into(),
            })?;
        drop(planes);
        if alpha.len() != width * height * times * times {
            return Err(Error::EdgeNetwork("it gave an alpha of another size"));
        }
        if !alpha.iter().all(|alpha| alpha.is_finite()) {
            return Err(Error::EdgeNetwork("it gave an alpha that is no number"));
        }
        let alpha = enlarge::averaged(alpha, [width, height], times);
        let inside =
            run.tiles[1].clone().flat_map(|row| run.tiles[0].clone().map(move |column| [column, row]));
        for tile in inside {
            // Runs may have tiles in common: the first one counts.
            let Some(number) = tiles.number(tile).filter(|number| !done[*number]) else { continue };
            done[number] = true;
            let [xs, ys] = tiles.pixels(tile);
            let values = &mut tiles.values_mut()[number * AREA..][..AREA];
            for (y, row) in ys.zip(values.chunks_exact_mut(SIDE)) {
                let from = (y - run.pixels[1].start) * width + xs.start - run.pixels[0].start;
                row[..xs.len()].copy_from_slice(&alpha[from..][..xs.len()]);
            }
        }
    }
    Ok(())
}

/// What the network sees in one run: red, green, blue and the mask's probability, each a plane of rows from the top.
fn planes(
    picture: Picture<'_>,
    scale: Scale,
    sampler: &Sampler<'_>,
    run: &Run,
    threads: &rayon::ThreadPool,
) -> Result<Vec<f32>, Error> {
    let [columns, rows] = &run.pixels;
    let (width, area) = (columns.len(), columns.len() * rows.len());
    let mut planes = zeros(PLANES * area)?;
    let (red, rest) = planes.split_at_mut(area);
    let (green, rest) = rest.split_at_mut(area);
    let (blue, guidance) = rest.split_at_mut(area);
    let row_of = |plane| <[f32]>::par_chunks_exact_mut(plane, width);
    threads.install(|| {
        (row_of(red), row_of(green), row_of(blue), row_of(guidance))
            .into_par_iter()
            .enumerate()
            .for_each_init(
                || (Vec::new(), vec![[0.0; 3]; width], Vec::new()),
                |(line, colours, cells), (y, (red, green, blue, guidance))| {
                    let y = rows.start + y;
                    picture.row(scale, y, columns.clone(), line, colours);
                    for (x, [r, g, b]) in colours.iter().enumerate() {
                        (red[x], green[x], blue[x]) = (*r, *g, *b);
                    }
                    sampler.row(y, columns.clone(), cells, guidance);
                    guidance.iter_mut().for_each(|value| *value = 1.0 / (1.0 + (-*value).exp()));
                },
            );
    });
    Ok(planes)
}
