//! A detector that fails or cannot be had: the frame fails with a sentence, and the artist's own prompts go on working.

use tests::spots::FAILURE;

use super::*;

#[test]
fn a_failing_detector_fails_the_frame_and_not_the_prompts() -> Tested {
    let spots = Spots { fails: true, ..Spots::default() };
    let bench = Bench::of(Profile::strict(), still(&[([128.0, 72.0], RADIUS)]), spots)?;
    let output = bench.instance.render(&Request::at(0.0))?;
    assert_eq!(output.status, Status::FAILED);
    let (kind, said) = bench.instance.persistent_message().unwrap();
    assert!(kind == "OfxMessageError" && said.contains(FAILURE), "{kind} {said}");
    bench.instance.press("findSubject", 0.0)?;
    assert!(text(&bench.instance, "status")?.contains(FAILURE));
    assert_eq!(number(&bench.instance, "promptsFrom")?, AUTOMATIC);
    bench.instance.set("promptsFrom", MINE)?;
    bench.instance.set("point1Mode", 1)?;
    bench.render(0.0)?;
    assert_eq!(bench.instance.persistent_message(), None);
    bench.finish()
}

#[test]
fn a_detector_that_cannot_be_had_is_named_with_the_way_out() -> Tested {
    let bench = Bench::new(still(&[([128.0, 72.0], RADIUS)]))?;
    // This program is no bundle and has no file of a detector.
    promptmatte::engine::replace_detector(None);
    let output = bench.instance.render(&Request::at(0.0))?;
    assert_eq!(output.status, Status::FAILED);
    let (kind, said) = bench.instance.persistent_message().unwrap();
    assert_eq!(kind, "OfxMessageError");
    assert!(said.contains("not in its bundle"), "{said}");
    bench.finish()
}

#[test]
fn a_look_that_is_given_up_fails_and_says_nothing() -> Tested {
    let bench = Bench::new(still(&[([128.0, 72.0], RADIUS)]))?;
    let spots = Arc::clone(&bench.spots);
    bench.instance.set_abort_when(move || spots.looks() > 0);
    assert_eq!(bench.instance.render(&Request::at(0.0))?.status, Status::FAILED);
    assert_eq!(bench.instance.persistent_message(), None);
    assert_eq!(bench.stage.network.encoded(), 0);
    bench.instance.set_abort_when(|| false);
    assert_at(&bench.render(0.0)?, [128.0, 72.0]);
    bench.finish()
}
