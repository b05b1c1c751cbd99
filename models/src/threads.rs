//! Threads that end with what they work for.

use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::Error;

/// A pool whose threads have ended when it is dropped: a host that unloads the plugin takes the code away
/// under any thread that still runs, and rayon alone does not wait for its own.
#[derive(Debug)]
pub struct Threads {
    pool: Option<rayon::ThreadPool>,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

impl Threads {
    /// A pool of `count` threads, all of which have begun.
    ///
    /// # Errors
    /// [`Error::NoThreads`] when the system gives no more threads.
    pub fn new(count: usize) -> Result<Self, Error> {
        let handles = Mutex::new(Vec::new());
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .spawn_handler(|thread| {
                let name = format!("promptmatte-{}", thread.index());
                let handle = std::thread::Builder::new().name(name).spawn(|| thread.run())?;
                handles.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
                Ok(())
            })
            .build()
            .map_err(Error::NoThreads)?;
        // A thread gets the memory it begins with on its own, and ends the process when there is none: not later than here.
        pool.broadcast(|_| ());
        Ok(Self { pool: Some(pool), handles })
    }
}

impl std::ops::Deref for Threads {
    type Target = rayon::ThreadPool;

    fn deref(&self) -> &rayon::ThreadPool {
        match &self.pool {
            Some(pool) => pool,
            None => unreachable!("the pool is taken only when it is dropped"),
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        drop(self.pool.take());
        for handle in self.handles.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if handle.join().is_err() {
                log::error!("a thread of the pool had panicked");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_thread_outlives_the_pool() {
        struct Ended(Arc<AtomicUsize>);
        impl Drop for Ended {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        thread_local! { static MARK: std::cell::RefCell<Option<Ended>> = const { std::cell::RefCell::new(None) }; }
        let ended = Arc::new(AtomicUsize::new(0));
        let threads = Threads::new(3).unwrap();
        threads.broadcast(|_| MARK.with(|mark| *mark.borrow_mut() = Some(Ended(Arc::clone(&ended)))));
        assert_eq!(ended.load(Ordering::SeqCst), 0);
        drop(threads);
        assert_eq!(ended.load(Ordering::SeqCst), 3);
    }
}
