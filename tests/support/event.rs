//! Events as a carrier reads them out of the batch: the documented layout, read a second time. Knows nothing of how
//! they were written.

use std::net::{IpAddr, SocketAddr};

use hawser::bridge::SessionId;
use hawser::engine::Engine;

const DESCRIPTOR_BYTES: usize = 32;
const FETCH: u8 = 1;

/// Kinds of events, by the numbers of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Request,
    Text,
    Binary,
    Pong,
    Failed,
    Closed,
    Drained,
    Log,
    Closing,
    Dropped,
    Accepted,
}

/// One event with its own bytes.
#[derive(Clone, Debug)]
pub struct TestEvent {
    pub session: SessionId,
    pub slot: u32,
    pub kind: Kind,
    pub flags: u8,
    pub code: u16,
    pub cost: u32,
    pub payload: Vec<u8>,
}

/// What a REQUEST event says.
#[derive(Clone, Debug)]
pub struct Request {
    pub remote: SocketAddr,
    pub local: SocketAddr,
    pub secure: bool,
    pub client_certificate: Vec<u8>,
    pub head: String,
    pub body: Vec<u8>,
}

impl TestEvent {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.payload).expect("UTF-8")
    }

    pub fn request(&self) -> Request {
        assert_eq!(self.kind, Kind::Request);
        let mut at = 0;
        let mut take = |count: usize| {
            at += count;
            &self.payload[at - count..at]
        };
        let mut address = || {
            let ip = match take(1)[0] {
                4 => IpAddr::from(<[u8; 4]>::try_from(take(4)).expect("four bytes")),
                16 => IpAddr::from(<[u8; 16]>::try_from(take(16)).expect("sixteen bytes")),
                other => panic!("{other} is no length of an address"),
            };
            SocketAddr::new(ip, u16::from_be_bytes(take(2).try_into().expect("two bytes")))
        };
        let (remote, local) = (address(), address());
        let secure = take(1) == [1];
        let certificate_bytes = u32::from_be_bytes(take(4).try_into().expect("four bytes")) as usize;
        let client_certificate = take(certificate_bytes).to_vec();
        let head_bytes = u32::from_be_bytes(take(4).try_into().expect("four bytes")) as usize;
        Request {
            remote,
            local,
            secure,
            client_certificate,
            head: String::from_utf8(take(head_bytes).to_vec()).expect("a head is ASCII"),
            body: self.payload[at..].to_vec(),
        }
    }
}

/// Reads the events of the last turn.
pub fn read_batch(engine: &Engine, loop_index: usize, count: usize) -> Vec<TestEvent> {
    let memory = |arena| engine.with_memory(loop_index, arena, |bytes| bytes.to_vec()).expect("not driven");
    let descriptors =
        engine.with_memory(loop_index, false, |bytes| bytes[..count * DESCRIPTOR_BYTES].to_vec()).expect("not driven");
    let mut arena = None;
    let mut events = Vec::with_capacity(count);
    for (index, descriptor) in descriptors.chunks(DESCRIPTOR_BYTES).enumerate() {
        let (mut event, offset, length) = read_descriptor(descriptor);
        event.payload = if event.flags & FETCH != 0 {
            engine.fetch(loop_index, index).expect("an event with FETCH has a payload")
        } else if length > 0 {
            let arena = arena.get_or_insert_with(|| memory(true));
            arena[offset..offset + length].to_vec()
        } else {
            Vec::new()
        };
        assert_eq!(event.payload.len(), length, "length of {event:?}");
        events.push(event);
    }
    events
}

fn read_descriptor(bytes: &[u8]) -> (TestEvent, usize, usize) {
    let number = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(number(28), 0, "the last word is reserved");
    let event = TestEvent {
        session: SessionId::from_raw(u64::from_ne_bytes(bytes[..8].try_into().expect("eight bytes"))),
        slot: number(8),
        kind: kind(bytes[12]),
        flags: bytes[13],
        code: u16::from_ne_bytes([bytes[14], bytes[15]]),
        cost: number(24),
        payload: Vec::new(),
    };
    (event, number(16) as usize, number(20) as usize)
}

fn kind(number: u8) -> Kind {
    match number {
        1 => Kind::Request,
        2 => Kind::Text,
        3 => Kind::Binary,
        4 => Kind::Pong,
        5 => Kind::Failed,
        6 => Kind::Closed,
        7 => Kind::Drained,
        8 => Kind::Log,
        9 => Kind::Closing,
        10 => Kind::Dropped,
        11 => Kind::Accepted,
        other => panic!("{other} is no kind of event"),
    }
}
