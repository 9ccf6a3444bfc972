//! The mirror of `NativeEngine.java`: signatures only, the work is in `calls`.

#![allow(unsafe_code)] // `jni_mangle` exports symbols, which edition 2024 counts as unsafe.

use jni::objects::{JByteArray, JByteBuffer, JClass, JLongArray, JString};
use jni::sys::{jint, jlong};
use jni::{EnvUnowned, jni_mangle};

use crate::bridge::SendOutcome;
use crate::ffi::exception::{NativeError, ThrowToJava};
use crate::ffi::{calls, memory, registry};

/// Changes with every change of a native's signature or of a layout that Java reads.
const ABI_VERSION: jint = 1;

type Outcome = Result<jint, NativeError>;

const fn number(outcome: SendOutcome) -> jint {
    outcome as jint
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn abi_version<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>) -> jint {
    env.with_env(|_| Outcome::Ok(ABI_VERSION)).resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn version<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>) -> JString<'l> {
    env.with_env(|env| Ok::<_, NativeError>(env.new_string(crate::VERSION)?))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn start<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, config: JByteArray<'l>) -> jlong {
    env.with_env(|env| calls::start(&memory::copy_array(env, &config)?))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn port<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong) -> jint {
    env.with_env(|_| Outcome::Ok(registry::get(engine)?.address().port().into()))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn arena<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    index: jint,
) -> JByteBuffer<'l> {
    env.with_env(|env| memory::direct_buffer(env, &*registry::get(engine)?, calls::loop_index(index)?, true))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn events<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    index: jint,
) -> JByteBuffer<'l> {
    env.with_env(|env| memory::direct_buffer(env, &*registry::get(engine)?, calls::loop_index(index)?, false))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn turn<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, index: jint) -> jint {
    env.with_env(|_| calls::turn(engine, index)).resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn fetch<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    index: jint,
    event: jint,
) -> JByteArray<'l> {
    env.with_env(|env| memory::new_array(env, &calls::fetch(engine, index, event)?))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn accept<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    head: JByteArray<'l>,
    window_bytes: jint,
    max_text_bytes: jint,
    max_binary_bytes: jint,
    flags: jint,
) -> jint {
    env.with_env(|env| {
        let limits = calls::limits(max_text_bytes, max_binary_bytes)?;
        let head = memory::copy_array(env, &head)?;
        Outcome::Ok(number(calls::accept(
            engine,
            session,
            head,
            window_bytes,
            limits,
            flags,
        )))
    })
    .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn respond<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    status: jint,
    head: JByteArray<'l>,
    body: JByteArray<'l>,
) -> jint {
    env.with_env(|env| {
        let (head, body) = (memory::copy_array(env, &head)?, memory::copy_array(env, &body)?);
        calls::respond(engine, session, status, head, body).map(number)
    })
    .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn send<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    kind: jint,
    payload: JByteArray<'l>,
    offset: jint,
    length: jint,
) -> jint {
    env.with_env(|env| {
        let fill = |into: &mut [u8]| memory::copy_region(env, &payload, offset, into);
        calls::send(engine, session, kind, length, fill).map(number)
    })
    .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn close<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    code: jint,
    reason: JByteArray<'l>,
) -> jint {
    env.with_env(|env| calls::close(engine, session, code, memory::copy_array(env, &reason)?).map(number))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn proceed_closing<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) {
    env.with_env(|_| {
        let _ = registry::find(engine).map(|engine| engine.proceed_closing(calls::id(session)));
        Ok::<_, NativeError>(())
    })
    .resolve::<ThrowToJava>();
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn ready_state<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) -> jint {
    use crate::engine::ReadyState;
    env.with_env(|_| {
        let found = registry::find(engine).map(|engine| engine.ready_state(calls::id(session)));
        Outcome::Ok(found.unwrap_or(ReadyState::Closed) as jint)
    })
    .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn buffered_amount<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
) -> jlong {
    env.with_env(|_| {
        let bytes = registry::find(engine).map_or(0, |engine| engine.buffered_amount(calls::id(session)));
        Ok::<_, NativeError>(bytes.cast_signed())
    })
    .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn consumed<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    bytes: jint,
) {
    env.with_env(|_| {
        let _ = registry::find(engine).map(|engine| engine.consumed(calls::id(session), bytes.cast_unsigned()));
        Ok::<_, NativeError>(())
    })
    .resolve::<ThrowToJava>();
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn set_message_limits<'l>(
    mut env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    max_text_bytes: jint,
    max_binary_bytes: jint,
) {
    env.with_env(|_| {
        let limits = calls::limits(max_text_bytes, max_binary_bytes)?;
        let _ = registry::find(engine).map(|engine| engine.set_message_limits(calls::id(session), limits));
        Ok::<_, NativeError>(())
    })
    .resolve::<ThrowToJava>();
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn stop<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, timeout_ms: jint) {
    env.with_env(|_| {
        calls::stop(engine, timeout_ms);
        Ok::<_, NativeError>(())
    })
    .resolve::<ThrowToJava>();
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn release<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong) {
    env.with_env(|_| {
        registry::remove(engine);
        Ok::<_, NativeError>(())
    })
    .resolve::<ThrowToJava>();
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn counters<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong) -> JLongArray<'l> {
    env.with_env(|env| memory::new_longs(env, &registry::get(engine)?.counters()))
        .resolve::<ThrowToJava>()
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn panic_for_test<'l>(mut env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) {
    env.with_env(|_| Ok::<_, NativeError>(registry::get(engine)?.panic_for_test(calls::id(session))?))
        .resolve::<ThrowToJava>();
}
