//! What an engine is started with: parsed once from text, immutable and consistent afterwards.
//! Knows nothing of sockets or Java.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::bridge::{OutboundLimits, OverflowStrategy};
use crate::protocol::DEFAULT_MAX_FRAGMENTS;

/// A setting that cannot be used. The text names the key, the value and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}={value} is not valid: {allowed}")]
pub struct InvalidSetting {
    /// The key as it was written.
    pub key: String,
    /// The value as it was written.
    pub value: String,
    /// What would have been accepted.
    pub allowed: String,
}

/// The settings of one engine. Worst case per connection in bytes, beyond what an idle one takes: `max_head_bytes` while a
/// request head is read; then inbound twice the session's message limit (a compressed message as it came, an eighth and
/// 1 KiB more at most, and inflated), outbound `send_high_water_bytes` (twice that where the oldest are dropped), one message and 64 KiB of pings and pongs; with
/// context takeover 32 KiB of history and a compressor of 380 KB; with TLS 32 KiB and a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConfig {
    /// Address to listen on, not a name. Default 127.0.0.1.
    pub host: IpAddr,
    /// Port to listen on; 0 lets the system choose. Default 0.
    pub port: u16,
    /// Length of the kernel's accept queue. Default 1024, 1..=65535.
    pub backlog: u32,
    /// Event loops, each with its own carrier. Default 1, 1..=256.
    pub loops: usize,
    /// Connections served at once, equal is accepted; above it a request is answered 503. Default 1,000,000, 1..=2^24.
    pub max_connections: usize,
    /// Of them from one IPv4 address or one IPv6 /64 prefix, equal is accepted; above it 429. Default and
    /// most 2^24: no limit.
    pub max_connections_per_address: usize,
    /// Of them those whose first request is not read, or whose opening handshake is not answered; equal is accepted, above
    /// it 503. Default 16,384, 1..=2^24.
    pub max_handshakes: usize,
    /// Bytes of incomplete messages of all sessions together, equal passes; the session that goes beyond it is closed
    /// with 1013, unless it holds no more than 16 KiB itself. Default 256 MiB, 1 KiB..=1 TiB.
    pub max_held_bytes: u64,
    /// Pings of one peer, and pongs that no ping of ours asked for, in one second, equal passes; beyond it 1008. Default 500, 1..=1,000,000.
    pub max_control_frames_per_second: u32,
    /// Bytes of one request head, equal is accepted; above it 431. Default 16,384, 256..=1 MiB.
    pub max_head_bytes: usize,
    /// Header lines of one request head, equal is accepted; above it 431. Default 100, 1..=1,000.
    pub max_headers: usize,
    /// Frames of one message, equal passes, one more closes with 1008. Default 16,384, 1..=16,777,216.
    pub max_fragments: u32,
    /// Time for the TLS handshake and the reading of the first request head together, for each further head, and for a
    /// plain request's body; then 408, or the end if nothing was said. Default 10 s, 1 ms..=1 day.
    pub handshake_timeout: Duration,
    /// Time for the whole closing handshake, waiting data included; then the connection is cut. Default 5 s,
    /// 1 ms..=1 day.
    pub close_timeout: Duration,
    /// Outbound bytes of one session (payload and header, 64 more for each message) from which on `overflow_strategy`
    /// decides about the next message; 64 KiB of pings and pongs may wait beside it. Default 1 MiB, 1..=1 GiB.
    pub send_high_water_bytes: u32,
    /// Below it a session that was at its high-water mark is drained; 0: when nothing waits. At most the high-water mark.
    /// Default 256 KiB, or the high-water mark if that is less.
    pub send_low_water_bytes: u32,
    /// What is done with a message at the high-water mark, where the session has no strategy of its own. Default block.
    pub overflow_strategy: OverflowStrategy,
    /// A session of which something waits and whose socket takes no byte for this long is closed with 1013. Default 10 s,
    /// 1 ms..=1 day.
    pub send_time_limit: Duration,
    /// Outbound bytes of all sessions together: of each what it holds alone beyond 16 KiB, and each publication once. From
    /// it on a session that weighs more than 16 KiB counts as at its high-water mark. Default 1 GiB, 64 KiB..=1 TiB.
    pub max_buffered_bytes: u64,
    /// Topics that one session may have subscribed to, equal is accepted. Default 1024, 1..=1,000,000.
    pub max_topics_per_session: usize,
    /// Body bytes of one plain HTTP request, equal is accepted; above it 413. Default 65,536, 0..=1 GiB.
    pub max_http_body_bytes: usize,
    /// A compressor that keeps its context is given back when its session has compressed nothing for this long, at the
    /// latest after twice of it. Default 30 s, 1 ms..=1 day.
    pub compressor_idle: Duration,
    /// A server on this machine that gets every request whose path is not ours, and is asked about opening handshakes.
    /// Default none.
    pub upstream: Option<SocketAddr>,
    /// Paths that the upstream does not get: exact as `/chat`, or with all below as `/chat/**`. Default none.
    pub own_paths: Vec<String>,
    /// Connections to the upstream that each loop keeps for later handshakes. Default 64, 0..=1,000.
    pub upstream_max_idle: usize,
    /// Time to connect to the upstream; then 502. Default 5 s, 1 ms..=1 day.
    pub upstream_connect_timeout: Duration,
    /// Time for its answer to an opening handshake; then 504. Default 30 s, 1 ms..=1 day.
    pub upstream_answer_timeout: Duration,
    /// A spliced client that takes nothing for this long of what waits for it is cut. Default 60 s, 1 ms..=1 day.
    pub upstream_stall_timeout: Duration,
    /// Enables the natives that exist for tests only. Default off.
    pub test_hooks: bool,
    /// The least severe level that is logged.
    pub log_level: tracing::Level,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            host: IpAddr::from([127, 0, 0, 1]),
            port: 0,
            backlog: 1024,
            loops: 1,
            max_connections: 1_000_000,
            max_connections_per_address: MOST_CONNECTIONS,
            max_handshakes: 16_384,
            max_held_bytes: 256 << 20,
            max_control_frames_per_second: 500,
            max_head_bytes: 16_384,
            max_headers: 100,
            max_fragments: DEFAULT_MAX_FRAGMENTS,
            handshake_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(5),
            send_high_water_bytes: 1 << 20,
            send_low_water_bytes: DEFAULT_LOW_WATER_BYTES,
            overflow_strategy: OverflowStrategy::Block,
            send_time_limit: Duration::from_secs(10),
            max_buffered_bytes: 1 << 30,
            max_topics_per_session: 1024,
            max_http_body_bytes: 65_536,
            compressor_idle: Duration::from_secs(30),
            upstream: None,
            own_paths: Vec::new(),
            upstream_max_idle: 64,
            upstream_connect_timeout: Duration::from_secs(5),
            upstream_answer_timeout: Duration::from_secs(30),
            upstream_stall_timeout: Duration::from_secs(60),
            test_hooks: false,
            log_level: tracing::Level::INFO,
        }
    }
}

