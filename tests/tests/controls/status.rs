//! Details and report.

use crate::stage::*;

#[test]
fn details_tell_what_ran() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    assert!(text(&instance, "lastFrame")?.contains("No frame yet"));
    render(&instance)?;
    instance.set("point1", [90.0, 60.0])?;
    let first = text(&instance, "lastFrame")?;
    assert!(
        first.contains("disc, CPU, frame seen for the first time") && first.contains("network"),
        "{first}"
    );
    render(&instance)?;
    instance.set("point1", POINT)?;
    assert!(text(&instance, "lastFrame")?.contains("from memory"));
    assert!(text(&instance, "version")?.starts_with("PromptMatte "));
    drop(instance);
    stage.finish()
}

#[test]
fn a_report_is_written_beside_the_log() -> Tested {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage()?;
    // SAFETY: the stage makes this the only test that runs in this process now, and nothing else reads it meanwhile.
    unsafe { std::env::set_var("PROMPTMATTE_LOG_DIR", folder.path()) };
    let instance = pointed(&stage, source(), MATTE)?;
    render(&instance)?;
    instance.press("copyReport", 0.0)?;
    assert!(text(&instance, "status")?.contains("report"), "{}", text(&instance, "status")?);
    let report = std::fs::read_to_string(folder.path().join("report.txt")).unwrap();
    for part in ["PromptMatte ", "Host: org.promptmatte.simulator 1.0.0", "cores", "disc, CPU", "prompts"] {
        assert!(report.contains(part), "{part} is not in {report}");
    }
    // SAFETY: as above.
    unsafe { std::env::remove_var("PROMPTMATTE_LOG_DIR") };
    drop(instance);
    stage.finish()
}
