//! The mirror of `NativeEngine.java`: signatures only, the work is in `calls`.

#![allow(unsafe_code)] // `jni_mangle` exports symbols, which edition 2024 counts as unsafe.

use jni::objects::{JByteArray, JByteBuffer, JClass, JLongArray, JString};
use jni::sys::{jint, jlong};
use jni::{EnvUnowned, jni_mangle};

use crate::bridge::{Accept, SendOutcome};
use crate::ffi::exception::{enter, enter_bare};
use crate::ffi::{calls, memory, registry};

/// Changes with every change of a native's signature or of a layout that Java reads.
const ABI_VERSION: jint = 5;

const fn number(outcome: SendOutcome) -> jint {
    outcome as jint
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn abi_version<'l>(env: EnvUnowned<'l>, _: JClass<'l>) -> jint {
    enter(env, |_| Ok(ABI_VERSION))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn version<'l>(env: EnvUnowned<'l>, _: JClass<'l>) -> JString<'l> {
    enter(env, |env| Ok(env.new_string(crate::VERSION)?))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn start<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    config: JByteArray<'l>,
    tls: JByteArray<'l>,
) -> jlong {
    enter(env, |env| calls::start(&memory::copy_array(env, &config)?, &memory::copy_array(env, &tls)?))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn reload_tls<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, tls: JByteArray<'l>) {
    enter(env, |env| calls::reload_tls(engine, &memory::copy_array(env, &tls)?));
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn port<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong) -> jint {
    enter(env, |_| Ok(registry::get(engine)?.address().port().into()))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn arena<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, index: jint) -> JByteBuffer<'l> {
    enter(env, |env| memory::direct_buffer(env, &*registry::get(engine)?, calls::loop_index(index)?, true))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn events<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, index: jint) -> JByteBuffer<'l> {
    enter(env, |env| memory::direct_buffer(env, &*registry::get(engine)?, calls::loop_index(index)?, false))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn turn<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, index: jint, epoch: jlong) -> jint {
    enter(env, |_| calls::turn(engine, index, epoch))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn fetch<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    index: jint,
    event: jint,
) -> JByteArray<'l> {
    enter(env, |env| memory::new_array(env, &calls::fetch(engine, index, event)?))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn accept<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    head: JByteArray<'l>,
    window_bytes: jint,
    max_text_bytes: jint,
    max_binary_bytes: jint,
    flags: jint,
    extension: JByteArray<'l>,
    deflate_level: jint,
    deflate_threshold_bytes: jint,
    low_water_bytes: jint,
    high_water_bytes: jint,
    overflow: jint,
) -> jint {
    enter(env, |env| {
        let extension = memory::copy_array(env, &extension)?;
        let accept = Accept {
            head: memory::copy_array(env, &head)?,
            window_bytes: calls::window(window_bytes),
            limits: calls::limits(engine, max_text_bytes, max_binary_bytes)?,
            partial: calls::is_partial(flags),
            deflate: calls::deflate_choice(&extension, deflate_level, deflate_threshold_bytes)?,
            outbound: Some(calls::outbound_limits(low_water_bytes, high_water_bytes, overflow)?),
        };
        calls::accept(engine, session, accept).map(number)
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn negotiate_deflate<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    offers: JByteArray<'l>,
    context_takeover: jint,
    max_window_bits: jint,
) -> JByteArray<'l> {
    enter(env, |env| {
        let offers = memory::copy_array(env, &offers)?;
        let answer = calls::negotiate_deflate(&offers, context_takeover != 0, max_window_bits)?;
        memory::new_array(env, answer.as_bytes())
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn respond<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    status: jint,
    head: JByteArray<'l>,
    body: JByteArray<'l>,
) -> jint {
    enter(env, |env| {
        let (head, body) = (memory::copy_array(env, &head)?, memory::copy_array(env, &body)?);
        calls::respond(engine, session, status, head, body).map(number)
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn send<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    kind: jint,
    payload: JByteArray<'l>,
    offset: jint,
    length: jint,
) -> jint {
    enter_bare(env, |env| {
        let region = memory::Region { env: env.as_raw(), array: &payload, offset, length };
        calls::send(engine, session, kind, length, |out| region.append_to(out)).map(number)
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn send_text<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    kind: jint,
    units: jint,
) -> jint {
    enter_bare(env, |_| calls::send_text(engine, session, kind, units).map(number))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn text_buffer<'l>(env: EnvUnowned<'l>, _: JClass<'l>) -> JByteBuffer<'l> {
    enter(env, memory::text_buffer)
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn subscribe<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    topic: JByteArray<'l>,
) -> jint {
    enter(env, |env| Ok(calls::subscribe(engine, session, &memory::copy_array(env, &topic)?)? as jint))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn unsubscribe<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    topic: JByteArray<'l>,
) -> jint {
    enter(env, |env| Ok(calls::unsubscribe(engine, session, &memory::copy_array(env, &topic)?)? as jint))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn is_subscribed<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    topic: JByteArray<'l>,
) -> jint {
    enter(env, |env| calls::is_subscribed(engine, session, &memory::copy_array(env, &topic)?))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn subscribers<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    topic: JByteArray<'l>,
) -> jint {
    enter(env, |env| calls::subscribers(engine, &memory::copy_array(env, &topic)?))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn publish<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    topic: JByteArray<'l>,
    kind: jint,
    payload: JByteArray<'l>,
    offset: jint,
    length: jint,
    excluded_session: jlong,
    conflate_key: JByteArray<'l>,
) -> jint {
    enter(env, |env| {
        let topic = memory::copy_array(env, &topic)?;
        let key = if conflate_key.is_null() { None } else { Some(memory::copy_array(env, &conflate_key)?) };
        let published =
            calls::Published { topic: &topic, kind, length, excluded: excluded_session, conflate_key: key.as_deref() };
        let region = memory::Region { env: env.get_raw(), array: &payload, offset, length };
        calls::publish(engine, &published, |out| region.append_to(out))
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn close<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    code: jint,
    reason: JByteArray<'l>,
) -> jint {
    enter(env, |env| calls::close(engine, session, code, memory::copy_array(env, &reason)?).map(number))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn terminate<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) -> jint {
    enter(env, |_| Ok(number(calls::terminate(engine, session))))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn proceed_closing<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) {
    enter(env, |_| {
        let _ = registry::find(engine).map(|engine| engine.proceed_closing(calls::id(session)));
        Ok(())
    });
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn ready_state<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) -> jint {
    use crate::engine::ReadyState;
    enter_bare(env, |_| {
        let found = registry::with(engine, |engine| engine.ready_state(calls::id(session)));
        Ok(found.unwrap_or(ReadyState::Closed) as jint)
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn buffered_amount<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) -> jlong {
    enter_bare(env, |_| {
        let bytes = registry::with(engine, |engine| engine.buffered_amount(calls::id(session))).unwrap_or(0);
        Ok(bytes.cast_signed())
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn consumed<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong, bytes: jint) {
    enter_bare(env, |_| {
        let _ = registry::with(engine, |engine| engine.consumed(calls::id(session), bytes.cast_unsigned()));
        Ok(())
    });
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn set_message_limits<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    session: jlong,
    max_text_bytes: jint,
    max_binary_bytes: jint,
) {
    enter(env, |_| {
        let limits = calls::limits(engine, max_text_bytes, max_binary_bytes)?;
        let _ = registry::find(engine).map(|engine| engine.set_message_limits(calls::id(session), limits));
        Ok(())
    });
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn find_upgrade<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    header: JByteArray<'l>,
) -> JByteArray<'l> {
    enter(env, |env| {
        let found = calls::find_upgrade(engine, &memory::copy_array(env, &header)?);
        memory::new_array(env, &found)
    })
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn is_asked<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) -> jint {
    enter(env, |_| Ok(registry::find(engine).is_some_and(|engine| engine.is_asked(calls::id(session))).into()))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn find_client<'l>(
    env: EnvUnowned<'l>,
    _: JClass<'l>,
    engine: jlong,
    source_port: jint,
) -> JByteArray<'l> {
    enter(env, |env| memory::new_array(env, &calls::find_client(engine, source_port)))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn stop<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, timeout_ms: jint) {
    enter(env, |_| {
        calls::stop(engine, timeout_ms);
        Ok(())
    });
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn release<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong) {
    enter(env, |_| {
        registry::remove(engine);
        Ok(())
    });
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn counters<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong) -> JLongArray<'l> {
    enter(env, |env| memory::new_longs(env, &registry::get(engine)?.counters()))
}

#[jni_mangle("io.hawser.websocket.internal.NativeEngine")]
pub extern "system" fn panic_for_test<'l>(env: EnvUnowned<'l>, _: JClass<'l>, engine: jlong, session: jlong) {
    enter(env, |_| Ok(registry::get(engine)?.panic_for_test(calls::id(session))?));
}
