//! Timeouts: they expire with EAGAIN, and not before.

use std::fs::File;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use iwasm_socket::{TcpListener, TcpStream};
use rustix::io::Errno;

use crate::loopback::*;

const SOON: Duration = Duration::from_millis(100);

sentences! {
    a_receive_timeout_expires_on_a_stream {
        let p = pair(V4);
        p.server.set_read_timeout(Some(SOON)).unwrap();
        let began = Instant::now();
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
        expect_lasted(SOON, began);
    }
    a_receive_timeout_expires_for_read {
        let p = pair(V4);
        p.server.set_read_timeout(Some(SOON)).unwrap();
        let mut server: File = retyped(p.server);
        let began = Instant::now();
        fails(Errno::AGAIN, server.read(&mut [0]));
        expect_lasted(SOON, began);
    }
    a_receive_timeout_expires_on_a_datagram_socket {
        let socket = datagrams(V4);
        socket.set_read_timeout(Some(SOON)).unwrap();
        let began = Instant::now();
        fails(Errno::AGAIN, socket.recv_from(&mut [0]));
        expect_lasted(SOON, began);
    }
    a_receive_timeout_expires_for_accept {
        let listener: TcpStream = retyped(listener(V4));
        listener.set_read_timeout(Some(SOON)).unwrap();
        let listener: TcpListener = retyped(listener);
        let began = Instant::now();
        fails(Errno::AGAIN, listener.accept());
        expect_lasted(SOON, began);
    }
    a_send_timeout_expires_on_a_full_stream {
        let p = pair(V4);
        fill(&p.client);
        p.client.set_write_timeout(Some(SOON)).unwrap();
        let began = Instant::now();
        fails(Errno::AGAIN, (&p.client).write(&CHUNK));
        expect_lasted(SOON, began);
    }
    a_send_timeout_that_cut_a_send_reports_what_was_sent {
        let p = pair(V4);
        let much = vec![0; 16 * 1024 * 1024];
        p.client.set_write_timeout(Some(SOON)).unwrap();
        let began = Instant::now();
        let sent = (&p.client).write(&much).unwrap();
        expect_lasted(SOON, began);
        assert!(sent > 0 && sent < much.len(), "{sent}");
    }
    a_send_timeout_ends_a_connect_that_stays_pending {
        let (listener, _waiting) = full_listener();
        let socket = unconnected();
        socket.set_write_timeout(Some(SOON)).unwrap();
        let began = Instant::now();
        fails(Errno::INPROGRESS, socket.connect(listener.local_addr().unwrap()));
        expect_lasted(SOON, began);
    }
    a_timeout_does_not_delay_what_is_there {
        let p = pair(V4);
        p.server.set_read_timeout(Some(ms(5000))).unwrap();
        say(&p.client, "now");
        let began = Instant::now();
        expect(&p.server, "now");
        assert!(began.elapsed() < ms(2000));
    }
    a_socket_works_on_after_a_timeout {
        let p = pair(V4);
        p.server.set_read_timeout(Some(ms(20))).unwrap();
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
        say(&p.client, "late");
        expect(&p.server, "late");
    }
    each_direction_has_its_own_timeout {
        let p = pair(V4);
        p.server.set_write_timeout(Some(ms(10_000))).unwrap();
        p.server.set_read_timeout(Some(ms(20))).unwrap();
        let began = Instant::now();
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
        assert!(began.elapsed() < ms(5000));
    }
    a_nonblocking_socket_does_not_wait_for_its_timeout {
        let p = pair(V4);
        p.server.set_read_timeout(Some(ms(5000))).unwrap();
        p.server.set_nonblocking(true).unwrap();
        let began = Instant::now();
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
        assert!(began.elapsed() < ms(2000));
    }
}
