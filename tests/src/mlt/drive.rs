//! Runs the driver program on frames held in memory.

use std::path::Path;
use std::process::Stdio;

use super::{Install, Job, MltError, Report};

/// Runs `driver` (the binary `mlt_driver`) under MLT's loader with `job`, MLT looking for OpenFX plugins in
/// `plugins` only (a folder with `NAME.ofx.bundle` in it) beside the system's own folders.
///
/// The source frames are read from `job.sources`, the results written to `job.results`.
///
/// # Errors
/// Everything that keeps frames from being rendered; a driver that failed is quoted.
pub fn drive(install: &Install, driver: &Path, plugins: &Path, job: &Job) -> Result<Report, MltError> {
    let file = job.results.with_extension("job.json");
    std::fs::write(&file, serde_json::to_vec(job)?).map_err(MltError::file(&file))?;
    let output = install
        .command(driver)
        .arg(&file)
        .env("OFX_PLUGIN_PATH", plugins)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| MltError::Start { program: driver.to_owned(), source })?;
    if !output.status.success() {
        return Err(MltError::Failed {
            program: driver.display().to_string(),
            status: output.status,
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
