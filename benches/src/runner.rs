//! Runs cases one after the other and keeps what each has found, whatever happens to the others. Knows no table and no file.

use anyhow::{Error, Result};

use crate::case::{Case, CaseKind, Idle, Pairs, Reference, Tail};
use crate::file_limit;
use crate::fleet::{Fleet, Role, Side};
use crate::idle_memory;
use crate::judge;
use crate::pairs::{self, Effort};
use crate::progress::Progress;
use crate::results::{CaseResult, Gap, Outcome, Results};
use crate::server::{self, Environment, Server};
use crate::tail_runs;

/// Idle connections at most in a quick run.
const QUICK_CONNECTIONS: usize = 1000;
/// About how long the warm-ups for one reference take when nothing is left out.
const WARM_UP_SECONDS: f64 = 8.0;

/// How all cases are run.
#[derive(Debug)]
pub struct Runner {
    /// Where servers are.
    pub environment: Environment,
    /// How much is measured.
    pub effort: Effort,
    /// Trials per side of idle connections.
    pub trials: usize,
    /// Only to see that everything works.
    pub quick: bool,
    /// The subject instead of the cases' own.
    pub subject: Option<&'static Server>,
    /// The only reference instead of the cases' own.
    pub reference: Option<&'static Server>,
}

/// What the steps of a case share.
struct Steps<'s, 'e> {
    fleet: &'s mut Fleet<'e>,
    progress: &'s Progress,
    results: &'s mut Results,
    save: &'s mut dyn FnMut(&Results) -> Result<()>,
}

impl Steps<'_, '_> {
    fn keep(&mut self, case: &Case, result: &mut CaseResult) -> Result<()> {
        result.verdicts = judge::judge(case, &result.outcome);
        self.results.put(result.clone());
        (self.save)(self.results)
    }

    /// Books a failure of `server` and ends it: nobody knows what state it is in.
    fn fail(&mut self, result: &mut CaseResult, server: &str, error: &Error) {
        eprintln!("  FAILED with {server}: {error:#}");
        result.gaps.push(Gap { server: server.to_owned(), reason: format!("{error:#}"), failed: true });
        self.fleet.end(server);
    }
}

