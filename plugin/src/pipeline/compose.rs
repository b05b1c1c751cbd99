//! Source and matte to the output that the artist chose.

use rayon::prelude::*;

use super::aligned::Aligned;
use super::blend::{Background, over};
use super::colour::SourceColour;
use super::coverage::{Coverage, Covered, Scratch};
use super::foreground::Foreground;
use super::geometry::PixelRect;
use super::matte::Matte;
use super::pixels::{Components, OutputView, Premultiplication, SourceView};
use super::premultiply::{multiplied, straight};
use super::tools::combine::SourceAlpha;
use super::{Abort, Error, check};

/// Rows between two looks at whether the host wants to stop.
const ROWS_PER_BAND: usize = 256;

/// How colour and alpha of a cut-out relate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alpha {
    /// As the output image declares.
    AsDeclared,
    /// Colour multiplied by alpha, whatever the image declares.
    Premultiplied,
    /// Colour independent of alpha, whatever the image declares.
    Straight,
}

/// What to give back.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mode {
    /// The source as it is.
    Source,
    /// Source colour with the matte as alpha.
    CutOut(Alpha),
    /// The matte as grey, and in alpha.
    Matte,
    /// The source, tinted where the matte is.
    Overlay {
        /// The tint, in the source's own encoding.
        tint: [f32; 3],
        /// How much of it, 0..1.
        opacity: f32,
    },
    /// The subject over a background picture, or over a colour in the source's own encoding.
    Composite {
        /// The colour where there is no picture.
        over: [f32; 3],
    },
    /// The subject's own colour where the matte is not 0, black elsewhere; opaque.
    Foreground,
    /// A trimap in colour (inside 1, edge 0.5, outside 0), the edge in alpha.
    Edges,
}

/// The pictures that an output is made of.
pub struct Scene<'a> {
    /// The source; missing, it counts as transparent black.
    pub source: Option<&'a SourceView<'a>>,
    /// The matte.
    pub matte: &'a Matte,
    /// Where the matte's edge is; for [`Mode::Edges`].
    pub band: Option<&'a Matte>,
    /// What is taken away from the matte.
    pub garbage: Option<&'a Aligned<'a>>,
    /// What is kept in it.
    pub holdout: Option<&'a Aligned<'a>>,
    /// What a composite lies over.
    pub background: Option<&'a Aligned<'a>>,
}

/// How the output is made of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// What to give back.
    pub mode: Mode,
    /// What becomes of the source's own alpha.
    pub source_alpha: SourceAlpha,
    /// How much of the old background is taken out of soft edges, 0..1: 0 is the source's colour, 1 the subject's own as
    /// [`Foreground`] estimates it.
    pub decontaminate: f32,
    /// How much of the effect is shown, 0..1.
    pub mix: f32,
    /// The source's encoding where it is known: composites are blended and colours unmixed in linear light then.
    pub light: Option<SourceColour>,
    /// The matte is 0 outside these pixels.
    pub crop: Option<PixelRect>,
}

/// Working space for one row.
struct Buffers {
    pixels: Vec<[f32; 4]>,
    other: Vec<[f32; 4]>,
    alpha: Vec<f32>,
    scratch: Scratch,
    band: Vec<f32>,
    own: Vec<[f32; 4]>,
}