impl EngineConfig {
    /// Parses `key=value` lines; keys that are absent keep their default.
    ///
    /// # Errors
    /// [`InvalidSetting`] for an unknown key, a value that is no number or one outside its range.
    pub fn parse(text: &str) -> Result<Self, InvalidSetting> {
        let mut config = Self::default();
        let mut low_water = None;
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            let setting = Setting { key, value };
            config.set(&setting)?;
            low_water = if key == "send_low_water_bytes" { Some(setting) } else { low_water };
        }
        let high_water_bytes = config.send_high_water_bytes;
        match low_water {
            Some(setting) if config.send_low_water_bytes > high_water_bytes => {
                return Err(setting.invalid(format!("at most send_high_water_bytes={high_water_bytes}")));
            }
            Some(_) => {}
            None => config.send_low_water_bytes = DEFAULT_LOW_WATER_BYTES.min(high_water_bytes),
        }
        Ok(config)
    }

    /// Marks and strategy of a session that has none of its own.
    pub const fn outbound_limits(&self) -> OutboundLimits {
        OutboundLimits {
            low_water_bytes: self.send_low_water_bytes,
            high_water_bytes: self.send_high_water_bytes,
            overflow: self.overflow_strategy,
        }
    }

    fn set(&mut self, setting: &Setting<'_>) -> Result<(), InvalidSetting> {
        match setting.key {
            "host" => self.host = setting.address()?,
            "port" => self.port = setting.number(0, 65_535)? as u16,
            "backlog" => self.backlog = setting.number(1, 65_535)? as u32,
            "loops" => self.loops = setting.number(1, 256)? as usize,
            "max_connections" => self.max_connections = setting.connections()?,
            "max_connections_per_address" => self.max_connections_per_address = setting.connections()?,
            "max_handshakes" => self.max_handshakes = setting.connections()?,
            "max_held_bytes" => self.max_held_bytes = setting.number(1024, 1 << 40)?,
            "max_control_frames_per_second" => {
                self.max_control_frames_per_second = setting.number(1, 1_000_000)? as u32;
            }
            "compressor_idle_ms" => self.compressor_idle = setting.duration()?,
            "max_head_bytes" => self.max_head_bytes = setting.number(256, 1 << 20)? as usize,
            "max_headers" => self.max_headers = setting.number(1, 1_000)? as usize,
            "max_fragments" => self.max_fragments = setting.number(1, 1 << 24)? as u32,
            "handshake_timeout_ms" => self.handshake_timeout = setting.duration()?,
            "close_timeout_ms" => self.close_timeout = setting.duration()?,
            "send_high_water_bytes" => self.send_high_water_bytes = setting.number(1, 1 << 30)? as u32,
            "send_low_water_bytes" => self.send_low_water_bytes = setting.number(0, 1 << 30)? as u32,
            "overflow_strategy" => self.overflow_strategy = setting.overflow_strategy()?,
            "send_time_limit_ms" => self.send_time_limit = setting.duration()?,
            "max_buffered_bytes" => self.max_buffered_bytes = setting.number(64 << 10, 1 << 40)?,
            "max_topics_per_session" => self.max_topics_per_session = setting.number(1, 1_000_000)? as usize,
            "max_http_body_bytes" => self.max_http_body_bytes = setting.number(0, 1 << 30)? as usize,
            "upstream" => self.upstream = Some(setting.loopback()?),
            "own_path" => self.own_paths.push(setting.value.into()),
            "upstream_max_idle" => self.upstream_max_idle = setting.number(0, 1_000)? as usize,
            "upstream_connect_timeout_ms" => self.upstream_connect_timeout = setting.duration()?,
            "upstream_answer_timeout_ms" => self.upstream_answer_timeout = setting.duration()?,
            "upstream_stall_timeout_ms" => self.upstream_stall_timeout = setting.duration()?,
            "test_hooks" => self.test_hooks = setting.number(0, 1)? == 1,
            "log_level" => self.log_level = LEVELS[setting.number(1, 5)? as usize - 1],
            _ => return Err(setting.invalid("no such setting".into())),
        }
        Ok(())
    }
}

