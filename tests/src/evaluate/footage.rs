//! Footage with a known truth, as it lies in folders.
//!
//! Two layouts are known:
//! * a **sequence**: `frames/` (PNG or JPEG, played in the order of their names) and `truth/` (PNG
//!   of the same stems, binary 0/255);
//! * **stills**: `NAME.jpg` or `NAME.png` beside `NAME.alpha.png` (soft alpha). Each still is a
//!   clip of its own.
//!
//! A folder with neither stands for its subfolders.

use std::path::{Path, PathBuf};

use super::EvaluateError;

/// File name extensions of frames, in lower case.
const FRAME_EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];
/// What the name of a still's truth ends with.
const ALPHA_SUFFIX: &str = ".alpha.png";

/// One frame and its truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FramePair {
    /// File name without extension.
    pub stem: String,
    /// The frame's image.
    pub source: PathBuf,
    /// The image of its true matte.
    pub truth: PathBuf,
}

/// Frames that follow each other in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    /// What messages call it.
    pub name: String,
    /// The frames, at the times 0, 1, 2, ...
    pub frames: Vec<FramePair>,
}

/// One entry of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder's own name.
    pub name: String,
    /// One clip for a sequence, one for each still otherwise.
    pub clips: Vec<Clip>,
}

/// Reads the layout of `path`: the folder itself or, where it has neither layout, its subfolders in
/// the order of their names. At most `limit` frames (or stills) are taken from each folder.
///
/// # Errors
/// [`EvaluateError::NoFootage`] when there is nothing, [`EvaluateError::NoTruth`] when a frame of a
/// sequence has no truth, [`EvaluateError::Folder`] when a folder cannot be listed.
pub fn discover(path: &Path, limit: Option<usize>) -> Result<Vec<Folder>, EvaluateError> {
    if let Some(folder) = read_folder(path, limit)? {
        return Ok(vec![folder]);
    }
    let mut folders = Vec::new();
    for entry in list(path)?.into_iter().filter(|p| p.is_dir()) {
        folders.extend(read_folder(&entry, limit)?);
    }
    if folders.is_empty() { Err(EvaluateError::NoFootage(path.to_owned())) } else { Ok(folders) }
}

fn read_folder(path: &Path, limit: Option<usize>) -> Result<Option<Folder>, EvaluateError> {
    let name = folder_name(path);
    let clips = if path.join("frames").is_dir() && path.join("truth").is_dir() {
        let frames = sequence(path, limit)?;
        if frames.is_empty() { Vec::new() } else { vec![Clip { name: name.clone(), frames }] }
    } else {
        stills(path, &name, limit)?
    };
    Ok((!clips.is_empty()).then_some(Folder { name, clips }))
}

fn sequence(path: &Path, limit: Option<usize>) -> Result<Vec<FramePair>, EvaluateError> {
    let frames = list(&path.join("frames"))?.into_iter().filter(|p| is_frame(p));
    frames
        .take(limit.unwrap_or(usize::MAX))
        .map(|source| {
            let stem = stem(&source);
            let truth = path.join("truth").join(format!("{stem}.png"));
            if truth.is_file() {
                Ok(FramePair { stem, source, truth })
            } else {
                Err(EvaluateError::NoTruth { frame: source, truth })
            }
        })
        .collect()
}

fn stills(path: &Path, folder: &str, limit: Option<usize>) -> Result<Vec<Clip>, EvaluateError> {
    let sources = list(path)?.into_iter().filter(|p| is_frame(p));
    let pairs = sources.filter_map(|source| {
        let stem = stem(&source);
        let truth = path.join(format!("{stem}{ALPHA_SUFFIX}"));
        truth.is_file().then_some(FramePair { stem, source, truth })
    });
    Ok(pairs
        .take(limit.unwrap_or(usize::MAX))
        .map(|pair| Clip { name: format!("{folder}/{}", pair.stem), frames: vec![pair] })
        .collect())
}

/// The entries of a folder, sorted by name.
fn list(path: &Path) -> Result<Vec<PathBuf>, EvaluateError> {
    let failed = |source| EvaluateError::Folder { path: path.to_owned(), source };
    let mut entries = std::fs::read_dir(path)
        .and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect::<Result<Vec<_>, _>>())
        .map_err(failed)?;
    entries.sort();
    Ok(entries)
}

fn is_frame(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    path.is_file() && FRAME_EXTENSIONS.contains(&extension.as_str())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The folder's own name also when it is given as `.` or with a trailing `..`.
fn folder_name(path: &Path) -> String {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    absolute.file_name().unwrap_or(absolute.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path, names: &[&str]) {
        for name in names {
            let file = path.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, b"").unwrap();
        }
    }

    #[test]
    fn a_parent_folder_stands_for_its_subfolders() {
        let root = tempfile::tempdir().unwrap();
        touch(root.path(), &["b/frames/01.jpg", "b/frames/00.png", "b/truth/00.png", "b/truth/01.png"]);
        touch(
            root.path(),
            &["a/x.jpg", "a/x.alpha.png", "a/y.JPG", "a/y.alpha.png", "a/lonely.jpg", "c/notes.txt"],
        );
        let folders = discover(root.path(), None).unwrap();
        let names: Vec<_> = folders.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        let stills: Vec<_> = folders[0].clips.iter().map(|c| (c.name.as_str(), c.frames.len())).collect();
        assert_eq!(stills, [("a/x", 1), ("a/y", 1)]);
        let stems: Vec<_> = folders[1].clips[0].frames.iter().map(|f| f.stem.as_str()).collect();
        assert_eq!(stems, ["00", "01"]);
    }

    #[test]
    fn the_limit_counts_frames_of_a_sequence_and_stills_of_a_folder() {
        let root = tempfile::tempdir().unwrap();
        touch(root.path(), &["s/frames/0.png", "s/frames/1.png", "s/truth/0.png", "s/truth/1.png"]);
        touch(root.path(), &["t/x.jpg", "t/x.alpha.png", "t/y.jpg", "t/y.alpha.png"]);
        let folders = discover(root.path(), Some(1)).unwrap();
        assert_eq!(folders[0].clips[0].frames.len(), 1);
        assert_eq!(folders[1].clips.len(), 1);
    }

    #[test]
    fn a_missing_truth_and_an_empty_folder_are_named() {
        let root = tempfile::tempdir().unwrap();
        assert!(matches!(discover(root.path(), None), Err(EvaluateError::NoFootage(_))));
        touch(root.path(), &["frames/0.png", "truth/1.png"]);
        assert!(matches!(discover(root.path(), None), Err(EvaluateError::NoTruth { .. })));
    }
}
