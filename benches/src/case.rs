//! The table of what is measured. Data only: a new case is a new line here. Knows servers by their names alone.

use anyhow::{Context, Result};

use crate::load::{Extension, Traffic};

/// One load and what its result must reach.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Name on the command line and in `results.json`.
    pub name: &'static str,
    /// Name in the table.
    pub title: &'static str,
    /// Whether it runs when no case is named.
    pub by_default: bool,
    /// Subject and reference by their names, unless the command line names others.
    pub servers: [&'static str; 2],
    /// What is done.
    pub kind: CaseKind,
}

/// What a case does.
#[derive(Clone, Copy, Debug)]
pub enum CaseKind {
    /// Echo in pairs; the result is the ratio of messages per server CPU second, subject by reference.
    Echo {
        /// Connections open at once.
        connections: usize,
        /// Messages in flight on each.
        in_flight: usize,
        /// What is sent.
        traffic: Traffic,
        /// Least ratio that is good, if one was set.
        least_ratio: Option<f64>,
    },
    /// Idle connections; the result is the memory each of them costs.
    Idle {
        /// Connections held, each with one echo behind it.
        connections: usize,
        /// What that echo is, with the subject and with the reference.
        traffic: [Traffic; 2],
        /// What is good.
        budget: IdleBudget,
    },
}

/// What an idle connection of the subject may cost: growth outside the Java heap plus live heap.
#[derive(Clone, Copy, Debug)]
pub enum IdleBudget {
    /// Most bytes.
    Bytes(u32),
    /// Most in proportion to the reference.
    Ratio(f64),
}

