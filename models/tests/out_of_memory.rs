//! Lack of memory is told apart from other failures, and the networks still work when there is memory again.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod common;

use models::Error;
use models::refiner::{EdgeNetwork, Refiner as _};
use models::sam::{ModelImage, Segmenter as _};
use models::store::Store;

use common::memory::{address_space, limit};

#[test]
fn lack_of_memory_has_its_error_and_passes() {
    let sam = common::sam();
    let image = ModelImage::new(1024, 576, vec![0.5; 1024 * 576 * 3]).unwrap();
    // Room for the input of 12 MB and not for the working memory of some 350 MB.
    limit(Some(address_space() + (64 << 20)));
    let failed = sam.encode(&image, &|| false);
    limit(None);
    assert!(matches!(failed, Err(Error::OutOfMemory { .. })), "{failed:?}");
    sam.encode(&image, &|| false).unwrap();

    let folder = common::edges("deep.onnx", "role", "role");
    let network = EdgeNetwork::load(&common::runtime(), &Store::open(folder.path()).unwrap(), 2).unwrap();
    let planes = vec![0.5; 4 * 2048 * 2048];
    // Room for one of the planes of 16 MB and not for 16.
    limit(Some(address_space() + (64 << 20)));
    let failed = network.refine(2048, 2048, &planes, &|| false);
    limit(None);
    assert!(matches!(failed, Err(Error::OutOfMemory { .. })), "{failed:?}");
    network.refine(32, 32, &planes[..4096], &|| false).unwrap();
}
