//! The results of all cases, what they were measured on and with, and their file. Knows no table; `markdown` prints them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::case::Figure;
use crate::cases;
use crate::idle_memory::IdleResult;
use crate::judge::Verdict;
use crate::machine::Machine;
use crate::pairs::Comparison;
use crate::settings::Settings;
use crate::tail_runs::TailResult;

/// Everything a run has found; also the layout of `results.json`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Results {
    /// Where it ran.
    pub machine: Machine,
    /// How it ran, and with which programs.
    pub settings: Settings,
    /// What was measured, by name of the server.
    pub versions: BTreeMap<String, String>,
    /// Cases in the order of the table.
    pub cases: Vec<CaseResult>,
}

/// One case of the table.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CaseResult {
    /// Name as on the command line.
    pub name: String,
    /// Name as in the table.
    pub title: String,
    /// Name of the server in question.
    pub subject: String,
    /// What messages are.
    pub noun: String,
    /// What came out.
    pub outcome: Outcome,
    /// What it had to reach, and whether it has.
    pub verdicts: Vec<Verdict>,
    /// Servers that could not be measured, and why.
    pub gaps: Vec<Gap>,
}

/// A server of a case that has no result.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Gap {
    /// Its name.
    pub server: String,
    /// What was missing or went wrong.
    pub reason: String,
    /// Whether it failed; otherwise it could not be tried.
    pub failed: bool,
}

/// What a case has found.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Pairs with each reference.
    Pairs {
        /// What is compared.
        figure: Figure,
        /// By reference.
        comparisons: Vec<Comparison>,
    },
    /// Memory of idle connections, the subject first.
    Idle {
        /// By side.
        sides: Vec<IdleResult>,
    },
    /// Latencies at half load, the subject first.
    Tail {
        /// By server.
        servers: Vec<TailResult>,
    },
}

impl Outcome {
    /// Whether nothing was measured.
    pub const fn is_empty(&self) -> bool {
        match self {
            Self::Pairs { comparisons, .. } => comparisons.is_empty(),
            Self::Idle { sides } => sides.is_empty(),
            Self::Tail { servers } => servers.is_empty(),
        }
    }

    /// Names of the servers that were measured; of pairs without the subject.
    pub fn servers(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Pairs { comparisons, .. } => {
                Box::new(comparisons.iter().map(|comparison| comparison.server.as_str()))
            }
            Self::Idle { sides } => Box::new(sides.iter().map(|side| side.server.as_str())),
            Self::Tail { servers } => Box::new(servers.iter().map(|server| server.server.as_str())),
        }
    }
}

impl Results {
    /// Starts without cases.
    pub fn new(settings: Settings, versions: BTreeMap<String, String>) -> Self {
        Self { machine: Machine::read(), settings, versions, cases: Vec::new() }
    }

    /// Goes on with what `path` holds, if that was measured on the same machine in the same way; otherwise as [`new`](Self::new). Says
    /// which on stderr.
    pub fn resume(path: &Path, settings: Settings, versions: BTreeMap<String, String>) -> Self {
        let fresh = Self::new(settings, versions);
        let read = fs::read(path).map_err(anyhow::Error::from);
        match read.and_then(|json| Ok(serde_json::from_slice::<Self>(&json)?)) {
            Err(error) => eprintln!("nothing to resume from {}: {error}", path.display()),
            Ok(old)
                if old.machine == fresh.machine && old.settings == fresh.settings && old.versions == fresh.versions =>
            {
                return old;
            }
            Ok(_) => eprintln!("{} was measured with other programs or settings: starting anew", path.display()),
        }
        fresh
    }

    /// The result of case `name`, if there is one.
    pub fn case(&self, name: &str) -> Option<&CaseResult> {
        self.cases.iter().find(|case| case.name == name)
    }

    /// Puts `case` in, in place of an older result of the same.
    pub fn put(&mut self, case: CaseResult) {
        self.cases.retain(|other| other.name != case.name);
        self.cases.push(case);
        let place = |case: &CaseResult| cases::all().position(|other| other.name == case.name);
        self.cases.sort_by_key(place);
    }

    /// Whether no budget was missed.
    pub fn all_met(&self) -> bool {
        self.cases.iter().flat_map(|case| &case.verdicts).all(|verdict| verdict.met)
    }

    /// Whether nothing has failed.
    pub fn all_measured(&self) -> bool {
        self.cases.iter().flat_map(|case| &case.gaps).all(|gap| !gap.failed)
    }

    /// Writes them as JSON.
    ///
    /// # Errors
    /// Names the file that cannot be written.
    pub fn write_json(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        // In one step, so that an end at the wrong moment leaves the last ones.
        let new = path.with_extension("json.new");
        fs::write(&new, json + "\n").with_context(|| format!("{}", new.display()))?;
        fs::rename(&new, path).with_context(|| format!("{}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Outcome, Results};
    use crate::machine::Machine;
    use crate::sample;
    use crate::settings::Settings;

    #[test]
    fn results_are_read_back_as_they_were_written() {
        let directory = std::env::temp_dir().join(format!("hawser-results-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let path = directory.join("results.json");
        let results = Results { machine: Machine::read(), ..sample::results() };
        results.write_json(&path).expect("written");

        let same = Results::resume(&path, results.settings.clone(), results.versions.clone());
        assert_eq!(format!("{:?}", same.cases), format!("{:?}", results.cases));
        let other = Settings { rounds: 1, ..results.settings.clone() };
        assert!(Results::resume(&path, other, results.versions.clone()).cases.is_empty());
        assert!(Results::resume(&path, results.settings.clone(), BTreeMap::new()).cases.is_empty());
        std::fs::write(&path, "{").expect("written");
        assert!(Results::resume(&path, results.settings, results.versions).cases.is_empty());
        std::fs::remove_dir_all(directory).expect("removed");
    }

    #[test]
    fn a_case_takes_the_place_of_its_older_result_in_the_order_of_the_table() {
        let mut results = sample::results();
        let names = |results: &Results| results.cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>();
        let before = names(&results);
        let mut first = results.cases[0].clone();
        first.outcome = Outcome::Tail { servers: Vec::new() };
        results.put(first);

        assert_eq!(names(&results), before);
        assert!(results.cases[0].outcome.is_empty());
    }

    #[test]
    fn a_missed_budget_and_a_failure_show() {
        let mut results = sample::results();
        assert!(!results.all_met() && !results.all_measured());
        results.cases.iter_mut().for_each(|case| case.verdicts.clear());
        results.cases.iter_mut().for_each(|case| case.gaps.clear());
        assert!(results.all_met() && results.all_measured());
    }
}
