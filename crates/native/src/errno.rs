//! The system's error numbers as the neutral ones: by name, in one table.

use std::io;

use iwasm_abi::Errno;

macro_rules! errors {
    ($($host:ident: $ours:ident;)* - $($like:ident: $near:ident;)*) => {
        /// The error with this number on Linux.
        pub(crate) fn from_raw(number: i32) -> Errno {
            match number {
                $(libc::$host => Errno::$ours,)*
                $(libc::$like => Errno::$near,)*
                // WASI has no number for the rest, and none of them says what a guest could do about it.
                _ => Errno::Io,
            }
        }

        #[cfg(test)]
        const SAME: &[(&str, i32, Errno)] = &[$((stringify!($host), libc::$host, Errno::$ours)),*];
    };
}

// EWOULDBLOCK is EAGAIN on Linux, and EOPNOTSUPP is ENOTSUP. Above the line: the same name on both sides. Below: the
// nearest one, for errors of sockets that Linux gives (a router's ICMP brings the first two) and WASI has not.
errors! {
    E2BIG: Toobig;
    EACCES: Acces;
    EADDRINUSE: Addrinuse;
    EADDRNOTAVAIL: Addrnotavail;
    EAFNOSUPPORT: Afnosupport;
    EAGAIN: Again;
    EALREADY: Already;
    EBADF: Badf;
    EBADMSG: Badmsg;
    EBUSY: Busy;
    ECANCELED: Canceled;
    ECHILD: Child;
    ECONNABORTED: Connaborted;
    ECONNREFUSED: Connrefused;
    ECONNRESET: Connreset;
    EDEADLK: Deadlk;
    EDESTADDRREQ: Destaddrreq;
    EDOM: Dom;
    EDQUOT: Dquot;
    EEXIST: Exist;
    EFAULT: Fault;
    EFBIG: Fbig;
    EHOSTUNREACH: Hostunreach;
    EIDRM: Idrm;
    EILSEQ: Ilseq;
    EINPROGRESS: Inprogress;
    EINTR: Intr;
    EINVAL: Inval;
    EIO: Io;
    EISCONN: Isconn;
    EISDIR: Isdir;
    ELOOP: Loop;
    EMFILE: Mfile;
    EMLINK: Mlink;
    EMSGSIZE: Msgsize;
    EMULTIHOP: Multihop;
    ENAMETOOLONG: Nametoolong;
    ENETDOWN: Netdown;
    ENETRESET: Netreset;
    ENETUNREACH: Netunreach;
    ENFILE: Nfile;
    ENOBUFS: Nobufs;
    ENODEV: Nodev;
    ENOENT: Noent;
    ENOEXEC: Noexec;
    ENOLCK: Nolck;
    ENOLINK: Nolink;
    ENOMEM: Nomem;
    ENOMSG: Nomsg;
    ENOPROTOOPT: Noprotoopt;
    ENOSPC: Nospc;
    ENOSYS: Nosys;
    ENOTCONN: Notconn;
    ENOTDIR: Notdir;
    ENOTEMPTY: Notempty;
    ENOTRECOVERABLE: Notrecoverable;
    ENOTSOCK: Notsock;
    ENOTSUP: Notsup;
    ENOTTY: Notty;
    ENXIO: Nxio;
    EOVERFLOW: Overflow;
    EOWNERDEAD: Ownerdead;
    EPERM: Perm;
    EPIPE: Pipe;
    EPROTO: Proto;
    EPROTONOSUPPORT: Protonosupport;
    EPROTOTYPE: Prototype;
    ERANGE: Range;
    EROFS: Rofs;
    ESPIPE: Spipe;
    ESRCH: Srch;
    ESTALE: Stale;
    ETIMEDOUT: Timedout;
    ETXTBSY: Txtbsy;
    EXDEV: Xdev;
    -
    EHOSTDOWN: Hostunreach;
    ENONET: Netunreach;
    EPFNOSUPPORT: Afnosupport;
    ESOCKTNOSUPPORT: Protonosupport;
    ESHUTDOWN: Pipe;
}

/// The error that a call through `rustix` gave.
pub(crate) fn from_rustix(error: rustix::io::Errno) -> Errno {
    from_raw(error.raw_os_error())
}

/// The error that a call through the standard library gave. Some of those come from the library itself and have no
/// number: their kind says what they are.
pub(crate) fn from_io(error: &io::Error) -> Errno {
    if let Some(number) = error.raw_os_error() {
        return from_raw(number);
    }
    match error.kind() {
        io::ErrorKind::AlreadyExists => Errno::Exist,
        io::ErrorKind::Interrupted => Errno::Intr,
        io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => Errno::Inval,
        io::ErrorKind::NotFound => Errno::Noent,
        io::ErrorKind::OutOfMemory => Errno::Nomem,
        io::ErrorKind::PermissionDenied => Errno::Perm,
        io::ErrorKind::Unsupported => Errno::Notsup,
        io::ErrorKind::WouldBlock => Errno::Again,
        _ => Errno::Io,
    }
}

/// The error of the C call that this thread made last.
pub(crate) fn last() -> Errno {
    from_io(&io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_of_the_host_is_ours_of_the_same_name() {
        for &(name, number, ours) in SAME {
            assert_eq!(ours.name(), name);
            assert_eq!(from_raw(number), ours, "{name}");
        }
    }

    #[test]
    fn each_of_our_errors_is_in_the_table_save_for_wasi_s_own() {
        let listed = SAME
            .iter()
            .map(|&(_, _, ours)| ours)
            .chain([Errno::Notcapable]);
        assert!(listed.eq(Errno::ALL.iter().copied()));
    }

    #[test]
    fn other_names_of_an_error_and_errors_without_a_number_are_told_apart() {
        for (number, ours) in [
            (libc::EWOULDBLOCK, Errno::Again),
            (libc::EOPNOTSUPP, Errno::Notsup),
            (libc::EHOSTDOWN, Errno::Hostunreach),
            (libc::EUCLEAN, Errno::Io),
            (0, Errno::Io),
            (-1, Errno::Io),
        ] {
            assert_eq!(from_raw(number), ours, "{number}");
        }
        let of_the_library = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(from_io(&of_the_library), Errno::Noent);
    }
}
