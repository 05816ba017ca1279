//! What transfers of all dialects have in common: how to receive, and how much was moved.

use iwasm_abi::Errno;
use iwasm_abi::p1::{riflags, roflags};
use iwasm_abi::wasix;
use iwasm_net::{Receive, Received, Sending, Span, memory};

use crate::decode;

/// `riflags`, which all dialects took from WASIp1. A bit without a meaning is EINVAL.
pub(crate) fn receive_flags(flags: u32) -> Result<Receive, Errno> {
    let flags = decode::flags(flags, riflags::ALL)?;
    Ok(Receive {
        peek: flags & riflags::RECV_PEEK != 0,
        wait_all: flags & riflags::RECV_WAITALL != 0,
        ..Receive::default()
    })
}

/// The same with what WASIX adds.
pub(crate) fn wasix_receive_flags(flags: u32) -> Result<Receive, Errno> {
    const DONT_WAIT: u32 = wasix::riflags::RECV_DONT_WAIT as u32;
    // A message that is too long is cut, whether that is asked for or not, and the guest is told.
    const TRUNCATED: u32 = wasix::riflags::RECV_DATA_TRUNCATED as u32;
    Ok(Receive {
        dont_wait: flags & DONT_WAIT != 0,
        ..receive_flags(flags & !(DONT_WAIT | TRUNCATED))?
    })
}

/// WASIX's `siflags`. WASIp1 has none.
pub(crate) fn wasix_send_flags(flags: u32) -> Result<Sending, Errno> {
    let flags = decode::flags(flags, wasix::siflags::SEND_DONT_WAIT)?;
    Ok(Sending {
        dont_wait: flags != 0,
    })
}

/// `roflags`, likewise.
#[inline]
pub(crate) fn receive_report(received: Received) -> [u8; 2] {
    if received.truncated {
        roflags::RECV_DATA_TRUNCATED.to_le_bytes()
    } else {
        [0; 2]
    }
}

/// How many bytes went through the spans, as the guest reads it. More than they hold is no true answer: EIO.
#[inline]
pub(crate) fn counted(len: usize, through: &[Span<'_>]) -> Result<[u8; 4], Errno> {
    if len > memory::total(through) {
        return Err(Errno::Io);
    }
    u32::try_from(len)
        .map(u32::to_le_bytes)
        .map_err(|_| Errno::Io)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_of_more_bytes_than_there_was_room_for_is_not_believed() {
        let (mut some, mut more) = ([0; 3], [0; 4]);
        let spans = [Span::of(&mut some), Span::of(&mut more)];
        assert_eq!(counted(7, &spans), Ok([7, 0, 0, 0]));
        assert_eq!(counted(8, &spans), Err(Errno::Io));
    }

    #[test]
    fn flags_of_a_receive_are_read_bit_by_bit() {
        for (flags, peek, wait_all) in [
            (0, false, false),
            (1, true, false),
            (2, false, true),
            (3, true, true),
        ] {
            let how = receive_flags(flags).unwrap();
            assert_eq!((how.peek, how.wait_all), (peek, wait_all), "{flags}");
        }
        assert_eq!(receive_flags(4), Err(Errno::Inval));
        assert_eq!(receive_flags(1 << 16), Err(Errno::Inval));
    }

    #[test]
    fn wasix_has_two_flags_more_for_a_receive_and_one_for_a_send() {
        for (flags, peek, dont_wait) in [
            (0, false, false),
            (1, true, false),
            (4, false, false),
            (8, false, true),
            (13, true, true),
        ] {
            let how = wasix_receive_flags(flags).unwrap();
            assert_eq!((how.peek, how.dont_wait), (peek, dont_wait), "{flags}");
        }
        assert_eq!(wasix_receive_flags(16), Err(Errno::Inval));
        for (flags, sending) in [
            (0, Ok(Sending { dont_wait: false })),
            (1, Ok(Sending { dont_wait: true })),
            (2, Err(Errno::Inval)),
            (0x1_0001, Err(Errno::Inval)),
        ] {
            assert_eq!(wasix_send_flags(flags), sending, "{flags:#x}");
        }
    }
}
