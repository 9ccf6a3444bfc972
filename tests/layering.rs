//! The arrows of `src/lib.rs`, checked by reading the sources: who may name whom, and who may be unsafe.

use std::path::{Path, PathBuf};

/// A layer and what its code must not name. That a layer is entered through its exports alone, private modules see to.
const RULES: &[(&str, &[&str])] = &[
    // Sans-IO: neither the layers above nor anything that is not a function of its arguments.
    (
        "protocol",
        &[
            "crate::bridge",
            "crate::engine",
            "crate::ffi",
            "crate::config",
            "tokio::",
            "hyper::",
            "rustls::",
            "tokio_rustls::",
            "jni::",
            "tracing::",
            "std::net",
            "std::time",
            "std::thread",
            "std::env",
            "std::fs",
            "std::sync",
            "Instant",
            "SystemTime",
            "rand::",
        ],
    ),
    (
        "bridge",
        &[
            "crate::engine",
            "crate::ffi",
            "crate::config",
            "tokio::",
            "hyper::",
            "rustls::",
            "tokio_rustls::",
            "jni::",
            "tracing::",
            "Instant",
            "SystemTime",
        ],
    ),
    ("engine", &["crate::ffi", "jni::"]),
    ("ffi", &["tokio::", "hyper::", "rustls::", "tokio_rustls::"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All Rust files below a directory, with their text.
fn files(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            found.push((path, text));
        }
    }
    found
}

/// Lines of code with their numbers: without comments and without tests, which may use what they like.
fn code(path: &Path, text: &str) -> Vec<(usize, String)> {
    if path.components().any(|part| part.as_os_str() == "tests") {
        return Vec::new();
    }
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let without_comment = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    let lines = code.lines().enumerate();
    lines.map(|(at, line)| (at + 1, without_comment(line))).collect()
}

/// Whether a line names something, not as the tail of a longer path or word.
fn names(line: &str, forbidden: &str) -> bool {
    line.match_indices(forbidden).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric() && before != '_')
    })
}

#[test]
fn no_layer_names_what_it_must_not_know() {
    let mut broken = Vec::new();
    for (layer, forbidden) in RULES {
        for (path, text) in files(&source().join(layer)) {
            for (number, line) in code(&path, &text) {
                let named = forbidden.iter().filter(|name| names(&line, name));
                broken.extend(named.map(|name| format!("{}:{number} names {name}", path.display())));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_the_border_is_unsafe() {
    let mut broken = Vec::new();
    for (path, text) in files(&source()) {
        let is_border = path.starts_with(source().join("ffi"));
        for (number, line) in code(&path, &text) {
            let is_unsafe =
                line.split(|part: char| !part.is_alphanumeric() && part != '_').any(|word| word == "unsafe");
            if is_unsafe && !is_border {
                broken.push(format!("{}:{number} is unsafe", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    for layer in ["protocol", "bridge", "engine"] {
        let module = std::fs::read_to_string(source().join(layer).join("mod.rs")).expect("a layer has its mod.rs");
        assert!(module.contains("#![forbid(unsafe_code)]"), "{layer} forbids unsafe code");
    }
}

#[test]
fn every_file_says_its_job_first() {
    for (path, text) in files(&source()) {
        assert!(text.starts_with("//! "), "{} begins with its job", path.display());
    }
}
