//! The cases of an unchanged Spring application: the same one on its stock server and with the starter. Data only.

use crate::case::{Case, CaseKind, Idle, IdleBudget, Pairs, Reference};
use crate::cases::{BROWSER, LONG_SECONDS, at_least, broadcast, case, echo, pairs};
use crate::traffic::{Language, Shape, Traffic};

const STARTER: &str = "spring-hawser";
const STOCK: &str = "spring-tomcat";
/// As [`LONG_SECONDS`] where Spring makes dozens of objects for each delivery.
const STOMP_SECONDS: f64 = 4.0;

const fn spring(name: &'static str, title: &'static str, kind: CaseKind) -> Case {
    Case { subject: STARTER, ..case(name, title, kind) }
}

const fn to_stock(shape: Shape, warm_up_messages: u64, references: &'static [Reference]) -> CaseKind {
    CaseKind::Pairs(pairs(shape, warm_up_messages, references))
}

const fn lasting(least_seconds: f64, pairs: Pairs) -> CaseKind {
    CaseKind::Pairs(Pairs { least_seconds, ..pairs })
}

/// In the order in which they run.
pub const SPRING_CASES: &[Case] = &[
    spring(
        "spring-echo-64",
        "Spring application: 64 B, 1 in flight, 64 connections",
        to_stock(echo(64, 1, Traffic::plain(64)), 500_000, &[at_least(STOCK, 2.0)]),
    ),
    spring(
        "spring-echo-64-pipelined",
        "Spring application: 64 B, 16 in flight, 64 connections",
        to_stock(echo(64, 16, Traffic::plain(64)), 500_000, &[at_least(STOCK, 10.0)]),
    ),
    spring(
        "spring-echo-1k",
        "Spring application: 1 KiB, 1 in flight, 64 connections",
        to_stock(echo(64, 1, Traffic::plain(1024)), 300_000, &[at_least(STOCK, 3.0)]),
    ),
    Case {
        subject: "spring-hawser-deflate",
        ..spring(
            "spring-broadcast-deflate",
            "Spring application: broadcast of 512 B of JSON to 1,000, deflate",
            lasting(
                LONG_SECONDS,
                pairs(
                    broadcast(1, Traffic::json(512, BROWSER), Language::Paths),
                    500_000,
                    &[at_least("spring-tomcat-deflate", 10.0)],
                ),
            ),
        )
    },
    spring(
        "spring-stomp-broadcast",
        "Spring application: STOMP, broadcast of 512 B to 1,000, simple broker",
        lasting(
            STOMP_SECONDS,
            pairs(broadcast(1, Traffic::plain(512), Language::Stomp), 400_000, &[at_least(STOCK, 1.5)]),
        ),
    ),
    spring(
        "spring-handshakes",
        "Spring application: connect, opening handshake, closing handshake, 64 at a time",
        lasting(LONG_SECONDS, pairs(Shape::Connects { at_once: 64, echoes: false }, 80_000, &[at_least(STOCK, 0.8)])),
    ),
    spring(
        "spring-http",
        "Spring application: plain HTTP, GET of 64 B, 64 connections that are kept",
        to_stock(Shape::Http { connections: 64 }, 300_000, &[at_least(STOCK, 0.6)]),
    ),
    spring(
        "spring-idle",
        "Spring application: 10,000 idle connections",
        CaseKind::Idle(Idle {
            connections: 10_000,
            traffic: Traffic::plain(64),
            references: &[(STOCK, Traffic::plain(64))],
            budget: IdleBudget::Ratio(0.125),
        }),
    ),
];
