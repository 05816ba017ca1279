//! What holds of every import, whatever the guest passes and whatever the system answers.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use iwasm_abi::ValType;
use iwasm_net::Address;
use proptest::prelude::*;

use crate::guest::{ADDR, Guest, IOVS, LEN, addr, import, place, pool, vector};
use crate::lies::{Dice, Liar};
use crate::row::Row;
use crate::rows;
use crate::rows::wasix::addr as wasix;

/// Calls of one guest.
const CALLS: usize = 10;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_of_the_system_makes_a_call_panic_write_elsewhere_reach_further_or_last_for_ever(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let mut guest = lied_to(dice.throw());
        for _ in 0..CALLS {
            make_a_call(&mut guest, &mut dice)?;
        }
        for reached in guest.script.reached() {
            prop_assert!(granted(&reached), "{}", reached);
        }
    }
}

/// A guest that may reach 10.0.0.0/8, one group and one path, on a system that lies and then ends it.
fn lied_to(seed: u64) -> Guest {
    let mut policy = pool("10.0.0.0/8,224.0.0.251/32");
    policy
        .allow_resolve("*.example".parse().expect("a pattern"))
        .allow("unix:///run/a".parse().expect("a rule"));
    let guest = Guest::new(policy);
    let process = Arc::downgrade(&guest.process);
    let end = move || {
        if let Some(process) = process.upgrade() {
            process.net.stop.raise();
        }
    };
    guest.script.lie(Liar {
        dice: Dice(seed),
        patience: 200,
        end: Box::new(end),
    });
    guest
}

fn granted(reached: &Address) -> bool {
    let addr = match reached {
        Address::Inet(addr) => addr,
        Address::Unix(path) => return path.as_str() == "/run/a",
        Address::Unnamed => return false,
    };
    match addr.ip().to_canonical() {
        IpAddr::V4(ip) => ip.octets()[0] == 10 || ip.octets() == [224, 0, 0, 251],
        IpAddr::V6(_) => false,
    }
}

/// A call of the table, with some of its arguments and of its memory replaced by any others.
fn make_a_call(guest: &mut Guest, dice: &mut Dice) -> Result<(), TestCaseError> {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let mut rows = rows::all();
        // It asks nothing of the system, so nobody here would end it.
        rows.retain(|row| row.name != "wasix_32v1.futex_wait");
        rows
    });
    let row = &ROWS[dice.below(ROWS.len())];
    let (args, memory) = (arguments(row, dice), memory(row, dice));
    guest.memory.clone_from(&memory);
    let answer = guest.call(row.name, &args);
    let allowed: Vec<_> = row
        .pointers
        .iter()
        .flat_map(|pointer| pointer.may_write(&args, &memory))
        .collect();
    for (at, (was, is)) in memory.iter().zip(&guest.memory).enumerate() {
        let inside = was == is || allowed.iter().any(|range| range.contains(&at));
        prop_assert!(inside, "{} {:?} wrote at {:#x}", row.name, args, at);
    }
    let last = match row.name {
        "sock_getaddrinfo" => 87,
        name if name.starts_with("wasix_32v1.") => 80,
        _ => 76,
    };
    let known = answer.is_ok_and(|number| number <= last);
    prop_assert!(known || answer.is_err() || row.name == "thread-spawn");
    Ok(())
}

/// Any bytes, among them what the row has, or addresses that make sense as well, or many buffers.
fn memory(row: &Row, dice: &mut Dice) -> Vec<u8> {
    let mut memory: Vec<u8> = (0..LEN).map(|_| dice.throw().to_le_bytes()[0]).collect();
    for (at, bytes) in &row.given {
        place(&mut memory, *at, bytes);
    }
    match dice.below(9) {
        0 => place(&mut memory, ADDR, &addr("[::ffff:192.0.2.1]:80")),
        1 => place(&mut memory, ADDR, &addr("[::ffff:10.0.0.1]:80")),
        2 => place(&mut memory, ADDR, &addr("0.0.0.0:80")),
        3 => place(&mut memory, IOVS, &vector(0x3f0, 0x10)),
        5 => place(&mut memory, ADDR, &wasix("0.0.0.0:10275")),
        4 => place(&mut memory, dice.below(LEN) as u64 & !63, &[0; 40]),
        _ => {}
    }
    memory
}

fn arguments(row: &Row, dice: &mut Dice) -> Vec<u64> {
    let types = import(row.name, row.args.len()).params;
    let argument = |(at, (of, &given)): (usize, (&ValType, &u64))| {
        let number = match dice.below(20) {
            0 | 1 if row.fds.contains(&at) => dice.below(12) as u64,
            0 => dice.below(6) as u64,
            1 => dice.below(LEN) as u64,
            2 => (LEN - dice.below(64)) as u64,
            3 => match dice.below(3) {
                0 => u64::MAX - dice.throw() % 4,
                1 => 1 << dice.below(64),
                _ => dice.throw(),
            },
            _ => given,
        };
        match of {
            ValType::I32 => number & 0xffff_ffff,
            ValType::I64 => number,
        }
    };
    types
        .iter()
        .zip(&row.args)
        .enumerate()
        .map(argument)
        .collect()
}
