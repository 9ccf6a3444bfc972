//! A WebSocket client over blocking sockets, made of `hawser::protocol` alone: what `tests/autobahn/run.py --role client`
//! holds against the fuzzing server of Autobahn|Testsuite. Echoes; knows nothing of the cases or of what they expect.
//!
//! ```text
//! autobahn_client ADDRESS [--context-takeover]      runs all cases of the server at ADDRESS, such as 127.0.0.1:9001
//! ```
//!
//! It offers permessage-deflate, without context takeover unless told so, and compresses every echo of a connection
//! that has agreed on it. Exit status: 0 all cases were run (what came of them is in the server's report), 1 not.

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hawser::protocol::{
    CloseReason, DataKind, DeflateSettings, Deflater, Direction, HeadLimits, Incoming, Inflater, MessageLimits,
    MessageReader, Opcode, Role, apply_mask, client_request, encode_close, encode_frame, encode_header,
    verify_response,
};
use tungstenite::handshake::client::generate_key;

/// The name under which the server reports.
const AGENT: &str = "hawser";
const HEAD_LIMITS: HeadLimits = HeadLimits { max_bytes: 16_384, max_headers: 100 };
/// The suite sends messages of 16 MiB, and one of 4 MiB in frames of 64 bytes.
const MESSAGE_LIMITS: MessageLimits =
    MessageLimits { max_text_bytes: 16 << 20, max_binary_bytes: 16 << 20, max_fragments: 1_000_000 };
/// Must hold a whole response head.
const READ_BYTES: usize = 64 << 10;
/// The longest silence: the server waits for at most a few seconds within a case.
const SILENCE_LIMIT: Duration = Duration::from_secs(60);
/// Of each compressed message; fast, as the cases are many.
const DEFLATE_LEVEL: u8 = 1;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (address, context_takeover) = match &arguments[..] {
        [address] => (address, false),
        [address, flag] if flag == "--context-takeover" => (address, true),
        _ => return Err("usage: autobahn_client ADDRESS [--context-takeover]".into()),
    };
    let deflate = DeflateSettings { context_takeover, max_window_bits: 15 };
    let count = case_count(address, &deflate)?;
    for case in 1..=count {
        let target = format!("/runCase?case={case}&agent={AGENT}");
        // What a case does to the connection is for the server to judge; only an opening handshake must not fail.
        let mut connection = Connection::open(address, &target, &deflate)?;
        if let Err(failure) = connection.echo_to_the_end() {
            println!("case {case} of {count}: {failure}");
        }
    }
    Connection::open(address, &format!("/updateReports?agent={AGENT}"), &deflate)?.echo_to_the_end()?;
    println!("{count} cases were run");
    Ok(())
}

/// Asks the server how many cases it has; they are numbered from 1.
fn case_count(address: &str, deflate: &DeflateSettings) -> Result<u32, Failure> {
    let mut connection = Connection::open(address, "/getCaseCount", deflate)?;
    let mut answer = None;
    while let Some(message) = connection.next_message()? {
        answer = Some(String::from_utf8(message.payload)?);
    }
    Ok(answer.ok_or("the server closed without telling the number of cases")?.parse()?)
}

/// One connection after its opening handshake.
struct Connection {
    socket: TcpStream,
    reader: MessageReader,
    inflater: Inflater,
    compression: Option<Compression>,
    /// What was read; `next` up to `filled` is not yet looked at.
    input: Box<[u8]>,
    next: usize,
    filled: usize,
}

struct Compression {
    deflater: Deflater,
    outbound: Direction,
}

struct Message {
    kind: DataKind,
    payload: Vec<u8>,
}

