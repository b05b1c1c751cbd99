//! The band goes on where the network's alpha does.

use super::*;

const SIZE: [usize; 2] = [1280, 720];
/// Pixels of a cell.
const CELL: usize = 5;

/// Alpha where what is white is taken for subject: one on the left of a column, and a tuft of that many cells to the right
/// of it, four cells high. And the red that was seen.
fn alpha_of(tuft: usize, edge: Edge) -> (Vec<f32>, Vec<u8>) {
    let end = 640 + tuft * CELL;
    let white = |x: usize, y: usize| x < 640 || (x < end && (340..360).contains(&y)) || x > 1200;
    let still = Still::new(SIZE, |x, y| [if white(x, y) { 255 } else { 0 }; 3]);
    let plane = mask(SIZE, |x, _| (640.0 - x) * 2.0);
    let alpha = matte_of(&still, &plane, edge, Some(&Shown(RED)));
    (alpha, still.rgb.iter().step_by(3).copied().collect())
}

/// The last column with alpha on the tuft's row.
fn last(alpha: &[f32]) -> usize {
    (0..SIZE[0]).filter(|x| alpha[350 * SIZE[0] + x] > 0.0).max().unwrap()
}

fn wrong(alpha: &[f32], truth: &[u8], columns: Range<usize>) -> usize {
    let wrong = |i: &usize| columns.contains(&(i % SIZE[0])) && (alpha[*i] > 0.5) != (truth[*i] > 127);
    (0..alpha.len()).filter(wrong).count()
}

#[test]
fn a_tuft_is_followed_to_its_end() {
    for tuft in [1, 5, 10, 20] {
        let (alpha, truth) = alpha_of(tuft, Edge::default());
        assert_eq!(wrong(&alpha, &truth, 0..1200), 0, "{tuft} cells");
    }
}

#[test]
fn what_goes_on_for_ever_ends() {
    let (alpha, _) = alpha_of(112, Edge::default());
    let last = last(&alpha);
    // The band and twelve times two cells.
    assert!((640 + 20 * CELL..640 + 40 * CELL).contains(&last), "{last}");
    // Elsewhere nothing has changed, however white it is.
    assert!(alpha.chunks_exact(SIZE[0]).all(|row| row[900..].iter().all(|alpha| *alpha == 0.0)));
}

#[test]
fn a_width_by_hand_is_a_limit() {
    // Five cells to each side.
    let by_hand = Edge { width: 1920.0 / 256.0 * 5.0, detail: 1.0 };
    let (alpha, _) = alpha_of(20, by_hand);
    let last = last(&alpha);
    assert!((640 + 4 * CELL..640 + 6 * CELL).contains(&last), "{last}");
}
