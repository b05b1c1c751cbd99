//! Takes one file out of a package: npm's `.tgz`, PyPI's `.whl`.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use super::error::{FetchError, io};

/// Copies the file `path` of an archive to `to`.
pub(super) fn extract(archive: &Path, path: &str, to: &Path) -> Result<(), FetchError> {
    let name = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bad = |source: Box<dyn std::error::Error + Send + Sync>| FetchError::BadArchive {
        archive: name.clone(),
        source,
    };
    let not_there = || FetchError::NotInArchive { archive: name.clone(), path: path.to_owned() };
    let input = BufReader::new(File::open(archive).map_err(io("read the file", archive))?);
    let mut output = File::create(to).map_err(io("write the file", to))?;

    if archive.extension().is_some_and(|extension| extension == "whl") {
        let mut zip = zip::ZipArchive::new(input).map_err(|error| bad(error.into()))?;
        let mut file = match zip.by_name(path) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Err(not_there()),
            Err(error) => return Err(bad(error.into())),
        };
        io::copy(&mut file, &mut output).map_err(|error| bad(error.into()))?;
        return Ok(());
    }
    let mut tar = tar::Archive::new(flate2::bufread::GzDecoder::new(input));
    for file in tar.entries().map_err(|error| bad(error.into()))? {
        let mut file = file.map_err(|error| bad(error.into()))?;
        if file.path().map_err(|error| bad(error.into()))? == Path::new(path) {
            io::copy(&mut file, &mut output).map_err(|error| bad(error.into()))?;
            return Ok(());
        }
    }
    Err(not_there())
}
