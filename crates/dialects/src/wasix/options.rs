//! WASIX's socket options: three pairs of functions, by the form of the value, over one list of numbers.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wasix::{
    self as wasix, option, option_timestamp, protocol, sock_type, sockets as abi,
};
use iwasm_net::{Caller, Family, Flag, Kernel, Kind, Limit, Size, Socket, Waiting};
use iwasm_wasi::Files;

use super::timestamp;
use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_GET_OPT_FLAG, sock_get_opt_flag::<F>);
    rows.bind(&abi::SOCK_SET_OPT_FLAG, sock_set_opt_flag::<F>);
    rows.bind(&abi::SOCK_GET_OPT_SIZE, sock_get_opt_size::<F>);
    rows.bind(&abi::SOCK_SET_OPT_SIZE, sock_set_opt_size::<F>);
    rows.bind(&abi::SOCK_GET_OPT_TIME, sock_get_opt_time::<F>);
    rows.bind(&abi::SOCK_SET_OPT_TIME, sock_set_opt_time::<F>);
}

/// An option that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    Flag(Flag),
    Accepting,
}

/// The switch of this number; EINVAL for one of another form, and for what only raw sockets have.
fn switch(number: u32) -> Result<Switch, Errno> {
    Ok(Switch::Flag(match known(number)? {
        option::REUSE_PORT => Flag::ReusePort,
        option::REUSE_ADDR => Flag::ReuseAddr,
        option::NO_DELAY => Flag::NoDelay,
        option::DONT_ROUTE => Flag::DontRoute,
        option::ONLY_V6 => Flag::OnlyV6,
        option::BROADCAST => Flag::Broadcast,
        option::MULTICAST_LOOP_V4 => Flag::MulticastLoopV4,
        option::MULTICAST_LOOP_V6 => Flag::MulticastLoopV6,
        option::KEEP_ALIVE => Flag::KeepAlive,
        option::OOB_INLINE => Flag::OobInline,
        option::LISTENING => return Ok(Switch::Accepting),
        _ => return Err(Errno::Inval),
    }))
}

/// An option that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    Size(Size),
    /// How many hops packets may take: each family has an option of its own.
    Hops,
    Error,
    Type,
    Protocol,
}

/// The amount of this number.
fn amount(number: u32) -> Result<Amount, Errno> {
    Ok(Amount::Size(match known(number)? {
        option::RECV_BUF_SIZE => Size::ReceiveBuffer,
        option::SEND_BUF_SIZE => Size::SendBuffer,
        option::RECV_LOWAT => Size::ReceiveLowWater,
        option::SEND_LOWAT => Size::SendLowWater,
        option::MULTICAST_TTL_V4 => Size::MulticastTtl,
        option::TTL => return Ok(Amount::Hops),
        option::LAST_ERROR => return Ok(Amount::Error),
        option::TYPE => return Ok(Amount::Type),
        option::PROTO => return Ok(Amount::Protocol),
        _ => return Err(Errno::Inval),
    }))
}

/// An option that is a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Limit(Limit),
    Patience(Waiting),
    Linger,
}

/// The time of this number.
fn time(number: u32) -> Result<Time, Errno> {
    match known(number)? {
        option::RECV_TIMEOUT => Ok(Time::Limit(Limit::Receive)),
        option::SEND_TIMEOUT => Ok(Time::Limit(Limit::Send)),
        option::CONNECT_TIMEOUT => Ok(Time::Patience(Waiting::Connect)),
        option::ACCEPT_TIMEOUT => Ok(Time::Patience(Waiting::Accept)),
        option::LINGER => Ok(Time::Linger),
        _ => Err(Errno::Inval),
    }
}

fn known(number: u32) -> Result<u8, Errno> {
    u8::try_from(number).map_err(|_| Errno::Inval)
}

/// `sock_get_opt_flag(fd, option, on)`: one byte.
fn sock_get_opt_flag<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    number: u32,
    on: u32,
) -> Result<(), Errno> {
    let switch = switch(number)?;
    let slot = call.memory.reserve::<1>(on)?;
    let descriptor = call.socket(fd, 0)?;
    let (net, socket) = (call.net(), descriptor.as_socket()?);
    let on = match switch {
        Switch::Flag(flag) => net.flag(socket, flag)?,
        Switch::Accepting => net.accepting(socket)?,
    };
    slot.fill([on.into()]);
    Ok(())
}

/// `sock_set_opt_flag(fd, option, on)`. WASIX's C library has every flag switched on, for it looks at the pointer to
/// the value and not at the value.
fn sock_set_opt_flag<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    number: u32,
    on: u32,
) -> Result<(), Errno> {
    let switch = switch(number)?;
    let descriptor = call.socket(fd, 0)?;
    let socket = descriptor.as_socket()?;
    match switch {
        Switch::Flag(flag) => call.net().set_flag(socket, flag, on != 0),
        // It can only be read: Linux answers the same.
        Switch::Accepting => Err(Errno::Noprotoopt),
    }
}

