//! The structures of WASIp1 in guest memory: byte ranges, one module each.
//!
//! Bytes that no range names are padding: not read, and nothing is meant by them.

/// One stretch of memory to read into or write from (`iovec`, `ciovec`), aligned to 4.
pub mod iovec {
    use core::ops::Range;

    /// Size in guest memory.
    pub const SIZE: usize = 8;
    /// `u32`: where the stretch begins.
    pub const POINTER: Range<usize> = 0..4;
    /// `u32`: its length in bytes.
    pub const LENGTH: Range<usize> = 4..8;
}

/// What a descriptor is and may do, aligned to 8.
pub mod fdstat {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 24;
    /// `u8`: a [`filetype`](crate::p1::filetype).
    pub const FILETYPE: Range<usize> = 0..1;
    /// `u16`: [`fdflags`](crate::p1::fdflags).
    pub const FLAGS: Range<usize> = 2..4;
    /// `u64`: the [`rights`](crate::p1::rights) of the descriptor.
    pub const RIGHTS_BASE: Range<usize> = 8..16;
    /// `u64`: the rights of what is opened through it.
    pub const RIGHTS_INHERITING: Range<usize> = 16..24;
}

/// What a file is, aligned to 8.
pub mod filestat {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 64;
    /// `u64`: the device the file lies on.
    pub const DEVICE: Range<usize> = 0..8;
    /// `u64`: its serial number on the device.
    pub const INODE: Range<usize> = 8..16;
    /// `u8`: a [`filetype`](crate::p1::filetype).
    pub const FILETYPE: Range<usize> = 16..17;
    /// `u64`: how many hard links lead to it.
    pub const LINKS: Range<usize> = 24..32;
    /// `u64`: its length in bytes.
    pub const LENGTH: Range<usize> = 32..40;
    /// `u64`: last read, in nanoseconds since 1970.
    pub const ATIM: Range<usize> = 40..48;
    /// `u64`: last written, in nanoseconds since 1970.
    pub const MTIM: Range<usize> = 48..56;
    /// `u64`: last changed, also in name or mode, in nanoseconds since 1970.
    pub const CTIM: Range<usize> = 56..64;
}

/// What a preopened descriptor is, aligned to 4.
pub mod prestat {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 8;
    /// `u8`: a [`preopentype`](crate::p1::preopentype).
    pub const TAG: Range<usize> = 0..1;
    /// `u32`: for a directory, the length of its name without a NUL.
    pub const NAME_LENGTH: Range<usize> = 4..8;
}

/// The head of a directory entry; its name follows at once, without a NUL, and then the next head.
///
/// Nothing is padded between them, so a head may lie at any offset.
pub mod dirent {
    use core::ops::Range;

    /// Size of the head in guest memory, padding included.
    pub const SIZE: usize = 24;
    /// `u64`: the cookie that continues after this entry.
    pub const NEXT: Range<usize> = 0..8;
    /// `u64`: the file's serial number.
    pub const INODE: Range<usize> = 8..16;
    /// `u32`: the length of the name.
    pub const NAME_LENGTH: Range<usize> = 16..20;
    /// `u8`: a [`filetype`](crate::p1::filetype).
    pub const FILETYPE: Range<usize> = 20..21;
}

/// One thing that `poll_oneoff` waits for: a tagged union, aligned to 8.
pub mod subscription {
    /// Size in guest memory, padding included.
    pub const SIZE: usize = 48;
    /// `u64`: the guest's own, repeated in the event.
    pub const USERDATA: core::ops::Range<usize> = 0..8;
    /// `u8`: an [`eventtype`](crate::p1::eventtype); it says whether [`clock`] or [`fd`] lies in the union.
    pub const TAG: core::ops::Range<usize> = 8..9;

    /// The union when the tag is `CLOCK`; offsets count from the subscription's begin.
    pub mod clock {
        use core::ops::Range;

        /// `u32`: a [`clockid`](crate::p1::clockid).
        pub const ID: Range<usize> = 16..20;
        /// `u64`: nanoseconds, from now or on the clock.
        pub const TIMEOUT: Range<usize> = 24..32;
        /// `u64`: how many nanoseconds late it may be.
        pub const PRECISION: Range<usize> = 32..40;
        /// `u16`: [`subclockflags`](crate::p1::subclockflags).
        pub const FLAGS: Range<usize> = 40..42;
    }

    /// The union when the tag is `FD_READ` or `FD_WRITE`; offsets count from the subscription's begin.
    pub mod fd {
        use core::ops::Range;

        /// `u32`: the descriptor.
        pub const DESCRIPTOR: Range<usize> = 16..20;
    }
}

/// One thing that happened, as `poll_oneoff` reports it, aligned to 8.
pub mod event {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 32;
    /// `u64`: the subscription's.
    pub const USERDATA: Range<usize> = 0..8;
    /// `u16`: an errno, or 0.
    pub const ERROR: Range<usize> = 8..10;
    /// `u8`: an [`eventtype`](crate::p1::eventtype).
    pub const TYPE: Range<usize> = 10..11;
    /// `u64`: for a descriptor, how many bytes wait or have room.
    pub const BYTES: Range<usize> = 16..24;
    /// `u16`: for a descriptor, [`eventrwflags`](crate::p1::eventrwflags).
    pub const FLAGS: Range<usize> = 24..26;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::agree;

