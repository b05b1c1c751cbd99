//! Pictures at a render scale.

use crate::sim::Picture;

/// The picture at another size; each new pixel is the mean of the area that it covers.
pub(crate) fn resample(picture: &Picture, width: usize, height: usize) -> Picture {
    if (width, height) == (picture.width, picture.height) {
        return picture.clone();
    }
    let across = weights(picture.width, width);
    let down = weights(picture.height, height);
    let mut narrow = Vec::with_capacity(width * picture.height);
    for row in picture.pixels.chunks_exact(picture.width.max(1)) {
        narrow.extend(across.iter().map(|w| mean(w, |x| row[x])));
    }
    let pixels = down
        .iter()
        .flat_map(|w| {
            let narrow = &narrow;
            (0..width).map(move |x| mean(w, |y| narrow[y * width + x]))
        })
        .collect();
    Picture { width, height, pixels }
}

fn mean(weights: &[(usize, f32)], pixel: impl Fn(usize) -> [f32; 4]) -> [f32; 4] {
    weights.iter().fold([0.0; 4], |sum, (at, weight)| {
        let p = pixel(*at);
        std::array::from_fn(|i| sum[i] + p[i] * weight)
    })
}

/// For each of `to` pixels: which of `from` pixels it covers, by what part.
fn weights(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let step = from as f64 / to.max(1) as f64;
    let cover = |i: usize| {
        let (begin, end) = (i as f64 * step, (i + 1) as f64 * step);
        let last = (end.ceil() as usize).min(from);
        let part = |at: usize| (end.min(at as f64 + 1.0) - begin.max(at as f64)) / step;
        (begin.floor() as usize..last).map(|at| (at, part(at) as f32)).filter(|(_, w)| *w > 0.0).collect()
    };
    (0..to).map(cover).collect()
}
