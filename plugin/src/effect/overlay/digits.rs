//! Numbers as lines, where there is no text: OpenGL has none.

/// Each digit as one line on a grid of 4 by 8.
const STROKES: [&[[u8; 2]]; 10] = [
    &[[0, 0], [4, 0], [4, 8], [0, 8], [0, 0]],
    &[[1, 6], [3, 8], [3, 0]],
    &[[0, 8], [4, 8], [4, 4], [0, 4], [0, 0], [4, 0]],
    &[[0, 8], [4, 8], [4, 4], [1, 4], [4, 4], [4, 0], [0, 0]],
    &[[0, 8], [0, 4], [4, 4], [4, 8], [4, 0]],
    &[[4, 8], [0, 8], [0, 4], [4, 4], [4, 0], [0, 0]],
    &[[4, 8], [0, 8], [0, 0], [4, 0], [4, 4], [0, 4]],
    &[[0, 8], [4, 8], [2, 0]],
    &[[0, 4], [0, 8], [4, 8], [4, 0], [0, 0], [0, 4], [4, 4]],
    &[[0, 0], [4, 0], [4, 8], [0, 8], [0, 4], [4, 4]],
];
/// From one digit to the next, and the height, on the grid.
const ADVANCE: f64 = 6.0;
const HEIGHT: f64 = 8.0;

/// The lines of a number, its lower left corner at `at`. A digit is `size` high, and on the x axis as wide
/// as half of `size`.
pub fn strokes(number: usize, at: [f64; 2], size: [f64; 2]) -> Vec<Vec<[f64; 2]>> {
    let unit = size.map(|size| size / HEIGHT);
    let text = number.to_string();
    (0..)
        .zip(text.bytes())
        .map(|(place, digit)| {
            let left = f64::from(place) * ADVANCE;
            let place = |[x, y]: &[u8; 2]| {
                [at[0] + (left + f64::from(*x)) * unit[0], at[1] + f64::from(*y) * unit[1]]
            };
            STROKES[usize::from(digit - b'0')].iter().map(place).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_beside_each_other() {
        let lines = strokes(16, [10.0, 20.0], [16.0, 8.0]);
        assert_eq!(lines.len(), 2);
        let right = lines[0].iter().map(|p| p[0]).fold(f64::MIN, f64::max);
        let left = lines[1].iter().map(|p| p[0]).fold(f64::MAX, f64::min);
        assert!(right < left && left == 10.0 + 6.0 * 2.0);
        assert!(lines.iter().flatten().all(|p| p[1] >= 20.0 && p[1] <= 28.0));
        for digit in 0..10 {
            assert_eq!(strokes(digit, [0.0; 2], [1.0; 2]).len(), 1);
        }
    }
}
