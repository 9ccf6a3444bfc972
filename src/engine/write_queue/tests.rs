//! A write queue and a socket that takes little.

use super::*;
use crate::bridge::BufferBudget;
use std::sync::Arc;
use std::task::Waker;

/// A socket that takes `room` bytes and then nothing, and may hold them back as TLS does.
#[derive(Default)]
pub struct Narrow {
    pub taken: Vec<u8>,
    pub room: usize,
    pub calls: u32,
    holds_back: bool,
}

impl AsyncWrite for Narrow {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        self.taken.extend_from_slice(&bytes[..taken]);
        self.calls += 1;
        if taken == 0 { Poll::Pending } else { Poll::Ready(Ok(taken)) }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.holds_back { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub fn flush(queue: &mut WriteQueue, socket: &mut Narrow, pressure: &Pressure) -> Written {
    let mut cx = Context::from_waker(Waker::noop());
    queue.poll_flush(socket, &mut cx, pressure, &mut WriteTools::default()).expect("no error")
}

#[test]
fn control_frames_pass_waiting_data_but_not_a_frame_that_is_half_written() {
    let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
    for data in ["aaaa", "bbbb"] {
        pressure.add_message(4, false);
        queue.push_counted(data.into(), true);
    }
    socket.room = 2;
    assert_eq!(flush(&mut queue, &mut socket, &pressure), Written { bytes: 2, messages: 0 });
    assert_eq!((pressure.bytes(), queue.is_blocked()), (6, true));
    queue.push_control(b"1".to_vec(), false);
    queue.push_control(b"2".to_vec(), false);
    assert_eq!(queue.control_bytes(), 2);
    socket.room = 100;
    assert_eq!(flush(&mut queue, &mut socket, &pressure), Written { bytes: 8, messages: 2 });
    assert_eq!(socket.taken, b"aaaa12bbbb");
    assert_eq!((pressure.weight(), queue.control_bytes(), queue.is_empty()), (0, 0, true));
}

#[test]
fn control_frames_stay_behind_the_response_of_the_opening_handshake() {
    let (mut queue, pressure) = (WriteQueue::default(), Pressure::default());
    let mut socket = Narrow::default();
    queue.push_own(b"101".to_vec());
    pressure.add_message(1, false);
    queue.push_counted(b"d".to_vec(), true);
    queue.push_control(b"1".to_vec(), false);
    socket.room = 2;
    flush(&mut queue, &mut socket, &pressure);
    queue.push_control(b"2".to_vec(), false);
    socket.room = 100;
    flush(&mut queue, &mut socket, &pressure);
    assert_eq!(socket.taken, b"10112d");
}

#[test]
fn a_queue_is_not_empty_while_the_socket_holds_bytes_back() {
    let (mut queue, pressure) = (WriteQueue::default(), Pressure::default());
    let mut socket = Narrow { room: 100, holds_back: true, ..Narrow::default() };
    queue.push_own(b"last words".to_vec());
    assert_eq!(flush(&mut queue, &mut socket, &pressure).bytes, 10);
    assert_eq!((queue.is_empty(), queue.is_blocked()), (false, true));
    queue.unblock();
    assert_eq!(flush(&mut queue, &mut socket, &pressure).bytes, 0);
    assert_eq!((queue.is_empty(), queue.is_blocked()), (false, true));
    socket.holds_back = false;
    queue.unblock();
    flush(&mut queue, &mut socket, &pressure);
    assert_eq!((queue.is_empty(), queue.is_blocked()), (true, false));
}

#[test]
fn the_oldest_whole_messages_make_room_but_not_what_is_half_written_or_must_not_be_missing() {
    let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
    for (data, droppable) in [("aaaa", true), ("bbbb", false), ("cccc", true), ("dddd", true)] {
        pressure.add_message(4, false);
        queue.push_counted(data.into(), droppable);
    }
    socket.room = 1;
    flush(&mut queue, &mut socket, &pressure);
    let limit = pressure.weight() - 1;
    assert_eq!(queue.drop_oldest(limit, &pressure), Dropped { messages: 1, bytes: 4 });
    socket.room = 100;
    queue.unblock();
    flush(&mut queue, &mut socket, &pressure);
    assert_eq!((socket.taken.as_slice(), pressure.weight()), (&b"aaaabbbbdddd"[..], 0));
}

#[test]
fn a_newer_state_replaces_the_one_that_waits() {
    let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
    let budget = Arc::new(BufferBudget::new(1, 1000));
    let mut publish = |text: &str, key: &str| {
        let frame = SharedFrame::new(text.into(), Some(key.as_bytes().into()), Arc::clone(&budget), 0);
        let dropped = queue.drop_conflated(&frame, &pressure);
        pressure.add_shared(frame.bytes().len(), 1);
        queue.push_shared(frame);
        dropped.messages
    };
    assert_eq!([publish("a1", "a"), publish("b1", "b"), publish("a2", "a")], [0, 0, 1]);
    socket.room = 100;
    flush(&mut queue, &mut socket, &pressure);
    assert_eq!((socket.taken.as_slice(), pressure.weight(), budget.bytes()), (&b"b1a2"[..], 0, 0));
}

#[test]
fn a_discarded_queue_leaves_no_account_and_completes_the_frame_on_the_wire() {
    let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
    for data in ["aaaa", "bbbb", "cccc"] {
        pressure.add_message(4, false);
        queue.push_counted(data.into(), true);
    }
    socket.room = 3;
    flush(&mut queue, &mut socket, &pressure);
    queue.discard_waiting(&pressure);
    assert_eq!(pressure.weight(), 1 + 64);
    queue.push_own(b"close".to_vec());
    socket.room = 2;
    flush(&mut queue, &mut socket, &pressure);
    assert_eq!(socket.taken, b"aaaac");
    queue.discard_all(&pressure);
    assert_eq!((pressure.weight(), queue.is_empty()), (0, true));
}

#[test]
fn small_frames_of_a_turn_leave_in_one_call() {
    let (mut queue, pressure) = (WriteQueue::default(), Pressure::default());
    let mut socket = Narrow { room: usize::MAX, ..Narrow::default() };
    let budget = Arc::new(BufferBudget::new(1, 1 << 20));
    for (count, bytes) in [(16, 516), (200, 66), (2, 5)] {
        for _ in 0..count {
            pressure.add_shared(bytes, 1);
            queue.push_shared(SharedFrame::new(vec![7; bytes], None, Arc::clone(&budget), 0));
        }
        socket.calls = 0;
        assert_eq!(flush(&mut queue, &mut socket, &pressure).messages, count);
        assert_eq!(socket.calls, 1, "{count} frames of {bytes} bytes");
    }
}

#[test]
fn a_few_bytes_that_have_to_wait_do_not_keep_a_large_buffer() {
    let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
    let tools = WriteTools::default();
    for _ in 0..2 {
        let mut bytes = tools.pool.take();
        bytes.reserve(30_000);
        bytes.extend_from_slice(b"few");
        pressure.add_message(3, false);
        queue.push_batch(Batch { bytes, messages: 1 }, true, &tools);
        flush(&mut queue, &mut socket, &pressure);
    }
    let rooms = queue.chunks.drain(..).map(|chunk| chunk.into_buffer().map_or(0, |buffer| buffer.capacity()));
    assert!(rooms.sum::<usize>() < 100);
}
