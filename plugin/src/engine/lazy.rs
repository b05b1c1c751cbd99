//! A network that is loaded when it is first needed.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::Error;

/// A network that nobody has asked for yet, or the one that was loaded.
pub struct Lazy<T: ?Sized>(Mutex<Option<Arc<T>>>);

impl<T: ?Sized> Default for Lazy<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: ?Sized> Lazy<T> {
    /// The network; the first call takes the replacement, if there is one, or calls `load`. Others wait meanwhile.
    ///
    /// # Errors
    /// Those of `load`, which the next call tries again.
    pub fn get(
        &self,
        replacement: &RwLock<Option<Arc<T>>>,
        load: impl FnOnce() -> Result<Arc<T>, Error>,
    ) -> Result<Arc<T>, Error> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(network) = &*slot {
            return Ok(Arc::clone(network));
        }
        let replacement = replacement.read().unwrap_or_else(PoisonError::into_inner).clone();
        let network = match replacement {
            Some(network) => network,
            None => load()?,
        };
        *slot = Some(Arc::clone(&network));
        Ok(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_loaded_once_and_again_after_a_failure() {
        let (lazy, none) = (Lazy::<str>::default(), RwLock::new(None));
        assert!(lazy.get(&none, || Err(Error::NoPlace)).is_err());
        assert_eq!(&*lazy.get(&none, || Ok("first".into())).unwrap(), "first");
        assert_eq!(&*lazy.get(&none, || Ok("second".into())).unwrap(), "first");
    }

    #[test]
    fn a_replacement_is_taken_in_place_of_loading() {
        let replacement = RwLock::new(Some("replacement".into()));
        let network = Lazy::<str>::default().get(&replacement, || Err(Error::NoPlace)).unwrap();
        assert_eq!(&*network, "replacement");
    }
}
