//! The host's timeline, where it has one.

use super::{Effect, Error, Result};

/// The timeline that an effect is on. Only within actions of an instance.
pub struct Timeline<'a, 'h>(&'a Effect<'h>);

impl<'h> Effect<'h> {
    /// The timeline; `None` where the host tells of none.
    pub fn timeline(&self) -> Option<Timeline<'_, 'h>> {
        self.host().timeline_suite().map(|_| Timeline(self))
    }
}

impl Timeline<'_, '_> {
    /// Where it stands.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn time(&self) -> Result<f64> {
        let call = self.0.host().timeline_suite().and_then(|suite| suite.getTime);
        let mut time = 0.0;
        // SAFETY: the handle is valid during the action; `time` outlives the call.
        let status = unsafe { call.ok_or(Error::Missing("getTime"))?(self.0.handle().cast(), &mut time) };
        Error::check("getTime", status).map(|()| time)
    }

    /// Moves it. Only in InstanceChanged and in interact actions; the host may show the frame before this returns.
    ///
    /// # Errors
    /// When the host refuses, as for a time outside its bounds.
    pub fn go_to(&self, time: f64) -> Result<()> {
        let call = self.0.host().timeline_suite().and_then(|suite| suite.gotoTime);
        // SAFETY: the handle is valid during the action.
        let status = unsafe { call.ok_or(Error::Missing("gotoTime"))?(self.0.handle().cast(), time) };
        Error::check("gotoTime", status)
    }

    /// Its first and last time.
    ///
    /// # Errors
    /// When the host refuses.
    pub fn bounds(&self) -> Result<[f64; 2]> {
        let call = self.0.host().timeline_suite().and_then(|suite| suite.getTimeBounds);
        let (mut first, mut last) = (0.0, 0.0);
        // SAFETY: the handle is valid during the action; both times outlive the call.
        let status = unsafe {
            call.ok_or(Error::Missing("getTimeBounds"))?(self.0.handle().cast(), &mut first, &mut last)
        };
        Error::check("getTimeBounds", status).map(|()| [first, last])
    }
}
