//! Options: what is set is what is read, on the sockets that have them.

use iwasm_socket::TcpStream;
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    broadcast_is_off_at_first_and_reads_back {
        let socket = datagrams(V4);
        assert!(!socket.broadcast().unwrap());
        for on in [true, false, true, false] {
            socket.set_broadcast(on).unwrap();
            assert_eq!(socket.broadcast().unwrap(), on);
        }
    }
    no_delay_is_off_at_first_and_reads_back {
        let stream: TcpStream = retyped(unconnected());
        assert!(!stream.nodelay().unwrap());
        for stream in [&stream, &pair(V4).client] {
            for on in [true, false, true, false] {
                stream.set_nodelay(on).unwrap();
                assert_eq!(stream.nodelay().unwrap(), on);
            }
        }
    }
    the_time_to_live_reads_back_to_its_limits {
        let socket = datagrams(V4);
        let stream = pair(V4).client;
        for ttl in [1, 255] {
            socket.set_ttl(ttl).unwrap();
            stream.set_ttl(ttl).unwrap();
            assert_eq!((socket.ttl().unwrap(), stream.ttl().unwrap()), (ttl, ttl));
        }
        for ttl in [0, 256, 257] {
            fails(Errno::INVAL, socket.set_ttl(ttl));
            fails(Errno::INVAL, stream.set_ttl(ttl));
        }
        assert_eq!((socket.ttl().unwrap(), stream.ttl().unwrap()), (255, 255));
    }
    tcp_options_do_not_exist_on_datagram_sockets {
        let socket: TcpStream = retyped(datagrams(V4));
        let error = Errno::from_io_error(&socket.set_nodelay(true).unwrap_err());
        assert!(matches!(error, Some(Errno::NOPROTOOPT | Errno::OPNOTSUPP)), "{error:?}");
    }
    options_of_a_file_are_enotsock {
        let file: TcpStream = retyped(scratch_file("no_options"));
        fails(Errno::NOTSOCK, file.nodelay());
        fails(Errno::NOTSOCK, file.set_nodelay(true));
        fails(Errno::NOTSOCK, file.ttl());
        fails(Errno::NOTSOCK, file.set_ttl(1));
        fails(Errno::NOTSOCK, file.read_timeout());
        fails(Errno::NOTSOCK, file.set_read_timeout(Some(LONG)));
    }
    timeouts_are_none_at_first_and_read_back {
        let stream = pair(V4).client;
        assert_eq!(stream.read_timeout().unwrap(), None);
        assert_eq!(stream.write_timeout().unwrap(), None);
        stream.set_read_timeout(Some(ms(2500))).unwrap();
        stream.set_write_timeout(Some(ms(3500))).unwrap();
        assert_eq!(stream.read_timeout().unwrap(), Some(ms(2500)));
        assert_eq!(stream.write_timeout().unwrap(), Some(ms(3500)));
        stream.set_read_timeout(None).unwrap();
        assert_eq!(stream.read_timeout().unwrap(), None);
        assert_eq!(stream.write_timeout().unwrap(), Some(ms(3500)));
        stream.set_write_timeout(None).unwrap();
        assert_eq!(stream.write_timeout().unwrap(), None);
    }
}
