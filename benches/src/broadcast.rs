//! The broadcast load: one publisher, N receivers, on one thread. Knows the server only by its addresses.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::endpoint::Endpoint;
use crate::file_limit;
use crate::latency::Latencies;
use crate::pace::Pace;
use crate::publications::{Delivery, Publications};
use crate::report::RunReport;
use crate::subscribers::Subscribers;
use crate::window::{self, Load, Tally, Window};

const PATIENCE: Duration = Duration::from_millis(100);
/// How long receivers may need to be subscribed.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// Publications under way above which the server is taken to be overloaded by the rate.
const MOST_UNDER_WAY: usize = 10_000;

/// What to do to the server.
#[derive(Debug)]
pub struct BroadcastPlan {
    /// Where receivers connect.
    pub subscribe: Endpoint,
    /// Where the publisher connects.
    pub publish: Endpoint,
    /// Receivers that read, at least 1.
    pub receivers: usize,
    /// Receivers beside them that never read.
    pub stalled: usize,
    /// When the next publication goes out.
    pub rhythm: Rhythm,
    /// What is published, in turn.
    pub payloads: Vec<Vec<u8>>,
    /// Whether all clients speak STOMP.
    pub is_stomp: bool,
    /// The extension that receivers offer and the server must take.
    pub offer: Option<String>,
    /// How long it lasts, counted in deliveries.
    pub window: Window,
}

/// When the next publication goes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rhythm {
    /// So many are under way: the next one goes out when all receivers that read have the oldest. At least 1.
    InFlight(usize),
    /// So many a second, whatever has arrived.
    PerSecond(f64),
}

/// Runs the load and says what it found.
///
/// # Errors
/// A failed connection, or a receiver that misses a publication or gets another one.
pub fn run(plan: &BroadcastPlan) -> Result<RunReport> {
    ensure!(plan.receivers > 0, "receivers must be at least 1");
    ensure!(plan.rhythm != Rhythm::InFlight(0), "publications in flight must be at least 1");
    file_limit::reserve(plan.receivers + plan.stalled + 1)?;
    let mut load = BroadcastLoad::start(plan)?;
    let report = window::measure(&mut load, &plan.window)?;
    load.finish()?;
    let stalled_ended = (plan.stalled > 0).then(|| load.subscribers.count_ended()).transpose()?;
    let in_flight = match plan.rhythm {
        Rhythm::InFlight(count) => count,
        Rhythm::PerSecond(_) => 0,
    };
    let report = RunReport {
        connections: plan.receivers + plan.stalled,
        in_flight,
        message_bytes: load.publications.message_bytes(),
        stalled_ended,
        send_lag_p99_us: load.pace.as_ref().map(|pace| pace.lag().quantile_us(0.99)),
        ..report
    };
    Ok(report.with_latencies(&load.latencies))
}

/// A publication that is under way.
#[derive(Debug)]
struct UnderWay {
    /// When it was published, or should have been.
    since: Instant,
    /// Receivers that do not have it yet.
    receivers: usize,
}

struct BroadcastLoad<'p> {
    plan: &'p BroadcastPlan,
    subscribers: Subscribers,
    publications: Publications,
    /// Number of the next publication.
    next: u64,
    /// The last ones, the oldest first; that one has not come to all receivers.
    under_way: VecDeque<UnderWay>,
    pace: Option<Pace>,
    latencies: Latencies,
    tally: Tally,
    /// Whether more is published.
    goes_on: bool,
}

impl<'p> BroadcastLoad<'p> {
    fn start(plan: &'p BroadcastPlan) -> Result<Self> {
        let publications = Publications::new(plan.payloads.clone(), plan.offer.is_some())?;
        let publications = if plan.is_stomp { publications.in_stomp() } else { publications };
        let mut load = Self {
            plan,
            subscribers: Subscribers::open(plan, &publications)?,
            publications,
            next: 0,
            under_way: VecDeque::new(),
            pace: None,
            latencies: Latencies::default(),
            tally: Tally::default(),
            goes_on: true,
        };
        load.call()?;
        if let Rhythm::PerSecond(rate) = plan.rhythm {
            load.pace = Some(Pace::new(rate, Instant::now())?);
        }
        load.publish_due()?;
        Ok(load)
    }

