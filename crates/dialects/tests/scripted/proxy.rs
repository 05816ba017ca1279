//! Each row of the table, called well and called badly.

use std::collections::BTreeSet;
use std::sync::Arc;

use iwasm_abi::wasmedge::LookupErrno;
use iwasm_abi::{Errno, Import, wasix};
use iwasm_dialects::{Binding, Dialect};
use iwasm_net::Fail;

use crate::disk::Disk;
use crate::guest::{DIR, FILE, Guest, NEXT, NONE, REGISTRY, number};
use crate::row::Row;
use crate::rows;

/// The guest makes the call: it answers the error, and nothing was done.
#[track_caller]
fn nothing_is_done(row: &Row, errno: Errno) {
    let mut guest = row.guest();
    guest_is_refused(&mut guest, row, errno);
}

#[track_caller]
fn guest_is_refused(guest: &mut Guest, row: &Row, errno: Errno) {
    let (name, args) = (row.name, &row.args);
    let answer = guest.call(name, args);
    assert_eq!(answer, Ok(number(name, errno)), "{name} {args:?}");
    assert!(guest.memory == row.memory_before(), "{name} {args:?} wrote");
    assert_eq!(guest.script.transcript(), [""; 0], "{name} {args:?}");
    let next = u32::try_from(NEXT).expect("a small number");
    assert!(guest.process.table.get(next).is_err(), "{name} {args:?}");
}

#[test]
fn each_import_has_a_row_in_this_table() {
    let rows = rows::all();
    let rows: BTreeSet<_> = rows.iter().map(|row| (row.name, row.args.len())).collect();
    let elsewhere = |binding: &&Binding<Disk>| wasix::process::IMPORTS.contains(&binding.import);
    for binding in REGISTRY.bindings().iter().filter(|one| !elsewhere(one)) {
        let (name, params) = (binding.import.name, binding.import.params.len());
        let own = format!("{}.{name}", wasix::MODULE);
        let name = match binding.import.module {
            wasix::MODULE => own.as_str(),
            _ => name,
        };
        assert!(rows.contains(&(name, params)), "{name} of {params}");
    }
    assert_eq!(
        rows.len(),
        46 + 48 + 26 + 1 + wasix::sockets::IMPORTS.len() + wasix::process::IMPORTS.len()
    );
}

#[test]
fn each_import_writes_exactly_its_bytes_and_asks_the_system_exactly_this() {
    for row in rows::all() {
        let (name, args) = (row.name, &row.args);
        let mut guest = row.guest();
        if matches!(name, "poll_oneoff" | "epoll_oneoff") {
            guest.script.make_ready("udp4", crate::poll::READ);
        }
        assert_eq!(guest.call(name, args), row.answer, "{name} {args:?}");
        assert_eq!(guest.script.transcript(), row.asked, "{name} {args:?}");
        let (found, wanted) = (&guest.memory, &row.memory_after());
        assert!(
            found == wanted,
            "{name} {args:?}: {}",
            difference(found, wanted)
        );
    }
}

fn difference(found: &[u8], wanted: &[u8]) -> String {
    let differing = (0..)
        .zip(found.iter().zip(wanted))
        .filter(|(_, (a, b))| a != b);
    differing
        .map(|(at, (found, wanted))| format!("[{at:#x}] {found:#x} not {wanted:#x} "))
        .collect()
}

#[test]
fn a_number_that_no_descriptor_has_is_ebadf_and_nothing_is_done() {
    for row in rows::all() {
        for &argument in &row.fds {
            for number in [NONE, u32::MAX.into()] {
                nothing_is_done(&row.with(argument, number), Errno::Badf);
            }
        }
    }
}

#[test]
fn a_pointer_out_of_the_memory_is_efault_before_anything_is_done() {
    for row in rows::all() {
        for bad in row.out_of_bounds() {
            nothing_is_done(&bad, Errno::Fault);
        }
    }
}