    #[test]
    fn an_iovec_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x00, 0x10, 0x00, 0x00, // pointer 0x1000
            0x05, 0x00, 0x00, 0x00, // length 5
        ];
        agree::<{ iovec::SIZE }>(golden, &[(iovec::POINTER, 0x1000), (iovec::LENGTH, 5)]);
    }

    #[test]
    fn an_fdstat_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x06,                                           // filetype: stream socket
            0x00,                                           // padding
            0x04, 0x00,                                     // flags: nonblocking
            0x00, 0x00, 0x00, 0x00,                         // padding
            0x4a, 0x00, 0x20, 0xf8, 0x3f, 0x00, 0x00, 0x00, // base rights
            0xff, 0xff, 0xff, 0xff, 0x3f, 0x00, 0x00, 0x00, // inheriting rights
        ];
        agree::<{ fdstat::SIZE }>(
            golden,
            &[
                (fdstat::FILETYPE, 6),
                (fdstat::FLAGS, 4),
                (fdstat::RIGHTS_BASE, 0x3f_f820_004a),
                (fdstat::RIGHTS_INHERITING, 0x3f_ffff_ffff),
            ],
        );
    }

    #[test]
    fn a_filestat_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // device 0x201
            0x03, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // inode 0x403
            0x04,                                           // filetype: regular file
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,       // padding
            0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // two links
            0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, // 4 GiB long
            0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // read at 10
            0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // written at 11
            0x0c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, // changed at 2^63 + 12
        ];
        agree::<{ filestat::SIZE }>(
            golden,
            &[
                (filestat::DEVICE, 0x201),
                (filestat::INODE, 0x403),
                (filestat::FILETYPE, 4),
                (filestat::LINKS, 2),
                (filestat::LENGTH, 1 << 32),
                (filestat::ATIM, 10),
                (filestat::MTIM, 11),
                (filestat::CTIM, (1 << 63) + 12),
            ],
        );
    }

    #[test]
    fn a_prestat_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x00,                   // tag: directory
            0x00, 0x00, 0x00,       // padding
            0x07, 0x00, 0x00, 0x00, // a name of 7 bytes
        ];
        agree::<{ prestat::SIZE }>(golden, &[(prestat::TAG, 0), (prestat::NAME_LENGTH, 7)]);
    }

    #[test]
    fn a_dirent_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // next cookie 1
            0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // inode 9
            0x05, 0x00, 0x00, 0x00,                         // a name of 5 bytes
            0x03,                                           // filetype: directory
            0x00, 0x00, 0x00,                               // padding
        ];
        agree::<{ dirent::SIZE }>(
            golden,
            &[
                (dirent::NEXT, 1),
                (dirent::INODE, 9),
                (dirent::NAME_LENGTH, 5),
                (dirent::FILETYPE, 3),
            ],
        );
    }

    #[test]
    fn a_subscription_to_a_clock_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0xef, 0xbe, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // userdata 0xbeef
            0x00,                                           // tag: clock
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,       // padding
            0x01, 0x00, 0x00, 0x00,                         // clock: monotonic
            0x00, 0x00, 0x00, 0x00,                         // padding
            0x00, 0xca, 0x9a, 0x3b, 0x00, 0x00, 0x00, 0x00, // timeout of a second
            0xe8, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // precision of a microsecond
            0x01, 0x00,                                     // flags: absolute
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00,             // padding
        ];
        agree::<{ subscription::SIZE }>(
            golden,
            &[
                (subscription::USERDATA, 0xbeef),
                (subscription::TAG, 0),
                (subscription::clock::ID, 1),
                (subscription::clock::TIMEOUT, 1_000_000_000),
                (subscription::clock::PRECISION, 1_000),
                (subscription::clock::FLAGS, 1),
            ],
        );
    }

    #[test]
    fn a_subscription_to_a_descriptor_is_its_golden_bytes() {
        let mut golden = [0; subscription::SIZE]; // what the descriptor leaves of the union is padding
        #[rustfmt::skip]
        golden[..20].copy_from_slice(&[
            0x2a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // userdata 42
            0x02,                                           // tag: writing
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,       // padding
            0x05, 0x00, 0x00, 0x00,                         // descriptor 5
        ]);
        agree::<{ subscription::SIZE }>(
            golden,
            &[
                (subscription::USERDATA, 42),
                (subscription::TAG, 2),
                (subscription::fd::DESCRIPTOR, 5),
            ],
        );
    }

    #[test]
    fn an_event_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x2a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // userdata 42
            0x0e, 0x00,                                     // error: ECONNREFUSED
            0x01,                                           // type: reading
            0x00, 0x00, 0x00, 0x00, 0x00,                   // padding
            0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // 128 bytes wait
            0x01, 0x00,                                     // flags: hung up
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00,             // padding
        ];
        agree::<{ event::SIZE }>(
            golden,
            &[
                (event::USERDATA, 42),
                (event::ERROR, 14),
                (event::TYPE, 1),
                (event::BYTES, 128),
                (event::FLAGS, 1),
            ],
        );
    }
}
