//! Cubic interpolation between the values of a grid: Catmull-Rom (Keys 1981, a = -0.5), which goes through the values
//! themselves.

use super::map::Map;

/// Four neighbours on one axis and their weights.
pub struct Taps {
    index: [usize; 4],
    weight: [f32; 4],
}

impl Taps {
    /// For a position in cells of a grid of `count` (at least 1), 0 at the centre of the first cell. Neighbours beyond
    /// the grid repeat its first or last cell.
    pub fn at(position: f32, count: usize) -> Self {
        let base = position.floor();
        let t = position - base;
        let last = count - 1;
        let index = [-1.0, 0.0, 1.0, 2.0].map(|offset| ((base + offset).max(0.0) as usize).min(last));
        let weight = [
            ((-0.5 * t + 1.0) * t - 0.5) * t,
            (1.5 * t - 2.5) * t * t + 1.0,
            ((-1.5 * t + 2.0) * t + 0.5) * t,
            (0.5 * t - 0.5) * t * t,
        ];
        Self { index, weight }
    }

    /// The value there, of those of the grid.
    pub fn apply(&self, value: impl Fn(usize) -> f32) -> f32 {
        self.index.iter().zip(&self.weight).map(|(index, weight)| value(*index) * weight).sum()
    }
}

/// The values of a map where `columns` and `rows` cross.
pub fn resample(map: &Map, columns: &[Taps], rows: &[Taps]) -> Map {
    let mut values = Vec::with_capacity(columns.len() * rows.len());
    let mut line = vec![0.0; map.width];
    for row in rows {
        for (x, value) in line.iter_mut().enumerate() {
            *value = row.apply(|y| map.at(x, y));
        }
        values.extend(columns.iter().map(|column| column.apply(|x| line[x])));
    }
    Map { width: columns.len(), height: rows.len(), values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_sum_to_one_and_stay_in_the_grid() {
        for at in 0..100 {
            let position = (at as f32 + 0.5) / 100.0 * 37.5 - 0.5;
            let taps = Taps::at(position, 38);
            assert!((taps.weight.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            assert!(taps.index.iter().all(|i| *i <= 37));
            // A cubic of this kind reproduces a straight line where no neighbour is repeated.
            if taps.index[0] > 0 && taps.index[3] < 37 {
                let value = taps.apply(|i| i as f32);
                assert!((value - position).abs() < 1e-3, "{value} {position}");
            }
        }
    }

    #[test]
    fn a_resampled_map_keeps_a_slope_and_its_own_values() {
        let slope = Map::from_fn(16, 9, |x, y| x as f32 + 3.0 * y as f32);
        let every = |count: usize, step: f32| -> Vec<Taps> {
            (0..(count as f32 / step) as usize).map(|i| Taps::at(i as f32 * step, count)).collect()
        };
        assert_eq!(resample(&slope, &every(16, 1.0), &every(9, 1.0)), slope);
        let fine = resample(&slope, &every(16, 0.5), &every(9, 0.5));
        assert_eq!((fine.width, fine.height), (32, 18));
        assert!((fine.at(11, 7) - (5.5 + 3.0 * 3.5)).abs() < 1e-4);
    }
}