/// Writes `window` of the output. Nothing outside it is touched.
///
/// # Errors
/// [`Error::Aborted`] when the host wants to stop: rows not reached stay as they were.
pub fn compose(
    scene: &Scene<'_>,
    look: &Look,
    output: &mut OutputView<'_>,
    window: &PixelRect,
    threads: &rayon::ThreadPool,
    abort: Abort<'_>,
) -> Result<(), Error> {
    let rules = Rules::of(scene, look, output);
    let window = window.intersect(&output.layout().bounds);
    let width = window.width();
    let foreground = match foreground_picture(scene, look, output) {
        Some(picture) if !window.is_empty() => {
            Some(Foreground::estimate(&picture, look.light, threads, abort)?)
        }
        _ => None,
    };
    let mut rows = output.rows(&window);
    for band in rows.chunks_mut(ROWS_PER_BAND) {
        check(abort)?;
        threads.install(|| {
            band.par_iter_mut().for_each_init(
                || Buffers {
                    pixels: vec![[0.0; 4]; width],
                    other: vec![[0.0; 4]; width],
                    alpha: vec![0.0; width],
                    scratch: Scratch::new(width),
                    band: vec![0.0; width],
                    own: vec![[0.0; 4]; width],
                },
                |buffers, row| {
                    fill_row(scene, look, &rules, foreground.as_ref(), (row.y, window.x1), buffers);
                    row.write(&buffers.pixels);
                },
            );
        });
    }
    Ok(())
}

/// What follows from the images' own descriptions.
struct Rules {
    /// The source's colour is multiplied by its alpha.
    source_premultiplied: bool,
    /// The output's colour is to be.
    premultiply: bool,
}

impl Rules {
    fn of(scene: &Scene<'_>, look: &Look, output: &OutputView<'_>) -> Self {
        let declared = output.layout().premultiplication == Premultiplication::PreMultiplied;
        Self {
            source_premultiplied: scene
                .source
                .is_some_and(|view| view.layout().premultiplication == Premultiplication::PreMultiplied),
            premultiply: match look.mode {
                Mode::CutOut(Alpha::Premultiplied) => true,
                Mode::CutOut(Alpha::Straight) => false,
                // Without alpha to carry the matte, a cut-out can only be shown over black.
                Mode::CutOut(Alpha::AsDeclared) if output.layout().components == Components::Rgb => true,
                _ => declared,
            },
        }
    }
}

impl<'a> Scene<'a> {
    fn coverage(&self, look: &Look) -> Coverage<'a> {
        let Scene { matte, garbage, holdout, .. } = *self;
        Coverage { matte, garbage, holdout, source_alpha: look.source_alpha }
    }
}

/// The picture whose soft edges are to be cleaned, where the output shows their colour. Its alpha is the output's own but
/// for the crop, which says where the output ends and not what is background.
fn foreground_picture<'a>(scene: &Scene<'a>, look: &Look, output: &OutputView<'_>) -> Option<Covered<'a>> {
    let shows = match look.mode {
        Mode::CutOut(_) | Mode::Composite { .. } | Mode::Foreground => {
            output.layout().components != Components::Alpha
        }
        Mode::Source | Mode::Matte | Mode::Overlay { .. } | Mode::Edges => false,
    };
    let source = scene.source.filter(|_| shows && look.decontaminate > 0.0)?;
    let premultiplied = source.layout().premultiplication == Premultiplication::PreMultiplied;
    Some(Covered { source, premultiplied, coverage: scene.coverage(look) })
}

fn fill_row(
    scene: &Scene<'_>,
    look: &Look,
    rules: &Rules,
    foreground: Option<&Foreground>,
    (y, x1): (i32, i32),
    buffers: &mut Buffers,
) {
    let Buffers { pixels, other, alpha, scratch, band, own } = buffers;
    match scene.source {
        Some(view) => view.read_row(y, x1, pixels),
        None => pixels.fill([0.0; 4]),
    }
    if look.mode == Mode::Source {
        for pixel in pixels.iter_mut() {
            *pixel = rules.restate(*pixel);
        }
        return;
    }
    scene.coverage(look).read_row(y, x1, pixels, scratch, alpha);
    if let Some(crop) = &look.crop {
        clear_outside(crop, y, x1, alpha);
    }
    if let Some(foreground) = foreground {
        foreground.read_row(y, x1, own);
    }
    match (scene.background, look.mode) {
        (Some(background), _) => background.read_row(y, x1, other),
        (None, Mode::Composite { over: [r, g, b] }) => other.fill([r, g, b, 1.0]),
        _ => {}
    }
    if let Some(matte) = scene.band {
        matte.read_row(y, x1, band);
    }
    for (index, pixel) in pixels.iter_mut().enumerate() {
        let colour =
            clean(straight(*pixel, rules.source_premultiplied), own[index], alpha[index], look.decontaminate);
        let result = rules.result(look, *pixel, colour, alpha[index], other[index], band[index]);
        *pixel = if look.mix == 1.0 {
            result
        } else {
            let source = rules.restate(*pixel);
            std::array::from_fn(|c| source[c] + (result[c] - source[c]) * look.mix)
        };
    }
}

