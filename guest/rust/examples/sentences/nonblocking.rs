//! Nonblocking sockets: EAGAIN instead of waiting, and a connect that reports through poll.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;

use iwasm_socket::{Interest, TcpStream};
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    a_new_socket_blocks {
        let p = pair(V4);
        assert!(blocks(&p.listener) && blocks(&p.client) && blocks(&p.server));
        assert!(blocks(&datagrams(V4)));
    }
    the_nonblocking_flag_reads_back {
        let p = pair(V4);
        p.client.set_nonblocking(true).unwrap();
        p.listener.set_nonblocking(true).unwrap();
        assert!(!blocks(&p.client) && !blocks(&p.listener));
        p.client.set_nonblocking(false).unwrap();
        p.listener.set_nonblocking(false).unwrap();
        assert!(blocks(&p.client) && blocks(&p.listener));
        let socket = datagrams(V4);
        socket.set_nonblocking(true).unwrap();
        assert!(!blocks(&socket));
        socket.set_nonblocking(false).unwrap();
        assert!(blocks(&socket));
    }
    a_nonblocking_receive_of_nothing_is_eagain {
        let p = pair(V4);
        p.server.set_nonblocking(true).unwrap();
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
        fails(Errno::AGAIN, p.server.peek(&mut [0]));
        let mut server: File = retyped(p.server);
        fails(Errno::AGAIN, server.read(&mut [0]));
        let socket = datagrams(V4);
        socket.set_nonblocking(true).unwrap();
        fails(Errno::AGAIN, socket.recv(&mut [0]));
    }
    a_nonblocking_receive_takes_what_is_there {
        let p = pair(V4);
        p.server.set_nonblocking(true).unwrap();
        say(&p.client, "there");
        assert!(look(&p.server, Interest::Readable, LONG).readable);
        expect(&p.server, "there");
    }
    a_nonblocking_accept_of_nobody_is_eagain {
        let listener = listener(V4);
        listener.set_nonblocking(true).unwrap();
        fails(Errno::AGAIN, listener.accept());
        let client = connected_to(&listener);
        assert!(look(&listener, Interest::Readable, LONG).readable);
        assert_eq!(listener.accept().unwrap().1, client.local_addr().unwrap());
    }
    an_accepted_socket_does_not_inherit_nonblocking {
        let listener = listener(V4);
        listener.set_nonblocking(true).unwrap();
        let _client = connected_to(&listener);
        assert!(look(&listener, Interest::Readable, LONG).readable);
        assert!(blocks(&accepted(&listener)));
    }
    a_nonblocking_send_fills_up_and_recovers {
        let p = pair(V4);
        fill(&p.client);
        p.client.set_nonblocking(true).unwrap();
        fails(Errno::AGAIN, (&p.client).write(&CHUNK));
        assert_eq!(look(&p.client, Interest::Writable, NOW), NOTHING);
        drain(&p.server);
        assert!(look(&p.client, Interest::Writable, LONG).writable);
        assert!((&p.client).write(&CHUNK).unwrap() > 0);
    }
    a_nonblocking_connect_reports_through_poll {
        let listener = listener(V4);
        let at = listener.local_addr().unwrap();
        let socket = unconnected();
        socket.set_nonblocking(true).unwrap();
        fails(Errno::INPROGRESS, socket.connect(at));
        assert_eq!(look(&socket, Interest::Writable, LONG), WRITABLE);
        let stream: TcpStream = retyped(socket);
        assert_eq!(stream.peer_addr().unwrap(), at);
        say(&stream, "connected");
        expect(&accepted(&listener), "connected");
    }
    a_refused_nonblocking_connect_reports_through_poll {
        let (nobody, _held) = nobody(V4);
        let socket = unconnected();
        socket.set_nonblocking(true).unwrap();
        fails(Errno::INPROGRESS, socket.connect(nobody));
        let found = look(&socket, Interest::Writable, LONG);
        assert!(found.hung_up || found.failed, "{found:?}");
        fails(Errno::CONNREFUSED, socket.connect(nobody));
    }
    asking_a_pending_connect_again_is_ealready {
        let (listener, _waiting) = full_listener();
        let at = listener.local_addr().unwrap();
        let socket = unconnected();
        socket.set_nonblocking(true).unwrap();
        fails(Errno::INPROGRESS, socket.connect(at));
        fails(Errno::ALREADY, socket.connect(at));
        assert_eq!(look(&socket, Interest::Writable, ms(30)), NOTHING);
    }
    a_pending_connect_can_be_given_up_by_closing {
        let (listener, _waiting) = full_listener();
        let socket = unconnected();
        socket.set_nonblocking(true).unwrap();
        fails(Errno::INPROGRESS, socket.connect(listener.local_addr().unwrap()));
        drop(socket);
        accepted(&listener);
    }
}

/// `std` sets the flag and does not tell it.
fn blocks(socket: &impl AsFd) -> bool {
    !fcntl_getfl(socket).unwrap().contains(OFlags::NONBLOCK)
}
