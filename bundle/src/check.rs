//! Loads a bundle as a host would, and names what is wrong with it.

use std::ffi::{CStr, c_int};
use std::fs;
use std::path::Path;

use libloading::{Library, Symbol};
use models::refiner::EdgeNetwork;
use models::runtime::Runtime;
use models::saliency::Saliency;
use models::sam::Sam;
use models::store::Store;
use object::{Object, ObjectSymbol};
use openfx_sys::OfxPlugin;

use crate::{ARCHITECTURE, BINARY, IDENTIFIER, NEEDED, RUNTIME};

/// The functions that the effect's binary exports, and nothing else.
pub const EXPORTS: [&str; 3] = ["OfxGetNumberOfPlugins", "OfxGetPlugin", "OfxSetHost"];

/// All that is wrong with a bundle, one sentence each. Empty for a good one.
pub fn faults(bundle: &Path) -> Vec<String> {
    if !bundle.is_dir() {
        return vec![format!("{} is not there", bundle.display())];
    }
    let contents = bundle.join("Contents");
    let binary = contents.join(ARCHITECTURE).join(BINARY);
    let mut faults = Vec::new();
    for file in ["Info.plist", &format!("Resources/{IDENTIFIER}.png"), "Resources/licences"] {
        if !contents.join(file).exists() {
            faults.push(format!("{} is missing", contents.join(file).display()));
        }
    }
    faults.extend(binary_fault(&binary));
    faults.extend(network_fault(&contents));
    faults
}

/// What is wrong with the effect's binary.
fn binary_fault(path: &Path) -> Option<String> {
    let wrong = |what: &dyn std::fmt::Display| Some(format!("{}: {what}", path.display()));
    match exports(path) {
        Ok(names) if names == EXPORTS => {}
        Ok(names) => return wrong(&format!("exports {names:?} instead of {EXPORTS:?}")),
        Err(reason) => return wrong(&reason),
    }
    // SAFETY: the binary is our own effect, whose initialisers do nothing.
    let library = match unsafe { Library::new(path) } {
        Ok(library) => library,
        Err(error) => return wrong(&error),
    };
    // SAFETY: this is the function's signature in the OpenFX headers.
    let get_plugin: Symbol<'_, unsafe extern "C" fn(c_int) -> *mut OfxPlugin> =
        match unsafe { library.get(b"OfxGetPlugin\0") } {
            Ok(symbol) => symbol,
            Err(error) => return wrong(&error),
        };
    // SAFETY: OfxGetPlugin may be called at any time; it gives null or a struct that lives as long as the
    // library.
    let Some(plugin) = (unsafe { get_plugin(0).as_ref() }) else {
        return wrong(&"holds no effect");
    };
    // SAFETY: the identifier is a C string that lives as long as the library.
    let identifier = unsafe { CStr::from_ptr(plugin.pluginIdentifier) };
    (identifier.to_bytes() != IDENTIFIER.as_bytes())
        .then(|| format!("{}: holds {identifier:?}", path.display()))
}

/// The dynamic symbols that a binary exports, sorted.
///
/// # Errors
/// A sentence when the file is missing or no shared library.
pub fn exports(path: &Path) -> Result<Vec<String>, String> {
    let data = fs::read(path).map_err(|error| error.to_string())?;
    let file = object::File::parse(&*data).map_err(|error| error.to_string())?;
    let mut names: Vec<String> = file
        .dynamic_symbols()
        .filter(|symbol| symbol.is_definition() && symbol.is_global())
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// What is wrong with the networks and the library that runs them: each file, then all together.
fn network_fault(contents: &Path) -> Vec<String> {
    let store = match Store::open(&contents.join("Resources").join("models")) {
        Ok(store) => store,
        Err(error) => return vec![error.to_string()],
    };
    let missing = NEEDED.into_iter().filter_map(|role| store.entry(role).err());
    let broken = store.manifest().networks().filter_map(|entry| store.verified_path(entry).err());
    let mut faults: Vec<String> = missing.chain(broken).map(|error| error.to_string()).collect();
    match Runtime::load(&contents.join(ARCHITECTURE).join(RUNTIME)) {
        Ok(runtime) if faults.is_empty() => {
            let edges = EdgeNetwork::load(&runtime, &store, 1).err();
            let errors = [
                Sam::load(&runtime, &store, 1).err(),
                Saliency::load(&runtime, &store, 1).err(),
                // A bundle may come without one.
                edges.filter(|error| !matches!(error, models::Error::RoleMissing { .. })),
            ];
            faults.extend(errors.into_iter().flatten().map(|error| error.to_string()));
        }
        Ok(_) => {}
        Err(error) => faults.push(error.to_string()),
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_bundle_is_described_by_its_faults() {
        let folder = tempfile::tempdir().unwrap();
        let found = faults(folder.path());
        for part in ["Info.plist", ".png", "licences", BINARY, "models"] {
            assert!(found.iter().any(|fault| fault.contains(part)), "{part} in {found:?}");
        }
        assert_eq!(faults(Path::new("/nowhere")), ["/nowhere is not there"]);
    }
}