#[test]
fn more_buffers_than_1024_are_einval() {
    use crate::row::Pointer::{Gathers, Scatters};
    for row in rows::all() {
        for pointer in &row.pointers {
            if let Gathers(_, count) | Scatters(_, count) = *pointer {
                nothing_is_done(&row.with(count, 1025), Errno::Inval);
                nothing_is_done(&row.with(count, u32::MAX.into()), Errno::Inval);
            }
        }
    }
}

#[test]
fn what_is_of_another_kind_has_its_own_error() {
    for row in rows::all() {
        for &(fd, errno) in &row.wrong {
            nothing_is_done(&row.with(row.fds[0], fd), errno);
        }
    }
}

#[test]
fn each_right_that_was_given_up_is_missed() {
    for row in rows::all() {
        for right in (0..64).map(|bit| 1 << bit) {
            if row.rights & right == 0 {
                continue;
            }
            let mut guest = row.guest();
            let fd = row.args[row.fds[0]];
            give_up(&mut guest, fd, right);
            guest_is_refused(&mut guest, &row, Errno::Notcapable);
        }
    }
}

/// The guest gives up one right, and keeps the others.
fn give_up(guest: &mut Guest, fd: u64, right: u64) {
    let number = u32::try_from(fd).expect("a descriptor");
    let descriptor = guest.process.table.get(number).expect("it is open");
    let (base, inheriting) = (descriptor.rights(), descriptor.inheriting());
    guest.does("fd_fdstat_set_rights", &[fd, base & !right, inheriting]);
}

#[test]
fn a_right_that_was_given_up_cannot_be_taken_back() {
    for fd in [FILE, DIR] {
        let mut guest = Guest::default();
        guest.does("fd_fdstat_set_rights", &[fd, 0, 0]);
        guest.refuses("fd_fdstat_set_rights", &[fd, 2, 0], Errno::Notcapable);
        guest.refuses("fd_fdstat_set_rights", &[fd, 0, 2], Errno::Notcapable);
    }
}

#[test]
fn either_of_two_rights_is_enough_to_tell_a_position() {
    use iwasm_abi::p1::rights::{FD_SEEK, FD_TELL};
    for (given_up, refused) in [
        (FD_SEEK, false),
        (FD_TELL, false),
        (FD_SEEK | FD_TELL, true),
    ] {
        let mut guest = Guest::default();
        give_up(&mut guest, FILE, given_up);
        let answer = guest.call("fd_tell", &[FILE, 0]);
        assert_eq!(answer == Ok(76), refused, "{given_up:#x}");
    }
}

#[test]
fn an_interrupted_question_is_asked_again_until_it_is_answered() {
    for row in rows::all() {
        let Some(waits) = row.waits else { continue };
        let (name, args) = (row.name, &row.args);
        let mut guest = row.guest();
        guest.script.make_ready("udp4", crate::poll::READ);
        let interrupted = [Err::<(), _>(Errno::Intr), Err(Errno::Intr)];
        guest.script.answer(waits, interrupted);
        assert_eq!(guest.call(name, args), row.answer, "{name} {args:?}");
        let asked = guest.script.transcript();
        let again: Vec<_> = row
            .asked
            .iter()
            .flat_map(|words| vec![*words; if is(words, waits) { 3 } else { 1 }])
            .collect();
        assert_eq!(squeezed(asked, waits), squeezed(again, waits), "{name}");
        assert!(guest.memory == row.memory_after(), "{name} {args:?}");
    }
}

/// The questions, without those that only come again because a later one of the same handler was interrupted.
fn squeezed<T: AsRef<str>>(asked: Vec<T>, waits: &str) -> Vec<String> {
    let mut words: Vec<String> = asked
        .iter()
        .map(|words| words.as_ref().to_owned())
        .collect();
    let mut seen = BTreeSet::new();
    words.retain(|words| is(words, waits) || seen.insert(words.clone()));
    words
}

fn is(words: &str, call: &str) -> bool {
    words.split(' ').next() == Some(call)
}

