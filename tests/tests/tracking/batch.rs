//! The tool for programs that cannot track: its keys are those that the effect would have set.

use batch::{Folder, Job, Start, Tools, mlt, track};
use promptmatte::cache::Memo;
use promptmatte::effect::tracking::keyfile::KeyFile;
use promptmatte::track::{Direction, Next};
use tests::eyes::Eyes;

use crate::stage::*;

const FRAMES: u32 = 12;

type Failed = Box<dyn std::error::Error>;

/// Writes a scene as files.
fn folder(scene: &Scene) -> Result<tempfile::TempDir, Failed> {
    let folder = tempfile::tempdir()?;
    for frame in 0..FRAMES {
        let path = folder.path().join(format!("{frame:04}.png"));
        scene.picture(f64::from(frame)).save_png(path)?;
    }
    std::fs::write(folder.path().join("notes.txt"), "not a picture")?;
    Ok(folder)
}

fn tracked(folder: &Folder, start: Start) -> Result<KeyFile, Failed> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let embeddings = Memo::new(64 << 20)?;
    let network = Eyes::default();
    let tools = Tools { network: &network, embeddings: &embeddings, threads: &threads };
    let job = Job { start, direction: Direction::Both, stop_on_loss: true };
    let (file, track) = track(folder, &job, &tools, &|_| Next::Continue)?;
    assert_eq!(track.frames.len(), FRAMES as usize - 1);
    Ok(file)
}

#[test]
fn the_tools_keys_follow_in_the_effect_and_fit_mlt() -> Result<(), Failed> {
    let scene = Scene::new(wave, FRAMES);
    let files = folder(&scene)?;
    let folder = Folder::open(files.path(), 0)?;
    let [x, y] = wave(4.0).unwrap();
    let reach = RADIUS + 2.0;
    let bounding_box = Some([x - reach, y - reach, x + reach, y + reach]);
    let start = Start::Prompts { time: 4.0, bounding_box, points: vec![] };
    let file = tracked(&folder, start)?;
    assert_eq!(file.lines.iter().map(|line| line.time).collect::<Vec<_>>(), times(0..=11));
    assert!(file.lines.iter().all(|line| line.tracked.is_none() == (line.time == 4.0)));
    assert_eq!(KeyFile::parse(&file.to_text()).as_ref(), Ok(&file));
    // The keyed frame has what the tracker added, so that all frames have the same prompts on.
    let strings = mlt::properties(&file)?;
    assert_eq!(strings.len(), 3 * 2 + 3 + 1);

    let stage = stage()?;
    let path = files.path().join("keys.txt").display().to_string();
    std::fs::write(&path, file.to_text())?;
    let imported = bare(&stage, scene.clone().clip())?;
    imported.set("keysFile", path)?;
    assert_eq!(press(&imported, "importKeys", 0.0)?, "Read the keys of 12 frames.");
    assert_eq!(coverage(&imported)?, "Frames 0-11: 1 keyed, 11 tracked.");
    assert_follows(&imported, wave, times(0..=11))?;
    // The file has every frame's prompts as the tracker found them, the effect keys fewer: what is between these keys
    // shows the tracked mask all the same.
    let tracked_here = boxed(&stage, scene, 4.0)?;
    press(&tracked_here, "trackBoth", 4.0)?;
    for time in times(0..=11) {
        let (exact, reduced) = (matte(&imported, time)?, matte(&tracked_here, time)?);
        let found = similarity(&exact, &reduced);
        assert!(found > 0.997, "frame {time}: {found}");
    }
    drop((imported, tracked_here));
    // Tracked again from the artist's frames alone: the same.
    assert_eq!(tracked(&folder, Start::Keys { file: file.clone(), time: None })?, file);
    Ok(stage.finish()?)
}

#[test]
fn what_cannot_be_tracked_is_said() -> Result<(), Failed> {
    let files = folder(&Scene::new(wave, FRAMES))?;
    let empty = tempfile::tempdir()?;
    assert!(Folder::open(empty.path(), 0).err().unwrap().to_string().contains("no PNG or JPEG"));
    assert!(Folder::open(&empty.path().join("none"), 0).is_err());
    let folder = Folder::open(files.path(), 100)?;
    assert_eq!(folder.range(), [100.0, 111.0]);
    let missing = folder.geometry(3.0).unwrap_err().to_string();
    assert_eq!(missing, "there is no frame 3");
    std::fs::write(files.path().join("0000.png"), "torn")?;
    assert!(folder.geometry(100.0).unwrap_err().to_string().contains("0000.png"));
    Ok(())
}
