//! Publications of one pass, put together so that each subscriber takes few of them. Knows nothing of subscribers.

use crate::bridge::SharedFrame;

/// A frame of more bytes is not copied to stand beside others: it is an entry of its own in the system call.
const MAX_JOINED_FRAME_BYTES: usize = 4 << 10;
/// Bytes of one parcel.
const MAX_PARCEL_BYTES: usize = 64 << 10;

/// Fewer subscribers take frames as they are.
const LEAST_SUBSCRIBERS: usize = 4;

/// Frames one behind the other.
#[derive(Debug)]
pub struct Parcel {
    pub frames: SharedFrame,
    /// How many.
    pub messages: u32,
}

/// Puts small frames together, in their order; what a newer one may replace stays alone. Copies each once for all
/// subscribers, if there are enough of them to be worth it.
pub fn pack(frames: &[&SharedFrame], subscribers: usize) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    let mut rest = frames;
    while let Some(first) = rest.first() {
        let count = if subscribers < LEAST_SUBSCRIBERS { 1 } else { joined_count(rest).max(1) };
        let (taken, left) = rest.split_at(count);
        let joined = if count > 1 { SharedFrame::joined(taken.iter().copied()) } else { None };
        parcels.push(Parcel { frames: joined.unwrap_or_else(|| (*first).clone()), messages: count as u32 });
        rest = left;
    }
    parcels
}

/// How many of the first frames may stand together.
fn joined_count(frames: &[&SharedFrame]) -> usize {
    let mut bytes = 0;
    let fits = |frame: &&&SharedFrame| {
        bytes += frame.bytes().len();
        !frame.is_conflatable() && frame.bytes().len() <= MAX_JOINED_FRAME_BYTES && bytes <= MAX_PARCEL_BYTES
    };
    frames.iter().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::bridge::BufferBudget;

    fn frame(budget: &Arc<BufferBudget>, bytes: usize, key: Option<&[u8]>) -> SharedFrame {
        SharedFrame::new(vec![bytes as u8; bytes], key.map(Into::into), Arc::clone(budget), 0)
    }

    #[test]
    fn small_frames_stand_together_and_the_others_alone() {
        let budget = Arc::new(BufferBudget::new(1, 1 << 20));
        let sizes = [(10, false), (4096, false), (4097, false), (7, true), (1, false), (2, false), (3, false)];
        let frames: Vec<_> = sizes.map(|(bytes, has_key)| frame(&budget, bytes, has_key.then_some(b"key"))).into();

        let parcels = pack(&frames.iter().collect::<Vec<_>>(), 4);

        let packed: Vec<_> = parcels.iter().map(|parcel| (parcel.messages, parcel.frames.bytes().len())).collect();
        assert_eq!(packed, [(2, 4106), (1, 4097), (1, 7), (3, 6)]);
        assert_eq!(parcels[3].frames.bytes(), [1, 2, 2, 3, 3, 3]);
        drop((frames, parcels));
        assert_eq!(budget.bytes(), 0);
    }

    #[test]
    fn a_parcel_has_an_end() {
        let budget = Arc::new(BufferBudget::new(1, 1 << 20));
        let one = frame(&budget, 4096, None);

        let parcels = pack(&[&one; 33], 1000);

        assert_eq!(parcels.iter().map(|parcel| parcel.messages).collect::<Vec<_>>(), [16, 16, 1]);
        assert!(pack(&[], 1000).is_empty());
        assert_eq!(pack(&[&one; 5], 3).len(), 5);
    }
}
