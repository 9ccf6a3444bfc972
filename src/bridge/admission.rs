//! Who may connect: what an engine counts over all its connections, and the limits on it. Knows nothing of sockets.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

/// Above every IPv6 prefix that a peer can have (multicast begins there): marks an IPv4 address.
const IPV4_KEY: u64 = 0xffff_ffff_0000_0000;

/// How many connections may exist. Equal passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdmissionLimits {
    /// Connections at a time, whatever they speak.
    pub max_connections: usize,
    /// Of them, connections from one IPv4 address or one IPv6 /64 prefix.
    pub max_connections_per_address: usize,
    /// Of them, connections of which the first request is not read, or the opening handshake not answered.
    pub max_handshakes: usize,
}

/// The limit that a connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverLimit {
    /// [`AdmissionLimits::max_connections`].
    Connections,
    /// [`AdmissionLimits::max_connections_per_address`].
    Address,
    /// [`AdmissionLimits::max_handshakes`].
    Handshakes,
}

/// The counts of one engine. Several threads may take and give back at a time; one thread admits.
#[derive(Debug)]
pub struct Admission {
    limits: AdmissionLimits,
    /// Connections over a limit that may be on their way to an answer.
    refused_at_once: usize,
    connections: AtomicUsize,
    handshakes: AtomicUsize,
    /// Connections that get a refusal at this moment; they count nowhere else.
    refused: AtomicUsize,
    /// Connections of each address; not kept if the limit cannot be reached.
    addresses: Option<Mutex<HashMap<u64, usize>>>,
}

impl Admission {
    /// Counts of an engine without connections. So many over a limit get an answer at a time; more are cut.
    pub fn new(limits: AdmissionLimits, refused_at_once: usize) -> Self {
        let counts_addresses = limits.max_connections_per_address < limits.max_connections;
        Self {
            limits,
            refused_at_once,
            connections: AtomicUsize::new(0),
            handshakes: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            addresses: counts_addresses.then(Mutex::default),
        }
    }

    /// The limits.
    pub const fn limits(&self) -> &AdmissionLimits {
        &self.limits
    }

    /// Counts a new connection. `None`: cut it, too many are being refused already.
    pub fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Ticket> {
        let address = address_key(peer);
        let over = self.exceeded(address);
        if over.is_some() && self.refused.fetch_add(1, Ordering::Relaxed) >= self.refused_at_once {
            self.refused.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        if over.is_none() {
            self.connections.fetch_add(1, Ordering::Relaxed);
            self.handshakes.fetch_add(1, Ordering::Relaxed);
            if let Some(addresses) = &self.addresses {
                *addresses.lock().entry(address).or_insert(0) += 1;
            }
        }
        Some(Ticket { admission: Arc::clone(self), address, over, is_handshaking: over.is_none() })
    }

    fn exceeded(&self, address: u64) -> Option<OverLimit> {
        let limits = &self.limits;
        if self.connections.load(Ordering::Relaxed) >= limits.max_connections {
            return Some(OverLimit::Connections);
        }
        if self.handshakes.load(Ordering::Relaxed) >= limits.max_handshakes {
            return Some(OverLimit::Handshakes);
        }
        let of_address = self.addresses.as_ref().and_then(|addresses| addresses.lock().get(&address).copied());
        (of_address.unwrap_or(0) >= limits.max_connections_per_address).then_some(OverLimit::Address)
    }

    fn leave(&self, address: u64) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
        let Some(addresses) = &self.addresses else { return };
        let mut addresses = addresses.lock();
        if let Some(count) = addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&address);
            }
        }
    }
}

/// A connection's place in the counts; gives it back when it is dropped.
#[derive(Debug)]
pub struct Ticket {
    admission: Arc<Admission>,
    address: u64,
    over: Option<OverLimit>,
    is_handshaking: bool,
}

impl Ticket {
    /// The limit that this connection is over: it is to be refused.
    pub const fn over_limit(&self) -> Option<OverLimit> {
        self.over
    }

    /// The limits of the engine.
    pub fn limits(&self) -> &AdmissionLimits {
        self.admission.limits()
    }

