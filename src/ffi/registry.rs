//! Running engines by number, so that Java holds no address. Knows nothing of what they do.

use std::sync::Arc;

use arc_swap::ArcSwap;
use once_cell::sync::Lazy;
use slab::Slab;

use crate::engine::Engine;
use crate::ffi::exception::NativeError;

/// Replaced as a whole where an engine starts or ends: every send of every thread looks here, and writes nothing that another
/// thread reads. A number is a slot and how often it was used before, so that a stale one is not taken for a later engine.
static ENGINES: Lazy<ArcSwap<Engines>> = Lazy::new(ArcSwap::default);

#[derive(Clone, Default)]
struct Engines {
    slots: Slab<(u32, Arc<Engine>)>,
    started: u32,
}

/// Registers an engine under a number that was never used.
pub fn insert(engine: Engine) -> i64 {
    let engine = Arc::new(engine);
    let mut id = 0;
    ENGINES.rcu(|engines| {
        let mut engines = Engines::clone(engines);
        engines.started += 1;
        let slot = engines.slots.insert((engines.started, Arc::clone(&engine)));
        id = (i64::from(engines.started) << 32) | slot as i64;
        engines
    });
    id
}

/// Uses an engine.
///
/// # Errors
/// [`NativeError::IllegalState`] if there is none under this number.
pub fn get(id: i64) -> Result<Arc<Engine>, NativeError> {
    find(id).ok_or_else(|| NativeError::IllegalState("the engine has stopped and was released".into()))
}

/// An engine, if it still runs.
pub fn find(id: i64) -> Option<Arc<Engine>> {
    with(id, Arc::clone)
}

/// Uses an engine, if it still runs, without counting that somebody does; it is not dropped meanwhile.
#[inline]
pub fn with<R>(id: i64, use_it: impl FnOnce(&Arc<Engine>) -> R) -> Option<R> {
    let engines = ENGINES.load();
    let (started, engine) = engines.slots.get(slot(id))?;
    (i64::from(*started) == id >> 32).then(|| use_it(engine))
}

/// Forgets an engine; the last thread inside it drops it.
pub fn remove(id: i64) {
    ENGINES.rcu(|engines| {
        let mut engines = Engines::clone(engines);
        if engines.slots.get(slot(id)).is_some_and(|(started, _)| i64::from(*started) == id >> 32) {
            engines.slots.remove(slot(id));
        }
        engines
    });
}

const fn slot(id: i64) -> usize {
    (id & 0xffff_ffff) as usize
}
