//! The one table of parameters.
//!
//! **It is a file format.** Names, choice orders, option texts and defaults are saved in artists' projects
//! (MLT saves the option's text): once released they never change meaning. New options go to the end of
//! their list. A test in `tests` holds the list.
//!
//! One file for each group that the artist sees, in the order of [`specs`].

mod automatic;
mod colour;
mod edges;
mod matte;
mod output;
mod prompts;
mod spec;
mod stability;
mod status;
mod tracking;
mod viewer;

use std::ffi::CStr;

use super::Context;

pub use automatic::*;
pub use colour::*;
pub use edges::*;
pub use matte::*;
pub use output::*;
pub use prompts::*;
pub use spec::{Kind, Spec};
pub use stability::*;
pub use status::*;
pub use tracking::*;
pub use viewer::*;

/// The page that holds all.
pub const PAGE: &CStr = c"Controls";

/// All parameters of a context, in the order in which they are shown.
pub fn specs(context: Context) -> impl Iterator<Item = &'static Spec> {
    let groups: [&[Spec]; 14] = [
        status::LINE,
        output::SPECS,
        prompts::HEAD,
        prompts::POINT_SPECS.as_flattened(),
        prompts::BOX,
        TRACKING_SPECS,
        prompts::GUIDE,
        edges::SPECS,
        matte::SPECS,
        stability::SPECS,
        colour::SPECS,
        output::BACKGROUND,
        viewer::SPECS,
        status::SPECS,
    ];
    groups.into_iter().flatten().filter(move |spec| spec.is_in(context))
}

/// Whether a value decides what the network sees or is asked. Where mattes are steadied by the frames around them, a key
/// changes those frames too.
pub fn reaches_other_frames(spec: &Spec) -> bool {
    let groups =
        [prompts::GROUP_POINTS, prompts::GROUP_MORE, prompts::GROUP_BOX, prompts::GROUP_GUIDE, colour::GROUP];
    !matches!(spec.kind, Kind::Button) && spec.parent.is_some_and(|parent| groups.contains(&parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_parents_come_first() {
        let mut seen = std::collections::HashSet::new();
        for spec in specs(Context::General) {
            assert!(seen.insert(spec.name), "{:?} twice", spec.name);
            assert!(spec.parent.is_none_or(|parent| seen.contains(parent)), "{:?}", spec.name);
            assert!(!spec.hint.is_empty() && !spec.label.is_empty());
        }
        assert_eq!(specs(Context::General).count(), specs(Context::Filter).count() + 1);
    }
}
