//! Data: peek, scatter and gather, nothing at all.

use std::fs::File;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::time::Instant;

use iwasm_socket::{Interest, TcpStream, UdpSocket};

use crate::loopback::*;

sentences! {
    peek_leaves_the_bytes_of_a_stream {
        let p = pair(V4);
        say(&p.client, "abcdef");
        for _ in 0..2 {
            let mut seen = [0; 3];
            assert_eq!(p.server.peek(&mut seen).unwrap(), 3);
            assert_eq!(&seen, b"abc");
        }
        expect(&p.server, "abcdef");
    }
    peek_leaves_a_datagram_and_names_its_sender {
        let [one, other] = [(); 2].map(|()| datagrams(V4));
        tell(&one, &other, "ping");
        let from = one.local_addr().unwrap();
        let mut seen = [0; 8];
        assert_eq!(other.peek_from(&mut seen).unwrap(), (4, from));
        assert_eq!(&seen, b"ping\0\0\0\0");
        let mut seen = [0; 2];
        assert_eq!(other.peek(&mut seen).unwrap(), 2);
        assert_eq!(&seen, b"pi");
        assert_eq!(expect_datagram(&other, "ping"), from);
        assert_eq!(look(&other, Interest::Readable, NOW), NOTHING);
    }
    without_waitall_a_receive_returns_what_is_there {
        let p = pair(V4);
        say(&p.client, "abc");
        p.server.set_read_timeout(Some(ms(2000))).unwrap();
        let began = Instant::now();
        assert_eq!((&p.server).read(&mut [0; 10]).unwrap(), 3);
        assert!(began.elapsed() < ms(1000));
    }
    a_send_gathers_its_parts_in_order {
        let p = pair(V4);
        let parts = ["one ", "", "two ", "three"].map(|part| IoSlice::new(part.as_bytes()));
        assert_eq!((&p.client).write_vectored(&parts).unwrap(), 13);
        expect(&p.server, "one two three");
    }
    a_receive_scatters_over_its_parts_in_order {
        let p = pair(V4);
        let (mut a, mut b, mut c) = ([b'?'; 3], [b'?'; 1], [b'?'; 16]);
        let parts: [&mut [u8]; 4] = [&mut a, &mut [], &mut b, &mut c];
        say(&p.client, "abcdef");
        assert_eq!((&p.server).read_vectored(&mut parts.map(IoSliceMut::new)).unwrap(), 6);
        assert_eq!((&a, &b, &c), (b"abc", b"d", b"ef??????????????"));
    }
    gathered_parts_are_one_datagram {
        let [one, other] = datagram_pair(V4);
        let parts = [b"half"; 2].map(|part| IoSlice::new(part));
        let one: TcpStream = retyped(one);
        assert_eq!((&one).write_vectored(&parts).unwrap(), 8);
        expect_datagram(&other, "halfhalf");
    }
    readv_and_writev_work_on_a_stream {
        let p = pair(V4);
        let (mut client, mut server): (File, File) = (retyped(p.client), retyped(p.server));
        let (mut a, mut b) = ([0; 2], [0; 2]);
        assert_eq!(client.write_vectored(&[b"ab", b"cd"].map(|it| IoSlice::new(it))).unwrap(), 4);
        let mut parts = [&mut a, &mut b].map(|it| IoSliceMut::new(it));
        assert_eq!(server.read_vectored(&mut parts).unwrap(), 4);
        assert_eq!((&a, &b), (b"ab", b"cd"));
    }
    receiving_nothing_from_a_stream_takes_nothing {
        let p = pair(V4);
        say(&p.client, "kept");
        assert!(look(&p.server, Interest::Readable, LONG).readable);
        assert_eq!((&p.server).read(&mut []).unwrap(), 0);
        assert_eq!((&p.server).read_vectored(&mut [IoSliceMut::new(&mut [])]).unwrap(), 0);
        expect(&p.server, "kept");
    }
    sending_nothing_on_a_stream_sends_nothing {
        let p = pair(V4);
        assert_eq!((&p.client).write(b"").unwrap(), 0);
        assert_eq!(look(&p.server, Interest::Readable, ms(50)), NOTHING);
        say(&p.client, "open");
        expect(&p.server, "open");
    }
    a_receive_leaves_the_memory_beyond_its_bytes_alone {
        let p = pair(V4);
        let mut heard = [b'?'; 16];
        say(&p.client, "four");
        assert_eq!((&p.server).read(&mut heard[4..12]).unwrap(), 4);
        assert_eq!(&heard, b"????four????????");
    }
    sendto_on_a_connected_stream_goes_to_the_peer {
        let p = pair(V4);
        let client: UdpSocket = retyped(p.client);
        assert_eq!(client.send_to(b"hi", p.listener.local_addr().unwrap()).unwrap(), 2);
        expect(&p.server, "hi");
    }
}
