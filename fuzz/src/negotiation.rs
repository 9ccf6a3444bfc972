//! permessage-deflate in the opening handshake: the server's answer to offers whose meaning is known, to arbitrary ones,
//! and what our own two roles make of each other.

use hawser::protocol::{
    DeflateParameters, DeflateSettings, Head, HeadLimits, Role, client_request, negotiate_deflate, parse_head,
    switching_protocols, verify_response,
};

use super::input::Input;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const LIMITS: HeadLimits = HeadLimits { max_bytes: 16_384, max_headers: 20 };

const NAMES: [&str; 4] =
    ["server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits", "client_max_window_bits"];

/// Values as they are written, and the window that they name if they name one.
const VALUES: [(&str, Option<u8>); 16] = [
    ("8", Some(8)),
    ("9", Some(9)),
    ("10", Some(10)),
    ("12", Some(12)),
    ("15", Some(15)),
    ("\"11\"", Some(11)),
    ("\"1\\5\"", Some(15)),
    ("7", None),
    ("16", None),
    ("08", None),
    ("+9", None),
    ("1_0", None),
    ("true", None),
    ("\"x\"", None),
    ("99999999999999999999", None),
    ("0", None),
];

/// See the file.
///
/// # Panics
/// If an answer is not the one that RFC 7692 section 7.1 and our settings give.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let server = settings(&mut input);
    let client = settings(&mut input);
    match input.byte() % 4 {
        0 => check_arbitrary_offer(&server, &input),
        1 => check_arbitrary_answer(&client, input.rest()),
        2 => check_both_roles(&server, &client),
        _ => check_offers(&server, &mut input),
    }
}

fn settings(input: &mut Input<'_>) -> DeflateSettings {
    let shape = input.byte();
    DeflateSettings { context_takeover: shape & 0x80 != 0, max_window_bits: 9 + (shape & 0x7F) % 7 }
}

/// Whatever stands in the header, an answer is one that we can read back, and comes only to its name.
fn check_arbitrary_offer(server: &DeflateSettings, input: &Input<'_>) {
    let bytes = input.clone().rest();
    let values = || bytes.split(|&byte| byte == b'\n');
    let answer = negotiate_deflate(values(), server);
    let named = values().any(|value| value.windows(18).any(|window| window == b"permessage-deflate"));
    assert!(answer.is_none() || named, "nothing is selected that was not offered");
    if let Some(answer) = answer {
        assert_allowed_by_settings(&answer, server);
    }
    // Each value counts by itself.
    let one_by_one = values().find_map(|value| negotiate_deflate(std::iter::once(value), server));
    assert_eq!(one_by_one, answer);
}

fn assert_allowed_by_settings(answer: &DeflateParameters, server: &DeflateSettings) {
    assert_eq!(DeflateParameters::parse(&answer.to_header()), Some(*answer), "{}", answer.to_header());
    assert!((9..=server.max_window_bits).contains(&answer.server_max_window_bits));
    assert!((8..=15).contains(&answer.client_max_window_bits));
    assert!(server.context_takeover || (answer.server_no_context_takeover && answer.client_no_context_takeover));
}

/// One offer as it is written, and what it asks; `None` if it has to be passed over.
#[derive(Clone, Debug, Default)]
struct Asked {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Option<u8>,
    client_max_window_bits: Option<Option<u8>>,
}

impl Asked {
    /// Adds a parameter; `None` if the offer must be declined for it.
    fn with(mut self, name: usize, value: Option<Option<u8>>) -> Option<Self> {
        let again = match (name, value) {
            (0, None) => std::mem::replace(&mut self.server_no_context_takeover, true),
            (1, None) => std::mem::replace(&mut self.client_no_context_takeover, true),
            (2, Some(Some(bits))) => self.server_max_window_bits.replace(bits).is_some(),
            (3, None) => self.client_max_window_bits.replace(None).is_some(),
            (3, Some(Some(bits))) => self.client_max_window_bits.replace(Some(bits)).is_some(),
            _ => true,
        };
        (!again).then_some(self)
    }

    /// Whether `answer` is the one to this offer.
    fn assert_answered(&self, answer: &DeflateParameters, server: &DeflateSettings) {
        let takeover = server.context_takeover;
        assert_eq!(answer.server_no_context_takeover, self.server_no_context_takeover || !takeover);
        assert_eq!(answer.client_no_context_takeover, self.client_no_context_takeover || !takeover);
        let most = server.max_window_bits;
        assert_eq!(answer.server_max_window_bits, self.server_max_window_bits.unwrap_or(15).min(most));
        let client_bits = self.client_max_window_bits.map_or(15, |bits| bits.unwrap_or(15).min(most));
        assert_eq!(answer.client_max_window_bits, client_bits);
        let header = answer.to_header();
        let named = |name: usize| header.contains(NAMES[name]);
        assert!(named(2) || (self.server_max_window_bits.is_none() && most == 15), "an offered window is answered");
        assert!(!named(3) || self.client_max_window_bits.is_some(), "no parameter that the client does not know");
    }
}

