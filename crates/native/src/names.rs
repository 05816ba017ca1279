//! Names and services, through the C library, so that `/etc/hosts` and whatever else the host is set up with count.
//!
//! A lookup there cannot be interrupted: it runs on a thread of its own, which is left to itself when the guest ends.

use core::net::IpAddr;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, getaddrinfo};
use iwasm_abi::Errno;
use iwasm_net::{Family, Kind, Stop};
use rustix::thread::futex;

use crate::errno::{from_io, from_rustix};

/// The addresses of a name, in the C library's order.
pub(crate) fn resolve(
    name: &str,
    family: Option<Family>,
    stop: &Stop,
) -> Result<Vec<IpAddr>, Errno> {
    let name = name.to_owned();
    apart(stop, move || look_up(&name, family))
}

/// The port of a service by its name.
pub(crate) fn service(name: &str, kind: Kind) -> Result<u16, Errno> {
    // A service's name has a letter (RFC 6335). The C library would take ` 80` and `-1` for numbers.
    if !name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return Err(Errno::Inval);
    }
    let hints = AddrInfoHints {
        socktype: match kind {
            Kind::Stream => libc::SOCK_STREAM,
            Kind::Datagram => libc::SOCK_DGRAM,
        },
        ..AddrInfoHints::default()
    };
    let mut found =
        getaddrinfo(None, Some(name), Some(hints)).map_err(|error| match answer(error) {
            Errno::Noent => Errno::Inval,
            other => other,
        })?;
    match found.next() {
        Some(info) => Ok(info.map_err(|error| from_io(&error))?.sockaddr.port()),
        None => Err(Errno::Inval),
    }
}

fn look_up(name: &str, family: Option<Family>) -> Result<Vec<IpAddr>, Errno> {
    // No AI_ADDRCONFIG: it hides `::1` from a host whose only IPv6 address that is.
    let hints = AddrInfoHints {
        address: match family {
            None => libc::AF_UNSPEC,
            Some(Family::V4) => libc::AF_INET,
            Some(Family::V6) => libc::AF_INET6,
            // What has a path has no name to look up.
            Some(Family::Unix) => return Err(Errno::Afnosupport),
        },
        // One kind of socket, or each address comes once for each kind.
        socktype: libc::SOCK_STREAM,
        ..AddrInfoHints::default()
    };
    let mut found = Vec::new();
    for info in getaddrinfo(Some(name), None, Some(hints)).map_err(answer)? {
        // An address of a family that is not the internet's is no answer.
        let Ok(info) = info else { continue };
        let ip = info.sockaddr.ip();
        if !found.contains(&ip) {
            found.push(ip);
        }
    }
    if found.is_empty() {
        Err(Errno::Noent)
    } else {
        Ok(found)
    }
}

/// What the C library's error means for the one who asked for a name.
fn answer(error: LookupError) -> Errno {
    /// "The name has addresses, but not of this family": glibc's own, which `libc` does not have.
    const EAI_ADDRFAMILY: i32 = -9;

    match error.kind() {
        LookupErrorKind::NoName | LookupErrorKind::NoData | LookupErrorKind::Service => {
            Errno::Noent
        }
        LookupErrorKind::Again => Errno::Again,
        LookupErrorKind::Memory => Errno::Nomem,
        _ if error.error_num() == EAI_ADDRFAMILY => Errno::Noent,
        // The system's own error where there is one, and EIO else.
        _ => from_io(&io::Error::from(error)),
    }
}

/// Do the work on a thread of its own and wait for it, but no longer than until `stop` is raised: then EINTR.
fn apart<T: Send + 'static>(
    stop: &Stop,
    work: impl FnOnce() -> Result<T, Errno> + Send + 'static,
) -> Result<T, Errno> {
    let seat = Seat::take()?;
    let question = Arc::new(Question::default());
    let answerer = Answerer(Arc::clone(&question));
    thread::Builder::new()
        .name("iwasm-lookup".to_owned())
        .spawn(move || {
            let _seat = seat;
            answerer.tell(work());
        })
        .map_err(|_| Errno::Again)?;
    question.wait(stop)
}

/// How many lookups there may be at once in the process, those included that nobody waits for any more.
const MOST: usize = 256;

