//! Connected regions of a matte: runs of rows joined by union-find (He, Chao and Suzuki 2008, "A Run-Based
//! Two-Scan Labeling Algorithm"). Time and memory grow with the number of runs, which is small in a matte.

use rayon::prelude::*;

use crate::pipeline::Error;
use crate::pipeline::matte::Matte;

/// Which pixels touch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Connectivity {
    /// Those that share a side.
    Four,
    /// Those that share a side or a corner.
    Eight,
}

/// Neighbouring pixels of one row that belong to one region.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Run {
    /// Row, from the top.
    pub y: u32,
    /// First column.
    pub x1: u32,
    /// One past the last column.
    pub x2: u32,
    /// The region, from 0 on.
    pub region: u32,
}

impl Run {
    /// Its pixels in a matte of `width` columns.
    pub fn pixels(&self, width: usize) -> std::ops::Range<usize> {
        let row = self.y as usize * width;
        row + self.x1 as usize..row + self.x2 as usize
    }
}

/// The connected regions of some pixels of a matte.
pub struct Regions {
    runs: Vec<Run>,
    count: usize,
}

impl Regions {
    /// The regions of the pixels whose alpha is `chosen`.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn of(
        matte: &Matte,
        chosen: impl Fn(f32) -> bool + Sync,
        connectivity: Connectivity,
        threads: &rayon::ThreadPool,
    ) -> Result<Self, Error> {
        let (mut runs, row_ends) = runs(matte, chosen, threads)?;
        let count = join(&mut runs, &row_ends, connectivity)?;
        Ok(Self { runs, count })
    }

    /// The runs of all regions, top row first, left to right.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// One value for each region, from one value of each of its runs.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn fold<T: Clone + Send>(
        &self,
        start: T,
        of_run: impl Fn(&Run) -> T + Send + Sync,
        merge: impl Fn(&mut T, T),
        threads: &rayon::ThreadPool,
    ) -> Result<Vec<T>, Error> {
        let mut values = reserve(self.runs.len())?;
        threads.install(|| self.runs.par_iter().with_min_len(256).map(of_run).collect_into_vec(&mut values));
        let mut folded = reserve(self.count)?;
        folded.resize(self.count, start);
        for (run, value) in self.runs.iter().zip(values) {
            merge(&mut folded[run.region as usize], value);
        }
        Ok(folded)
    }
}

fn reserve<T>(len: usize) -> Result<Vec<T>, Error> {
    let mut values = Vec::new();
    values.try_reserve_exact(len).map_err(|_| Error::OutOfMemory)?;
    Ok(values)
}

/// The runs of the chosen pixels, and for each row the number of runs up to its end.
fn runs(
    matte: &Matte,
    chosen: impl Fn(f32) -> bool + Sync,
    threads: &rayon::ThreadPool,
) -> Result<(Vec<Run>, Vec<usize>), Error> {
    let width = matte.width().max(1);
    let rows = || matte.alpha().par_chunks_exact(width).with_min_len(16);
    let mut row_ends = reserve(matte.height())?;
    threads.install(|| {
        rows()
            .map(|row| {
                let before = std::iter::once(false).chain(row.iter().map(|alpha| chosen(*alpha)));
                before.zip(row).filter(|(before, alpha)| !before && chosen(**alpha)).count()
            })
            .collect_into_vec(&mut row_ends);
    });
    let mut total = 0;
    for end in &mut row_ends {
        total += *end;
        *end = total;
    }
    // A region's number must fit its type; such a matte would not fit any memory either.
    u32::try_from(total).map_err(|_| Error::OutOfMemory)?;
    let mut runs = reserve(total)?;
    runs.resize(total, Run::default());
    let mut slots = reserve(matte.height())?;
    let (mut rest, mut start) = (runs.as_mut_slice(), 0);
    for end in &row_ends {
        let (row, after) = rest.split_at_mut(end - start);
        slots.push(row);
        (rest, start) = (after, *end);
    }
    threads.install(|| {
        rows().zip(slots).enumerate().for_each(|(y, (row, slots))| {
            let mut x = 0;
            for slot in slots {
                let first = row[x..].iter().position(|alpha| chosen(*alpha)).map_or(width, |skip| x + skip);
                let after = row[first..].iter().position(|alpha| !chosen(*alpha));
                x = after.map_or(width, |len| first + len);
                *slot = Run { y: y as u32, x1: first as u32, x2: x as u32, region: 0 };
            }
        });
    });
    Ok((runs, row_ends))
}

