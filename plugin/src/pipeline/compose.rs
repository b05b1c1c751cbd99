//! Source and matte to the output that the artist chose.

use rayon::prelude::*;

use super::eye::straight;
use super::geometry::PixelRect;
use super::matte::Matte;
use super::pixels::{Components, OutputView, Premultiplication, SourceView};
use super::{Abort, Error, check};

/// Rows between two looks at whether the host wants to stop.
const ROWS_PER_BAND: usize = 256;

/// What to give back.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mode {
    /// The source as it is.
    Source,
    /// Source colour with the matte as alpha.
    CutOut,
    /// The matte as grey, and in alpha.
    Matte,
    /// The source, tinted where the matte is.
    Overlay {
        /// The tint, in the source's own encoding.
        tint: [f32; 3],
        /// How much of it, 0..1.
        opacity: f32,
    },
}

/// Writes `window` of the output. Nothing outside it is touched. Where `source` is missing it counts as
/// transparent black.
///
/// # Errors
/// [`Error::Aborted`] when the host wants to stop: rows not reached stay as they were.
pub fn compose(
    mode: Mode,
    source: Option<&SourceView<'_>>,
    matte: &Matte,
    output: &mut OutputView<'_>,
    window: &PixelRect,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    // Without alpha to carry the matte, a cut-out can only be shown over black.
    let premultiply = output.layout().premultiplication == Premultiplication::PreMultiplied
        || output.layout().components == Components::Rgb;
    let premultiplied =
        source.is_some_and(|view| view.layout().premultiplication == Premultiplication::PreMultiplied);
    let window = window.intersect(&output.layout().bounds);
    let mut rows = output.rows(&window);
    for band in rows.chunks_mut(ROWS_PER_BAND) {
        check(abort)?;
        threads.install(|| {
            band.par_iter_mut().for_each_init(
                || (vec![[0.0_f32; 4]; window.width()], vec![0.0_f32; window.width()]),
                |(pixels, alpha), row| {
                    match source {
                        Some(view) => view.read_row(row.y, window.x1, pixels),
                        None => pixels.fill([0.0; 4]),
                    }
                    matte.read_row(row.y, window.x1, alpha);
                    for (pixel, alpha) in pixels.iter_mut().zip(&*alpha) {
                        *pixel = match mode {
                            Mode::Source => *pixel,
                            Mode::CutOut => cut_out(straight(*pixel, premultiplied), *alpha, premultiply),
                            Mode::Matte => [*alpha; 4],
                            Mode::Overlay { tint, opacity } => {
                                let shown = if premultiplied { pixel[3] } else { 1.0 };
                                overlay(*pixel, tint.map(|c| c * shown), alpha * opacity)
                            }
                        };
                    }
                    row.write(pixels);
                },
            );
        });
    }
    Ok(())
}

/// Where alpha is 0 a premultiplied cut-out is black even if the source is not a number there.
fn cut_out(colour: [f32; 3], alpha: f32, premultiply: bool) -> [f32; 4] {
    let [r, g, b] = match (premultiply, alpha) {
        (true, 0.0) => [0.0; 3],
        (true, _) => colour.map(|c| c * alpha),
        (false, _) => colour,
    };
    [r, g, b, alpha]
}

fn overlay([r, g, b, a]: [f32; 4], tint: [f32; 3], amount: f32) -> [f32; 4] {
    if amount == 0.0 {
        return [r, g, b, a];
    }
    let mix = |colour: f32, tint: f32| colour + (tint - colour) * amount;
    [mix(r, tint[0]), mix(g, tint[1]), mix(b, tint[2]), a]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_premultiplied_cut_out_is_black_where_it_is_clear() {
        assert_eq!(cut_out([f32::NAN, 1.0, 5.0], 0.0, true), [0.0; 4]);
        assert_eq!(cut_out([0.5, 1.0, 4.0], 0.5, true), [0.25, 0.5, 2.0, 0.5]);
        assert_eq!(cut_out([0.5, 1.0, 4.0], 0.0, false), [0.5, 1.0, 4.0, 0.0]);
    }

    #[test]
    fn an_overlay_keeps_what_is_not_chosen() {
        assert_eq!(overlay([0.1, 0.2, 0.3, 0.4], [1.0; 3], 0.0), [0.1, 0.2, 0.3, 0.4]);
        assert_eq!(overlay([0.0, 0.0, 0.0, 0.4], [1.0, 0.0, 0.0], 0.5), [0.5, 0.0, 0.0, 0.4]);
    }
}
