//! The checks of `fuzz/` on random inputs, on their seeds with a few bytes changed, and on every input that once failed.

#[allow(missing_docs, reason = "documented where it is a library")]
#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::path::Path;

use fuzz::{TARGETS, Target};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn target(name: &str) -> Target {
    TARGETS.into_iter().find(|target| target.name == name).expect("a known target")
}

/// Replaces, inserts or drops one byte.
#[derive(Clone, Debug)]
enum Edit {
    Replace(u8),
    Insert(u8),
    Drop,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![any::<u8>().prop_map(Edit::Replace), any::<u8>().prop_map(Edit::Insert), Just(Edit::Drop)]
}

fn edited(mut seed: Vec<u8>, edits: Vec<(prop::sample::Index, Edit)>) -> Vec<u8> {
    for (at, edit) in edits {
        let at = at.index(seed.len() + 1);
        match edit {
            Edit::Insert(byte) => seed.insert(at, byte),
            Edit::Replace(byte) if at < seed.len() => seed[at] = byte,
            Edit::Drop if at < seed.len() => _ = seed.remove(at),
            _ => {}
        }
    }
    seed
}

/// Two seeds behind each other, with edits; or random bytes.
fn inputs(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let seed = prop::sample::select(seeds);
    let edits = vec((any::<prop::sample::Index>(), edit()), 0..8);
    let from_seed = (seed, edits, vec(any::<u8>(), 0..40)).prop_map(|(seed, edits, more)| {
        let mut input = edited(seed, edits);
        input.extend(more);
        input
    });
    prop_oneof![from_seed, vec(any::<u8>(), 0..400)]
}

fn run(name: &str, cases: u32) {
    let target = target(name);
    let seeds = (target.seeds)();
    seeds.iter().for_each(|seed| (target.check)(seed));
    let config =
        ProptestConfig { failure_persistence: None, max_shrink_iters: 3000, ..ProptestConfig::with_cases(cases) };
    let check = |input: Vec<u8>| {
        (target.check)(&input);
        Ok(())
    };
    TestRunner::new(config).run(&inputs(seeds), check).expect("the check holds");
}

#[test]
fn the_reader_and_tungstenite_see_the_same() {
    run("reader_differential", 6000);
}

#[test]
fn a_stream_gives_the_same_events_whatever_way_it_is_cut() {
    run("reader_pieces", 3000);
}

#[test]
fn what_is_compressed_comes_back() {
    run("deflate_round_trip", 300);
}

#[test]
fn arbitrary_compressed_messages_give_what_a_plain_decoder_gives() {
    run("deflate_arbitrary", 3000);
}

#[test]
fn an_answer_is_the_one_to_the_first_acceptable_offer() {
    run("negotiation", 6000);
}

#[test]
fn a_head_gives_the_same_answer_whatever_way_it_is_cut_and_is_one_for_others_too() {
    run("handshake", 3000);
}

#[test]
fn exchanges_pass_byte_for_byte_and_end_alike_whatever_way_they_are_cut() {
    run("exchanges", 6000);
}

#[test]
fn a_batch_holds_what_was_pushed() {
    run("event_batch", 6000);
}

#[test]
fn a_record_is_read_as_it_was_written_or_refused() {
    run("records", 6000);
}

/// `fuzz/regressions/<target>/<what was wrong>`: found by a fuzzer, minimised, and named by hand.
#[test]
fn inputs_that_once_failed_pass() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    for target in TARGETS {
        let Ok(files) = fs::read_dir(directory.join(target.name)) else { continue };
        for file in files {
            let path = file.expect("an entry").path();
            println!("{}", path.display());
            (target.check)(&fs::read(&path).expect("a readable file"));
        }
    }
}
