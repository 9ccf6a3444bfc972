//! Link flag of the native library.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Threads and TLS destructors may outlive the class loader that loaded the library: never unmap it.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
