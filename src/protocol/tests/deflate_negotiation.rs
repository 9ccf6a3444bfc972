//! The server's side of permessage-deflate's negotiation (RFC 7692 section 7.1). Lines 24, 32, 34.

use crate::protocol::*;

const PLAIN: DeflateSettings = DeflateSettings { context_takeover: false, max_window_bits: 15 };
const TAKEOVER: DeflateSettings = DeflateSettings { context_takeover: true, max_window_bits: 15 };
const SMALL: DeflateSettings = DeflateSettings { context_takeover: true, max_window_bits: 10 };

/// The answer to headers, after it was read back as the engine does.
fn negotiate(headers: &[&str], settings: &DeflateSettings) -> Option<String> {
    let agreed = negotiate_deflate(headers.iter().map(|header| header.as_bytes()), settings)?;
    let answer = agreed.to_header();
    assert_eq!(DeflateParameters::parse(&answer), Some(agreed), "{answer}");
    Some(answer)
}

#[track_caller]
fn answers(headers: &[&str], settings: &DeflateSettings, parameters: &str) {
    let expected = format!("permessage-deflate{parameters}");
    assert_eq!(negotiate(headers, settings).as_deref(), Some(&expected[..]), "{headers:?}");
}

#[test]
fn a_bare_offer_gets_what_the_settings_want() {
    let bare = &["permessage-deflate"];
    answers(bare, &PLAIN, "; server_no_context_takeover; client_no_context_takeover");
    answers(bare, &TAKEOVER, "");
    answers(bare, &SMALL, "; server_max_window_bits=10");
}

#[test]
fn the_offers_of_browsers_are_accepted() {
    let offer = &["permessage-deflate; client_max_window_bits"];
    answers(offer, &PLAIN, "; server_no_context_takeover; client_no_context_takeover");
    answers(offer, &TAKEOVER, "");
    answers(offer, &SMALL, "; server_max_window_bits=10; client_max_window_bits=10");
}

#[test]
fn each_parameter_that_is_offered_is_answered() {
    for (offer, settings, answer) in [
        ("server_no_context_takeover", TAKEOVER, "; server_no_context_takeover"),
        ("client_no_context_takeover", TAKEOVER, "; client_no_context_takeover"),
        ("server_max_window_bits=15", TAKEOVER, "; server_max_window_bits=15"),
        ("server_max_window_bits=9", TAKEOVER, "; server_max_window_bits=9"),
        ("server_max_window_bits=9", SMALL, "; server_max_window_bits=9"),
        ("server_max_window_bits=12", SMALL, "; server_max_window_bits=10"),
        ("client_max_window_bits=15", TAKEOVER, ""),
        ("client_max_window_bits=12", TAKEOVER, "; client_max_window_bits=12"),
        ("client_max_window_bits=8", TAKEOVER, "; client_max_window_bits=8"),
        ("client_max_window_bits=12", SMALL, "; server_max_window_bits=10; client_max_window_bits=10"),
        ("client_max_window_bits=9", SMALL, "; server_max_window_bits=10; client_max_window_bits=9"),
    ] {
        answers(&[&format!("permessage-deflate; {offer}")], &settings, answer);
    }
}

#[test]
fn an_offer_that_cannot_be_kept_or_is_faulty_is_declined_and_the_next_one_taken() {
    for parameter in [
        "server_max_window_bits",
        "server_max_window_bits=7",
        "server_max_window_bits=8",
        "server_max_window_bits=16",
        "server_max_window_bits=09",
        "server_max_window_bits=+9",
        "server_max_window_bits=-9",
        "server_max_window_bits=9.0",
        "server_max_window_bits=ten",
        "server_max_window_bits=100",
        "server_max_window_bits=265",
        "server_max_window_bits=99999999999999999999",
        "client_max_window_bits=7",
        "client_max_window_bits=16",
        "client_max_window_bits=015",
        "client_max_window_bits=\"1\"",
        "server_no_context_takeover=true",
        "client_no_context_takeover=1",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; client_no_context_takeover",
        "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits; client_max_window_bits",
        "client_max_window_bits; client_max_window_bits=10",
        "unknown",
        "unknown=1",
        "SERVER_NO_CONTEXT_TAKEOVER",
    ] {
        let faulty = format!("permessage-deflate; {parameter}");
        assert_eq!(negotiate(&[&faulty], &TAKEOVER), None, "{faulty}");
        let next = "permessage-deflate; server_max_window_bits=11";
        answers(&[&format!("{faulty}, {next}")], &TAKEOVER, "; server_max_window_bits=11");
        answers(&[&faulty, next], &TAKEOVER, "; server_max_window_bits=11");
    }
}