impl Rules {
    /// A source pixel in the output's premultiplication. Where that is the source's own, bit for bit.
    fn restate(&self, pixel: [f32; 4]) -> [f32; 4] {
        match (self.source_premultiplied, self.premultiply) {
            (true, false) => {
                let [r, g, b] = straight(pixel, true);
                [r, g, b, pixel[3]]
            }
            (false, true) => multiplied(straight(pixel, false), pixel[3]),
            _ => pixel,
        }
    }

    /// An output pixel from the source's (`pixel`), the straight colour to show of it, the output's alpha, what lies
    /// behind and whether it is at the edge.
    fn result(
        &self,
        look: &Look,
        pixel: [f32; 4],
        colour: [f32; 3],
        alpha: f32,
        behind: [f32; 4],
        band: f32,
    ) -> [f32; 4] {
        match look.mode {
            Mode::Source => pixel,
            Mode::CutOut(_) if self.premultiply => multiplied(colour, alpha),
            Mode::CutOut(_) => [colour[0], colour[1], colour[2], alpha],
            Mode::Matte => [alpha; 4],
            Mode::Overlay { tint, opacity } => {
                let [r, g, b, a] = self.restate(pixel);
                let shown = if self.premultiply { a } else { 1.0 };
                overlay([r, g, b, a], tint.map(|c| c * shown), alpha * opacity)
            }
            Mode::Composite { .. } => {
                let background = Background { pixel: behind, light: look.light };
                let (colour, alpha) = over(colour, alpha, &background);
                if self.premultiply {
                    multiplied(colour, alpha)
                } else {
                    [colour[0], colour[1], colour[2], alpha]
                }
            }
            Mode::Foreground if alpha == 0.0 => [0.0, 0.0, 0.0, 1.0],
            Mode::Foreground => [colour[0], colour[1], colour[2], 1.0],
            Mode::Edges => {
                let trimap = match (band > 0.0, alpha >= 0.5) {
                    (true, _) => 0.5,
                    (false, true) => 1.0,
                    (false, false) => 0.0,
                };
                [trimap, trimap, trimap, band]
            }
        }
    }
}

/// The straight colour of a pixel, so much of the way to the subject's `own`, whose last component is 0 where that is not
/// known. What is not soft in the output stays bit for bit.
fn clean(colour: [f32; 3], own: [f32; 4], alpha: f32, amount: f32) -> [f32; 3] {
    let [r, g, b, known] = own;
    if known == 0.0 || !(alpha > 0.0 && alpha < 1.0) {
        colour
    } else if amount >= 1.0 {
        [r, g, b]
    } else {
        std::array::from_fn(|c| colour[c] + (own[c] - colour[c]) * amount)
    }
}

/// Sets the pixels of a row that lie outside a rectangle to 0.
fn clear_outside(crop: &PixelRect, y: i32, x1: i32, alpha: &mut [f32]) {
    let row_is_inside = (crop.y1..crop.y2).contains(&y);
    for (x, alpha) in (x1..).zip(alpha) {
        if !row_is_inside || !(crop.x1..crop.x2).contains(&x) {
            *alpha = 0.0;
        }
    }
}

fn overlay([r, g, b, a]: [f32; 4], tint: [f32; 3], amount: f32) -> [f32; 4] {
    if amount == 0.0 {
        return [r, g, b, a];
    }
    let mix = |colour: f32, tint: f32| colour + (tint - colour) * amount;
    [mix(r, tint[0]), mix(g, tint[1]), mix(b, tint[2]), a]
}

#[cfg(test)]
mod tests;
