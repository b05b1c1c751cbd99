//! Buttons: what they write, where, and in how many steps of undo.

use tests::sim::{Status, Value};

use crate::stage::*;

fn number(value: Value) -> i32 {
    match value {
        Value::Ints(values) => values[0],
        other => panic!("{other:?}"),
    }
}

fn position(value: Value) -> [f64; 2] {
    match value {
        Value::Doubles(values) => [values[0], values[1]],
        other => panic!("{other:?}"),
    }
}

#[test]
fn points_are_added_in_the_middle_until_there_are_no_more() -> Tested {
    let stage = stage()?;
    let instance = stage.instance(tests::sim::Context::General, source(), SIZE)?;
    assert_eq!(instance.press("addIncludePoint", 0.0)?, Status::OK);
    assert_eq!(number(instance.value("point1Mode", 0.0)?), 1);
    assert_eq!(position(instance.value("point1", 0.0)?), [128.0, 72.0]);
    instance.press("addExcludePoint", 0.0)?;
    assert_eq!(number(instance.value("point2Mode", 0.0)?), 2);
    assert!(instance.key_times("point2")?.is_empty(), "nothing else is keyed");
    // Once positions are keyed, new ones are too.
    instance.set_key("point1", 4.0, [10.0, 20.0])?;
    instance.press("addIncludePoint", 7.0)?;
    assert_eq!(instance.key_times("point3")?, [7.0]);
    for _ in 3..20 {
        instance.press("addIncludePoint", 0.0)?;
    }
    assert_eq!(number(instance.value("point16Mode", 0.0)?), 1);
    assert!(text(&instance, "status")?.contains("All points are in use"));
    drop(instance);
    stage.finish()
}

#[test]
fn keying_all_freezes_a_frame() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    instance.set("point2Mode", 2)?;
    instance.set("boxEnable", true)?;
    instance.press("keyAllPrompts", 5.0)?;
    for name in ["point1Mode", "point1", "point2Mode", "point2", "boxEnable", "boxBottomLeft", "candidate"] {
        assert_eq!(instance.key_times(name)?, [5.0], "{name}");
    }
    assert!(instance.key_times("point3")?.is_empty(), "a point that is off takes no part");
    assert_eq!(
        position(instance.value("boxBottomLeft", 5.0)?),
        [64.0, 36.0],
        "a default is keyed where it lies"
    );
    // A key elsewhere leaves the frame as it was.
    instance.set_key("point1", 9.0, [200.0, 100.0])?;
    assert_eq!(position(instance.value("point1", 5.0)?), POINT);
    drop(instance);
    stage.finish()
}

#[test]
fn clearing_switches_everything_off() -> Tested {
    let stage = stage()?;
    let instance = pointed(&stage, source(), MATTE)?;
    instance.set("boxEnable", true)?;
    instance.set("candidate", 2)?;
    instance.press("keyAllPrompts", 5.0)?;
    instance.press("clearPrompts", 5.0)?;
    for name in ["point1Mode", "point1", "boxEnable", "boxTopRight", "candidate"] {
        assert!(instance.key_times(name)?.is_empty(), "{name}");
    }
    assert_eq!(number(instance.value("point1Mode", 0.0)?), 0);
    assert_eq!(number(instance.value("candidate", 0.0)?), 0);
    assert!(text(&instance, "status")?.contains("Add a point"));
    drop(instance);
    stage.finish()
}