    /// A later request is an opening handshake. That is not refused: the connection is one of those that may exist.
    pub fn begin_handshake(&mut self) {
        if self.over.is_none() && !std::mem::replace(&mut self.is_handshaking, true) {
            self.admission.handshakes.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The opening handshake is done, or the first request is no such.
    pub fn end_handshake(&mut self) {
        if std::mem::take(&mut self.is_handshaking) {
            self.admission.handshakes.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end_handshake();
        if self.over.is_some() {
            self.admission.refused.fetch_sub(1, Ordering::Relaxed);
        } else {
            self.admission.leave(self.address);
        }
    }
}

/// IPv4 whole; of IPv6 the first 64 bits, which one customer has all for himself.
fn address_key(peer: IpAddr) -> u64 {
    match peer.to_canonical() {
        IpAddr::V4(ip) => IPV4_KEY | u64::from(ip.to_bits()),
        IpAddr::V6(ip) => (ip.to_bits() >> 64) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(connections: usize, per_address: usize, handshakes: usize) -> Arc<Admission> {
        let limits = AdmissionLimits {
            max_connections: connections,
            max_connections_per_address: per_address,
            max_handshakes: handshakes,
        };
        Arc::new(Admission::new(limits, 3))
    }

    fn over(ticket: &Option<Ticket>) -> Option<OverLimit> {
        ticket.as_ref().expect("not cut").over_limit()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn each_limit_lets_its_number_pass_and_a_place_is_free_again_after_a_connection() {
        let (one, two) = (ip("10.0.0.1"), ip("10.0.0.2"));
        let per_address = admission(9, 2, 9);
        let mut held: Vec<_> = (0..3).map(|_| per_address.admit(one)).collect();
        assert_eq!(held.iter().map(over).collect::<Vec<_>>(), [None, None, Some(OverLimit::Address)]);
        assert_eq!(over(&per_address.admit(two)), None);
        held.remove(0);
        assert_eq!(over(&per_address.admit(one)), None);

        let all = admission(2, 9, 9);
        let held = [all.admit(one), all.admit(two)];
        assert_eq!(over(&all.admit(one)), Some(OverLimit::Connections));
        drop(held);
        assert_eq!(over(&all.admit(one)), None);
    }

    #[test]
    fn a_connection_is_in_its_handshake_until_it_says_otherwise() {
        let handshakes = admission(9, 9, 1);
        let mut first = handshakes.admit(ip("10.0.0.1")).expect("not cut");
        assert_eq!(over(&handshakes.admit(ip("10.0.0.2"))), Some(OverLimit::Handshakes));
        first.end_handshake();
        first.end_handshake();
        let second = handshakes.admit(ip("10.0.0.2"));
        assert_eq!(over(&second), None);
        first.begin_handshake();
        first.begin_handshake();
        assert_eq!(handshakes.handshakes.load(Ordering::Relaxed), 2);
        drop((first, second));
        assert_eq!(handshakes.handshakes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn an_ipv6_prefix_counts_as_one_address_and_a_mapped_address_as_ipv4() {
        assert_eq!(address_key(ip("2001:db8::1")), address_key(ip("2001:db8::ffff:2")));
        assert_ne!(address_key(ip("2001:db8::1")), address_key(ip("2001:db8:0:1::1")));
        assert_eq!(address_key(ip("::ffff:10.0.0.1")), address_key(ip("10.0.0.1")));
        assert_ne!(address_key(ip("10.0.0.1")), address_key(ip("10.0.0.2")));
    }

    #[test]
    fn a_crowd_over_the_limit_is_cut_and_every_count_comes_back() {
        let admission = admission(1, 1, 9);
        let kept = admission.admit(ip("::1"));
        let refused: Vec<_> = (0..3).map(|_| admission.admit(ip("::1"))).collect();
        assert!(refused.iter().all(|ticket| over(ticket) == Some(OverLimit::Connections)));
        assert!(admission.admit(ip("::1")).is_none());
        drop(refused);
        drop(kept);
        assert_eq!(over(&admission.admit(ip("::1"))), None);
        assert_eq!(admission.connections.load(Ordering::Relaxed), 0);
        assert_eq!(admission.refused.load(Ordering::Relaxed), 0);
    }
}