/// The offer with which each message stands for itself, both ways.
const NO_TAKEOVER: Extension =
    Extension::Deflate("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
/// As long, and unknown everywhere: a session keeps its request, and that is no cost of deflate.
const UNKNOWN: Extension =
    Extension::Declined("x-unknown-deflate-; server_no_context_takeover; client_no_context_takeover");
/// The offer of Chromium and Firefox: each server decides by its own defaults.
const BROWSER: Extension = Extension::Deflate("permessage-deflate; client_max_window_bits");

const BASELINE: [&str; 2] = ["hawser", "tokio-tungstenite"];
const OLDER: [&str; 2] = ["hawser", "hawser-base"];
const DEFLATE: [&str; 2] = ["hawser-deflate", "npm-ws"];

const fn plain(message_bytes: usize) -> Traffic {
    Traffic { message_bytes, is_json: false, extension: Extension::None }
}

/// 1 KiB of JSON: npm `ws` compresses from 1,024 B on.
const fn json(extension: Extension) -> Traffic {
    Traffic { message_bytes: 1024, is_json: true, extension }
}

const fn echo(connections: usize, in_flight: usize, traffic: Traffic, least_ratio: Option<f64>) -> CaseKind {
    CaseKind::Echo { connections, in_flight, traffic, least_ratio }
}

/// All cases, in the order in which they run.
pub const CASES: &[Case] = &[
    Case {
        name: "echo-64",
        title: "64 B, 1 in flight, 64 connections",
        by_default: true,
        servers: BASELINE,
        kind: echo(64, 1, plain(64), Some(0.85)),
    },
    Case {
        name: "echo-64-pipelined",
        title: "64 B, 16 in flight, 64 connections",
        by_default: true,
        servers: BASELINE,
        kind: echo(64, 16, plain(64), None),
    },
    Case {
        name: "echo-1k",
        title: "1 KiB, 1 in flight, 64 connections",
        by_default: false,
        servers: BASELINE,
        kind: echo(64, 1, plain(1024), None),
    },
    Case {
        name: "echo-16k",
        title: "16 KiB, 1 in flight, 64 connections",
        by_default: false,
        servers: BASELINE,
        kind: echo(64, 1, plain(16 * 1024), None),
    },
    Case {
        name: "echo-64-wide",
        title: "64 B, 1 in flight, 1,000 connections",
        by_default: false,
        servers: BASELINE,
        kind: echo(1000, 1, plain(64), None),
    },
    Case {
        name: "echo-64-base",
        title: "64 B, 1 in flight, 64 connections",
        by_default: true,
        servers: OLDER,
        kind: echo(64, 1, plain(64), None),
    },
    Case {
        name: "echo-64-base-pipelined",
        title: "64 B, 16 in flight, 64 connections",
        by_default: true,
        servers: OLDER,
        kind: echo(64, 16, plain(64), None),
    },
    Case {
        name: "echo-1k-deflate",
        title: "1 KiB of JSON, deflate, 1 in flight, 64 connections",
        by_default: true,
        servers: DEFLATE,
        kind: echo(64, 1, json(NO_TAKEOVER), Some(1.5)),
    },
    Case {
        name: "echo-1k-deflate-pipelined",
        title: "1 KiB of JSON, deflate, 16 in flight, 64 connections",
        by_default: false,
        servers: DEFLATE,
        kind: echo(64, 16, json(NO_TAKEOVER), None),
    },
    Case {
        name: "echo-1k-deflate-browser",
        title: "1 KiB of JSON, a browser's offer of deflate, 1 in flight, 64 connections",
        by_default: false,
        servers: DEFLATE,
        kind: echo(64, 1, json(BROWSER), None),
    },
    Case {
        name: "echo-1k-deflate-level",
        title: "1 KiB of JSON, deflate of level 1 on both sides, 1 in flight, 64 connections",
        by_default: false,
        servers: ["hawser-deflate", "npm-ws-level-1"],
        kind: echo(64, 1, json(NO_TAKEOVER), None),
    },
    Case {
        name: "idle",
        title: "10,000 idle connections",
        by_default: true,
        servers: BASELINE,
        kind: CaseKind::Idle { connections: 10_000, traffic: [plain(64), plain(64)], budget: IdleBudget::Bytes(4096) },
    },
    Case {
        name: "idle-deflate",
        title: "10,000 idle connections that agreed on deflate, beside 10,000 that did not",
        by_default: true,
        servers: ["hawser-deflate", "hawser-deflate"],
        kind: CaseKind::Idle {
            connections: 10_000,
            traffic: [json(NO_TAKEOVER), json(UNKNOWN)],
            budget: IdleBudget::Ratio(1.05),
        },
    },
    Case {
        name: "idle-tls",
        title: "10,000 idle wss connections, beside 10,000 without TLS",
        by_default: true,
        servers: ["hawser-tls", "hawser"],
        kind: CaseKind::Idle {
            connections: 10_000,
            traffic: [plain(64), plain(64)],
            budget: IdleBudget::Bytes(16 * 1024),
        },
    },
];

/// Picks cases out of `names`: a list with commas, `default` or `all`.
///
/// # Errors
/// Names the case that is not in the table.
pub fn select(names: &str) -> Result<Vec<&'static Case>> {
    match names {
        "all" => Ok(CASES.iter().collect()),
        "default" => Ok(CASES.iter().filter(|case| case.by_default).collect()),
        _ => names.split(',').map(find).collect(),
    }
}

fn find(name: &str) -> Result<&'static Case> {
    CASES.iter().find(|case| case.name == name).with_context(|| {
        let known: Vec<&str> = CASES.iter().map(|case| case.name).collect();
        format!("no case {name:?}; there are default, all, {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::{CASES, select};
    use crate::server;

    #[test]
    fn cases_are_picked_by_name_and_an_unknown_one_is_refused() {
        let picked = select("echo-1k,idle").expect("both exist");

        assert_eq!(picked.iter().map(|case| case.name).collect::<Vec<_>>(), ["echo-1k", "idle"]);
        assert!(select("default").expect("some").len() < select("all").expect("all").len());
        assert!(select("echo-2k").expect_err("unknown").to_string().contains("echo-2k"));
    }

    #[test]
    fn every_case_has_its_own_name_and_servers_of_the_table() {
        for (index, case) in CASES.iter().enumerate() {
            assert!(CASES[..index].iter().all(|other| other.name != case.name), "{}", case.name);
            for name in case.servers {
                server::find(name).expect(case.name);
            }
        }
    }
}
