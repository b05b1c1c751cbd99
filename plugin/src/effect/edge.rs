//! From a mask's logits to the matte, by the way that the artist chose for the edge.

use super::render::Error;
use super::settings::Refine;
use super::status::LastFrame;
use crate::cache::Key;
use crate::engine::{self, Engine, Threads};
use crate::pipeline::Abort;
use crate::pipeline::geometry::PixelRect;
use crate::pipeline::matte::{Matte, from_plane};
use crate::pipeline::plane::Plane;
use crate::pipeline::refine::{Edge, Frame, Picture, refine};

/// A mask and the picture that its edge is looked for in.
pub struct Masked<'a> {
    /// The picture at full size.
    pub picture: Picture<'a>,
    /// The logits.
    pub plane: &'a Plane,
    /// What stands for the picture: a hash of what SAM saw of it.
    pub seen: Key,
    /// The frame's pixels.
    pub bounds: PixelRect,
}

/// The matte of a mask. Without the edge network *Best* is as *Fast*, and `frame` takes the reason.
///
/// # Errors
/// When the edge cannot be refined, or the host stops the render.
pub fn matte(
    engine: &Engine,
    threads: &Threads,
    masked: &Masked<'_>,
    (way, edge): (Refine, Edge),
    frame: &mut LastFrame,
    abort: Abort<'_>,
) -> Result<Matte, Error> {
    let Masked { picture, plane, seen, bounds } = masked;
    let network = match way {
        Refine::Off => return Ok(from_plane(plane, *bounds, threads)?),
        Refine::Best if way.asks_network(edge) => match engine.refiner() {
            Ok(network) => Some(network),
            Err(error) => {
                log::debug!("edges: {}", crate::log::chain(&error));
                frame.without_edge_network = Some(match error {
                    engine::Error::Refiner(_) => error.to_string(),
                    other => engine::Error::without_refiner(&other),
                });
                None
            }
        },
        Refine::Fast | Refine::Best => None,
    };
    let refined = Frame { picture: *picture, plane };
    let key = refined.key(*seen, edge, network.as_deref());
    let (edges, _) = engine
        .edges
        .get_or_compute(&key, abort, || refine(&refined, edge, network.as_deref(), threads, abort))?;
    Ok(edges.matte(plane, *bounds, threads)?)
}
