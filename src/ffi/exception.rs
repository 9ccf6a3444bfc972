//! Errors and panics to Java exceptions, in one place.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use jni::errors::ErrorPolicy;
use jni::strings::{JNIStr, JNIString};
use jni::{Env, EnvUnowned, Outcome, jni_str};

use crate::bridge::MalformedRecord;
use crate::config::InvalidSetting;
use crate::engine::{ApiMisuse, StartError, TlsError, panic_text};

/// Everything that may go wrong in a native method.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// JNI itself failed; with a pending Java exception that one is thrown.
    #[error("JNI: {0}")]
    Jni(#[from] jni::errors::Error),
    /// A setting.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    /// The listener.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Certificates and keys.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A TLS record of another layout.
    #[error(transparent)]
    TlsRecord(#[from] MalformedRecord),
    /// A call that must not be made.
    #[error(transparent)]
    Misuse(#[from] ApiMisuse),
    /// The engine is gone.
    #[error("{0}")]
    IllegalState(String),
    /// An argument.
    #[error("{0}")]
    IllegalArgument(String),
}

impl NativeError {
    fn class(&self) -> &'static JNIStr {
        match self {
            Self::Jni(_) => jni_str!("java/lang/RuntimeException"),
            Self::Setting(_) | Self::Tls(_) | Self::TlsRecord(_) | Self::IllegalArgument(_) => {
                jni_str!("java/lang/IllegalArgumentException")
            }
            Self::Start(error) => match error.cause.kind() {
                std::io::ErrorKind::AddrInUse
                | std::io::ErrorKind::AddrNotAvailable
                | std::io::ErrorKind::PermissionDenied => jni_str!("java/net/BindException"),
                _ => jni_str!("java/io/IOException"),
            },
            Self::Misuse(_) | Self::IllegalState(_) => jni_str!("java/lang/IllegalStateException"),
        }
    }
}

/// Runs a native method: what it returns goes to Java, an error or a panic becomes an exception.
pub fn enter<'l, T: Default>(mut env: EnvUnowned<'l>, call: impl FnOnce(&mut Env<'l>) -> Result<T, NativeError>) -> T {
    // `resolve` enters the JVM a second time, which only a failure is worth.
    let failure: Box<dyn FnOnce() -> Result<T, NativeError>> = match env.with_env(call).into_outcome() {
        Outcome::Ok(value) => return value,
        Outcome::Err(error) => Box::new(|| Err(error)),
        Outcome::Panic(payload) => Box::new(|| resume_unwind(payload)),
    };
    env.with_env(|_| failure()).resolve::<ThrowToJava>()
}

/// As [`enter`], for a short native method that does without an [`Env`]: making one costs as much as sending a message.
#[inline]
pub fn enter_bare<'l, T: Default>(
    env: EnvUnowned<'l>,
    call: impl FnOnce(&EnvUnowned<'l>) -> Result<T, NativeError>,
) -> T {
    match catch_unwind(AssertUnwindSafe(|| call(&env))) {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => enter(env, |_| Err(error)),
        Err(payload) => enter(env, |_| resume_unwind(payload)),
    }
}

/// The policy of every native method.
struct ThrowToJava;

impl<T: Default> ErrorPolicy<T, NativeError> for ThrowToJava {
    type Captures<'unowned: 'native, 'native> = ();

    fn on_error<'unowned: 'native, 'native>(
        env: &mut Env<'unowned>,
        (): &mut (),
        error: NativeError,
    ) -> jni::errors::Result<T> {
        if !env.exception_check() {
            throw(env, error.class(), &error.to_string());
        }
        Ok(T::default())
    }

    fn on_panic<'unowned: 'native, 'native>(
        env: &mut Env<'unowned>,
        (): &mut (),
        payload: Box<dyn std::any::Any + Send + 'static>,
    ) -> jni::errors::Result<T> {
        let text = format!("a bug in the native engine: {}", panic_text(&*payload));
        if !env.exception_check() {
            throw(env, jni_str!("java/lang/IllegalStateException"), &text);
        }
        Ok(T::default())
    }
}

fn throw(env: &mut Env<'_>, class: &'static JNIStr, text: &str) {
    // `throw_new` answers with an error when it has thrown, so that `?` leaves the function; here is its end.
    let _ = env.throw_new(class, JNIString::from(text));
}
