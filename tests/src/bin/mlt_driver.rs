//! `mlt_driver JOB.json`: does a [`Job`] with libmlt and prints a [`Report`].
//!
//! Runs under MLT's own loader with MLT's variables set, see [`tests::mlt::Install::command`].

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tests::mlt::{Job, MltError, Report, library::Mlt};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), MltError> {
    let file = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or_else(|| MltError::Job("usage: mlt_driver JOB.json".to_owned()))?;
    let modules = std::env::var_os("MLT_REPOSITORY")
        .map(PathBuf::from)
        .ok_or_else(|| MltError::Job("MLT_REPOSITORY is not set".to_owned()))?;
    let job: Job = serde_json::from_slice(&std::fs::read(&file).map_err(MltError::file(&file))?)?;
    let report = render_all(&job, &modules)?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// Renders the job's frames one after the other into its results file.
fn render_all(job: &Job, modules: &Path) -> Result<Report, MltError> {
    let sources = std::fs::read(&job.sources).map_err(MltError::file(&job.sources))?;
    let mut results = BufWriter::new(File::create(&job.results).map_err(MltError::file(&job.results))?);
    let mlt = Mlt::load(modules)?;
    let profile = mlt.profile(job.width, job.height)?;
    let filter = profile.filter(&job.filter)?;
    for (name, value) in &job.properties {
        filter.set(name, value)?;
    }
    let mut resident_bytes = Vec::with_capacity(job.renders.len());
    for render in &job.renders {
        let start = render.source * job.frame_bytes();
        let pixels = sources
            .get(start..start + job.frame_bytes())
            .ok_or_else(|| MltError::Job(format!("there is no source frame {}", render.source)))?;
        let image = filter.render(render.position, pixels, (job.width, job.height), job.depth)?;
        results.write_all(&image).map_err(MltError::file(&job.results))?;
        resident_bytes.push(resident()?);
    }
    results.flush().map_err(MltError::file(&job.results))?;
    Ok(Report { resident_bytes })
}

/// The process's resident memory in bytes: the second field of `/proc/self/statm`, which counts pages.
fn resident() -> Result<u64, MltError> {
    let path = Path::new("/proc/self/statm");
    let mut text = String::new();
    File::open(path).and_then(|mut file| file.read_to_string(&mut text)).map_err(MltError::file(path))?;
    let pages: u64 = text
        .split_whitespace()
        .nth(1)
        .and_then(|field| field.parse().ok())
        .ok_or_else(|| MltError::Job(format!("{} is not in the known form: {text}", path.display())))?;
    // SAFETY: a query without side effects.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    Ok(pages * u64::try_from(page).unwrap_or(4096))
}
