//! The hosts that an evaluation can play.

use std::str::FromStr;

use crate::sim;

/// Which host is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// All of the specification, forgiving nothing.
    Strict,
    /// Natron.
    Natron,
    /// MLT (Kdenlive, Shotcut, melt).
    Mlt,
    /// DaVinci Resolve.
    Resolve,
}

/// A text that names no simulated host.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no simulated host; use strict, natron, mlt or resolve")]
pub struct UnknownHost(String);

impl FromStr for HostKind {
    type Err = UnknownHost;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "strict" => Ok(Self::Strict),
            "natron" => Ok(Self::Natron),
            "mlt" => Ok(Self::Mlt),
            "resolve" => Ok(Self::Resolve),
            _ => Err(UnknownHost(text.to_owned())),
        }
    }
}

impl HostKind {
    /// What the simulator plays.
    #[must_use]
    pub fn profile(self) -> sim::Profile {
        match self {
            Self::Strict => sim::Profile::strict(),
            Self::Natron => sim::Profile::natron(),
            Self::Mlt => sim::Profile::mlt(),
            Self::Resolve => sim::Profile::resolve(),
        }
    }

    /// Whether this host turns its footage into linear light before an effect sees it.
    #[must_use]
    pub fn works_in_linear_light(self) -> bool {
        self == Self::Natron
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_named() {
        assert_eq!("mlt".parse::<HostKind>().unwrap(), HostKind::Mlt);
        assert!("nuke".parse::<HostKind>().is_err());
    }
}
