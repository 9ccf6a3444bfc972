//! Looks for an opening handshake among the later requests of a splice. Knows nothing of sockets.

use std::borrow::Cow;

use super::way::Look;
use crate::protocol::{Exchanges, HeadLimits};

/// Looks until it has found a handshake, or cannot know where requests begin. Behind a pointer: most connections carry
/// nothing that is long looked at.
pub struct Lookout(Option<Box<Exchanges>>);

impl Lookout {
    /// Before the first request.
    pub fn new(limits: HeadLimits) -> Self {
        Self(Some(Box::new(Exchanges::new(limits))))
    }

    /// Behind an opening handshake that the upstream answers.
    pub fn answering(limits: HeadLimits) -> Self {
        Self(Some(Box::new(Exchanges::answering(limits))))
    }

    /// In a tunnel there are no requests.
    pub fn none(_: HeadLimits) -> Self {
        Self(None)
    }

    /// Takes what has come of both sides already. Returns what may go to the upstream.
    pub fn begin(&mut self, from_client: Vec<u8>, from_upstream: &[u8]) -> Vec<u8> {
        let Some(exchanges) = &mut self.0 else { return from_client };
        if !from_upstream.is_empty() {
            exchanges.handle_answer(from_upstream);
        }
        if from_client.is_empty() { from_client } else { exchanges.handle_request(&from_client).into_owned() }
    }

    /// A handshake has come; what is withheld begins with it.
    pub fn has_found(&self) -> bool {
        self.0.as_ref().is_some_and(|exchanges| exchanges.has_found())
    }

    /// Whatever was found is the upstream's.
    pub fn lose(&mut self) {
        if let Some(exchanges) = &mut self.0 {
            exchanges.lose();
        }
    }

    /// Once: what is to go to the upstream because nothing is looked for any more.
    pub fn take_lost(&mut self) -> Option<Vec<u8>> {
        let withheld = self.0.take_if(|exchanges| exchanges.is_lost())?.into_withheld();
        (!withheld.is_empty()).then_some(withheld)
    }

    /// What is withheld.
    pub fn into_withheld(self) -> Vec<u8> {
        self.0.map_or_else(Vec::new, |exchanges| exchanges.into_withheld())
    }
}

/// Looks at what the client sends.
pub struct Requests<'l>(pub &'l mut Lookout);

impl Look for Requests<'_> {
    fn look<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        match &mut self.0.0 {
            Some(exchanges) => exchanges.handle_request(bytes),
            None => Cow::Borrowed(bytes),
        }
    }

    fn has_enough(&self) -> bool {
        self.0.has_found()
    }
}

/// Looks at what the upstream sends.
pub struct Answers<'l>(pub &'l mut Lookout);

impl Look for Answers<'_> {
    fn look<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        if let Some(exchanges) = &mut self.0.0 {
            exchanges.handle_answer(bytes);
        }
        Cow::Borrowed(bytes)
    }
}
