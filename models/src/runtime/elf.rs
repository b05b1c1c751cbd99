//! Refuses a library file that was cut off.
//!
//! The system's loader maps a file by its header without looking at its length; touching a page past the end then kills
//! the whole host with a bus error. The header says how long the file must be.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use object::elf::{FileHeader64, PT_LOAD};
use object::endian::Endianness;
use object::read::elf::{FileHeader as _, ProgramHeader as _};

/// The header and the program headers of a library lie in its first bytes.
const HEAD: u64 = 64 * 1024;

/// Checks that an ELF file reaches to the end of every segment that would be loaded. Other formats are left to the
/// system's loader, which checks them itself.
///
/// # Errors
/// When the file cannot be read, is a broken ELF file, or ends too early.
pub(super) fn check_complete(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    if !head.starts_with(&object::elf::ELFMAG) {
        return Ok(());
    }
    let broken = |error: object::read::Error| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let header = FileHeader64::<Endianness>::parse(head.as_slice()).map_err(broken)?;
    let endian = header.endian().map_err(broken)?;
    let segments = header.program_headers(endian, head.as_slice()).map_err(broken)?;
    let end = segments
        .iter()
        .filter(|segment| segment.p_type(endian) == PT_LOAD)
        .map(|segment| segment.p_offset(endian).saturating_add(segment.p_filesz(endian)))
        .max()
        .unwrap_or(0);
    if end > length {
        let message = format!("the file is cut off: it has {length} of at least {end} bytes");
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
    }
    Ok(())
}
