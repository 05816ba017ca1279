//! poll: readiness of sockets, files and standard output, also mixed.

use std::os::fd::AsRawFd;
use std::thread::sleep;
use std::time::Instant;

use iwasm_socket::{Interest, PollFd, Shutdown, poll};
use rustix::io::ioctl_fionread;

use crate::loopback::*;

use Interest::{Both, Readable, Writable};

sentences! {
    poll_waits_for_its_timeout_and_reports_nobody {
        let p = pair(V4);
        let began = Instant::now();
        assert_eq!(look(&p.server, Readable, ms(100)), NOTHING);
        expect_lasted(ms(100), began);
    }
    poll_with_timeout_zero_returns_at_once {
        let p = pair(V4);
        let began = Instant::now();
        for _ in 0..10 {
            assert_eq!(look(&p.server, Readable, NOW), NOTHING);
        }
        assert!(began.elapsed() < ms(1000));
    }
    poll_without_a_timeout_returns_when_something_is_ready {
        let p = pair(V4);
        say(&p.client, "x");
        let mut polled = [PollFd::new(&p.server, Readable)];
        assert_eq!(poll(&mut polled, None).unwrap(), 1);
        assert_eq!(Found::from(&polled[0]), READABLE);
    }
    poll_is_level_triggered {
        let p = pair(V4);
        say(&p.client, "x");
        for _ in 0..3 {
            assert_eq!(look(&p.server, Readable, LONG), READABLE);
        }
        expect(&p.server, "x");
        assert_eq!(look(&p.server, Readable, NOW), NOTHING);
        say(&p.client, "y");
        assert_eq!(look(&p.server, Readable, LONG), READABLE);
    }
    a_listener_is_readable_while_somebody_waits {
        let listener = listener(V4);
        assert_eq!(look(&listener, Readable, NOW), NOTHING);
        let _client = connected_to(&listener);
        assert_eq!(look(&listener, Readable, LONG), READABLE);
        let _server = accepted(&listener);
        assert_eq!(look(&listener, Readable, NOW), NOTHING);
    }
    a_connected_stream_is_writable {
        let p = pair(V4);
        assert_eq!(look(&p.client, Writable, NOW), WRITABLE);
        assert_eq!(look(&p.client, Both, NOW), WRITABLE);
        say(&p.server, "x");
        assert!(look(&p.client, Readable, LONG).readable);
        assert_eq!(look(&p.client, Both, NOW), BOTH);
    }
    the_end_of_a_stream_is_readable {
        let p = pair(V4);
        p.client.shutdown(Shutdown::Write).unwrap();
        assert!(look(&p.server, Readable, LONG).readable);
        expect_end(&p.server);
    }
    a_stream_shut_down_from_both_sides_is_hung_up {
        let p = pair(V4);
        assert!(!look(&p.server, Readable, NOW).hung_up);
        p.client.shutdown(Shutdown::Write).unwrap();
        p.server.shutdown(Shutdown::Write).unwrap();
        assert!(look(&p.server, Readable, LONG).hung_up);
        assert!(look(&p.client, Readable, LONG).hung_up);
    }
    an_empty_datagram_is_readable {
        let [one, other] = datagram_pair(V4);
        assert_eq!(look(&other, Readable, NOW), NOTHING);
        assert_eq!(one.send(b"").unwrap(), 0);
        assert_eq!(look(&other, Readable, LONG), READABLE);
    }
    poll_reports_each_descriptor_for_itself {
        let pairs = [(); 3].map(|()| pair(V4));
        for at in [0, 2] {
            say(&pairs[at].client, "x");
            assert!(look(&pairs[at].server, Readable, LONG).readable);
        }
        let mut polled = pairs.each_ref().map(|p| PollFd::new(&p.server, Readable));
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 2);
        assert_eq!(polled.each_ref().map(Found::from), [READABLE, NOTHING, READABLE]);
    }
    a_descriptor_asked_for_twice_is_reported_twice {
        let p = pair(V4);
        say(&p.client, "x");
        assert!(look(&p.server, Readable, LONG).readable);
        let mut polled = [Readable, Writable].map(|interest| PollFd::new(&p.server, interest));
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 2);
        assert_eq!(polled.each_ref().map(Found::from), [READABLE, WRITABLE]);
    }
    a_reopened_number_is_another_socket_to_poll {
        let p = pair(V4);
        let number = p.server.as_raw_fd();
        say(&p.client, "x");
        assert_eq!(look(&p.server, Readable, LONG), READABLE);
        drop(p.server);
        let [one, other] = datagram_pair(V4);
        assert_eq!(one.as_raw_fd(), number);
        assert_eq!(look(&one, Readable, ms(20)), NOTHING);
        assert_eq!(other.send(b"y").unwrap(), 1);
        assert_eq!(look(&one, Readable, LONG), READABLE);
    }
    poll_follows_what_is_asked_from_call_to_call {
        let [p, q] = [(); 2].map(|()| pair(V4));
        say(&p.client, "x");
        say(&q.client, "x");
        assert_eq!(look(&p.server, Readable, LONG), READABLE);
        assert_eq!(look(&p.server, Writable, LONG), WRITABLE);
        assert_eq!(look(&q.server, Readable, LONG), READABLE);
        expect(&q.server, "x");
        assert_eq!(look(&q.server, Readable, ms(20)), NOTHING);
        assert_eq!(look(&p.server, Readable, LONG), READABLE);
    }
    poll_finds_the_one_that_is_ready_among_many {
        const MANY: usize = 200;
        let sender = datagrams(V4);
        let sockets: Vec<_> = (0..MANY).map(|_| datagrams(V4)).collect();
        let mut polled: Vec<_> = sockets.iter().map(|it| PollFd::new(it, Readable)).collect();
        for chosen in (0..MANY).step_by(37) {
            tell(&sender, &sockets[chosen], "x");
            assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
            for (at, polled) in polled.iter().enumerate() {
                let expected = if at == chosen { READABLE } else { NOTHING };
                assert_eq!(Found::from(polled), expected, "{at}");
            }
            assert_eq!(sockets[chosen].recv(&mut [0]).unwrap(), 1);
        }
        assert_eq!(poll(&mut polled, Some(NOW)).unwrap(), 0);
    }
    poll_follows_many_streams_that_come_and_go {
        const MANY: usize = 40;
        let mut pairs: Vec<_> = (0..MANY).map(|_| pair(V4)).collect();
        for chosen in (0..MANY).step_by(7) {
            let found = |interest, many, time| {
                let interest_of = |at| if at == chosen { interest } else { Readable };
                let mut polled: Vec<_> = (0..many)
                    .map(|at| PollFd::new(&pairs[at].server, interest_of(at)))
                    .collect();
                let count = poll(&mut polled, Some(time)).unwrap();
                (count, Found::from(&polled[chosen]))
            };
            say(&pairs[chosen].client, "x");
            assert_eq!(found(Readable, MANY, LONG), (1, READABLE));
            assert_eq!(found(Both, MANY, LONG), (1, BOTH));
            expect(&pairs[chosen].server, "x");
            assert_eq!(found(Both, MANY, LONG), (1, WRITABLE));
            pairs[chosen] = pair(V4);
            let found = |many, time| {
                let mut polled: Vec<_> = pairs[..many]
                    .iter()
                    .map(|pair| PollFd::new(&pair.server, Readable))
                    .collect();
                poll(&mut polled, Some(time)).unwrap()
            };
            assert_eq!((found(MANY, NOW), found(MANY - 1, ms(10))), (0, 0));
        }
    }
    a_file_is_always_ready_beside_a_quiet_socket {
        let file = scratch_file("always_ready");
        let p = pair(V4);
        let mut polled = [PollFd::new(&p.server, Readable), PollFd::new(&file, Both)];
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
        assert_eq!(polled.each_ref().map(Found::from), [NOTHING, BOTH]);
    }
    sockets_files_and_standard_output_are_polled_in_one_call {
        let file = scratch_file("polled_together");
        let p = pair(V4);
        say(&p.client, "x");
        assert!(look(&p.server, Readable, LONG).readable);
        let output = std::io::stdout();
        let mut polled = [
            PollFd::new(&p.server, Readable),
            PollFd::new(&file, Readable),
            PollFd::new(&output, Writable),
            PollFd::new(&p.client, Writable),
        ];
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 4);
        let expected = [READABLE, READABLE, WRITABLE, WRITABLE];
        assert_eq!(polled.each_ref().map(Found::from), expected);
    }
    the_readable_bytes_of_a_stream_are_counted {
        let p = pair(V4);
        assert_eq!(ioctl_fionread(&p.server).unwrap(), 0);
        say(&p.client, "seven b");
        assert!(look(&p.server, Readable, LONG).readable);
        assert_eq!(ioctl_fionread(&p.server).unwrap(), 7);
        expect(&p.server, "seven");
        assert_eq!(ioctl_fionread(&p.server).unwrap(), 2);
    }
    the_readable_bytes_of_a_datagram_socket_are_those_of_the_next_one {
        let [one, other] = datagram_pair(V4);
        assert_eq!(one.send(b"12345").unwrap(), 5);
        assert_eq!(one.send(b"123").unwrap(), 3);
        assert!(look(&other, Readable, LONG).readable);
        assert_eq!(ioctl_fionread(&other).unwrap(), 5);
        expect_datagram(&other, "12345");
        assert_eq!(ioctl_fionread(&other).unwrap(), 3);
    }
    a_sleep_lasts_as_long_as_it_says {
        let began = Instant::now();
        sleep(ms(100));
        expect_lasted(ms(100), began);
        let began = Instant::now();
        assert_eq!(poll(&mut [], Some(ms(100))).unwrap(), 0);
        expect_lasted(ms(100), began);
    }
}
