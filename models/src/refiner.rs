//! The edge network: what the pixels at a mask's edge are, hair by hair.
//!
//! It is a network of convolutions that takes any size, so a picture may be given in tiles. What lies more than
//! [`REACH`] pixels from a pixel has next to no part in its alpha.

use crate::Error;
use crate::manifest::Role;
use crate::runtime::Runtime;
use crate::sam::Stop;
use crate::session::{Run, Single, Tensor, WorkingMemory};
use crate::store::Store;

/// Both sides of the input must be multiples of this many pixels: the network halves the picture five times.
pub const ALIGNMENT: usize = 32;

/// Pixels, to each side, from which a pixel's alpha is made. What lies further away changes it by 0.0002 at most in the
/// network that ships, a twentieth of an 8-bit code, and what lies beyond 216 not at all.
pub const REACH: usize = 128;

/// The version of this contract. A network made for another one is refused.
pub const VERSION: &str = "1";

/// Planes of the input: red, green, blue, guidance.
pub const PLANES: usize = 4;

const DOING: &str = "refine the edges";

/// A network that refines edges. Implementations are shared between threads; tests replace them.
///
/// Results depend on the arguments only. Any thread may call, several at once.
pub trait Refiner: Send + Sync {
    /// Names the network and its contents; part of cache keys.
    fn id(&self) -> &str;

    /// Turns a picture and a rough mask into alpha. `width` and `height` are in pixels, both multiples of [`ALIGNMENT`].
    /// `planes` is `[4, height, width]`, rows from the top: red, green and blue, display-referred sRGB in 0..=1, and
    /// the guidance, which is the sigmoid of the mask's logits brought to this size. Gives alpha `[height, width]` in
    /// 0..=1. `stop` ends the wait as well as the run.
    ///
    /// # Errors
    /// [`Error::BadImage`] for another size, another number of values or one that is not finite; [`Error::Stopped`],
    /// [`Error::OutOfMemory`] or [`Error::Inference`].
    fn refine(&self, width: usize, height: usize, planes: &[f32], stop: Stop<'_>) -> Result<Vec<f32>, Error>;
}

/// PromptMatte's own edge network.
#[derive(Debug)]
pub struct EdgeNetwork {
    id: String,
    network: Single,
}

impl EdgeNetwork {
    /// Opens the network that the store names, with `threads` threads.
    ///
    /// # Errors
    /// [`Error::RoleMissing`] when the store names none, [`Error::ModelVersion`] when it is made for another contract
    /// than the one above, the errors of [`Store::verified_path`], [`Error::ModelUnloadable`],
    /// [`Error::ModelContract`] or [`Error::OutOfMemory`].
    pub fn load(runtime: &Runtime, store: &Store, threads: usize) -> Result<Self, Error> {
        let role = Role::Refiner;
        let entry = store.entry(role)?;
        let contract = entry.refiner.as_ref().ok_or_else(|| Error::EntryInvalid {
            id: entry.id.clone(),
            reason: "it is not an edge network".to_owned(),
        })?;
        let known = |found: &str| {
            if found == VERSION {
                Ok(())
            } else {
                let (role, found) = (role.name(), found.to_owned());
                Err(Error::ModelVersion { role, found, known: VERSION })
            }
        };
        // What another version's tensors are called is not known, so that the entry's version is looked at first.
        known(&contract.version)?;
        let input = Tensor { name: &contract.input, shape: &[1, PLANES as i64, -1, -1] };
        let output = Tensor { name: &contract.alpha, shape: &[1, 1, -1, -1] };
        // A host would rather have for its frames what a tile is worked in; giving it back costs 5 to 10 % of processor
        // time.
        let resources = (threads, WorkingMemory::Unpooled);
        let network = Single::open(runtime, store, entry, resources, input, output)?;
        if let Some(version) = network.version() {
            known(&version.to_string())?;
        }
        Ok(Self { id: entry.short_name(), network })
    }
}

impl Refiner for EdgeNetwork {
    fn id(&self) -> &str {
        &self.id
    }

    fn refine(&self, width: usize, height: usize, planes: &[f32], stop: Stop<'_>) -> Result<Vec<f32>, Error> {
        let (columns, rows) = check(width, height, planes)?;
        let run =
            Run { doing: DOING, input: ([1, PLANES, height, width], planes), output: [1, 1, rows, columns] };
        self.network.run_until(stop, run, alpha)
    }
}

/// Refuses what the network cannot take; gives width and height as ONNX Runtime counts them.
fn check(width: usize, height: usize, planes: &[f32]) -> Result<(i64, i64), Error> {
    let refused = |reason: String| Err(Error::BadImage { reason });
    let aligned = |side: usize| side > 0 && side.is_multiple_of(ALIGNMENT);
    if !aligned(width) || !aligned(height) {
        return refused(format!("its size is {width}x{height}, both sides must be multiples of {ALIGNMENT}"));
    }
    let count = width.checked_mul(height).and_then(|count| count.checked_mul(PLANES));
    if count != Some(planes.len()) {
        return refused(format!("{} values for {PLANES} planes of {width}x{height}", planes.len()));
    }
    if !planes.iter().all(|value| value.is_finite()) {
        return refused("it has a value that is no number".to_owned());
    }
    match (i64::try_from(width), i64::try_from(height)) {
        (Ok(columns), Ok(rows)) => Ok((columns, rows)),
        _ => refused(format!("its size is {width}x{height}")),
    }
}

/// The network's values, copied and held in 0..=1.
fn alpha(values: &[f32]) -> Result<Vec<f32>, Error> {
    let mut alpha = Vec::new();
    alpha
        .try_reserve_exact(values.len())
        .map_err(|source| Error::OutOfMemory { doing: DOING, source: source.into() })?;
    alpha.extend(values.iter().map(|value| value.clamp(0.0, 1.0)));
    if alpha.iter().all(|value| value.is_finite()) {
        Ok(alpha)
    } else {
        Err(Error::Inference { doing: DOING, source: "an alpha is no number".into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_values_are_checked() {
        let planes = vec![0.5; 4 * 32 * 64];
        assert_eq!(check(64, 32, &planes).unwrap(), (64, 32));
        for (width, height) in [(0, 32), (32, 0), (32, 32), (33, 62), (usize::MAX & !31, 64)] {
            let error = check(width, height, &planes).unwrap_err();
            assert!(matches!(error, Error::BadImage { .. }), "{error:?}");
        }
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut planes = planes.clone();
            planes[4 * 32 * 64 - 1] = bad;
            assert!(matches!(check(64, 32, &planes), Err(Error::BadImage { .. })), "{bad}");
        }
    }

    #[test]
    fn alpha_is_held_in_its_range() {
        assert_eq!(alpha(&[-0.5, 0.0, 0.25, 1.0, 7.0]).unwrap(), [0.0, 0.0, 0.25, 1.0, 1.0]);
        assert!(matches!(alpha(&[f32::NAN]), Err(Error::Inference { .. })));
    }
}
