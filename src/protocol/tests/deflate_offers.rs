//! The client's side of permessage-deflate's negotiation (RFC 7692 section 7.1): what it offers, and which answers it
//! takes. Line 55.

use super::opening_handshake::{LIMITS, read_head};
use crate::protocol::*;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const PLAIN: DeflateSettings = DeflateSettings { context_takeover: false, max_window_bits: 15 };
const TAKEOVER: DeflateSettings = DeflateSettings { context_takeover: true, max_window_bits: 15 };
const SMALL: DeflateSettings = DeflateSettings { context_takeover: true, max_window_bits: 10 };

fn answer(extensions: &[&str]) -> Vec<u8> {
    let mut head = String::from(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
    );
    for extension in extensions {
        head.push_str(&format!("Sec-WebSocket-Extensions: {extension}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn verify(
    extensions: &[&str],
    settings: Option<&DeflateSettings>,
) -> Result<Option<DeflateParameters>, ClientHandshakeError> {
    let verified = verify_response(&answer(extensions), &LIMITS, KEY, &[], settings);
    verified.map(|complete| complete.expect("a whole head").0.deflate)
}

#[track_caller]
fn refused(extensions: &[&str], settings: Option<&DeflateSettings>) {
    let error = verify(extensions, settings).expect_err("must be refused");
    let named = matches!(error, ClientHandshakeError::Header { name: "sec-websocket-extensions", .. });
    assert!(named, "{error}");
}

#[test]
fn the_offer_says_what_the_settings_want() {
    for (settings, offer) in [
        (PLAIN, "; server_no_context_takeover; client_no_context_takeover; client_max_window_bits"),
        (TAKEOVER, "; client_max_window_bits"),
        (SMALL, "; server_max_window_bits=10; client_max_window_bits=10"),
    ] {
        assert_eq!(deflate_offer(&settings), format!("permessage-deflate{offer}"));
    }
}

#[test]
fn our_server_accepts_the_offer_of_our_client_and_the_client_the_answer() {
    for offered in [PLAIN, TAKEOVER, SMALL] {
        for settings in [PLAIN, TAKEOVER, SMALL] {
            let request = client_request("example.org", "/", KEY, &[], Some(&offered), &[]).expect("valid parts");
            let request = String::from_utf8(request).expect("ASCII");
            let offer = deflate_offer(&offered);
            assert!(request.contains(&format!(": {offer}\r\n")), "{request}");
            let Head::Upgrade(upgrade, _) = read_head(request.as_bytes()) else { panic!("not accepted") };
            let agreed = negotiate_deflate([offer.as_bytes()].into_iter(), &settings).expect("acceptable");
            let answer = switching_protocols(&upgrade, Some(&agreed.to_header()), &[]).expect("valid");
            let (response, _) =
                verify_response(&answer, &LIMITS, KEY, &[], Some(&offered)).expect("accepted").expect("complete");
            let seen = response.deflate.expect("agreed");
            for role in [Role::Server, Role::Client] {
                assert_eq!(seen.inbound(role), agreed.inbound(role), "{offered:?} {settings:?}");
            }
        }
    }
}

#[test]
fn a_server_may_decline() {
    assert_eq!(verify(&[], Some(&PLAIN)), Ok(None));
    assert_eq!(verify(&[], None), Ok(None));
}

#[test]
fn an_extension_that_was_not_offered_is_refused() {
    refused(&["permessage-deflate"], None);
    for answer in ["foo", "", "permessage-deflate, foo", "foo, permessage-deflate", "permessage-deflate; unknown"] {
        refused(&[answer], Some(&TAKEOVER));
    }
}

#[test]
fn an_extension_that_comes_twice_is_refused() {
    refused(&["permessage-deflate, permessage-deflate"], Some(&TAKEOVER));
    refused(&["permessage-deflate", "permessage-deflate"], Some(&TAKEOVER));
}

#[test]
fn a_faulty_parameter_is_refused() {
    for parameter in [
        "server_no_context_takeover; server_no_context_takeover",
        "server_no_context_takeover=1",
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=16",
        "client_max_window_bits",
        "client_max_window_bits=8",
        "client_max_window_bits=16",
        "client_max_window_bits=\"1",
    ] {
        refused(&[&format!("permessage-deflate; {parameter}")], Some(&TAKEOVER));
    }
}

#[test]
fn more_than_was_offered_is_refused() {
    refused(&["permessage-deflate"], Some(&PLAIN)); // offered: server_no_context_takeover
    refused(&["permessage-deflate"], Some(&SMALL)); // offered: server_max_window_bits=10
    for answer in
        ["server_max_window_bits=11; client_max_window_bits=10", "server_max_window_bits=10; client_max_window_bits=11"]
    {
        refused(&[&format!("permessage-deflate; {answer}")], Some(&SMALL));
    }
}

#[test]
fn less_than_was_offered_is_taken() {
    for (answer, settings, window_bits, context_takeover) in [
        ("", TAKEOVER, (15, 15), (true, true)),
        ("; server_max_window_bits=8", TAKEOVER, (8, 15), (true, true)),
        ("; client_max_window_bits=\"9\"", TAKEOVER, (15, 9), (true, true)),
        ("; client_no_context_takeover; server_no_context_takeover", TAKEOVER, (15, 15), (false, false)),
        ("; server_no_context_takeover", PLAIN, (15, 15), (false, false)),
        ("; server_max_window_bits=10", SMALL, (10, 10), (true, true)),
    ] {
        let agreed = verify(&[&format!("permessage-deflate{answer}")], Some(&settings)).expect("taken");
        let agreed = agreed.expect("agreed");
        let (from_server, from_client) = (agreed.inbound(Role::Client), agreed.outbound(Role::Client));
        assert_eq!((from_server.window_bits, from_client.window_bits), window_bits, "{answer}");
        assert_eq!((from_server.context_takeover, from_client.context_takeover), context_takeover, "{answer}");
    }
}

#[test]
fn an_extension_that_would_split_the_response_is_refused() {
    let request = client_request("example.org", "/", KEY, &[], None, &[]).expect("valid parts");
    let Head::Upgrade(upgrade, _) = read_head(&request) else { panic!("not accepted") };
    assert!(switching_protocols(&upgrade, Some("a\r\nX: y"), &[]).is_err());
    assert!(switching_protocols(&upgrade, None, &[("Sec-WebSocket-Extensions", "permessage-deflate")]).is_err());
}
