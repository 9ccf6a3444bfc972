//! The engine whose loop the current thread drives, and the session it has used last: a carrier sends in nearly every
//! callback, most often to one session many times, and finds both here without writing to memory that others share.
//!
//! Set when a turn returns, taken by the next one and when the loop has stopped. What is kept is alive at most as long as
//! its carrier, which ends with its engine.

use std::cell::RefCell;
use std::sync::Arc;

use crate::bridge::SessionId;
use crate::engine::{Engine, Recipient, Session};
use crate::ffi::exception::NativeError;
use crate::ffi::registry;

thread_local! {
    static DRIVEN: RefCell<Option<Driven>> = const { RefCell::new(None) };
}

struct Driven {
    number: i64,
    engine: Arc<Engine>,
    recent: Option<(SessionId, Arc<Session>)>,
}

impl Driven {
    /// Uses a session, which may have ended: then it says so itself.
    #[inline]
    fn with<R>(&mut self, id: SessionId, use_it: impl FnOnce(&Engine, Recipient<'_>) -> R) -> Option<R> {
        if self.recent.as_ref().is_none_or(|(recent, _)| *recent != id) {
            self.recent = Some((id, self.engine.session(id)?));
        }
        let (_, session) = self.recent.as_ref()?;
        Some(use_it(&self.engine, Recipient { id, session }))
    }
}

/// Uses a session of a running engine. `None` if there is none under this id.
#[inline]
pub fn with_session<R>(engine: i64, id: SessionId, use_it: impl FnOnce(&Engine, Recipient<'_>) -> R) -> Option<R> {
    DRIVEN.with_borrow_mut(|driven| match driven {
        Some(driven) if driven.number == engine => driven.with(id, use_it),
        _ => registry::with(engine, |engine| {
            engine.with_session(id, |session| use_it(engine, Recipient { id, session }))
        })?,
    })
}

/// Begins a turn: the engine, which is not driven until [`resume`].
pub fn pause(number: i64) -> Result<Arc<Engine>, NativeError> {
    let driven = DRIVEN.take().filter(|driven| driven.number == number);
    driven.map_or_else(|| registry::get(number), |driven| Ok(driven.engine))
}

/// The current thread goes on with the events of a turn.
pub fn resume(number: i64, engine: Arc<Engine>) {
    DRIVEN.set(Some(Driven { number, engine, recent: None }));
}
