//! Epoll objects: what of the guest's events is what.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wasix::{epoll_ctl as ctl, epoll_event, epoll_type, process as abi};
use iwasm_net::{Fail, Interest, Memory, Readiness};
use iwasm_wasi::{Asked, Change, Descriptor, Epoll, Files, MAX_EVENTS, Told};

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::EPOLL_CREATE, epoll_create::<F>);
    rows.bind(&abi::EPOLL_CTL, epoll_ctl::<F>);
    rows.bind(&abi::EPOLL_WAIT, epoll_wait::<F>);
}

/// `epoll_create(set)`.
fn epoll_create<F: Files>(call: &mut Call<'_, F>, set: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(set)?;
    let set = Descriptor::epoll(Epoll::new(&call.process.net.kernel)?);
    let number = call.process.table.insert(set)?;
    slot.fill(number.to_le_bytes());
    Ok(())
}

/// `epoll_ctl(set, operation, fd, event)`. EBADF: either number is not open. EINVAL: the first is no set, or the second is
/// one.
fn epoll_ctl<F: Files>(
    call: &mut Call<'_, F>,
    set: u32,
    operation: u32,
    fd: u32,
    event: u32,
) -> Result<(), Errno> {
    let descriptor = call.process.table.get(set)?;
    let set = descriptor.as_epoll()?;
    let change = match operation {
        ctl::ADD => Change::Add(asked(call.memory, event)?),
        ctl::MOD => Change::Modify(asked(call.memory, event)?),
        // Guests pass no event here, or one that means nothing.
        ctl::DEL => Change::Remove,
        _ => return Err(Errno::Inval),
    };
    set.change(call.process, fd, change)
}

/// `epoll_wait(set, events, most, nanoseconds, count)`: all ones is for ever. When the time is over, there are no events,
/// and that is no error.
fn epoll_wait<F: Files>(
    call: &mut Call<'_, F>,
    set: u32,
    events: u32,
    most: u32,
    nanoseconds: u64,
    count: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(set)?;
    let set = descriptor.as_epoll()?;
    if most == 0 || most > i32::MAX.unsigned_abs() {
        return Err(Errno::Inval.into());
    }
    let most = most.min(MAX_EVENTS);
    let slot = call.memory.reserve::<4>(count)?;
    let size = u32::try_from(epoll_event::SIZE).expect("32 bytes");
    let room = call.memory.span(events, most * size)?;
    let timeout = (nanoseconds != u64::MAX).then(|| Duration::from_nanos(nanoseconds));
    let told = set.wait(call.process, &mut call.thread.told, most, timeout)?;
    for (index, told) in told.iter().enumerate() {
        let at = index * epoll_event::SIZE;
        room.part(at, epoll_event::SIZE).copy_from(&encoded(told));
    }
    let count = u32::try_from(told.len()).map_err(|_| Errno::Io)?;
    slot.fill(count.to_le_bytes());
    Ok(())
}

/// What the guest asks of a descriptor. A null pointer is EINVAL.
fn asked(memory: Memory<'_>, event: u32) -> Result<Asked, Errno> {
    if event == 0 {
        return Err(Errno::Inval);
    }
    let wire = memory.read::<{ epoll_event::SIZE }>(event)?;
    let events = wire[epoll_event::EVENTS].try_into();
    let data = wire[epoll_event::DATA].try_into();
    Ok(Asked {
        interest: interest(u32::from_le_bytes(events.expect("four bytes"))),
        data: data.expect("twenty-four bytes"),
    })
}

/// Bits without a meaning are let pass, as Linux lets them.
fn interest(events: u32) -> Interest {
    let on = |bit| events & bit != 0;
    Interest {
        read: on(epoll_type::IN),
        write: on(epoll_type::OUT),
        ending: on(epoll_type::RDHUP),
        urgent: on(epoll_type::PRI),
        edge: on(epoll_type::ET),
        once: on(epoll_type::ONESHOT),
    }
}

fn encoded(told: &Told) -> [u8; epoll_event::SIZE] {
    let mut wire = [0; epoll_event::SIZE];
    wire[epoll_event::EVENTS].copy_from_slice(&came(told.readiness).to_le_bytes());
    wire[epoll_event::DATA].copy_from_slice(&told.data);
    wire
}

fn came(readiness: Readiness) -> u32 {
    [
        (readiness.read, epoll_type::IN),
        (readiness.write, epoll_type::OUT),
        (readiness.ending, epoll_type::RDHUP),
        (readiness.urgent, epoll_type::PRI),
        (readiness.error || readiness.invalid, epoll_type::ERR),
        (readiness.hangup, epoll_type::HUP),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .fold(0, |events, (_, bit)| events | bit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_asks_for_one_thing() {
        for bit in 0..8 {
            let asked = interest(1 << bit);
            let found = [
                asked.read,
                asked.write,
                asked.ending,
                asked.urgent,
                false, // errors and hangups are always told
                false,
                asked.edge,
                asked.once,
            ];
            let wanted = std::array::from_fn(|index| index == bit && !matches!(bit, 4 | 5));
            assert_eq!(found, wanted, "bit {bit}");
        }
    }

    #[test]
    fn an_event_is_its_golden_bytes() {
        let readiness = Readiness {
            read: true,
            ending: true,
            hangup: true,
            ..Readiness::default()
        };
        let data = std::array::from_fn(|index| b"ptr fd d1 pad data2 bye!"[index]);
        let mut golden = [0; 32];
        golden[0] = 0b10_0101; // IN, RDHUP, HUP
        golden[8..].copy_from_slice(&data);
        assert_eq!(encoded(&Told { readiness, data }), golden);
    }
}
