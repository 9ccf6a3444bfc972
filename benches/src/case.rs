//! What a case is and how cases are picked. The tables themselves are in [`cases`](crate::cases). Starts nothing.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::cases;
use crate::report::RunReport;
use crate::traffic::{Shape, Traffic};

/// One load and what its result must reach.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Name on the command line and in `results.json`.
    pub name: &'static str,
    /// Name in the table.
    pub title: &'static str,
    /// Whether it runs when no case is named.
    pub by_default: bool,
    /// The server in question, unless the command line names another.
    pub subject: &'static str,
    /// What is done.
    pub kind: CaseKind,
}

/// What a case does.
#[derive(Clone, Copy, Debug)]
pub enum CaseKind {
    /// Alternating pairs with each reference; the result is a ratio of figures, subject by reference.
    Pairs(Pairs),
    /// Idle connections; the result is the memory each of them costs.
    Idle(Idle),
    /// Latencies of each server at half of what it can do.
    Tail(Tail),
}

/// See [`CaseKind::Pairs`].
#[derive(Clone, Copy, Debug)]
pub struct Pairs {
    /// The load.
    pub shape: Shape,
    /// What is compared.
    pub figure: Figure,
    /// Messages before the first round on a JVM that is warm from another case; one that has just started gets three times as many.
    pub warm_up_messages: u64,
    /// With what the subject is compared, one after the other.
    pub references: &'static [Reference],
    /// Least ratio to the best of the references that are JVM peers.
    pub least_to_best_peer: Option<f64>,
    /// Seconds of a run at least, where fewer show nothing; 0: as many as are asked for.
    pub least_seconds: f64,
    /// Most memory in bytes that the subject's server may have grown by beyond the reference's, over all runs.
    pub most_growth_bytes: Option<u64>,
    /// Most 99th percentile of the subject's latency in milliseconds.
    pub most_p99_ms: Option<f64>,
}

/// One server to compare with.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// Its name.
    pub server: &'static str,
    /// Its load where that is another than the subject's.
    pub shape: Option<Shape>,
    /// What the ratio must reach.
    pub bound: Option<Bound>,
}

/// What a ratio must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// At least.
    AtLeast(f64),
    /// At most.
    AtMost(f64),
}

/// See [`CaseKind::Idle`].
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    /// Connections held, each with one echo behind it.
    pub connections: usize,
    /// What that echo is, with the subject.
    pub traffic: Traffic,
    /// The other servers, and what that echo is with them.
    pub references: &'static [(&'static str, Traffic)],
    /// What is good.
    pub budget: IdleBudget,
}

/// What an idle connection of the subject may cost: growth outside the Java heap plus live heap.
#[derive(Clone, Copy, Debug)]
pub enum IdleBudget {
    /// Most bytes.
    Bytes(u32),
    /// Most in proportion to the first reference.
    Ratio(f64),
}

/// See [`CaseKind::Tail`].
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    /// Connections.
    pub connections: usize,
    /// What is sent.
    pub traffic: Traffic,
    /// As [`Pairs::warm_up_messages`].
    pub warm_up_messages: u64,
    /// The servers beside the subject.
    pub references: &'static [&'static str],
}

/// What a case of pairs compares.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Messages per CPU second of the server.
    PerCpuSecond,
    /// Messages per second of wall clock.
    PerSecond,
    /// The 99th percentile of the latency in microseconds: less is better.
    P99,
}

impl Figure {
    /// The figure of one run; `None` where the run was too short for the clock of the server's CPU time.
    pub const fn of(self, report: &RunReport) -> Option<f64> {
        match self {
            Self::PerCpuSecond => report.messages_per_cpu_second,
            Self::PerSecond => Some(report.messages_per_second),
            Self::P99 => Some(report.p99_us),
        }
    }

    /// What it counts, where `noun` is what messages are.
    pub fn label(self, noun: &str) -> String {
        match self {
            Self::PerCpuSecond => format!("{noun} per server CPU second"),
            Self::PerSecond => format!("{noun} per second of wall clock"),
            Self::P99 => "99th percentile of the latency in us".to_owned(),
        }
    }
}

impl Case {
    /// What its messages are.
    pub const fn noun(&self) -> &'static str {
        match self.kind {
            CaseKind::Pairs(pairs) => pairs.shape.noun(),
            CaseKind::Idle(_) => "connections",
            CaseKind::Tail(_) => "echoes",
        }
    }

    /// Names of the servers beside the subject.
    pub fn references(&self) -> Vec<&'static str> {
        match self.kind {
            CaseKind::Pairs(pairs) => pairs.references.iter().map(|reference| reference.server).collect(),
            CaseKind::Idle(idle) => idle.references.iter().map(|(name, _)| *name).collect(),
            CaseKind::Tail(tail) => tail.references.to_vec(),
        }
    }
}

/// Picks cases out of `names`: a list with commas, `default` or `all`.
///
/// # Errors
/// Names the case that is not in the table.
pub fn select(names: &str) -> Result<Vec<&'static Case>> {
    match names {
        "all" => Ok(cases::all().collect()),
        "default" => Ok(cases::all().filter(|case| case.by_default).collect()),
        _ => names.split(',').map(find).collect(),
    }
}

/// Looks a case up.
///
/// # Errors
/// Names the cases there are.
pub fn find(name: &str) -> Result<&'static Case> {
    cases::all().find(|case| case.name == name).with_context(|| {
        let known: Vec<&str> = cases::all().map(|case| case.name).collect();
        format!("no case {name:?}; there are default, all, {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::select;
    use crate::cases;
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
        for (index, case) in cases::all().enumerate() {
            assert!(cases::all().take(index).all(|other| other.name != case.name), "{}", case.name);
            assert!(case.title.len() <= 90, "{} has a title that does not fit over a chart", case.name);
            let references = case.references();
            assert!(!references.is_empty(), "{}", case.name);
            for (place, name) in references.iter().enumerate() {
                server::find(name).expect(case.name);
                assert!(!references[..place].contains(name), "{} has {name} twice", case.name);
            }
            server::find(case.subject).expect(case.name);
        }
    }
}
