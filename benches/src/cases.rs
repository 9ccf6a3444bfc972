//! The table of what is measured; that of Spring applications is [`spring_cases`](crate::spring_cases). Data only: a new case is a new
//! line here. Knows servers by their names alone.

use crate::case::{Bound, Case, CaseKind, Figure, Idle, IdleBudget, Pairs, Reference, Tail};
use crate::spring_cases::SPRING_CASES;
use crate::traffic::{Extension, Language, Rhythm, Shape, Traffic};

/// The offer with which each message stands for itself, both ways.
const NO_TAKEOVER: Extension =
    Extension::Deflate("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
/// As long, and unknown everywhere: a session keeps its request, and that is no cost of deflate.
const UNKNOWN: Extension =
    Extension::Declined("x-unknown-deflate-; server_no_context_takeover; client_no_context_takeover");
/// The offer of Chromium and Firefox: each server decides by its own defaults.
pub(crate) const BROWSER: Extension = Extension::Deflate("permessage-deflate; client_max_window_bits");

/// Receivers of a broadcast.
const RECEIVERS: usize = 1000;
/// Well below what a core can do, so that a latency says what one publication takes and not how long the queue is.
const STEADY_PUBLICATIONS: Rhythm = Rhythm::PerSecond(50.0);
/// So many bytes and seconds that who never reads passes the high mark and what the kernel takes well inside a run.
const STEADY_MESSAGE_BYTES: usize = 8 * 1024;
const STEADY_SECONDS: f64 = 5.0;
/// Seconds of a run at least in which so many objects are made that a shorter one has a collection of garbage or has none.
pub(crate) const LONG_SECONDS: f64 = 1.5;
/// What may wait for who never reads: the high mark, which is the default, and one message more.
const STALLED_BYTES: u64 = (1 << 20) + STEADY_MESSAGE_BYTES as u64;
/// By how much the growth of two equal JVMs may differ over the runs: compilers, the allocator.
const GROWTH_NOISE_BYTES: u64 = 4 << 20;
/// Part of the calls that sleep.
const SLEEPING: f64 = 0.01;

/// 1 KiB of JSON: npm `ws` compresses from 1,024 B on.
const fn json(extension: Extension) -> Traffic {
    Traffic::json(1024, extension)
}

pub(crate) const fn echo(connections: usize, in_flight: usize, traffic: Traffic) -> Shape {
    Shape::Echo { connections, in_flight, traffic }
}

pub(crate) const fn broadcast(in_flight: usize, traffic: Traffic, language: Language) -> Shape {
    Shape::Broadcast { receivers: RECEIVERS, stalled: 0, rhythm: Rhythm::InFlight(in_flight), traffic, language }
}

const fn steady_broadcast(stalled: usize) -> Shape {
    Shape::Broadcast {
        receivers: RECEIVERS,
        stalled,
        rhythm: STEADY_PUBLICATIONS,
        traffic: Traffic::plain(STEADY_MESSAGE_BYTES),
        language: Language::Paths,
    }
}

const fn sleep(share: f64) -> Shape {
    Shape::Sleep { connections: 64, share }
}

pub(crate) const fn pairs(shape: Shape, warm_up_messages: u64, references: &'static [Reference]) -> Pairs {
    let figure = Figure::PerCpuSecond;
    Pairs {
        shape,
        figure,
        warm_up_messages,
        references,
        least_to_best_peer: None,
        least_seconds: 0.0,
        most_growth_bytes: None,
        most_p99_ms: None,
    }
}

const fn with(server: &'static str) -> Reference {
    Reference { server, shape: None, bound: None }
}

pub(crate) const fn at_least(server: &'static str, ratio: f64) -> Reference {
    Reference { server, shape: None, bound: Some(Bound::AtLeast(ratio)) }
}

/// A case that runs by default, of Hawser's bench server.
pub(crate) const fn case(name: &'static str, title: &'static str, kind: CaseKind) -> Case {
    Case { name, title, by_default: true, subject: "hawser", kind }
}

const fn on_demand(subject: &'static str, case: Case) -> Case {
    Case { by_default: false, subject, ..case }
}

/// All cases, in the order in which they run.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [CASES, SPRING_CASES].into_iter().flatten()
}

