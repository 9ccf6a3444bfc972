//! permessage-deflate in the opening handshake (RFC 7692 section 7.1): offers to an answer, and the check of an answer.
//! Knows nothing of sockets or of the rest of the handshake.

use super::extension_list::{ExtensionList, Malformed, Parameter, Value};
use super::role::Role;

const NAME: &str = "permessage-deflate";
const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
const CLIENT_NO_CONTEXT_TAKEOVER: &str = "client_no_context_takeover";
const SERVER_MAX_WINDOW_BITS: &str = "server_max_window_bits";
const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";

/// The largest window, and the one that counts where nothing is said (sections 7.1.2.1 and 7.1.2.2).
const MAX_WINDOW_BITS: u8 = 15;
/// The smallest window with which raw deflate can be written: zlib knows no 8 there. Reading is no matter of size.
const MIN_DEFLATE_WINDOW_BITS: u8 = 9;

/// What an endpoint wants of permessage-deflate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeflateSettings {
    /// Whether messages may refer back to earlier ones. Smaller on the wire; costs a compressor and a history for each
    /// connection that uses it.
    pub context_takeover: bool,
    /// How far a message may refer back, as a power of two: 9 to 15.
    pub max_window_bits: u8,
}

/// What both ends have agreed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeflateParameters {
    /// Each message of the server stands for itself.
    pub server_no_context_takeover: bool,
    /// Each message of the client stands for itself.
    pub client_no_context_takeover: bool,
    /// The server refers back by at most two to the power of this: 9 to 15, of a foreign server also 8.
    pub server_max_window_bits: u8,
    /// The client refers back by at most two to the power of this: 8 to 15.
    pub client_max_window_bits: u8,
    /// Whether the answer names the server's window: it must as soon as the offer does, even for 15.
    names_server_window: bool,
}

/// One direction of a connection, as it concerns whoever compresses or inflates there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Direction {
    /// How far a message may refer back, as a power of two: 8 to 15 inbound, 9 to 15 outbound.
    pub window_bits: u8,
    /// Whether a message may refer back to earlier ones.
    pub context_takeover: bool,
}

impl DeflateParameters {
    /// The value of Sec-WebSocket-Extensions in the server's answer.
    #[must_use]
    pub fn to_header(&self) -> String {
        let mut value = NAME.to_owned();
        if self.server_no_context_takeover {
            add(&mut value, SERVER_NO_CONTEXT_TAKEOVER, None);
        }
        if self.client_no_context_takeover {
            add(&mut value, CLIENT_NO_CONTEXT_TAKEOVER, None);
        }
        if self.names_server_window {
            add(&mut value, SERVER_MAX_WINDOW_BITS, Some(self.server_max_window_bits));
        }
        if self.client_max_window_bits < MAX_WINDOW_BITS {
            add(&mut value, CLIENT_MAX_WINDOW_BITS, Some(self.client_max_window_bits));
        }
        value
    }

    /// Reads an answer of our own back, as [`to_header`](Self::to_header) wrote it; `None` if no server of ours gives it.
    #[must_use]
    pub fn parse(answer: &str) -> Option<Self> {
        let (parameters, _) = read_answer(answer.as_bytes())?;
        Some(parameters).filter(|parameters| parameters.server_max_window_bits >= MIN_DEFLATE_WINDOW_BITS)
    }

    /// What an endpoint in `role` receives.
    #[must_use]
    pub const fn inbound(&self, role: Role) -> Direction {
        match role {
            Role::Server => self.client_to_server(),
            Role::Client => self.server_to_client(),
        }
    }

    /// What an endpoint in `role` sends.
    #[must_use]
    pub const fn outbound(&self, role: Role) -> Direction {
        match role {
            Role::Server => self.server_to_client(),
            Role::Client => self.client_to_server(),
        }
    }

    const fn client_to_server(&self) -> Direction {
        Direction { window_bits: self.client_max_window_bits, context_takeover: !self.client_no_context_takeover }
    }

    const fn server_to_client(&self) -> Direction {
        Direction { window_bits: self.server_max_window_bits, context_takeover: !self.server_no_context_takeover }
    }
}

/// Chooses the first acceptable offer of permessage-deflate. `offers` are the values of all Sec-WebSocket-Extensions
/// headers in their order, each of which may hold several offers. A faulty offer is passed over, and of a value that
/// does not follow the grammar none is taken; the connection goes on without the extension then. Linear in the number
/// of bytes.
#[must_use]
pub fn negotiate_deflate<'a>(
    offers: impl Iterator<Item = &'a [u8]>,
    settings: &DeflateSettings,
) -> Option<DeflateParameters> {
    let mut offers = offers;
    offers.find_map(|value| first_acceptable(value, settings).ok().flatten())
}

fn first_acceptable(value: &[u8], settings: &DeflateSettings) -> Result<Option<DeflateParameters>, Malformed> {
    let mut list = ExtensionList::new(value);
    let mut accepted = None;
    // To the end in any case: it must not depend on the order whether a malformed value counts.
    while let Some(name) = list.next_extension()? {
        let named = Named::read(&mut list)?;
        if accepted.is_none() && name == NAME.as_bytes() {
            accepted = named.and_then(|offer| answer(&offer, settings));
        }
    }
    Ok(accepted)
}