#[test]
fn a_call_that_is_interrupted_because_the_guest_ends_writes_nothing() {
    for row in rows::all() {
        let Some(waits) = row.waits else { continue };
        let (name, args) = (row.name, &row.args);
        let mut guest = row.guest();
        let process = Arc::clone(&guest.process);
        guest.script.answer(waits, [Err::<(), _>(Errno::Intr)]);
        guest.script.once(waits, move || {
            process.net.stop.raise();
        });
        assert_eq!(
            guest.call(name, args),
            Err(Fail::Stopped),
            "{name} {args:?}"
        );
        assert!(guest.memory == row.memory_before(), "{name} {args:?} wrote");
        let asked = guest.script.transcript();
        assert!(
            asked.last().is_some_and(|last| is(last, waits)),
            "{asked:?}"
        );
        assert_eq!(asked.iter().filter(|words| is(words, waits)).count(), 1);
    }
}

#[test]
fn a_guest_that_is_ended_begins_no_call_that_can_block() {
    for row in rows::all() {
        let Some(waits) = row.waits else { continue };
        let mut guest = row.guest();
        guest.process.net.stop.raise();
        assert_eq!(
            guest.call(row.name, &row.args),
            Err(Fail::Stopped),
            "{}",
            row.name
        );
        let asked = guest.script.transcript();
        assert!(!asked.iter().any(|words| is(words, waits)), "{asked:?}");
        assert!(guest.memory == row.memory_before(), "{}", row.name);
    }
}

#[test]
fn a_guest_that_asks_for_much_randomness_can_be_ended_in_between() {
    let mut guest = Guest::default();
    guest.memory = vec![b'?'; 3 << 20];
    guest.does("random_get", &[1, 5 << 19]);
    let pieces = ["random 1048576", "random 1048576", "random 524288"];
    assert_eq!(guest.script.transcript(), pieces);
    assert_eq!(guest.memory[0], b'?');
    assert!(guest.memory[1..=5 << 19].iter().all(|&byte| byte == b'R'));

    let process = Arc::clone(&guest.process);
    guest.script.once("random", move || {
        process.net.stop.raise();
    });
    let answer = guest.call("random_get", &[0, 3 << 20]);
    assert_eq!(answer, Err(Fail::Stopped));
    assert_eq!(guest.script.transcript(), ["random 1048576"]);
}

#[test]
fn an_error_of_the_system_is_told_as_it_is_and_no_result_is_written() {
    for row in rows::all() {
        let Some(waits) = row.waits else { continue };
        let mut guest = row.guest();
        guest.script.answer(waits, [Err::<(), _>(Errno::Nomem)]);
        // WasmEdge has numbers of its own for what a lookup ends in.
        let number = match row.name {
            "sock_getaddrinfo" => LookupErrno::Memory.number(),
            name => u16::try_from(number(name, Errno::Nomem)).expect("an error of WASI's"),
        };
        let answer = guest.call(row.name, &row.args);
        assert_eq!(answer, Ok(number.into()), "{}", row.name);
        assert!(guest.memory == row.memory_before(), "{}", row.name);
    }
}

#[test]
fn the_first_module_name_has_wasi_s_and_wamr_s_functions_but_for_four_of_another_layout() {
    let wasix = |binding: &&Binding<Disk>| binding.dialect == Dialect::Wasix;
    for binding in REGISTRY.bindings().iter().filter(|one| !wasix(one)) {
        let Import {
            name,
            params,
            results,
            ..
        } = *binding.import;
        let first = REGISTRY.find("wasi_unstable", name, params, results);
        let four = matches!(
            name,
            "fd_filestat_get" | "fd_seek" | "path_filestat_get" | "poll_oneoff"
        );
        let other = four || matches!(binding.dialect, Dialect::Threads | Dialect::WasmEdge);
        assert_eq!(first.is_none(), other, "{name}");
    }
}

#[test]
fn no_two_bindings_have_one_module_name_and_type() {
    let mut seen = BTreeSet::new();
    for binding in REGISTRY.bindings() {
        let key = (
            binding.module,
            binding.import.name,
            binding.import.to_string(),
        );
        let params = binding.function.params();
        // What is not served looks at nothing that it is passed.
        assert!(
            params.is_empty() || params == binding.import.params,
            "{key:?}"
        );
        assert!(seen.insert(key), "{}", binding.import.name);
    }
}