/// Numbers the regions; returns how many there are.
fn join(runs: &mut [Run], row_ends: &[usize], connectivity: Connectivity) -> Result<usize, Error> {
    let mut parents: Vec<u32> = reserve(runs.len())?;
    parents.extend(0..runs.len() as u32);
    let reach = u32::from(connectivity == Connectivity::Eight);
    let (mut above, mut start) = (0..0, 0);
    for end in row_ends {
        let mut candidate = above.start;
        for below in start..*end {
            let run = runs[below];
            while candidate < above.end && runs[candidate].x2 + reach <= run.x1 {
                candidate += 1;
            }
            let touching = runs[candidate..above.end].iter().take_while(|other| other.x1 < run.x2 + reach);
            for other in candidate..candidate + touching.count() {
                let (a, b) = (root(&mut parents, other as u32), root(&mut parents, below as u32));
                parents[a.max(b) as usize] = a.min(b);
            }
        }
        (above, start) = (start..*end, *end);
    }
    // A root comes before what hangs on it, so its number is known by then.
    let mut count = 0;
    for index in 0..runs.len() {
        let root = root(&mut parents, index as u32) as usize;
        if root == index {
            runs[index].region = count;
            count += 1;
        } else {
            runs[index].region = runs[root].region;
        }
    }
    Ok(count as usize)
}

/// The first run of the region, with the path to it halved on the way.
fn root(parents: &mut [u32], mut index: u32) -> u32 {
    while parents[index as usize] != index {
        parents[index as usize] = parents[parents[index as usize] as usize];
        index = parents[index as usize];
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::tools::tests::{Random, matte_of, threads};

    /// Flood fill, pixel by pixel: the number of each pixel's region, by first pixel.
    fn reference(matte: &Matte, connectivity: Connectivity) -> Vec<Option<u32>> {
        let (width, height) = (matte.width() as i32, matte.height() as i32);
        let mut labels = vec![None; matte.alpha().len()];
        let mut count = 0;
        for first in 0..labels.len() {
            if matte.alpha()[first] <= 0.5 || labels[first].is_some() {
                continue;
            }
            let mut open = vec![first as i32];
            labels[first] = Some(count);
            while let Some(at) = open.pop() {
                for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
                    let (x, y) = (at % width + dx, at / width + dy);
                    if (connectivity == Connectivity::Four && dx != 0 && dy != 0)
                        || !(0..width).contains(&x)
                        || !(0..height).contains(&y)
                    {
                        continue;
                    }
                    let next = (y * width + x) as usize;
                    if matte.alpha()[next] > 0.5 && labels[next].is_none() {
                        labels[next] = Some(count);
                        open.push(next as i32);
                    }
                }
            }
            count += 1;
        }
        labels
    }

    #[test]
    fn regions_are_those_of_a_flood_fill() {
        let threads = threads();
        let mut random = Random::new(7);
        for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 2), (37, 23), (64, 64)] {
            for density in [0.0, 0.3, 0.5, 0.6, 0.9, 1.1] {
                let matte = matte_of(width, height, |_, _| f32::from(random.next() < density));
                for connectivity in [Connectivity::Four, Connectivity::Eight] {
                    let regions = Regions::of(&matte, |a| a > 0.5, connectivity, &threads).unwrap();
                    let mut labels = vec![None; width * height];
                    for run in regions.runs() {
                        labels[run.pixels(width)].fill(Some(run.region));
                    }
                    assert_eq!(labels, reference(&matte, connectivity), "{width} {height} {density}");
                    let areas = regions.fold(0, |run| run.x2 - run.x1, |sum, run| *sum += run, &threads);
                    for (region, area) in areas.unwrap().iter().enumerate() {
                        let pixels = labels.iter().filter(|label| **label == Some(region as u32)).count();
                        assert_eq!(*area as usize, pixels);
                    }
                }
            }
        }
    }
}
