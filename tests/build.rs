//! Compiles the C shim of the simulator: the variadic functions of the suites, which Rust cannot define.

fn main() {
    println!("cargo::rerun-if-changed=shim/variadic.c");
    let include = std::env::var_os("DEP_OPENFX_INCLUDE").map(std::path::PathBuf::from);
    let mut build = cc::Build::new();
    if let Some(include) = include {
        build.include(include);
    }
    build.file("shim/variadic.c").warnings(true).extra_warnings(true).compile("simulator_variadic");
}
