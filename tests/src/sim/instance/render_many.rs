//! Several renders at once.

use std::thread;

use openfx_sys as ofx;

use super::Instance;
use crate::sim::{Output, Request, SimError, threads};

impl Instance {
    /// Renders several frames on as many threads as there are requests, as far as the effect's declared thread
    /// safety allows; results in the order of the requests. All must ask for the same depth and components.
    ///
    /// # Errors
    /// As [`Instance::render`].
    pub fn render_many(&self, requests: &[Request]) -> Result<Vec<Output>, SimError> {
        threads::note_own();
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        if requests.iter().any(|r| (r.depth, r.components) != (first.depth, first.components)) {
            let message = "renders at once on one instance share depth and components".to_owned();
            return Err(SimError::Request(message));
        }
        self.update_preferences(first)?;
        let sequence = self.sequence_arguments(requests);
        let begun = self.bracket(ofx::kOfxImageEffectActionBeginSequenceRender, &sequence);
        let outputs = thread::scope(|scope| {
            let one = |request: &Request| {
                threads::note_own();
                let _alone = self.exclusive();
                let plan = self.plan(request)?;
                if begun.is_fine() && !plan.skips_render() {
                    self.render_planned(request, &plan)
                } else {
                    self.without_render(request, &plan.or_failed(begun))
                }
            };
            let workers: Vec<_> = requests.iter().map(|r| scope.spawn(move || one(r))).collect();
            let panicked = |_| Err(SimError::Request("a render thread panicked".to_owned()));
            workers.into_iter().map(|w| w.join().unwrap_or_else(panicked)).collect()
        });
        self.bracket(ofx::kOfxImageEffectActionEndSequenceRender, &sequence);
        sequence.retire();
        outputs
    }
}
