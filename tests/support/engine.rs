//! An engine with a carrier thread for each loop, as Java would drive it. Knows nothing of what a handler does.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use hawser::bridge::{SessionId, TlsRecord};
use hawser::config::EngineConfig;
use hawser::engine::{Engine, TlsServer, Turn};

use super::client::{Client, Response};
use super::event::{Kind, TestEvent, read_batch};
use super::handler::echo;
use super::recorder::Recorder;
use super::wait::until;

/// Flag of a REQUEST that is an opening handshake.
pub const UPGRADE: u8 = 16;

/// Counters by their place in what the engine returns.
#[derive(Clone, Copy, Debug)]
pub enum Counter {
    Accepted,
    Open,
    HandshakesRefused,
    SessionsOpened,
    SessionsClosed,
    Panics,
    MessagesIn,
    MessagesOut,
    BytesIn,
    BytesOut,
    RefusedOverLimit,
    TerminatedSlow,
    Violations,
    TransportsLost,
    HandshakesAbandoned,
    TlsHandshakesFailed,
    MessagesPublished,
    PublicationsDelivered,
    DroppedOldest,
    DroppedNewest,
    DroppedConflated,
    TerminatedStalled,
    ConnectionsSpliced,
    UpgradesTunnelled,
    UpgradesAccepted,
    UpstreamFailed,
}

/// A running engine; stops and joins its carriers when it goes out of scope.
pub struct TestEngine {
    engine: Arc<Engine>,
    pub events: Arc<Recorder>,
    carriers: Vec<JoinHandle<()>>,
    paths: AtomicUsize,
}

impl TestEngine {
    /// An echo server with `key=value` lines as settings.
    pub fn echo(config: &str) -> Self {
        Self::start(config, echo)
    }

    /// A server with a handler, which runs on the carriers.
    pub fn start(config: &str, handler: impl Fn(&Engine, &TestEvent) + Send + Sync + 'static) -> Self {
        Self::undriven(config).driven(handler)
    }

    /// An echo server that speaks TLS.
    pub fn echo_tls(config: &str, tls: &TlsRecord) -> Self {
        Self::start_tls(config, tls, echo)
    }

    /// [`start`](Self::start) with TLS.
    pub fn start_tls(
        config: &str,
        tls: &TlsRecord,
        handler: impl Fn(&Engine, &TestEvent) + Send + Sync + 'static,
    ) -> Self {
        Self::undriven_tls(config, tls).driven(handler)
    }

    /// [`unrecorded`](Self::unrecorded) with TLS.
    pub fn unrecorded_tls(
        config: &str,
        tls: &TlsRecord,
        handler: impl Fn(&Engine, &TestEvent) + Send + Sync + 'static,
    ) -> Self {
        let mut this = Self::undriven_tls(config, tls);
        this.drive(Arc::new(handler));
        this
    }

    fn undriven_tls(config: &str, tls: &TlsRecord) -> Self {
        let config = EngineConfig::parse(config).expect("a valid configuration");
        let tls = TlsServer::new(tls).expect("certificates that can be used");
        Self::over(Engine::start_tls(config, tls).expect("a free port"))
    }

    fn driven(mut self, handler: impl Fn(&Engine, &TestEvent) + Send + Sync + 'static) -> Self {
        let events = Arc::clone(&self.events);
        self.drive(Arc::new(move |engine: &Engine, event: &TestEvent| {
            // When an event can be seen, those before it have been handled.
            events.add(event);
            handler(engine, event);
        }));
        self
    }

    /// A server that leaves every request to the test, and echoes otherwise.
    pub fn undecided(config: &str) -> (Self, mpsc::Receiver<SessionId>) {
        let (asked, requests) = mpsc::channel();
        let engine = Self::start(config, move |engine, event| match event.kind {
            Kind::Request => asked.send(event.session).expect("the test waits"),
            _ => echo(engine, event),
        });
        (engine, requests)
    }