#[test]
fn the_first_acceptable_offer_wins_over_several_headers() {
    let offers = ["foo, permessage-foo; x=1", "permessage-deflate; client_no_context_takeover, permessage-deflate"];
    answers(&offers, &TAKEOVER, "; client_no_context_takeover");
    answers(&["permessage-deflate", "permessage-deflate; client_no_context_takeover"], &TAKEOVER, "");
}

#[test]
fn nothing_is_selected_that_was_not_offered() {
    for header in ["", " ", ",", "foo", "x-webkit-deflate-frame", "permessage-deflate2", "Permessage-Deflate"] {
        assert_eq!(negotiate(&[header], &TAKEOVER), None, "{header}");
    }
    assert_eq!(negotiate(&[], &TAKEOVER), None);
    assert_eq!(negotiate(&["foo; permessage-deflate", "foo; a=permessage-deflate"], &TAKEOVER), None);
    let parameters = negotiate_deflate([&b"permessage-deflate"[..]].into_iter(), &SMALL).expect("accepted");
    assert_eq!(parameters.client_max_window_bits, 15, "the client did not say that it knows the parameter");
}

#[test]
fn quoted_values_and_white_space_are_read() {
    for value in ["\"10\"", "\"1\\0\"", " 10", "\t\"10\" ", "10 "] {
        answers(
            &[&format!("permessage-deflate;server_max_window_bits ={value}")],
            &TAKEOVER,
            "; server_max_window_bits=10",
        );
    }
    answers(&[", ,\t permessage-deflate\t;\tserver_max_window_bits = 10 ,,"], &TAKEOVER, "; server_max_window_bits=10");
    answers(&["foo; a=\"b\"; c, permessage-deflate"], &TAKEOVER, "");
}

#[test]
fn of_a_malformed_header_nothing_is_taken_but_of_the_next_one() {
    for malformed in [
        ";",
        "=",
        "permessage-deflate;",
        "permessage-deflate; ",
        "permessage-deflate; =10",
        "permessage-deflate foo",
        "permessage-deflate; a=",
        "permessage-deflate; a=\"\"",
        "permessage-deflate; a=\"b",
        "permessage-deflate; a=\"b c\"",
        "permessage-deflate; a=\"b\\",
        "permessage-deflate; a=\"b\\\"\"",
        "permessage-deflate; a=\"b\"c",
        "permessage-deflate;;a",
        "permessage-deflate, foo bar",
        "permessage-deflate, \"foo\"",
        "permessage-deflate; a=\"b, permessage-deflate",
        "permessage-deflate, \u{e9}",
    ] {
        assert_eq!(negotiate(&[malformed], &TAKEOVER), None, "{malformed}");
        answers(&[malformed, "permessage-deflate"], &TAKEOVER, "");
    }
    assert_eq!(negotiate_deflate([&b"permessage-deflate; \xFF"[..], b"\0"].into_iter(), &TAKEOVER), None);
}

#[test]
fn thousands_of_offers_are_read_to_the_last_one() {
    let mut offers = "permessage-deflate; server_max_window_bits=8, ".repeat(5000);
    offers.push_str("permessage-deflate; server_max_window_bits=9");
    answers(&[&offers], &TAKEOVER, "; server_max_window_bits=9");
    let headers = vec!["permessage-deflate; unknown"; 5000];
    assert_eq!(negotiate(&headers, &TAKEOVER), None);
}

#[test]
fn lists_of_64_kilobytes_are_read() {
    let names = "a".repeat(65_536);
    let parameters = format!("permessage-deflate{}", "; a".repeat(21_000));
    let quoted = format!("permessage-deflate; a=\"{}\"", "\\b".repeat(32_000));
    for list in [names, parameters, quoted, ",".repeat(65_536), " ,".repeat(32_768), ";".repeat(65_536)] {
        assert_eq!(negotiate(&[&list], &TAKEOVER), None);
        let behind = negotiate(&[&format!("{list}, permessage-deflate")], &TAKEOVER);
        assert_eq!(behind.is_some(), !list.starts_with(';'));
    }
}

#[test]
fn only_an_answer_of_our_own_is_read_back() {
    for answer in [
        "",
        "foo",
        "permessage-deflate, permessage-deflate",
        "permessage-deflate; unknown",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate;",
    ] {
        assert_eq!(DeflateParameters::parse(answer), None, "{answer}");
    }
}

#[test]
fn each_role_has_its_two_directions() {
    let answer = "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=8";
    let agreed = DeflateParameters::parse(answer).expect("an answer of ours");
    let from_server = Direction { window_bits: 10, context_takeover: false };
    let from_client = Direction { window_bits: 8, context_takeover: true };
    assert_eq!((agreed.outbound(Role::Server), agreed.inbound(Role::Server)), (from_server, from_client));
    assert_eq!((agreed.outbound(Role::Client), agreed.inbound(Role::Client)), (from_client, from_server));
}
