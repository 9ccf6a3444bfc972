//! Holds docs/hostile-input.md to its word: every line of the list is there, every test that it names exists. And every
//! document is whole.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines whose features are still to come, or that are about clients.
const LATER: [u32; 3] = [36, 41, 55];
const LINES: u32 = 64;

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hostile-input.md")).expect("the document")
}

/// The text of every source file by its name without extension; of files with the same name all texts together.
fn sources(folder: &Path, found: &mut HashMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "java") {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            found.entry(name).or_default().push_str(&fs::read_to_string(&path).expect("UTF-8"));
        }
    }
}

#[test]
fn every_line_has_its_row() {
    let document = document();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok());
    let rows: Vec<u32> = rows.collect();
    let expected: Vec<u32> = (1..=LINES).filter(|line| !LATER.contains(line)).collect();
    assert_eq!(rows, expected);
}

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = HashMap::new();
    for folder in ["src", "tests", "java/core/src/test", "java/spring/src/test"] {
        sources(&root.join(folder), &mut files);
    }
    let document = document();
    let named: BTreeSet<_> = document.split('`').filter_map(|quoted| quoted.split_once("::")).collect();
    assert!(named.len() > 100, "{} tests", named.len());
    let exists = |(file, test): &(&str, &str)| {
        let is_there = |text: &String| text.contains(&format!("fn {test}(")) || text.contains(&format!("void {test}("));
        files.get(*file).is_some_and(is_there)
    };
    let missing: Vec<_> = named.into_iter().filter(|named| !exists(named)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// All documents below a folder, but for what tools have put there.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_made = name.starts_with('.') || ["target", "build", "bin", "node_modules"].contains(&&*name);
        // A link may lead round in a circle.
        if entry.file_type().expect("a type").is_dir() && !is_made {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

#[test]
fn no_document_holds_both_sides_of_a_merge() {
    let mut found = Vec::new();
    documents(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found);
    assert!(found.iter().any(|path| path.ends_with("docs/hostile-input.md")), "{found:?}");
    // Seven times, as git writes them.
    let markers = ['<', '|', '>'].map(|sign| sign.to_string().repeat(7) + " ");
    let is_marked = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("UTF-8");
        text.lines().any(|line| markers.iter().any(|marker| line.starts_with(marker)))
    };
    found.retain(is_marked);
    assert!(found.is_empty(), "{found:?}");
}