static LOOKUPS: AtomicUsize = AtomicUsize::new(0);

/// The right to be one of them.
struct Seat;

impl Seat {
    fn take() -> Result<Self, Errno> {
        let seat = Self;
        if LOOKUPS.fetch_add(1, Ordering::Relaxed) >= MOST {
            return Err(Errno::Again);
        }
        Ok(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        LOOKUPS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What one thread asks of another.
struct Question<T> {
    answered: AtomicU32,
    answer: Mutex<Option<Result<T, Errno>>>,
}

impl<T> Default for Question<T> {
    fn default() -> Self {
        Self {
            answered: AtomicU32::new(0),
            answer: Mutex::new(None),
        }
    }
}

impl<T> Question<T> {
    /// Answer, unless there is one already.
    fn answer(&self, with: Result<T, Errno>) {
        let mut answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        answer.get_or_insert(with);
        drop(answer);
        self.answered.store(1, Ordering::Release);
        // It fails only for an address or a number that make no sense.
        let _ = futex::wake(&self.answered, futex::Flags::PRIVATE, 1);
    }

    /// A bare futex, since it is what a signal ends: the waits of the standard library go on after one.
    fn wait(&self, stop: &Stop) -> Result<T, Errno> {
        while self.answered.load(Ordering::Acquire) == 0 {
            if stop.is_raised() {
                return Err(Errno::Intr);
            }
            match futex::wait(&self.answered, futex::Flags::PRIVATE, 0, None) {
                Ok(()) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(error) => return Err(from_rustix(error)),
            }
        }
        let mut answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take().unwrap_or(Err(Errno::Io))
    }
}

/// The other thread's side: it answers EIO should the work come to nothing, or the one who asked would wait for ever.
struct Answerer<T>(Arc<Question<T>>);

impl<T> Answerer<T> {
    fn tell(self, answer: Result<T, Errno>) {
        self.0.answer(answer);
    }
}

impl<T> Drop for Answerer<T> {
    fn drop(&mut self) {
        self.0.answer(Err(Errno::Io));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use iwasm_net::Kernel;

    use super::*;
    use crate::Linux;

    #[test]
    fn what_the_c_library_says_of_a_name_becomes_an_errno() {
        for (number, errno) in [
            (libc::EAI_NONAME, Errno::Noent),
            (libc::EAI_NODATA, Errno::Noent),
            (-9, Errno::Noent),
            (libc::EAI_AGAIN, Errno::Again),
            (libc::EAI_MEMORY, Errno::Nomem),
            (libc::EAI_FAIL, Errno::Io),
            (libc::EAI_OVERFLOW, Errno::Io),
        ] {
            assert_eq!(answer(LookupError::new(number)), errno, "{number}");
        }
    }

    #[test]
    fn a_lookup_that_hangs_is_left_when_the_flag_is_up() {
        let stop = Stop::default();
        let (release, released) = mpsc::channel::<()>();
        stop.raise();
        let left = apart(&stop, move || {
            let _ = released.recv();
            Ok(())
        });
        assert_eq!(left, Err(Errno::Intr));
        drop(release);
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "an interruption that hits nothing yet is to be tried as well"
    )]
    fn a_lookup_goes_on_through_interruptions() {
        let linux = Linux::new().unwrap();
        let (release, released) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let asking = thread::spawn({
            let linux = linux.clone();
            move || {
                tell.send(linux.this_thread()).unwrap();
                apart(&Stop::default(), move || {
                    let _ = released.recv();
                    Ok(7)
                })
            }
        });
        let thread = told.recv().unwrap();
        for _ in 0..5 {
            thread::sleep(Duration::from_millis(2));
            linux.interrupt(&thread);
        }
        drop(release);
        assert_eq!(asking.join().unwrap(), Ok(7));
    }

    #[test]
    fn work_that_panics_is_an_error_and_no_hang() {
        let ended = apart::<()>(&Stop::default(), || panic!("as a test"));
        assert_eq!(ended, Err(Errno::Io));
    }

    #[test]
    fn a_service_s_name_is_no_number() {
        for name in ["", " 80", "-1", "+80", "80"] {
            assert_eq!(service(name, Kind::Stream), Err(Errno::Inval), "{name:?}");
        }
    }
}
