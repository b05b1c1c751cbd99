//! Small pictures made larger for the network, and its alpha brought back.

use models::refiner::PLANES;
use rayon::prelude::*;

use super::super::cubic::Taps;
use super::super::{Error, zeros};

/// Planes of rows from the top, `size` pixels wide and high, `times` as large on both axes; values in 0..=1 stay there.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn planes(
    planes: Vec<f32>,
    [width, height]: [usize; 2],
    times: usize,
    threads: &rayon::ThreadPool,
) -> Result<Vec<f32>, Error> {
    if times == 1 {
        return Ok(planes);
    }
    let taps = |count: usize| -> Vec<Taps> {
        (0..count * times).map(|at| Taps::at((at as f32 + 0.5) / times as f32 - 0.5, count)).collect()
    };
    let (columns, rows) = (taps(width), taps(height));
    let mut out = zeros(PLANES * width * height * times * times)?;
    threads.install(|| {
        out.par_chunks_exact_mut(width * times).enumerate().for_each_init(
            || vec![0.0; width],
            |line, (row, out)| {
                let plane = &planes[row / rows.len() * width * height..][..width * height];
                let row = &rows[row % rows.len()];
                for (x, value) in line.iter_mut().enumerate() {
                    *value = row.apply(|y| plane[y * width + x]);
                }
                for (value, column) in out.iter_mut().zip(&columns) {
                    *value = column.apply(|x| line[x]).clamp(0.0, 1.0);
                }
            },
        );
    });
    Ok(out)
}

/// The mean of each `times` by `times` pixels: `size` pixels.
pub fn averaged(alpha: Vec<f32>, [width, height]: [usize; 2], times: usize) -> Vec<f32> {
    if times == 1 {
        return alpha;
    }
    let part = 1.0 / (times * times) as f32;
    (0..width * height)
        .map(|index| {
            let first = index / width * times * width * times + index % width * times;
            let rows = (0..times).map(|row| &alpha[first + row * width * times..][..times]);
            rows.flatten().sum::<f32>() * part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enlarged_picture_comes_back_as_it_was() {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let (width, height) = (32, 32);
        let ramp: Vec<f32> = (0..PLANES * width * height)
            .map(|index| 0.2 + (index % width) as f32 * 0.01 + (index / (width * height)) as f32 * 0.1)
            .collect();
        for times in [1, 2, 4] {
            let large = planes(ramp.clone(), [width, height], times, &threads).unwrap();
            assert_eq!(large.len(), ramp.len() * times * times);
            let area = width * height;
            for plane in 0..PLANES {
                let part = large[plane * area * times * times..][..area * times * times].to_vec();
                let back = averaged(part, [width, height], times);
                for (index, (back, was)) in back.iter().zip(&ramp[plane * area..]).enumerate() {
                    // At the border the last pixel is repeated, and a ramp is none.
                    let inside = (2..width - 2).contains(&(index % width));
                    assert!(
                        (back - was).abs() < if inside { 1e-5 } else { 0.01 },
                        "{times} {index} {back} {was}"
                    );
                }
            }
        }
    }
}
