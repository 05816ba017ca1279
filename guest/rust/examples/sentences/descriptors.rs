//! Descriptors that sockets share with files: numbers, read and write, closing.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd};

use iwasm_socket::{Shutdown, TcpListener, TcpStream, UdpSocket};
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    a_new_descriptor_is_the_lowest_free_number {
        let [a, b, c, d] = [(); 4].map(|()| listener(V4));
        let first = a.as_raw_fd();
        assert_eq!([&b, &c, &d].map(AsRawFd::as_raw_fd), [first + 1, first + 2, first + 3]);
        drop(c);
        drop(b);
        let again = [(); 3].map(|()| listener(V4));
        assert_eq!(again.each_ref().map(AsRawFd::as_raw_fd), [first + 1, first + 2, first + 4]);
    }
    files_and_sockets_take_their_numbers_from_one_row {
        let socket = listener(V4);
        let first = socket.as_raw_fd();
        let file = scratch_file("one_row");
        assert_eq!(file.as_raw_fd(), first + 1);
        drop(socket);
        let second = scratch_file("one_row");
        assert_eq!(second.as_raw_fd(), first);
        drop(file);
        assert_eq!(listener(V4).as_raw_fd(), first + 1);
    }
    accept_takes_the_lowest_free_number {
        let hole = datagrams(V4);
        let number = hole.as_raw_fd();
        let listener = listener(V4);
        let _client = connected_to(&listener);
        drop(hole);
        assert_eq!(accepted(&listener).as_raw_fd(), number);
    }
    a_failed_accept_takes_no_number {
        let listening = listener(V4);
        listening.set_nonblocking(true).unwrap();
        fails(Errno::AGAIN, listening.accept());
        assert_eq!(listener(V4).as_raw_fd(), listening.as_raw_fd() + 1);
    }
    read_and_write_work_on_streams {
        let p = pair(V4);
        let (mut client, mut server): (File, File) = (retyped(p.client), retyped(p.server));
        let mut heard = [0; 8];
        assert_eq!(client.write(b"bytes").unwrap(), 5);
        assert_eq!(server.read(&mut heard).unwrap(), 5);
        assert_eq!(&heard, b"bytes\0\0\0");
        drop(client);
        assert_eq!(server.read(&mut heard).unwrap(), 0);
    }
    a_socket_has_no_position {
        let p = pair(V4);
        let mut server: File = retyped(p.server);
        say(&p.client, "stay");
        fails(Errno::SPIPE, rustix::io::pread(&server, &mut [0; 1], 0));
        fails(Errno::SPIPE, rustix::io::pwrite(&server, b"x", 0));
        fails(Errno::SPIPE, server.seek(SeekFrom::Start(0)));
        expect(&retyped(server), "stay");
    }
    a_socket_says_that_it_is_one {
        assert!(is_a_socket(&listener(V4)));
        assert!(is_a_socket(&pair(V4).client));
        assert!(is_a_socket(&datagrams(V4)));
        let file = scratch_file("not_a_socket");
        assert!(file.metadata().unwrap().is_file());
        assert!(!is_a_socket(&file));
    }
    socket_calls_on_a_file_are_enotsock {
        // `std` makes sockets with what binds them, so neither bind nor listen can be called on a file.
        let file = || scratch_file("enotsock");
        let stream: TcpStream = retyped(file());
        fails(Errno::NOTSOCK, (&stream).read(&mut [0]));
        fails(Errno::NOTSOCK, (&stream).write(b"x"));
        fails(Errno::NOTSOCK, stream.peek(&mut [0]));
        fails(Errno::NOTSOCK, stream.local_addr());
        fails(Errno::NOTSOCK, stream.peer_addr());
        fails(Errno::NOTSOCK, stream.shutdown(Shutdown::Both));
        fails(Errno::NOTSOCK, retyped::<TcpListener>(file()).accept());
        let socket: UdpSocket = retyped(file());
        let at = datagrams(V4).local_addr().unwrap();
        fails(Errno::NOTSOCK, socket.connect(at));
        fails(Errno::NOTSOCK, socket.send_to(b"x", at));
        fails(Errno::NOTSOCK, socket.recv_from(&mut [0]));
    }
    a_file_and_a_stream_pass_bytes_along {
        let p = pair(V4);
        let mut file = scratch_file("passed_along");
        let mut copied = [0; 16];
        assert_eq!(file.write(b"from file").unwrap(), 9);
        file.rewind().unwrap();
        assert_eq!(file.read(&mut copied).unwrap(), 9);
        assert_eq!((&p.client).write(&copied[..9]).unwrap(), 9);
        expect(&p.server, "from file");
    }
    hundreds_of_sockets_open_and_close_without_a_trace {
        let before = listener(V4).as_raw_fd();
        for _ in 0..20 {
            let _sockets = [(); 100].map(|()| listener(V4));
        }
        assert_eq!(listener(V4).as_raw_fd(), before);
    }
    hundreds_of_connections_come_and_go {
        let listening = listener(V4);
        for _ in 0..200 {
            let client = connected_to(&listening);
            let server = accepted(&listening);
            say(&client, "x");
            drop(client);
            expect(&server, "x");
            expect_end(&server);
        }
        assert_eq!(listener(V4).as_raw_fd(), listening.as_raw_fd() + 1);
    }
}

/// `std` has no stable name for it on WASI. The numbers are POSIX's `S_IFMT` and `S_IFSOCK`, alike in Linux and wasi-libc.
fn is_a_socket(descriptor: &impl AsFd) -> bool {
    rustix::fs::fstat(descriptor).unwrap().st_mode & 0o170_000 == 0o140_000
}