const DEFAULT_LOW_WATER_BYTES: u32 = 256 << 10;

/// As many as the slots of all loops can name.
const MOST_CONNECTIONS: usize = 1 << 24;

const LEVELS: [tracing::Level; 5] =
    [tracing::Level::ERROR, tracing::Level::WARN, tracing::Level::INFO, tracing::Level::DEBUG, tracing::Level::TRACE];

struct Setting<'a> {
    key: &'a str,
    value: &'a str,
}

impl Setting<'_> {
    fn number(&self, least: u64, most: u64) -> Result<u64, InvalidSetting> {
        let parsed = self.value.parse::<u64>().ok().filter(|n| (least..=most).contains(n));
        parsed.ok_or_else(|| self.invalid(format!("a whole number from {least} to {most}")))
    }

    fn connections(&self) -> Result<usize, InvalidSetting> {
        self.number(1, MOST_CONNECTIONS as u64).map(|number| number as usize)
    }

    fn duration(&self) -> Result<Duration, InvalidSetting> {
        // A day is more than any deadline here can mean, and far from every overflow of the clock.
        self.number(1, 86_400_000).map(Duration::from_millis)
    }

    fn overflow_strategy(&self) -> Result<OverflowStrategy, InvalidSetting> {
        self.number(0, 3).map(|number| OverflowStrategy::from_number(number as u8).unwrap_or_default())
    }

    fn address(&self) -> Result<IpAddr, InvalidSetting> {
        self.value.parse().map_err(|_| self.invalid("an IPv4 or IPv6 address".into()))
    }

    fn loopback(&self) -> Result<SocketAddr, InvalidSetting> {
        let address = self.value.parse::<SocketAddr>().ok().filter(|address| address.ip().is_loopback());
        let found = address.filter(|address| address.port() > 0);
        found.ok_or_else(|| self.invalid("a loopback address with a port, like 127.0.0.1:8080".into()))
    }

    fn invalid(&self, allowed: String) -> InvalidSetting {
        InvalidSetting { key: self.key.into(), value: self.value.into(), allowed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keys_keep_their_default() {
        assert_eq!(EngineConfig::parse(""), Ok(EngineConfig::default()));
    }

    #[test]
    fn every_key_is_read() {
        let text = "host=::1\nport=8080\nbacklog=7\nloops=3\nmax_connections=9\nmax_head_bytes=512\nmax_headers=5\n\
                    handshake_timeout_ms=1500\nclose_timeout_ms=20\nsend_high_water_bytes=77\nmax_http_body_bytes=0\n\
                    test_hooks=1\nlog_level=5\nmax_fragments=6\nmax_connections_per_address=4\nmax_handshakes=8\n\
                    max_held_bytes=1099511627776\nmax_control_frames_per_second=2\ncompressor_idle_ms=30\n\
                    send_low_water_bytes=76\noverflow_strategy=3\nsend_time_limit_ms=7\nmax_buffered_bytes=65536\n\
                    max_topics_per_session=1000000\nupstream=[::1]:81\nown_path=/a\nown_path=/b/**\n\
                    upstream_max_idle=0\nupstream_connect_timeout_ms=11\nupstream_answer_timeout_ms=12\nupstream_stall_timeout_ms=13\n";
        let config = EngineConfig::parse(text).expect("valid");
        assert_eq!(config.host, "::1".parse::<IpAddr>().expect("address"));
        assert_eq!((config.port, config.backlog, config.loops, config.max_connections), (8080, 7, 3, 9));
        assert_eq!((config.max_head_bytes, config.max_headers, config.max_http_body_bytes), (512, 5, 0));
        assert_eq!((config.max_fragments, config.max_connections_per_address, config.max_handshakes), (6, 4, 8));
        assert_eq!((config.max_held_bytes, config.max_control_frames_per_second), (1 << 40, 2));
        assert_eq!(config.compressor_idle, Duration::from_millis(30));
        assert_eq!(config.handshake_timeout, Duration::from_millis(1500));
        assert_eq!((config.close_timeout, config.send_high_water_bytes), (Duration::from_millis(20), 77));
        assert_eq!((config.send_low_water_bytes, config.overflow_strategy), (76, OverflowStrategy::DropNewest));
        assert_eq!((config.send_time_limit, config.max_buffered_bytes), (Duration::from_millis(7), 65_536));
        assert_eq!(config.max_topics_per_session, 1_000_000);
        assert_eq!((config.upstream, config.upstream_max_idle), ("[::1]:81".parse().ok(), 0));
        assert_eq!(config.own_paths, ["/a", "/b/**"]);
        assert_eq!(config.upstream_connect_timeout, Duration::from_millis(11));
        assert_eq!(config.upstream_answer_timeout, Duration::from_millis(12));
        assert_eq!(config.upstream_stall_timeout, Duration::from_millis(13));
        assert_eq!((config.test_hooks, config.log_level), (true, tracing::Level::TRACE));
    }

    #[test]
    fn low_water_is_at_most_high_water_in_whatever_order_they_stand() {
        for text in
            ["send_low_water_bytes=8\nsend_high_water_bytes=7", "send_high_water_bytes=7\nsend_low_water_bytes=8"]
        {
            let error = EngineConfig::parse(text).expect_err("low above high");
            let expected = "send_low_water_bytes=8 is not valid: at most send_high_water_bytes=7";
            assert_eq!(error.to_string(), expected);
        }
        let low_water = |text| EngineConfig::parse(text).expect("valid").send_low_water_bytes;
        assert_eq!(low_water("send_low_water_bytes=7\nsend_high_water_bytes=7"), 7);
        assert_eq!(low_water("send_high_water_bytes=7"), 7);
        assert_eq!(low_water("send_high_water_bytes=1048576"), 262_144);
    }

    #[test]
    fn a_value_outside_its_range_is_named_with_the_range() {
        let error = EngineConfig::parse("loops=257").expect_err("too many");
        assert_eq!(error.to_string(), "loops=257 is not valid: a whole number from 1 to 256");
        for bad in ["upstream=10.0.0.1:80", "upstream=127.0.0.1:0", "upstream=localhost:80", "upstream=127.0.0.1"] {
            assert!(EngineConfig::parse(bad).is_err(), "{bad}");
        }
        for bad in ["loops=0", "port=65536", "port=-1", "max_headers=many", "host=localhost", "colour=red", "port"] {
            assert!(EngineConfig::parse(bad).is_err(), "{bad}");
        }
    }
}
