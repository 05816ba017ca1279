//! The errors a guest can be told: WASIp1's numbers, which WAMR's calls share.
//!
//! One table makes the enum, the numbers and the names. Success is no error: it is `Ok`, number 0.

use core::error::Error;
use core::fmt;

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident: $number:literal, $name:literal;)*) => {
        /// An error as WASIp1 numbers it: the neutral one that every dialect translates from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Errno {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Errno {
            /// Every error, by rising number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The error with this WASIp1 number; 0 and numbers without meaning have none.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name C gives it, as `EACCES`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

errors! {
    /// The arguments take too much room.
    Toobig: 1, "E2BIG";
    /// Not allowed: the policy said no, or the system did.
    Acces: 2, "EACCES";
    /// Another socket holds the address.
    Addrinuse: 3, "EADDRINUSE";
    /// No interface of this machine has the address.
    Addrnotavail: 4, "EADDRNOTAVAIL";
    /// The address is of a family that the socket does not speak.
    Afnosupport: 5, "EAFNOSUPPORT";
    /// Nothing now, perhaps later; `EWOULDBLOCK` is the same.
    Again: 6, "EAGAIN";
    /// The connection is already being made.
    Already: 7, "EALREADY";
    /// No such descriptor, or one not open for this.
    Badf: 8, "EBADF";
    /// The message is malformed.
    Badmsg: 9, "EBADMSG";
    /// Something else is using it.
    Busy: 10, "EBUSY";
    /// The operation was cancelled.
    Canceled: 11, "ECANCELED";
    /// No child processes.
    Child: 12, "ECHILD";
    /// The peer gave the connection up before it was accepted.
    Connaborted: 13, "ECONNABORTED";
    /// Nobody listens at the address.
    Connrefused: 14, "ECONNREFUSED";
    /// The peer broke the connection off.
    Connreset: 15, "ECONNRESET";
    /// Waiting would last for ever.
    Deadlk: 16, "EDEADLK";
    /// The socket needs an address to send to.
    Destaddrreq: 17, "EDESTADDRREQ";
    /// The argument is outside the function's domain.
    Dom: 18, "EDOM";
    /// The user's share of the disk is used up.
    Dquot: 19, "EDQUOT";
    /// It exists already.
    Exist: 20, "EEXIST";
    /// A bad address in memory.
    Fault: 21, "EFAULT";
    /// The file would grow too large.
    Fbig: 22, "EFBIG";
    /// No route reaches the host.
    Hostunreach: 23, "EHOSTUNREACH";
    /// The identifier was removed.
    Idrm: 24, "EIDRM";
    /// The bytes are no character.
    Ilseq: 25, "EILSEQ";
    /// The connection is being made; polling for writing tells when.
    Inprogress: 26, "EINPROGRESS";
    /// A signal came first.
    Intr: 27, "EINTR";
    /// An argument makes no sense.
    Inval: 28, "EINVAL";
    /// The device failed.
    Io: 29, "EIO";
    /// The socket is connected already.
    Isconn: 30, "EISCONN";
    /// It is a directory.
    Isdir: 31, "EISDIR";
    /// Too many symbolic links on the way.
    Loop: 32, "ELOOP";
    /// The process has too many descriptors open.
    Mfile: 33, "EMFILE";
    /// Too many hard links to the file.
    Mlink: 34, "EMLINK";
    /// The datagram is too large.
    Msgsize: 35, "EMSGSIZE";
    /// The path would take several hops.
    Multihop: 36, "EMULTIHOP";
    /// The name is too long.
    Nametoolong: 37, "ENAMETOOLONG";
    /// The network is down.
    Netdown: 38, "ENETDOWN";
    /// The network dropped the connection.
    Netreset: 39, "ENETRESET";
    /// No route reaches the network.
    Netunreach: 40, "ENETUNREACH";
    /// The system has too many files open.
    Nfile: 41, "ENFILE";
    /// No room for buffers.
    Nobufs: 42, "ENOBUFS";
    /// No such device.
    Nodev: 43, "ENODEV";
    /// No such file or directory.
    Noent: 44, "ENOENT";
    /// The file cannot be executed.
    Noexec: 45, "ENOEXEC";
    /// No locks left.
    Nolck: 46, "ENOLCK";
    /// The link is severed.
    Nolink: 47, "ENOLINK";
    /// Not enough memory.
    Nomem: 48, "ENOMEM";
    /// No message of that kind.
    Nomsg: 49, "ENOMSG";
    /// The socket has no such option.
    Noprotoopt: 50, "ENOPROTOOPT";
    /// The device is full.
    Nospc: 51, "ENOSPC";
    /// Nothing provides this function.
    Nosys: 52, "ENOSYS";
    /// The socket is not connected.
    Notconn: 53, "ENOTCONN";
    /// It is not a directory.
    Notdir: 54, "ENOTDIR";
    /// The directory has entries.
    Notempty: 55, "ENOTEMPTY";
    /// The state cannot be recovered.
    Notrecoverable: 56, "ENOTRECOVERABLE";
    /// The descriptor is no socket.
    Notsock: 57, "ENOTSOCK";
    /// This kind of object does not do that; `EOPNOTSUPP` is the same.
    Notsup: 58, "ENOTSUP";
    /// The device does not know this control.
    Notty: 59, "ENOTTY";
    /// No such device or address.
    Nxio: 60, "ENXIO";
    /// The value does not fit its type.
    Overflow: 61, "EOVERFLOW";
    /// The previous owner died.
    Ownerdead: 62, "EOWNERDEAD";
    /// Only a privileged user may.
    Perm: 63, "EPERM";
    /// Nobody reads the other end.
    Pipe: 64, "EPIPE";
    /// The protocol went wrong.
    Proto: 65, "EPROTO";
    /// The protocol is not supported.
    Protonosupport: 66, "EPROTONOSUPPORT";
    /// The protocol is of the wrong type for the socket.
    Prototype: 67, "EPROTOTYPE";
    /// The result is out of range.
    Range: 68, "ERANGE";
    /// The file system is read-only.
    Rofs: 69, "EROFS";
    /// This cannot be sought in.
    Spipe: 70, "ESPIPE";
    /// No such process.
    Srch: 71, "ESRCH";
    /// The file handle is stale.
    Stale: 72, "ESTALE";
    /// The peer did not answer in time.
    Timedout: 73, "ETIMEDOUT";
    /// The program file is in use.
    Txtbsy: 74, "ETXTBSY";
    /// The link would cross file systems.
    Xdev: 75, "EXDEV";
    /// The descriptor lacks the right. WASI's own: POSIX has no such error.
    Notcapable: 76, "ENOTCAPABLE";
}

impl Errno {
    /// The WASIp1 number.
    #[must_use]
    #[inline]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl Error for Errno {}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::collections::BTreeSet;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn no_two_errors_share_a_number_or_a_name() {
        let numbers: BTreeSet<_> = Errno::ALL.iter().map(|errno| errno.number()).collect();
        let names: BTreeSet<_> = Errno::ALL.iter().map(|errno| errno.name()).collect();
        assert_eq!(numbers.len(), Errno::ALL.len());
        assert_eq!(names.len(), Errno::ALL.len());
    }

    #[test]
    fn the_numbers_are_1_to_76_without_a_gap() {
        assert!(Errno::ALL.iter().map(|errno| errno.number()).eq(1..=76));
    }

    #[test]
    fn a_number_leads_back_to_its_error_and_others_to_none() {
        for &errno in Errno::ALL {
            assert_eq!(Errno::from_number(errno.number()), Some(errno));
        }
        for number in [0, 77, u16::MAX] {
            assert_eq!(Errno::from_number(number), None, "{number}");
        }
    }

    #[test]
    fn an_error_is_displayed_by_its_c_name() {
        assert_eq!(Errno::Acces.to_string(), "EACCES");
        assert_eq!(Errno::Toobig.to_string(), "E2BIG");
    }

    // WASI numbers the names in alphabetical order (with `2BIG` first and its own last): a swapped
    // pair shows here.
    #[test]
    fn the_names_rise_with_the_numbers_save_for_wasi_s_own() {
        let (own, posix) = Errno::ALL.split_last().expect("the table has rows");
        assert_eq!(*own, Errno::Notcapable);
        assert!(posix.is_sorted_by_key(|errno| errno.name()));
    }
}