    /// [`start`](Self::start) without a record of events.
    pub fn unrecorded(config: &str, handler: impl Fn(&Engine, &TestEvent) + Send + Sync + 'static) -> Self {
        let mut this = Self::undriven(config);
        this.drive(Arc::new(handler));
        this
    }

    /// An engine whose loops nobody drives.
    pub fn undriven(config: &str) -> Self {
        let config = EngineConfig::parse(config).expect("a valid configuration");
        Self::over(Engine::start(config).expect("a free port"))
    }

    fn over(engine: Engine) -> Self {
        Self { engine: Arc::new(engine), events: Arc::default(), carriers: Vec::new(), paths: AtomicUsize::new(0) }
    }

    fn drive(&mut self, handler: Arc<impl Fn(&Engine, &TestEvent) + Send + Sync + 'static>) {
        let mut index = 0;
        while self.engine.with_memory(index, true, |_| ()).is_ok() {
            let (engine, handler) = (Arc::clone(&self.engine), Arc::clone(&handler));
            self.carriers.push(std::thread::spawn(move || {
                while let Turn::Events(count) = engine.turn(index).expect("one carrier for each loop") {
                    let batch = read_batch(&engine, index, count);
                    batch.iter().for_each(|event| handler(&engine, event));
                }
            }));
            index += 1;
        }
    }

    /// The engine for other threads.
    pub fn shared(&self) -> Arc<Engine> {
        Arc::clone(&self.engine)
    }

    pub fn address(&self) -> SocketAddr {
        self.engine.address()
    }

    pub fn counter(&self, counter: Counter) -> u64 {
        self.engine.counters()[counter as usize]
    }

    /// Waits until a counter has a value.
    pub fn await_counter(&self, counter: Counter, value: u64) {
        until(&format!("{counter:?} = {value}"), || (self.counter(counter) == value).then_some(()));
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address())
    }

    /// A client whose opening handshake is done, and its session.
    pub fn open(&self) -> (Client, SessionId) {
        let mut client = self.connect();
        let session = self.request_session(&mut client);
        client.read_101();
        (client, session)
    }

    /// Sends bytes, reads the answer, which says that it is the last, and the end of the connection behind it.
    pub fn refusal(&self, request: &[u8]) -> Response {
        let mut client = self.connect();
        client.write(request);
        let response = client.read_response();
        let connection = response.header("Connection");
        assert!(connection.is_some_and(|value| value.starts_with("close")), "{response:?}");
        client.expect_end();
        response
    }

    /// Sends an opening handshake and waits until the handler has been asked.
    pub fn request_session(&self, client: &mut Client) -> SessionId {
        self.request_session_with(client, Client::upgrade)
    }

    /// [`request_session`](Self::request_session) with a handshake of the test's own, made for the path it is given.
    pub fn request_session_with(&self, client: &mut Client, upgrade: impl FnOnce(&str) -> Vec<u8>) -> SessionId {
        let path = format!("/{}", self.paths.fetch_add(1, Ordering::Relaxed));
        client.write(&upgrade(&path));
        let start = format!("GET {path} ");
        self.events.wait(&start, |events| {
            let mut requests = events.iter().filter(|event| event.kind == Kind::Request);
            requests.find(|event| event.request().head.starts_with(&start)).map(|event| event.session)
        })
    }

    /// Stops and waits until all carriers have left.
    pub fn stop_and_join(&mut self, within: Duration) {
        self.engine.stop(within);
        self.join();
    }

    /// Waits until all carriers have left.
    pub fn join(&mut self) {
        for carrier in self.carriers.drain(..) {
            until("a carrier leaves", || carrier.is_finished().then_some(()));
            carrier.join().expect("the handler did not panic");
        }
    }

    /// Whether all carriers have left.
    pub fn has_stopped(&self) -> bool {
        self.carriers.iter().all(JoinHandle::is_finished)
    }
}

impl Deref for TestEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for TestEngine {
    fn drop(&mut self) {
        self.engine.stop(Duration::ZERO);
        if !std::thread::panicking() {
            self.join();
        }
    }
}