const CASES: &[Case] = &[
    case(
        "echo-64",
        "64 B, 1 in flight, 64 connections",
        CaseKind::Pairs(pairs(
            echo(64, 1, Traffic::plain(64)),
            500_000,
            &[
                at_least("tokio-tungstenite", 1.0),
                at_least("vertx", 1.0),
                with("netty"),
                at_least("spring-tomcat", 2.0),
                with("java-websocket"),
            ],
        )),
    ),
    case(
        "echo-64-pipelined",
        "64 B, 16 in flight, 64 connections",
        CaseKind::Pairs(pairs(
            echo(64, 16, Traffic::plain(64)),
            500_000,
            &[
                at_least("tokio-tungstenite", 1.0),
                at_least("vertx", 1.5),
                with("netty"),
                at_least("spring-tomcat", 12.0),
                with("java-websocket"),
            ],
        )),
    ),
    case(
        "echo-1k",
        "1 KiB, 1 in flight, 64 connections",
        CaseKind::Pairs(pairs(
            echo(64, 1, Traffic::plain(1024)),
            300_000,
            &[
                at_least("tokio-tungstenite", 0.9),
                at_least("vertx", 1.0),
                with("netty"),
                at_least("spring-tomcat", 3.5),
            ],
        )),
    ),
    case(
        "echo-16k",
        "16 KiB, 1 in flight, 64 connections",
        CaseKind::Pairs(pairs(
            echo(64, 1, Traffic::plain(16 * 1024)),
            100_000,
            &[
                at_least("tokio-tungstenite", 0.9),
                at_least("vertx", 1.0),
                with("netty"),
                at_least("spring-tomcat", 10.0),
            ],
        )),
    ),
    case(
        "echo-64-wide",
        "64 B, 1 in flight, 1,000 connections",
        CaseKind::Pairs(pairs(
            echo(1000, 1, Traffic::plain(64)),
            300_000,
            &[with("tokio-tungstenite"), at_least("vertx", 1.25), with("netty"), with("spring-tomcat")],
        )),
    ),
    case(
        "broadcast-512",
        "broadcast of 512 B to 1,000, 1 publication in flight",
        CaseKind::Pairs(Pairs {
            least_to_best_peer: Some(1.05),
            ..pairs(
                broadcast(1, Traffic::plain(512), Language::Paths),
                500_000,
                &[
                    at_least("epoll-baseline", 0.9),
                    with("vertx"),
                    with("netty"),
                    with("spring-tomcat"),
                    with("java-websocket"),
                ],
            )
        }),
    ),
    case(
        "broadcast-512-pipelined",
        "broadcast of 512 B to 1,000, 16 publications in flight",
        CaseKind::Pairs(Pairs {
            least_to_best_peer: Some(2.0),
            ..pairs(
                broadcast(16, Traffic::plain(512), Language::Paths),
                500_000,
                &[with("epoll-baseline"), with("vertx"), with("netty"), with("spring-tomcat"), with("java-websocket")],
            )
        }),
    ),
    Case {
        subject: "hawser-deflate",
        ..case(
            "broadcast-512-deflate",
            "broadcast of 512 B of JSON to 1,000, deflate, 1 publication in flight",
            CaseKind::Pairs(Pairs {
                least_to_best_peer: Some(4.5),
                least_seconds: LONG_SECONDS,
                ..pairs(
                    broadcast(1, Traffic::json(512, BROWSER), Language::Paths),
                    500_000,
                    &[
                        with("vertx-deflate"),
                        with("netty-deflate"),
                        at_least("spring-tomcat-deflate", 12.0),
                        with("java-websocket-deflate"),
                    ],
                )
            }),
        )
    },
    case(
        "connects",
        "connect, opening handshake, one echo of 64 B, closing handshake, 64 at a time",
        CaseKind::Pairs(pairs(
            Shape::Connects { at_once: 64, echoes: true },
            20_000,
            &[
                with("epoll-baseline"),
                with("tokio-tungstenite"),
                with("vertx"),
                at_least("netty", 1.1),
                at_least("spring-tomcat", 3.0),
                with("java-websocket"),
            ],
        )),
    ),
    Case {
        subject: "hawser-adaptive-no-move",
        ..case(
            "sleep-takeover",
            "1 % of the calls sleep 5 ms, 64 connections; loops are taken over",
            CaseKind::Pairs(Pairs {
                figure: Figure::PerSecond,
                most_p99_ms: Some(20.0),
                ..pairs(sleep(SLEEPING), 50_000, &[at_least("hawser-inline", 1.5)])
            }),
        )
    },
    Case {
        subject: "hawser-adaptive",
        ..case(
            "sleep-moved",
            "1 % of the calls sleep 5 ms, handler moved to workers; the reference's never sleeps",
            CaseKind::Pairs(Pairs {
                figure: Figure::PerSecond,
                most_p99_ms: Some(20.0),
                ..pairs(
                    sleep(SLEEPING),
                    200_000,
                    &[Reference { shape: Some(sleep(0.0)), ..at_least("hawser-workers", 0.8) }],
                )
            }),
        )
    },
    case(
        "stalled-reader",
        "broadcast of 8 KiB to 1,000, 50 a second; 1 never reads, with the reference all do",
        CaseKind::Pairs(Pairs {
            figure: Figure::P99,
            least_seconds: STEADY_SECONDS,
            most_growth_bytes: Some(STALLED_BYTES + GROWTH_NOISE_BYTES),
            ..pairs(
                steady_broadcast(1),
                100_000,
                &[Reference { server: "hawser", shape: Some(steady_broadcast(0)), bound: Some(Bound::AtMost(1.25)) }],
            )
        }),
    ),
    case(
        "tail",
        "64 B, 64 connections, at half of what each server can do",
        CaseKind::Tail(Tail {
            connections: 64,
            traffic: Traffic::plain(64),
            warm_up_messages: 500_000,
            references: &["tokio-tungstenite", "vertx", "netty", "spring-tomcat", "java-websocket"],
        }),
    ),
    Case {
        subject: "hawser-cli",
        ..case(
            "echo-64-base",
            "64 B, 1 in flight, 64 connections",
            CaseKind::Pairs(pairs(echo(64, 1, Traffic::plain(64)), 500_000, &[with("hawser-base")])),
        )
    },
    Case {
        subject: "hawser-cli",
        ..case(
            "echo-64-base-pipelined",
            "64 B, 16 in flight, 64 connections",
            CaseKind::Pairs(pairs(echo(64, 16, Traffic::plain(64)), 500_000, &[with("hawser-base")])),
        )
    },
    Case {
        subject: "hawser-deflate",
        ..case(
            "echo-1k-deflate",
            "1 KiB of JSON, deflate, 1 in flight, 64 connections",
            CaseKind::Pairs(pairs(echo(64, 1, json(NO_TAKEOVER)), 170_000, &[at_least("npm-ws", 1.5)])),
        )
    },
    on_demand(
        "hawser-deflate",
        case(
            "echo-1k-deflate-pipelined",
            "1 KiB of JSON, deflate, 16 in flight, 64 connections",
            CaseKind::Pairs(pairs(echo(64, 16, json(NO_TAKEOVER)), 170_000, &[with("npm-ws")])),
        ),
    ),
    on_demand(
        "hawser-deflate",
        case(
            "echo-1k-deflate-browser",
            "1 KiB of JSON, a browser's offer of deflate, 1 in flight, 64 connections",
            CaseKind::Pairs(pairs(echo(64, 1, json(BROWSER)), 170_000, &[with("npm-ws")])),
        ),
    ),
    on_demand(
        "hawser-deflate",
        case(
            "echo-1k-deflate-level",
            "1 KiB of JSON, deflate of level 1 on both sides, 1 in flight, 64 connections",
            CaseKind::Pairs(pairs(echo(64, 1, json(NO_TAKEOVER)), 170_000, &[with("npm-ws-level-1")])),
        ),
    ),
    case(
        "idle",
        "10,000 idle connections",
        CaseKind::Idle(Idle {
            connections: 10_000,
            traffic: Traffic::plain(64),
            references: &[
                ("tokio-tungstenite", Traffic::plain(64)),
                ("vertx", Traffic::plain(64)),
                ("netty", Traffic::plain(64)),
                ("spring-tomcat", Traffic::plain(64)),
            ],
            budget: IdleBudget::Bytes(3 * 1024),
        }),
    ),
    Case {
        subject: "hawser-deflate",
        ..case(
            "idle-deflate",
            "10,000 idle connections that agreed on deflate, beside 10,000 that did not",
            CaseKind::Idle(Idle {
                connections: 10_000,
                traffic: json(NO_TAKEOVER),
                references: &[("hawser-deflate", json(UNKNOWN))],
                budget: IdleBudget::Ratio(1.05),
            }),
        )
    },
    Case {
        subject: "hawser-tls",
        ..case(
            "idle-tls",
            "10,000 idle wss connections, beside 10,000 without TLS",
            CaseKind::Idle(Idle {
                connections: 10_000,
                traffic: Traffic::plain(64),
                references: &[("hawser-cli", Traffic::plain(64))],
                budget: IdleBudget::Bytes(16 * 1024),
            }),
        )
    },
];
