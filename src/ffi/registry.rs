//! Running engines by number, so that Java holds no address. Knows nothing of what they do.

use std::sync::Arc;

use once_cell::sync::Lazy;
use parking_lot::RwLock;
use slab::Slab;

use crate::engine::Engine;
use crate::ffi::exception::NativeError;

/// A number is a slot and how often it was used before, so that a stale one is not taken for a later engine.
static ENGINES: Lazy<RwLock<Engines>> = Lazy::new(RwLock::default);

#[derive(Default)]
struct Engines {
    slots: Slab<(u32, Arc<Engine>)>,
    started: u32,
}

/// Registers an engine under a number that was never used.
pub fn insert(engine: Engine) -> i64 {
    let mut engines = ENGINES.write();
    engines.started += 1;
    let started = engines.started;
    let slot = engines.slots.insert((started, Arc::new(engine)));
    (i64::from(started) << 32) | slot as i64
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
    let engines = ENGINES.read();
    let (started, engine) = engines.slots.get((id & 0xffff_ffff) as usize)?;
    (i64::from(*started) == id >> 32).then(|| Arc::clone(engine))
}

/// Uses an engine for a moment, if it still runs; it is not forgotten meanwhile.
#[inline]
pub fn with<R>(id: i64, use_it: impl FnOnce(&Engine) -> R) -> Option<R> {
    let engines = ENGINES.read();
    let (started, engine) = engines.slots.get((id & 0xffff_ffff) as usize)?;
    (i64::from(*started) == id >> 32).then(|| use_it(engine))
}

/// Forgets an engine; the last thread inside it drops it.
pub fn remove(id: i64) {
    let removed = find(id).and_then(|_| ENGINES.write().slots.try_remove((id & 0xffff_ffff) as usize));
    drop(removed);
}
