//! Bytes across the border: arrays in and out, direct buffers over our memory.

use jni::errors::Error;
use jni::objects::{JByteArray, JByteBuffer, JLongArray};
use jni::{Env, EnvUnowned};

use crate::engine::Engine;
use crate::ffi::exception::NativeError;

/// A view of `u8` bytes as Java's `byte`.
const fn as_java(bytes: &mut [u8]) -> &mut [i8] {
    // SAFETY: u8 and i8 have the same size and alignment and every bit pattern is valid in both; the borrow is handed on.
    #[allow(unsafe_code)]
    unsafe {
        std::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast::<i8>(), bytes.len())
    }
}

/// Copies a part of a Java array; the JVM checks the bounds and throws.
#[inline]
pub fn copy_region(
    env: &EnvUnowned<'_>,
    array: &JByteArray<'_>,
    offset: i32,
    into: &mut [u8],
) -> Result<(), NativeError> {
    if array.is_null() {
        return Err(Error::NullPtr("payload").into());
    }
    let (env, into) = (env.as_raw(), as_java(into));
    // SAFETY: the frame of a native method has given this `env` and this array, which is not null, to this very thread; the
    // JVM checks offset and length against the array, and `into` has the length that it is told.
    #[allow(unsafe_code)]
    let has_thrown = unsafe {
        ((**env).v1_1.GetByteArrayRegion)(env, array.as_raw(), offset, into.len() as i32, into.as_mut_ptr());
        ((**env).v1_2.ExceptionCheck)(env)
    };
    if has_thrown { Err(Error::JavaException.into()) } else { Ok(()) }
}

/// [`copy_region`] where there is an [`Env`].
pub fn copy_part(env: &Env<'_>, array: &JByteArray<'_>, offset: i32, into: &mut [u8]) -> Result<(), NativeError> {
    Ok(array.get_region(env, offset, as_java(into))?)
}

/// Copies a whole Java array.
pub fn copy_array(env: &Env<'_>, array: &JByteArray<'_>) -> Result<Vec<u8>, NativeError> {
    Ok(env.convert_byte_array(array)?)
}

/// Makes a Java array of these bytes.
pub fn new_array<'l>(env: &mut Env<'l>, bytes: &[u8]) -> Result<JByteArray<'l>, NativeError> {
    Ok(env.byte_array_from_slice(bytes)?)
}

/// Makes a Java array of these numbers.
pub fn new_longs<'l>(env: &mut Env<'l>, numbers: &[u64]) -> Result<JLongArray<'l>, NativeError> {
    let longs: Vec<i64> = numbers.iter().map(|&number| number as i64).collect();
    let array = JLongArray::new(env, longs.len())?;
    array.set_region(env, 0, &longs)?;
    Ok(array)
}

/// A direct buffer over a loop's arena or event batch.
pub fn direct_buffer<'l>(
    env: &mut Env<'l>,
    engine: &Engine,
    index: usize,
    arena: bool,
) -> Result<JByteBuffer<'l>, NativeError> {
    let (start, length) = engine.with_memory(index, arena, |memory| (memory.as_mut_ptr(), memory.len()))?;
    // SAFETY: the memory never moves and lives as long as the engine; Java lets go of it before `release`, and reads it
    // only while no turn runs (module docs).
    #[allow(unsafe_code)]
    let buffer = unsafe { env.new_direct_byte_buffer(start, length)? };
    Ok(buffer)
}
