//! What a guest does to itself: its end, and giving way.

use iwasm_abi::{Errno, p1 as abi};
use iwasm_net::{Fail, Kernel};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::PROC_EXIT, proc_exit::<F>);
    rows.bind(&abi::PROC_RAISE, proc_raise::<F>);
    rows.bind(&abi::SCHED_YIELD, sched_yield::<F>);
}

/// `proc_exit(code)`.
fn proc_exit<F: Files>(_call: &mut Call<'_, F>, code: u32) -> Result<(), Fail> {
    Err(Fail::Exit(code))
}

/// `proc_raise(signal)`: ends the guest. The host is sent no signal.
fn proc_raise<F: Files>(_call: &mut Call<'_, F>, signal: u32) -> Result<(), Fail> {
    match signal {
        0 => Ok(()),
        _ => Err(raised(signal)),
    }
}

/// `sched_yield()`.
fn sched_yield<F: Files>(call: &mut Call<'_, F>) -> Result<(), Errno> {
    call.process.net.kernel.yield_now();
    Ok(())
}

fn raised(signal: u32) -> Fail {
    let name = (1..).zip(SIGNALS).find(|(number, _)| *number == signal);
    name.map_or(Fail::Errno(Errno::Inval), |(_, name)| Fail::Abort(name))
}

/// Signals by their WASIp1 numbers, from 1 on.
const SIGNALS: [&str; 30] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGPOLL",
    "SIGPWR",
    "SIGSYS",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_ends_the_guest_by_its_name_and_an_unknown_one_is_refused() {
        for (signal, fail) in [
            (1, Fail::Abort("SIGHUP")),
            (6, Fail::Abort("SIGABRT")),
            (11, Fail::Abort("SIGSEGV")),
            (15, Fail::Abort("SIGTERM")),
            (30, Fail::Abort("SIGSYS")),
            (31, Fail::Errno(Errno::Inval)),
            (u32::MAX, Fail::Errno(Errno::Inval)),
        ] {
            assert_eq!(raised(signal), fail, "{signal}");
        }
    }
}