/// `sock_get_opt_size(fd, option, size)`: a `u64`.
fn sock_get_opt_size<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    number: u32,
    size: u32,
) -> Result<(), Errno> {
    let amount = amount(number)?;
    let slot = call.memory.reserve::<8>(size)?;
    let descriptor = call.socket(fd, 0)?;
    let value = get(&call.net(), descriptor.as_socket()?, amount)?;
    slot.fill(u64::from(value).to_le_bytes());
    Ok(())
}

fn get<K: Kernel>(net: &Caller<'_, K>, socket: &Socket<K>, amount: Amount) -> Result<u32, Errno> {
    Ok(match amount {
        Amount::Size(size) => net.size(socket, size)?,
        Amount::Hops => net.size(socket, hops(socket))?,
        Amount::Error => net
            .take_error(socket)?
            .map_or(0, |errno| wasix::number(errno).into()),
        Amount::Type => match socket.kind() {
            Kind::Stream => sock_type::STREAM.into(),
            Kind::Datagram => sock_type::DGRAM.into(),
        },
        Amount::Protocol => match (socket.family(), socket.kind()) {
            (Family::Unix, _) => protocol::IP.into(),
            (_, Kind::Stream) => protocol::TCP.into(),
            (_, Kind::Datagram) => protocol::UDP.into(),
        },
    })
}

/// `sock_set_opt_size(fd, option, size)`.
fn sock_set_opt_size<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    number: u32,
    size: u64,
) -> Result<(), Errno> {
    let amount = amount(number)?;
    let descriptor = call.socket(fd, 0)?;
    let socket = descriptor.as_socket()?;
    let to = u32::try_from(size).map_err(|_| Errno::Inval)?;
    match amount {
        Amount::Size(size) => call.net().set_size(socket, size, to),
        Amount::Hops => call.net().set_size(socket, hops(socket), to),
        // They can only be read: Linux answers the same.
        Amount::Error | Amount::Type | Amount::Protocol => Err(Errno::Noprotoopt),
    }
}

/// A UNIX socket has neither, and the core says so.
fn hops<K: Kernel>(socket: &Socket<K>) -> Size {
    match socket.family() {
        Family::V4 | Family::Unix => Size::Ttl,
        Family::V6 => Size::HopLimit,
    }
}

/// `sock_get_opt_time(fd, option, option_timestamp)`.
fn sock_get_opt_time<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    number: u32,
    result: u32,
) -> Result<(), Errno> {
    let time = time(number)?;
    let slot = call.memory.reserve::<{ option_timestamp::SIZE }>(result)?;
    let descriptor = call.socket(fd, 0)?;
    let (net, socket) = (call.net(), descriptor.as_socket()?);
    let value = match time {
        Time::Limit(limit) => net.limit(socket, limit)?,
        Time::Patience(waiting) => net.patience(socket, waiting),
        Time::Linger => net
            .linger(socket)?
            .map(|seconds| Duration::from_secs(seconds.into())),
    };
    slot.fill(timestamp::emit(value));
    Ok(())
}

/// `sock_set_opt_time(fd, option, option_timestamp)`.
fn sock_set_opt_time<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    number: u32,
    value: u32,
) -> Result<(), Errno> {
    let time = time(number)?;
    let value = timestamp::read(call.memory, value)?;
    let descriptor = call.socket(fd, 0)?;
    let (net, socket) = (call.net(), descriptor.as_socket()?);
    match time {
        Time::Limit(limit) => net.set_limit(socket, limit, value),
        Time::Patience(waiting) => {
            net.set_patience(socket, waiting, value);
            Ok(())
        }
        Time::Linger => net.set_linger(socket, value.map(whole_seconds)),
    }
}

/// Systems count these in seconds: a part of one counts as a whole, or a wait would become none.
fn whole_seconds(wait: Duration) -> u32 {
    let seconds = wait
        .as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0));
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_of_one_form_but_those_that_are_none() {
        for number in 0..30 {
            let forms = [
                switch(number).is_ok(),
                amount(number).is_ok(),
                time(number).is_ok(),
            ];
            let forms = forms.into_iter().filter(|is| *is).count();
            let none = matches!(number, 0 | 9 | 27..);
            assert_eq!(forms, usize::from(!none), "{number}");
        }
        assert_eq!(switch(0x101), Err(Errno::Inval));
    }

    #[test]
    fn a_part_of_a_second_counts_as_a_whole() {
        for (wait, seconds) in [
            (Duration::ZERO, 0),
            (Duration::from_nanos(1), 1),
            (Duration::from_secs(2), 2),
            (Duration::MAX, u32::MAX),
        ] {
            assert_eq!(whole_seconds(wait), seconds, "{wait:?}");
        }
    }
}
