//! Whoever speaks nonsense to a host is let go of, and costs the others nothing.

use crate::world::*;
use escrowdb::*;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// A frame, as `src/wire/format.md` has it.
fn frame(kind: u16, flags: u16, number: u64, payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend((payload.len() as u32).to_le_bytes());
    head.extend(kind.to_le_bytes());
    head.extend(flags.to_le_bytes());
    head.extend(number.to_le_bytes());
    head.extend(crc32fast::hash(payload).to_le_bytes());
    head.extend(crc32fast::hash(&head).to_le_bytes());
    [&head, payload].concat()
}

/// What a guest says first, of this wire and with this directory.
fn hello(wire: u32, directory: &Path) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt;
    let about = directory.metadata().unwrap();
    let mut payload = b"escrowdb".to_vec();
    payload.extend(wire.to_le_bytes());
    payload.extend(5_u32.to_le_bytes());
    payload.extend(b"9.9.9");
    payload.extend(std::process::id().to_le_bytes());
    // No settings of its own, no index, no id.
    payload.extend([0, 0, 0]);
    payload.extend(about.dev().to_le_bytes());
    payload.extend(about.ino().to_le_bytes());
    frame(1, 0, 0, &payload)
}

fn pays(store: &Store) {
    let pay = Operation::transfer(Id::new(), id(BANK), id(WALLET), LEDGER, amount(1));
    assert_eq!(store.submit(&[pay]).unwrap()[0].status, Status::APPLIED);
}

/// Whether the other end closes the connection soon.
fn is_let_go(mut stream: &UnixStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn nonsense_ends_its_own_connection_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let store = Store::open(&path, options()).unwrap();
    settle_in(&store, 1);
    let guest = Store::open(&path, options()).unwrap();
    let connect = || UnixStream::connect(path.join("SOCKET")).unwrap();
    let welcomed = || {
        let mut stream = connect();
        stream.write_all(&hello(2, &path)).unwrap();
        let mut head = [0; 24];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(head[4..6], 2_u16.to_le_bytes(), "WELCOME");
        let mut payload = vec![0; u32::from_le_bytes(head[..4].try_into().unwrap()) as usize];
        stream.read_exact(&mut payload).unwrap();
        stream
    };
    let mut damaged = frame(50, 0, 1, b"");
    damaged[8] ^= 1;
    let count = u32::MAX.to_le_bytes();
    let cases: [(&str, Vec<u8>); 8] = [
        ("no frame", b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n".to_vec()),
        ("zeros", vec![0; 4_096]),
        ("a damaged frame", damaged),
        ("a kind that is none", frame(9_999, 0, 1, b"")),
        ("more operations than there are", frame(10, 0, 1, &count)),
        ("half a record", frame(12, 0, 1, &[7; 100])),
        ("a question that is none", frame(22, 0, 1, &[255; 64])),
        ("a second hello", hello(2, &path)),
    ];
    for (what, bytes) in &cases {
        for mut stream in [connect(), welcomed()] {
            // It may be gone before all of it was sent.
            let _ = stream.write_all(bytes);
            let is_first_hello = *what == "a second hello";
            if is_first_hello {
                let _ = stream.write_all(bytes);
            }
            assert!(is_let_go(&stream), "{what}");
        }
        pays(&guest);
        pays(&store);
    }
    // The last of them may just be leaving.
    let began = Instant::now();
    while store.processes().unwrap().guests.len() > 1 {
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", store.processes());
        thread::sleep(Duration::from_millis(5));
    }
}

/// Any payload of any kind from somebody who was let in.
#[test]
fn any_request_is_answered_or_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let store = Store::open(&path, options()).unwrap();
    settle_in(&store, 1);
    let mut seed = 1_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    // Neither BACKUP nor ARCHIVE, which would write where the payload says.
    let kinds = [10, 11, 12, 13, 14, 15, 20, 21, 22, 30, 31, 32, 33, 34, 37, 40, 41, 43, 44, 50];
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3) {
        let mut stream = UnixStream::connect(path.join("SOCKET")).unwrap();
        stream.write_all(&hello(2, &path)).unwrap();
        for number in 0..20 {
            let kind = kinds[random() as usize % kinds.len()];
            let mut payload = vec![0; random() as usize % 600];
            let is_mostly_zero = random() % 2 == 0;
            for byte in &mut payload {
                *byte = if is_mostly_zero && random() % 8 > 0 { 0 } else { random() as u8 };
            }
            if stream.write_all(&frame(kind, random() as u16 & 7, number, &payload)).is_err() {
                break;
            }
        }
        drop(stream);
    }
    pays(&store);
    store.close().unwrap();
    assert_eq!(verify(&path, |_, _| ()).unwrap().fault, None);
}

/// An old host and new guests, or the other way round: the guest is told both versions.
#[test]
fn another_wire_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let _store = Store::open(&path, options()).unwrap();
    let mut stream = UnixStream::connect(path.join("SOCKET")).unwrap();
    stream.write_all(&hello(77, &path)).unwrap();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).unwrap();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("9.9.9 (wire 77)"), "{said:?}");
    assert!(said.contains(&format!("{} (wire 2)", env!("CARGO_PKG_VERSION"))), "{said:?}");
}

/// A guest that takes no answers, one that says nothing, and one that stops within a frame: the
/// others do not wait for them, nor does the end of the host.
#[test]
fn who_is_slow_is_slow_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shop.escrow");
    let store = Store::open(&path, options()).unwrap();
    settle_in(&store, 1);
    let mut deaf = UnixStream::connect(path.join("SOCKET")).unwrap();
    deaf.write_all(&hello(2, &path)).unwrap();
    let asks = thread::spawn(move || {
        // Answers of more than any buffer holds.
        for number in 0..20_000 {
            if deaf.write_all(&frame(31, 0, number, b"")).is_err() {
                break;
            }
        }
        deaf
    });
    let silent = UnixStream::connect(path.join("SOCKET")).unwrap();
    let mut cut = UnixStream::connect(path.join("SOCKET")).unwrap();
    cut.write_all(&hello(2, &path)[..30]).unwrap();
    let guest = Store::open(&path, options()).unwrap();
    let began = Instant::now();
    for _ in 0..50 {
        pays(&guest);
        assert!(guest.snapshot().unwrap().account(id(WALLET)).unwrap().is_some());
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let began = Instant::now();
    store.close().unwrap();
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    pays(&guest);
    assert_eq!(guest.role(), Role::Host);
    drop((asks.join().unwrap(), silent, cut));
}
