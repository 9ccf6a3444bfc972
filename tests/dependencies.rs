//! What is linked: one deflate backend, one TLS provider. Another crate could switch on a second one without a line of ours.

use std::process::Command;

/// The features of `package` that are on in the whole workspace.
fn features(package: &str) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--workspace", "--edges", "normal,build,features", "--prefix", "none"]);
    let output =
        cargo.args(["--invert", package]).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let start = format!("{package} feature \"");
    let feature = |line: &str| Some(line.strip_prefix(&start)?.split('"').next()?.to_owned());
    let mut features: Vec<_> = text.lines().filter_map(feature).collect();
    features.sort();
    features.dedup();
    features
}

#[test]
fn ring_is_the_only_tls_provider_that_is_built() {
    let on = features("rustls");
    let providers: Vec<_> =
        ["ring", "aws_lc_rs", "aws-lc-rs"].into_iter().filter(|name| on.iter().any(|f| f == name)).collect();
    assert_eq!(providers, ["ring"], "{on:?}");
}

#[test]
fn zlib_rs_is_the_only_deflate_backend() {
    // The others, and what each would bring: miniz_oxide ignores window bits, the zlibs are C.
    let on = features("flate2");
    for backend in
        ["miniz_oxide", "rust_backend", "zlib", "zlib-default", "zlib-ng", "zlib-ng-compat", "cloudflare_zlib"]
    {
        assert!(!on.iter().any(|feature| feature == backend), "{backend} is on: {on:?}");
    }
    assert!(on.iter().any(|feature| feature == "zlib-rs"), "{on:?}");
}
