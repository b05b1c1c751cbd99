//! Finds the OpenFX C headers that the registry crate `openfx-sys` 0.1.0 carries and runs bindgen over them.
//!
//! The include folder goes to dependent build scripts as `DEP_OPENFX_INCLUDE`.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

/// The headers of the API; only `ofxOld.h`, which holds names of before 1.0, stays out.
const HEADERS: &[&str] = &[
    "ofxCore.h",
    "ofxProperty.h",
    "ofxParam.h",
    "ofxImageEffect.h",
    "ofxInteract.h",
    "ofxMessage.h",
    "ofxMemory.h",
    "ofxMultiThread.h",
    "ofxProgress.h",
    "ofxTimeLine.h",
    "ofxParametricParam.h",
    "ofxDrawSuite.h",
    "ofxPixels.h",
    "ofxKeySyms.h",
    "ofxOpenGLRender.h",
    "ofxDialog.h",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    let include = header_folder()?;
    println!("cargo::metadata=INCLUDE={}", include.display());
    generate(&include, &out_dir)
}

/// The folder with `ofxCore.h` inside the locked registry crate.
fn header_folder() -> Result<PathBuf, Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("Cargo.toml");
    let metadata =
        MetadataCommand::new().manifest_path(manifest).other_options(vec!["--locked".into()]).exec()?;
    let package = metadata
        .packages
        .iter()
        .find(|p| p.name.as_str() == "openfx-sys" && p.source.is_some())
        .ok_or("the registry crate openfx-sys, which carries the OpenFX headers, is not in Cargo.lock")?;
    let crate_folder = package.manifest_path.parent().ok_or("a manifest lies in a folder")?;
    let include = crate_folder.join("openfx/include").into_std_path_buf();
    if include.join("ofxCore.h").is_file() {
        Ok(include)
    } else {
        Err(format!("no ofxCore.h in {}", include.display()).into())
    }
}

/// Writes `bindings.rs`: functions types, structs, string and integer constants of [`HEADERS`].
fn generate(include: &Path, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let mut builder = bindgen::Builder::default()
        .clang_arg(format!("-I{}", include.display()))
        // ofxParametricParam.h uses `bool` without including it.
        .clang_args(["-include", "stdbool.h"])
        .generate_cstr(true)
        // Without the fallback every status code is lost: they are casts, `((int) 0)`.
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(out_dir)
        .allowlist_item("k?Ofx.*")
        // The plugin defines these two itself.
        .blocklist_function("OfxGetPlugin|OfxGetNumberOfPlugins")
        .layout_tests(true)
        .derive_debug(false)
        .prepend_enum_name(false);
    for header in HEADERS {
        let path = include.join(header);
        println!("cargo::rerun-if-changed={}", path.display());
        builder = builder.header(path.to_string_lossy());
    }
    let bindings = builder.generate()?.to_string();
    fs::write(out_dir.join("inventory.rs"), inventory(&bindings))?;
    fs::write(out_dir.join("bindings.rs"), bindings)?;
    Ok(())
}

/// A macro call for every constant and every field of a suite in the bindings, for the test that compares
/// them with another crate's.
fn inventory(bindings: &str) -> String {
    // One block: `include!` takes one expression.
    let mut calls = String::from("{\n");
    let mut suite = None;
    for line in bindings.lines() {
        let mut words = line.split([' ', ':', '{']).filter(|word| !word.is_empty());
        match (words.next(), words.next(), words.next()) {
            (Some("pub"), Some("const"), Some(name)) => calls += &format!("constant!({name});\n"),
            (Some("pub"), Some("struct"), Some(name)) if name.contains("Suite") => {
                calls += &format!("size!({name});\n");
                suite = Some(name);
            }
            (Some("pub"), Some(field), _) if let Some(suite) = suite => {
                calls += &format!("field!({suite}, {field});\n");
            }
            (Some("}"), None, None) => suite = None,
            _ => {}
        }
    }
    calls + "}\n"
}