/// The server's answer to one offer; `None` if we cannot do what it asks.
fn answer(offer: &Named, settings: &DeflateSettings) -> Option<DeflateParameters> {
    let most = settings.max_window_bits;
    // Section 7.1.2.1: an offered window must be kept. An unasked one is for our own settings alone.
    let server_max_window_bits = offer.server_max_window_bits.unwrap_or(MAX_WINDOW_BITS).min(most);
    if server_max_window_bits < MIN_DEFLATE_WINDOW_BITS {
        return None;
    }
    // Section 7.1.2.2: a client that does not offer the parameter would not understand it.
    let client_window = offer.client_max_window_bits.map(|bits| bits.unwrap_or(MAX_WINDOW_BITS).min(most));
    Some(DeflateParameters {
        server_no_context_takeover: offer.server_no_context_takeover || !settings.context_takeover,
        client_no_context_takeover: offer.client_no_context_takeover || !settings.context_takeover,
        server_max_window_bits,
        client_max_window_bits: client_window.unwrap_or(MAX_WINDOW_BITS),
        names_server_window: offer.server_max_window_bits.is_some() || server_max_window_bits < MAX_WINDOW_BITS,
    })
}

/// The value of Sec-WebSocket-Extensions in a client's request.
#[must_use]
pub fn deflate_offer(settings: &DeflateSettings) -> String {
    let mut value = NAME.to_owned();
    if !settings.context_takeover {
        add(&mut value, SERVER_NO_CONTEXT_TAKEOVER, None);
        add(&mut value, CLIENT_NO_CONTEXT_TAKEOVER, None);
    }
    let window_bits = Some(settings.max_window_bits).filter(|&bits| bits < MAX_WINDOW_BITS);
    if window_bits.is_some() {
        add(&mut value, SERVER_MAX_WINDOW_BITS, window_bits);
    }
    add(&mut value, CLIENT_MAX_WINDOW_BITS, window_bits);
    value
}

/// Checks a server's answer to [`deflate_offer`]; `None` if it is anything but what that offer allows, upon which the
/// connection must fail (section 5.1).
pub(super) fn accept_answer(value: &[u8], settings: &DeflateSettings) -> Option<DeflateParameters> {
    let (parameters, named) = read_answer(value)?;
    let most = settings.max_window_bits;
    // Section 7.1.1.1: who accepts an offer with this parameter, says so. The other direction is our own choice.
    let server_resets = named.server_no_context_takeover || settings.context_takeover;
    let server_window = parameters.server_max_window_bits <= most;
    let client_window = parameters.client_max_window_bits >= MIN_DEFLATE_WINDOW_BITS
        && named.client_max_window_bits.is_none_or(|_| parameters.client_max_window_bits <= most);
    (server_resets && server_window && client_window).then_some(DeflateParameters {
        client_no_context_takeover: parameters.client_no_context_takeover || !settings.context_takeover,
        client_max_window_bits: parameters.client_max_window_bits.min(most),
        ..parameters
    })
}

/// One permessage-deflate whose parameters all have a value, and nothing else.
fn read_answer(value: &[u8]) -> Option<(DeflateParameters, Named)> {
    let mut list = ExtensionList::new(value);
    let name = list.next_extension().ok()??;
    let named = Named::read(&mut list).ok()??;
    let alone = list.next_extension() == Ok(None);
    if name != NAME.as_bytes() || !alone || named.client_max_window_bits == Some(None) {
        return None;
    }
    let parameters = DeflateParameters {
        server_no_context_takeover: named.server_no_context_takeover,
        client_no_context_takeover: named.client_no_context_takeover,
        server_max_window_bits: named.server_max_window_bits.unwrap_or(MAX_WINDOW_BITS),
        client_max_window_bits: named.client_max_window_bits.flatten().unwrap_or(MAX_WINDOW_BITS),
        names_server_window: named.server_max_window_bits.is_some(),
    };
    Some((parameters, named))
}

/// The parameters that stand in one offer or answer.
#[derive(Default)]
struct Named {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    /// In an offer it may come without a value.
    client_max_window_bits: Option<Option<u8>>,
}

impl Named {
    /// Reads all parameters of one extension; `None` if one is unknown, there twice, or has a wrong value.
    fn read(list: &mut ExtensionList<'_>) -> Result<Option<Self>, Malformed> {
        let mut named = Some(Self::default());
        while let Some(parameter) = list.next_parameter()? {
            named = named.and_then(|named| named.with(&parameter));
        }
        Ok(named)
    }

    fn with(mut self, parameter: &Parameter<'_>) -> Option<Self> {
        let name = std::str::from_utf8(parameter.name).ok()?;
        let first = match (name, parameter.value) {
            (SERVER_NO_CONTEXT_TAKEOVER, None) => !std::mem::replace(&mut self.server_no_context_takeover, true),
            (CLIENT_NO_CONTEXT_TAKEOVER, None) => !std::mem::replace(&mut self.client_no_context_takeover, true),
            (SERVER_MAX_WINDOW_BITS, Some(value)) => self.server_max_window_bits.replace(window_bits(value)?).is_none(),
            (CLIENT_MAX_WINDOW_BITS, None) => self.client_max_window_bits.replace(None).is_none(),
            (CLIENT_MAX_WINDOW_BITS, Some(value)) => {
                self.client_max_window_bits.replace(Some(window_bits(value)?)).is_none()
            }
            _ => false,
        };
        first.then_some(self)
    }
}

/// Section 7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
fn window_bits(value: Value<'_>) -> Option<u8> {
    let mut digits = value.bytes();
    let bits = match (digits.next()?, digits.next(), digits.next()) {
        (ones @ b'8'..=b'9', None, None) => ones - b'0',
        (b'1', Some(ones @ b'0'..=b'5'), None) => 10 + (ones - b'0'),
        _ => return None,
    };
    Some(bits)
}

fn add(header: &mut String, name: &str, value: Option<u8>) {
    use std::fmt::Write;
    let written = match value {
        None => write!(header, "; {name}"),
        Some(value) => write!(header, "; {name}={value}"),
    };
    written.expect("a String takes everything");
}