impl Runner {
    /// Runs `cases` except for what `results` have of them. `save` gets the results after every step.
    ///
    /// # Errors
    /// A server that is not in the table, too few files, or `save`'s. A load or server that fails is none: it is in the results.
    pub fn run(
        &self,
        cases: &[&'static Case],
        results: &mut Results,
        mut save: impl FnMut(&Results) -> Result<()>,
    ) -> Result<()> {
        // Raised here, because the servers inherit it.
        file_limit::reserve(cases.iter().map(|case| self.connections(case)).max().unwrap_or(0))?;
        let mut fleet = Fleet::new(&self.environment, self.effort.warm_up_share);
        let mut planned = 0.0;
        for case in cases {
            planned += self.planned_seconds(case, &self.start_of(case, results)?)?;
        }
        let progress = Progress::new(planned);
        for (index, case) in cases.iter().enumerate() {
            fleet.keep_only(&self.kept_up(&cases[index..])?);
            let mut result = self.start_of(case, results)?;
            eprintln!("{}: {}", case.name, case.title);
            let mut steps = Steps { fleet: &mut fleet, progress: &progress, results, save: &mut save };
            match case.kind {
                CaseKind::Pairs(pairs) => self.run_pairs(case, pairs, &mut result, &mut steps)?,
                CaseKind::Idle(idle) => self.run_idle(idle, &mut result, &mut steps)?,
                CaseKind::Tail(tail) => self.run_tail(tail, &mut result, &mut steps)?,
            }
            steps.keep(case, &mut result)?;
        }
        Ok(())
    }

    fn run_pairs(&self, case: &Case, pairs: Pairs, result: &mut CaseResult, steps: &mut Steps<'_, '_>) -> Result<()> {
        for reference in self.references_of(pairs.references) {
            let sides = [
                self.side(&result.subject, Role::Subject, pairs.shape, pairs.warm_up_messages)?,
                self.side(
                    reference.server,
                    Role::Reference,
                    reference.shape.unwrap_or(pairs.shape),
                    pairs.warm_up_messages,
                )?,
            ];
            if is_measured(result, reference.server) || self.is_missing(result, &sides.map(|side| side.server)) {
                continue;
            }
            match pairs::run(steps.fleet, sides, pairs.figure, self.effort_of(pairs), steps.progress) {
                Ok(comparison) => {
                    if let Outcome::Pairs { comparisons, .. } = &mut result.outcome {
                        comparisons.push(comparison);
                    }
                }
                Err(error) => {
                    steps.fail(result, reference.server, &error);
                    steps.fleet.end(&result.subject);
                }
            }
            steps.keep(case, result)?;
        }
        Ok(())
    }

    fn run_idle(&self, idle: Idle, result: &mut CaseResult, steps: &mut Steps<'_, '_>) -> Result<()> {
        if !result.outcome.is_empty() {
            return Ok(());
        }
        let mut sides = vec![idle_memory::Side { server: server::find(&result.subject)?, traffic: idle.traffic }];
        match self.reference {
            Some(server) => sides.push(idle_memory::Side { server, traffic: idle.references[0].1 }),
            None => {
                for (name, traffic) in idle.references {
                    sides.push(idle_memory::Side { server: server::find(name)?, traffic: *traffic });
                }
            }
        }
        sides.retain(|side| !self.is_missing(result, &[side.server]));
        if sides.first().is_none_or(|side| side.server.name != result.subject) {
            return Ok(());
        }
        let connections = self.idle_connections(idle);
        let found = idle_memory::run(&self.environment, &sides, connections, self.trials, steps.progress);
        for (side, found) in sides.iter().zip(found) {
            match (found, &mut result.outcome) {
                (Ok(found), Outcome::Idle { sides }) => sides.push(found),
                (Ok(_), _) => {}
                (Err(error), _) => steps.fail(result, side.server.name, &error),
            }
        }
        Ok(())
    }

    fn run_tail(&self, tail: Tail, result: &mut CaseResult, steps: &mut Steps<'_, '_>) -> Result<()> {
        if !result.outcome.is_empty() {
            return Ok(());
        }
        let mut servers = vec![(server::find(&result.subject)?, Role::Subject)];
        for name in self.reference.map_or(tail.references.to_vec(), |server| vec![server.name]) {
            servers.push((server::find(name)?, Role::Reference));
        }
        servers.retain(|(server, _)| !self.is_missing(result, &[server]));
        let mut running = Vec::new();
        for server in servers {
            match tail_runs::start(steps.fleet, server, tail, self.effort, steps.progress) {
                Ok(found) => running.push((server, found)),
                Err(error) => steps.fail(result, server.0.name, &error),
            }
        }
        for round in 0..self.tail_rounds() {
            let count = running.len().max(1);
            running.rotate_left(usize::from(round > 0) % count);
            let mut failed = Vec::new();
            for (server, found) in &mut running {
                if let Err(error) = tail_runs::run(steps.fleet, *server, tail, self.effort, found, steps.progress) {
                    failed.push((server.0.name, error));
                }
            }
            for (name, error) in failed {
                steps.fail(result, name, &error);
                running.retain(|(server, _)| server.0.name != name);
            }
        }
        running.sort_by_key(|(server, _)| place_of(&result.subject, tail, server.0.name));
        result.outcome = Outcome::Tail { servers: running.into_iter().map(|(_, found)| found).collect() };
        Ok(())
    }

    fn side(&self, name: &str, role: Role, shape: crate::traffic::Shape, warm_up_messages: u64) -> Result<Side> {
        Ok(Side { server: server::find(name)?, role, shape, warm_up_messages })
    }

    /// Books which of `servers` cannot be tried, and says so.
    fn is_missing(&self, result: &mut CaseResult, servers: &[&'static Server]) -> bool {
        let missing = servers.iter().find_map(|server| Some((server.name, server.missing(&self.environment)?)));
        let Some((server, what)) = missing else { return false };
        eprintln!("  without {server}: it needs {what}");
        let reason = format!("it needs {what}");
        result.gaps.push(Gap { server: servers[servers.len() - 1].name.to_owned(), reason, failed: false });
        true
    }

    /// What there is of `case`; an empty result if that is of another subject.
    fn start_of(&self, case: &Case, results: &Results) -> Result<CaseResult> {
        let subject = self.subject.map_or(case.subject, |server| server.name);
        let empty = match case.kind {
            CaseKind::Pairs(pairs) => Outcome::Pairs { figure: pairs.figure, comparisons: Vec::new() },
            CaseKind::Idle(_) => Outcome::Idle { sides: Vec::new() },
            CaseKind::Tail(_) => Outcome::Tail { servers: Vec::new() },
        };
        let old = results.case(case.name).filter(|old| old.subject == subject).map(|old| old.outcome.clone());
        Ok(CaseResult {
            name: case.name.to_owned(),
            title: case.title.to_owned(),
            subject: server::find(subject)?.name.to_owned(),
            noun: case.noun().to_owned(),
            outcome: old.unwrap_or(empty),
            verdicts: Vec::new(),
            gaps: Vec::new(),
        })
    }

    fn references_of(&self, own: &'static [Reference]) -> Vec<Reference> {
        match self.reference {
            Some(server) => vec![Reference { server: server.name, shape: own[0].shape, bound: None }],
            None => own.to_vec(),
        }
    }

    /// Servers that `cases` run in a fleet.
    fn kept_up(&self, cases: &[&'static Case]) -> Result<Vec<&'static str>> {
        let in_fleet = cases.iter().filter(|case| !matches!(case.kind, CaseKind::Idle(_)));
        let own = in_fleet.flat_map(|case| case.references().into_iter().chain([case.subject]));
        Ok(own.chain(self.subject.map(|server| server.name)).chain(self.reference.map(|server| server.name)).collect())
    }

    fn planned_seconds(&self, case: &Case, result: &CaseResult) -> Result<f64> {
        let run = self.effort.run_seconds();
        let warm_up = WARM_UP_SECONDS * self.effort.warm_up_share;
        Ok(match case.kind {
            CaseKind::Pairs(pairs) => {
                let references = self.references_of(pairs.references);
                let open = references.iter().filter(|reference| !is_measured(result, reference.server)).count();
                let run = self.effort_of(pairs).run_seconds();
                open as f64 * (self.effort.rounds as f64 * 2.0 * run + warm_up)
            }
            _ if !result.outcome.is_empty() => 0.0,
            CaseKind::Idle(idle) => (self.trials * (1 + idle.references.len())) as f64 * idle_memory::TRIAL_SECONDS,
            CaseKind::Tail(tail) => {
                (1 + tail.references.len()) as f64 * ((1 + self.tail_rounds()) as f64 * run + warm_up)
            }
        })
    }

    fn effort_of(&self, pairs: Pairs) -> Effort {
        Effort { seconds: self.effort.seconds.max(pairs.least_seconds), ..self.effort }
    }

    const fn tail_rounds(&self) -> usize {
        self.effort.rounds.div_ceil(2)
    }

    fn connections(&self, case: &Case) -> usize {
        match case.kind {
            CaseKind::Pairs(pairs) => pairs.shape.connections(),
            CaseKind::Idle(idle) => self.idle_connections(idle),
            CaseKind::Tail(tail) => tail.connections,
        }
    }

    fn idle_connections(&self, idle: Idle) -> usize {
        if self.quick { idle.connections.min(QUICK_CONNECTIONS) } else { idle.connections }
    }
}

fn is_measured(result: &CaseResult, reference: &str) -> bool {
    let Outcome::Pairs { comparisons, .. } = &result.outcome else { return false };
    comparisons.iter().any(|comparison| comparison.server == reference)
}

/// The subject first, then the case's own order.
fn place_of(subject: &str, tail: Tail, name: &str) -> Option<usize> {
    if name == subject { None } else { tail.references.iter().position(|reference| *reference == name) }
}