/// Offers whose meaning is known because they are written here.
fn check_offers(server: &DeflateSettings, input: &mut Input<'_>) {
    let mut values = Vec::new();
    let mut expected = None;
    while !input.is_empty() && values.len() < 4 {
        let mut value = String::new();
        for _ in 0..1 + input.byte() % 3 {
            let (text, asked) = offer(input);
            value.push_str(if value.is_empty() { "" } else { input.pick(&[",", ", ", " , ,\t"]) });
            value.push_str(&text);
            let acceptable = asked.filter(|asked| asked.server_max_window_bits != Some(8));
            expected = expected.or(acceptable);
        }
        values.push(value);
    }
    let answer = negotiate_deflate(values.iter().map(String::as_bytes), server);
    match (&expected, &answer) {
        (Some(asked), Some(answer)) => {
            assert_allowed_by_settings(answer, server);
            asked.assert_answered(answer, server);
        }
        (None, None) => {}
        _ => panic!("{answer:?} to {values:?}, of which {expected:?} is to be accepted"),
    }
}

fn offer(input: &mut Input<'_>) -> (String, Option<Asked>) {
    let name =
        input.pick(&["permessage-deflate", "permessage-deflate", "permessage-deflate", "x-webkit-deflate-frame"]);
    let mut text = name.to_owned();
    let mut asked = (name == "permessage-deflate").then(Asked::default);
    for _ in 0..input.byte() % 4 {
        let shape = input.byte();
        let index = usize::from(shape & 7);
        text.push_str(if shape & 8 == 0 { "; " } else { " ;" });
        text.push_str(NAMES.get(index).unwrap_or(&"unknown"));
        let value = (shape & 0x10 != 0).then(|| input.pick(&VALUES));
        if let Some((written, _)) = value {
            text.push_str(if shape & 0x20 == 0 { "=" } else { " = " });
            text.push_str(written);
        }
        asked = asked.and_then(|asked| asked.with(index, value.map(|(_, bits)| bits)));
    }
    (text, asked)
}

/// The answer of an unknown server to our own offer: what passes is within the offer.
fn check_arbitrary_answer(client: &DeflateSettings, bytes: &[u8]) {
    let answer: String =
        bytes.iter().map(|&byte| if (b' '..=b'~').contains(&byte) { byte as char } else { ';' }).collect();
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: {answer}\r\n\r\n"
    );
    let verify = |deflate| verify_response(response.as_bytes(), &LIMITS, KEY, &[], deflate);
    assert!(verify(None).is_err(), "nothing was offered");
    let Ok(Some((accepted, _))) = verify(Some(client)) else { return };
    let deflate = accepted.deflate.expect("a header that was accepted has a meaning");
    let (inbound, outbound) = (deflate.inbound(Role::Client), deflate.outbound(Role::Client));
    assert!(
        inbound.window_bits <= client.max_window_bits && (9..=client.max_window_bits).contains(&outbound.window_bits)
    );
    assert!(client.context_takeover || !(inbound.context_takeover || outbound.context_takeover));
    for name in &NAMES[2..] {
        assert!(number_of(&answer, name).is_none_or(|bits| (8..=client.max_window_bits).contains(&bits)), "{answer}");
    }
    // One element, and only parameters that there are.
    assert!(answer.matches("permessage-deflate").count() == 1, "{answer}");
    let known = |parameter: &str| NAMES.contains(&parameter.split('=').next().unwrap_or_default().trim());
    assert!(answer.trim_matches([' ', ',']).split(';').skip(1).all(known), "{answer}");
}

/// The number behind a parameter, if it is there with one.
fn number_of(answer: &str, name: &str) -> Option<u8> {
    let (_, behind) = answer.split_once(name)?;
    let value = behind.split(';').next().unwrap_or_default();
    value.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// Both ends understand the same, and neither sends what the other does not expect.
fn check_both_roles(server: &DeflateSettings, client: &DeflateSettings) {
    let request = client_request("a", "/", KEY, &[], Some(client), &[]).expect("valid parts");
    let Head::Upgrade(upgrade, _) = parse_head(&request, &LIMITS) else { panic!("not accepted") };
    let text = String::from_utf8(request).expect("ASCII");
    let offer = text
        .lines()
        .find_map(|line| line.to_ascii_lowercase().starts_with("sec-websocket-extensions:").then(|| line[25..].trim()));
    let offer = offer.expect("an offer");
    let ours = negotiate_deflate(std::iter::once(offer.as_bytes()), server).expect("our own offer is acceptable");
    assert_allowed_by_settings(&ours, server);
    let answer = switching_protocols(&upgrade, Some(&ours.to_header()), &[]).expect("a valid answer");
    let verified = verify_response(&answer, &LIMITS, KEY, &[], Some(client)).expect("our client accepts our answer");
    let theirs = verified.expect("it is whole").0.deflate.expect("compression was agreed");
    for (sends, receives) in [
        (ours.outbound(Role::Server), theirs.inbound(Role::Client)),
        (theirs.outbound(Role::Client), ours.inbound(Role::Server)),
    ] {
        assert!(sends.window_bits <= receives.window_bits, "{ours:?}, {theirs:?}");
        assert!(!sends.context_takeover || receives.context_takeover, "{ours:?}, {theirs:?}");
    }
}
