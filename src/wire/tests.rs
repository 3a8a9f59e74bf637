//! Frames over a real socket: whole, damaged, cut, and many at a time.

use super::frame::{HEAD_BYTES, Head};
use super::{FrameError, Incoming, Outgoing, Socket};
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

fn pair() -> (Socket, Socket) {
    let (one, other) = UnixStream::pair().expect("a pair");
    (Socket::new(one), Socket::new(other))
}

#[test]
fn frames_of_many_threads_arrive_whole() {
    let (here, there) = pair();
    let (here, outgoing) = (Arc::new(here), Arc::new(Outgoing::default()));
    let senders: Vec<_> = (0..8_u64)
        .map(|thread| {
            let (socket, outgoing) = (Arc::clone(&here), Arc::clone(&outgoing));
            thread::spawn(move || {
                for at in 0..100_u64 {
                    // Small ones, and some that are larger than the socket's buffer.
                    let length = if at % 10 == 9 { 300_000 } else { at as usize };
                    let payload = vec![thread as u8; length];
                    let number = thread << 32 | at;
                    outgoing.send(&socket, (7, at as u16, number), &[&payload]).expect("sent");
                }
            })
        })
        .collect();
    let mut incoming = Incoming::default();
    let mut next = [0_u64; 8];
    for _ in 0..800 {
        let frame = incoming.next(&there, None).expect("a frame");
        let (thread, at) = ((frame.number >> 32) as usize, frame.number & 0xffff_ffff);
        assert_eq!((frame.kind, u64::from(frame.flags), at), (7, at, next[thread]));
        assert!(frame.payload.iter().all(|byte| usize::from(*byte) == thread));
        next[thread] += 1;
    }
    senders.into_iter().for_each(|sender| sender.join().expect("no panic"));
    assert_eq!(next, [100; 8]);
}

/// One bit anywhere, and the connection is of no use any more; cut, it has ended.
#[test]
fn damaged_frames_are_found_out() {
    let payload = b"what it says";
    let head = Head::new(3, 0, 9, &[payload]).expect("short");
    let whole = [bytemuck::bytes_of(&head), payload].concat();
    let read = |bytes: &[u8]| -> Result<_, FrameError> {
        let (here, there) = pair();
        (&mut here.stream()).write_all(bytes).expect("written");
        drop(here);
        let mut incoming = Incoming::default();
        let frame = incoming.next(&there, None)?;
        Ok((frame.kind, frame.flags, frame.number, frame.payload.to_vec()))
    };
    let expected = (3, 0, 9, payload.to_vec());
    assert_eq!(read(&whole).expect("whole"), expected);
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(read(&bytes), Err(FrameError::Damaged(_))), "bit {bit}");
    }
    for length in 0..whole.len() {
        assert!(matches!(read(&whole[..length]), Err(FrameError::Ended(_))), "{length} bytes");
    }
}

/// A head that promises more than comes takes no memory for it.
#[test]
fn a_promise_is_no_memory() {
    let head = Head::new(3, 0, 9, &[&vec![0; 200 << 20]]).expect("within the limit");
    let (here, there) = pair();
    (&mut here.stream()).write_all(bytemuck::bytes_of(&head)).expect("written");
    let mut incoming = Incoming::default();
    let deadline = Some(Instant::now() + Duration::from_millis(20));
    assert!(matches!(incoming.next(&there, deadline), Err(FrameError::TimedOut)));
    assert!(incoming.memory() < 1 << 20, "{}", incoming.memory());
    // What came by then is not lost.
    let longer = Instant::now() + Duration::from_secs(60);
    let here = Arc::new(here);
    let writer = Arc::clone(&here);
    thread::spawn(move || (&mut writer.stream()).write_all(&vec![0; 200 << 20]).expect("written"));
    assert_eq!(incoming.next(&there, Some(longer)).expect("whole").payload.len(), 200 << 20);
    // Nor is the room kept once nothing more comes.
    let deadline = Some(Instant::now() + Duration::from_millis(20));
    assert!(matches!(incoming.next(&there, deadline), Err(FrameError::TimedOut)));
    assert!(HEAD_BYTES == 24 && incoming.memory() < 1 << 20, "{}", incoming.memory());
    drop(here);
}
