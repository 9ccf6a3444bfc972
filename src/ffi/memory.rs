//! Bytes across the border: arrays in and out, direct buffers over our memory.

use jni::Env;
use jni::errors::Error;
use jni::objects::{JByteArray, JByteBuffer, JLongArray};

use crate::engine::Engine;
use crate::ffi::exception::NativeError;
use crate::ffi::text_buffer;

/// Why no bytes came. One byte in place of a whole error, which every send would carry through its functions.
#[derive(Clone, Copy, Debug)]
pub enum CopyFault {
    /// The array is null.
    Null,
    /// The JVM has thrown.
    Thrown,
    /// What came as text is not UTF-8.
    Malformed,
}

impl From<CopyFault> for NativeError {
    fn from(fault: CopyFault) -> Self {
        match fault {
            CopyFault::Null => Error::NullPtr("payload").into(),
            CopyFault::Thrown => Error::JavaException.into(),
            CopyFault::Malformed => Self::IllegalArgument("payload is not UTF-8".into()),
        }
    }
}

/// A part of a Java array. Passed on by reference: it takes the place of four arguments.
pub struct Region<'a, 'l> {
    /// The environment of the current native method.
    pub env: *mut jni::sys::JNIEnv,
    /// Given to that method.
    pub array: &'a JByteArray<'l>,
    /// May be anything.
    pub offset: i32,
    /// May be anything.
    pub length: i32,
}

impl Region<'_, '_> {
    /// Appends the part; the JVM checks the bounds and throws.
    #[inline]
    pub fn append_to(&self, out: &mut Vec<u8>) -> Result<(), CopyFault> {
        let Self { env, array, offset, length } = *self;
        if array.is_null() {
            return Err(CopyFault::Null);
        }
        let bytes = usize::try_from(length).unwrap_or(0);
        out.reserve(bytes);
        let into = out.spare_capacity_mut().as_mut_ptr().cast::<i8>();
        // SAFETY: the frame of a native method has given this `env` and this array, which is not null, to this very thread; the
        // JVM checks offset and length against the array; there is room for `length`, and it is written where nothing is thrown.
        #[allow(unsafe_code)]
        unsafe {
            ((**env).v1_1.GetByteArrayRegion)(env, array.as_raw(), offset, length, into);
            if ((**env).v1_2.ExceptionCheck)(env) {
                return Err(CopyFault::Thrown);
            }
            out.set_len(out.len() + bytes);
        }
        Ok(())
    }
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

/// A direct buffer over the current thread's [buffer](mod@text_buffer) for texts.
pub fn text_buffer<'l>(env: &mut Env<'l>) -> Result<JByteBuffer<'l>, NativeError> {
    let (start, length) = text_buffer::of_this_thread();
    // SAFETY: the memory never moves and lives as long as this thread, and Java writes to it on this thread only
    // (`TextBuffer.java`).
    #[allow(unsafe_code)]
    let buffer = unsafe { env.new_direct_byte_buffer(start, length)? };
    Ok(buffer)
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