impl Connection {
    fn open(address: &str, target: &str, deflate: &DeflateSettings) -> Result<Self, Failure> {
        let mut socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(SILENCE_LIMIT))?;
        let key = generate_key();
        socket.write_all(&client_request(address, target, &key, &[], Some(deflate), &[])?)?;
        let mut input = vec![0; READ_BYTES].into_boxed_slice();
        let mut filled = 0;
        let (response, head_bytes) = loop {
            let read_bytes = socket.read(&mut input[filled..])?;
            if read_bytes == 0 {
                return Err("the connection ended inside the opening handshake".into());
            }
            filled += read_bytes;
            if let Some(verified) = verify_response(&input[..filled], &HEAD_LIMITS, &key, &[], Some(deflate))? {
                break verified;
            }
        };
        let mut reader = MessageReader::new(Role::Client, MESSAGE_LIMITS);
        let compression = response.deflate.map(|parameters| {
            reader.set_deflate(parameters.inbound(Role::Client));
            let outbound = parameters.outbound(Role::Client);
            Compression { deflater: Deflater::new(outbound.window_bits, DEFLATE_LEVEL), outbound }
        });
        Ok(Self { socket, reader, inflater: Inflater::default(), compression, input, next: head_bytes, filled })
    }

    /// Sends each message back until the connection has ended.
    fn echo_to_the_end(&mut self) -> Result<(), Failure> {
        while let Some(message) = self.next_message()? {
            self.send(&message)?;
        }
        Ok(())
    }

    /// The next message, or `None` at the end of the connection. Answers pings, the closing handshake and violations.
    fn next_message(&mut self) -> Result<Option<Message>, Failure> {
        loop {
            let input = &mut self.input[..self.filled];
            match self.reader.next_event(input, &mut self.next, &mut self.inflater) {
                Ok(Some(Incoming::Message { kind, payload, .. })) => {
                    return Ok(Some(Message { kind, payload: payload.bytes(input).to_vec() }));
                }
                Ok(Some(Incoming::Ping(payload))) => {
                    let mut out = Vec::new();
                    encode_frame(&mut out, true, Opcode::Pong, payload.bytes(input), Some(masking_key()?));
                    self.socket.write_all(&out)?;
                }
                Ok(Some(Incoming::Pong(_))) => {}
                Ok(Some(Incoming::Close(reason))) => self.close(reason.as_ref())?,
                // Whatever follows is dropped by the reader, so that this comes once.
                Err(violation) => self.close(Some(&CloseReason::new(violation.close_code(), violation.to_string())))?,
                Ok(None) => {
                    if !self.read()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Reads once; `false` at the end of the connection.
    fn read(&mut self) -> Result<bool, Failure> {
        self.next = 0;
        self.filled = match self.socket.read(&mut self.input) {
            // The server may drop a connection that it has closed while our last frames are under way.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            result => result?,
        };
        Ok(self.filled > 0)
    }

    fn send(&mut self, message: &Message) -> Result<(), Failure> {
        let opcode = match message.kind {
            DataKind::Text => Opcode::Text,
            DataKind::Binary => Opcode::Binary,
        };
        let key = masking_key()?;
        let mut out = Vec::new();
        match &mut self.compression {
            None => encode_frame(&mut out, true, opcode, &message.payload, Some(key)),
            Some(Compression { deflater, outbound }) => {
                let mut compressed = Vec::new();
                deflater.compress_message(&message.payload, outbound.context_takeover, &mut compressed);
                encode_header(&mut out, true, true, opcode, compressed.len(), Some(key));
                apply_mask(&mut compressed, key, 0);
                out.append(&mut compressed);
            }
        }
        Ok(self.socket.write_all(&out)?)
    }

    /// Sends a Close frame; the server, as it must (RFC 6455 section 7.1.1), closes the connection.
    fn close(&mut self, reason: Option<&CloseReason>) -> Result<(), Failure> {
        let mut out = Vec::new();
        encode_close(&mut out, reason, Some(masking_key()?));
        Ok(self.socket.write_all(&out)?)
    }
}

/// Fresh for each frame and from the system's random source (RFC 6455 section 5.3).
fn masking_key() -> Result<[u8; 4], Failure> {
    let mut key = [0; 4];
    getrandom::fill(&mut key)?;
    Ok(key)
}
