//! The edge network over the band.

use models::refiner::{PLANES, Refiner};
use rayon::prelude::*;

use super::super::plane::Plane;
use super::super::{Abort, Error, check, zeros};
use super::band::Band;
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

/// The network's alpha of one picture, run by run as tiles are asked for.
pub struct Answers<'a> {
    picture: Picture<'a>,
    scale: Scale,
    sampler: Sampler<'a>,
    network: &'a dyn Refiner,
    threads: &'a rayon::ThreadPool,
    /// For each tile of the grid, row by row, its alpha, empty while it is not known. Runs give more tiles than they are
    /// made for.
    known: Vec<Vec<f32>>,
}

impl<'a> Answers<'a> {
    /// None yet.
    pub fn new(
        picture: Picture<'a>,
        plane: &'a Plane,
        scale: Scale,
        network: &'a dyn Refiner,
        threads: &'a rayon::ThreadPool,
    ) -> Self {
        Self { picture, scale, sampler: Sampler::new(plane, scale), network, threads, known: Vec::new() }
    }

    /// Alpha in the tiles that a band touches.
    ///
    /// # Errors
    /// The network's, [`Error::OutOfMemory`] or [`Error::Aborted`].
    pub fn over(&mut self, band: &Band, abort: Abort<'_>) -> Result<Tiles, Error> {
        let mut tiles = Tiles::of(band, self.scale)?;
        let [columns, rows] = tiles.grid();
        self.known.resize(columns * rows, Vec::new());
        let unknown = |tile: &&[usize; 2]| self.known[tile[1] * columns + tile[0]].is_empty();
        let wanted: Vec<[usize; 2]> = tiles.kept().iter().filter(unknown).copied().collect();
        let size = self.scale.size();
        for run in cover(&wanted, size, Limits::of(enlargement(size))) {
            let alpha = self.run(&run, abort)?;
            let width = run.pixels[0].len();
            for (row, column) in
                run.tiles[1].clone().flat_map(|row| run.tiles[0].clone().map(move |column| (row, column)))
            {
                let known = &mut self.known[row * columns + column];
                // Runs may have tiles in common: the first one counts.
                if !known.is_empty() {
                    continue;
                }
                *known = zeros(AREA)?;
                let [xs, ys] = tiles.pixels([column, row]);
                for (y, line) in ys.zip(known.chunks_exact_mut(SIDE)) {
                    let from = (y - run.pixels[1].start) * width + xs.start - run.pixels[0].start;
                    line[..xs.len()].copy_from_slice(&alpha[from..][..xs.len()]);
                }
            }
        }
        let known: Vec<usize> = tiles.kept().iter().map(|[column, row]| row * columns + column).collect();
        for (values, known) in tiles.values_mut().chunks_exact_mut(AREA).zip(known) {
            values.copy_from_slice(&self.known[known]);
        }
        Ok(tiles)
    }

    /// Alpha of the pixels of a run.
    fn run(&self, run: &Run, abort: Abort<'_>) -> Result<Vec<f32>, Error> {
        check(abort)?;
        let size = [run.pixels[0].len(), run.pixels[1].len()];
        let times = enlargement(self.scale.size());
        let planes = planes(self.picture, self.scale, &self.sampler, run, self.threads)?;
        check(abort)?;
        let planes = enlarge::planes(planes, size, times, self.threads)?;
        let [width, height] = size.map(|side| side * times);
        let alpha = self.network.refine(width, height, &planes, abort).map_err(|error| match error {
            models::Error::Stopped => Error::Aborted,
            error => error.into(),
        })?;
        if alpha.len() != width * height {
            return Err(Error::EdgeNetwork("it gave an alpha of another size"));
        }
        if !alpha.iter().all(|alpha| alpha.is_finite()) {
            return Err(Error::EdgeNetwork("it gave an alpha that is no number"));
        }
        Ok(enlarge::averaged(alpha, size, times))
    }
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