    /// Publishes the call sign until every receiver has had it.
    fn call(&mut self) -> Result<()> {
        let begin = Instant::now();
        while !self.subscribers.were_all_called() {
            ensure!(begin.elapsed() < CALL_TIMEOUT, "not every receiver is subscribed after {CALL_TIMEOUT:?}");
            self.subscribers.publish(&self.publications.call_frame())?;
            let sent = Instant::now();
            while sent.elapsed() < PATIENCE && !self.subscribers.were_all_called() {
                self.subscribers.turn(PATIENCE, &mut self.publications, |_| Ok(()))?;
            }
        }
        Ok(())
    }

    fn publish_due(&mut self) -> Result<()> {
        let now = Instant::now();
        match (self.plan.rhythm, &mut self.pace) {
            (Rhythm::InFlight(count), _) => {
                while self.under_way.len() < count {
                    self.publish(now)?;
                }
            }
            (Rhythm::PerSecond(_), None) => {}
            (Rhythm::PerSecond(_), Some(pace)) => {
                let due: Vec<Instant> = std::iter::from_fn(|| pace.take(now)).collect();
                due.into_iter().try_for_each(|since| self.publish(since))?;
            }
        }
        let under_way = self.under_way.len();
        ensure!(under_way < MOST_UNDER_WAY, "the server falls behind: {under_way} publications are under way");
        Ok(())
    }

    fn publish(&mut self, since: Instant) -> Result<()> {
        self.under_way.push_back(UnderWay { since, receivers: self.plan.receivers });
        self.subscribers.publish(&self.publications.frame(self.next))?;
        self.next += 1;
        Ok(())
    }

    /// Takes the publications under way, then closes every connection that reads.
    fn finish(&mut self) -> Result<()> {
        self.goes_on = false;
        window::drive(self, "the last deliveries", |load| load.under_way.is_empty())?;
        self.subscribers.start_close()?;
        window::drive(self, "the Close frames", |load| load.subscribers.are_closed())
    }
}

/// Books what a receiver got.
fn settle(
    delivery: Delivery,
    oldest: u64,
    under_way: &mut VecDeque<UnderWay>,
    latencies: &mut Latencies,
) -> Result<()> {
    let now = Instant::now();
    for number in delivery.first..delivery.first + delivery.count {
        let place = number.checked_sub(oldest).context("a receiver got a publication twice")?;
        let publication = under_way.get_mut(place as usize).context("a receiver got what was not published")?;
        publication.receivers -= 1;
        latencies.record(now - publication.since);
    }
    Ok(())
}

impl Load for BroadcastLoad<'_> {
    fn turn(&mut self) -> Result<()> {
        let patience = match &self.pace {
            Some(pace) if self.goes_on => pace.patience(Instant::now()).min(PATIENCE),
            _ => PATIENCE,
        };
        let Self { under_way, latencies, tally, .. } = self;
        let oldest = self.next - under_way.len() as u64;
        self.subscribers.turn(patience, &mut self.publications, |delivery| {
            tally.messages += delivery.count;
            tally.wire_bytes += delivery.wire_bytes;
            settle(delivery, oldest, under_way, latencies)
        })?;
        while under_way.front().is_some_and(|publication| publication.receivers == 0) {
            under_way.pop_front();
        }
        if self.goes_on { self.publish_due() } else { Ok(()) }
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn forget_latencies(&mut self) {
        self.latencies = Latencies::default();
        if let Some(pace) = &mut self.pace {
            pace.forget_lag();
        }
    }
}
