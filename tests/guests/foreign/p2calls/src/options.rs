//! Options of sockets: set and read back, with what a host makes of values that are too small or too large.

use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::tcp::TcpSocket;
use wasip2::sockets::udp::UdpSocket;

use crate::datagrams::udp;
use crate::tools::{
    HERE, SECOND, bound, connect, connected, listening, own, pair, sentences, tcp, told,
};

sentences! {
    keep_alive_is_off_until_it_is_switched_on,
    keep_alive_times_are_in_nanoseconds_and_never_less_than_was_asked,
    keep_alive_numbers_too_large_for_the_system_are_cut,
    nothing_is_no_value_of_an_option_of_tcp,
    a_hop_limit_is_what_was_set,
    buffers_of_tcp_have_a_size_and_no_size_is_an_error_but_none,
    options_of_tcp_are_set_in_every_state,
    options_of_udp_are_those_of_tcp,
}

/// In each state that a socket of TCP has.
fn in_every_state(here: &str, hold: impl Fn(&TcpSocket)) {
    hold(&tcp(here));
    hold(&bound(here));
    let listener = listening(here);
    hold(&listener);
    let socket = tcp(here);
    connect(&socket, &own(&listener)).unwrap();
    hold(&connected(socket).socket);
    let (client, server) = pair(here);
    hold(&client.socket);
    hold(&server.socket);
}

fn keep_alive_is_off_until_it_is_switched_on() {
    for here in HERE {
        in_every_state(here, |socket| {
            assert_eq!(socket.keep_alive_enabled(), Ok(false));
            for on in [true, true, false] {
                socket.set_keep_alive_enabled(on).unwrap();
                assert_eq!(socket.keep_alive_enabled(), Ok(on));
            }
        });
    }
}

fn keep_alive_times_are_in_nanoseconds_and_never_less_than_was_asked() {
    for here in HERE {
        let socket = tcp(here);
        for asked in [1, SECOND - 1, SECOND, 40 * SECOND, 32767 * SECOND] {
            socket.set_keep_alive_idle_time(asked).unwrap();
            let idle = socket.keep_alive_idle_time().unwrap();
            socket.set_keep_alive_interval(asked).unwrap();
            let interval = socket.keep_alive_interval().unwrap();
            for told in [idle, interval] {
                assert!(told >= asked && told < asked + SECOND, "{asked}: {told}");
            }
        }
    }
}

fn keep_alive_numbers_too_large_for_the_system_are_cut() {
    for here in HERE {
        let socket = tcp(here);
        for asked in [32768 * SECOND, u64::MAX] {
            socket.set_keep_alive_idle_time(asked).unwrap();
            assert_eq!(socket.keep_alive_idle_time(), Ok(32767 * SECOND));
            socket.set_keep_alive_interval(asked).unwrap();
            assert_eq!(socket.keep_alive_interval(), Ok(32767 * SECOND));
        }
        for (asked, told) in [(1, 1), (127, 127), (128, 127), (u32::MAX, 127)] {
            socket.set_keep_alive_count(asked).unwrap();
            assert_eq!(socket.keep_alive_count(), Ok(told));
        }
    }
}

fn nothing_is_no_value_of_an_option_of_tcp() {
    for here in HERE {
        let socket = tcp(here);
        let before = socket.keep_alive_idle_time();
        for refused in [
            socket.set_keep_alive_idle_time(0),
            socket.set_keep_alive_interval(0),
            socket.set_keep_alive_count(0),
            socket.set_hop_limit(0),
            socket.set_receive_buffer_size(0),
            socket.set_send_buffer_size(0),
        ] {
            told(refused, ErrorCode::InvalidArgument);
        }
        assert_eq!(socket.keep_alive_idle_time(), before);
    }
}

fn a_hop_limit_is_what_was_set() {
    for here in HERE {
        in_every_state(here, |socket| {
            assert_ne!(socket.hop_limit(), Ok(0));
            for hops in [1, 64, 255] {
                socket.set_hop_limit(hops).unwrap();
                assert_eq!(socket.hop_limit(), Ok(hops));
            }
        });
    }
}

fn buffers_of_tcp_have_a_size_and_no_size_is_an_error_but_none() {
    for here in HERE {
        let socket = tcp(here);
        for asked in [1, 50_000, 1 << 31, u64::MAX] {
            socket.set_receive_buffer_size(asked).unwrap();
            socket.set_send_buffer_size(asked).unwrap();
            let told = [socket.receive_buffer_size(), socket.send_buffer_size()];
            for told in told.map(Result::unwrap) {
                assert_ne!(told, 0);
                // Whoever sets what was told changes nothing.
                if asked == 50_000 {
                    assert_eq!(told, asked);
                }
            }
        }
    }
}

fn options_of_tcp_are_set_in_every_state() {
    for here in HERE {
        in_every_state(here, |socket| {
            socket.set_keep_alive_idle_time(9 * SECOND).unwrap();
            assert_eq!(socket.keep_alive_idle_time(), Ok(9 * SECOND));
            socket.set_keep_alive_interval(8 * SECOND).unwrap();
            assert_eq!(socket.keep_alive_interval(), Ok(8 * SECOND));
            socket.set_keep_alive_count(7).unwrap();
            assert_eq!(socket.keep_alive_count(), Ok(7));
            socket.set_receive_buffer_size(60_000).unwrap();
            assert_eq!(socket.receive_buffer_size(), Ok(60_000));
            socket.set_send_buffer_size(61_000).unwrap();
            assert_eq!(socket.send_buffer_size(), Ok(61_000));
        });
    }
}

fn options_of_udp_are_those_of_tcp() {
    for here in HERE {
        let socket: UdpSocket = udp(here);
        for refused in [
            socket.set_unicast_hop_limit(0),
            socket.set_receive_buffer_size(0),
            socket.set_send_buffer_size(0),
        ] {
            told(refused, ErrorCode::InvalidArgument);
        }
        for hops in [1, 64, 255] {
            socket.set_unicast_hop_limit(hops).unwrap();
            assert_eq!(socket.unicast_hop_limit(), Ok(hops));
        }
        for asked in [1, 50_000, 1 << 31, u64::MAX] {
            socket.set_receive_buffer_size(asked).unwrap();
            socket.set_send_buffer_size(asked).unwrap();
            let told = [socket.receive_buffer_size(), socket.send_buffer_size()];
            for told in told.map(Result::unwrap) {
                assert!(told > 0 && (asked != 50_000 || told == asked), "{told}");
            }
        }
    }
}
