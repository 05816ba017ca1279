//! Lies of every type that the system answers with, thrown by dice with a seed.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Address, Readiness, Ready};
use iwasm_wasi::{Entry, FileFlags, FileKind, Stat, Terminal};

use crate::traffic::{Message, PLACE, Woken};

/// A sequence of numbers that looks random and is the same for the same seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.throw() % bound as u64).expect("the bound is a usize")
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let len = self.below(most + 1);
        (0..len).map(|_| self.throw().to_le_bytes()[0]).collect()
    }
}

/// Who lies, and for how long: then the guest is ended, as a user would end it.
pub(crate) struct Liar {
    pub(crate) dice: Dice,
    pub(crate) patience: u32,
    pub(crate) end: Box<dyn Fn() + Send>,
}

impl Liar {
    /// A lie, or nothing where the honest answer will do.
    pub(crate) fn answer<T: Lie>(&mut self) -> Result<Option<T>, Errno> {
        if self.patience == 0 {
            (self.end)();
            return Err(Errno::Intr);
        }
        self.patience -= 1;
        match self.dice.below(8) {
            0 => Err(self.dice.pick(&ERRORS)),
            1 => Ok(None),
            _ => Ok(T::lie(&mut self.dice)),
        }
    }
}

const ERRORS: [Errno; 10] = [
    Errno::Intr,
    Errno::Again,
    Errno::Perm,
    Errno::Isconn,
    Errno::Inprogress,
    Errno::Badf,
    Errno::Inval,
    Errno::Noent,
    Errno::Io,
    Errno::Notcapable,
];

/// An answer that can be untrue.
pub(crate) trait Lie: Any + Send {
    /// Anything at all; none where only the honest answer can be made.
    fn lie(dice: &mut Dice) -> Option<Self>
    where
        Self: Sized;
}

macro_rules! lies {
    ($($of:ty: |$dice:ident| $lie:expr;)*) => {$(
        impl Lie for $of {
            fn lie($dice: &mut Dice) -> Option<Self> {
                Some($lie)
            }
        }
    )*};
}

lies! {
    (): |_dice| ();
    bool: |dice| dice.below(2) == 0;
    u16: |dice| u16::from_le_bytes([dice.throw().to_le_bytes()[0], 9]);
    u32: |dice| u32::try_from(dice.throw() >> 32).expect("half of the bits");
    u64: |dice| dice.throw() >> dice.below(64);
    usize: |dice| size(dice);
    Option<Errno>: |dice| (dice.below(2) == 0).then(|| dice.pick(&ERRORS));
    Option<u32>: |dice| (dice.below(2) == 0).then_some(u32::MAX);
    Option<Duration>: |dice| (dice.below(3) > 0).then(|| dice.pick(&[Duration::ZERO, Duration::MAX]));
    Address: |dice| match dice.below(4) {
        0 => Address::Unnamed,
        1 => Address::path(b"/run/other").expect("a path"),
        _ => SocketAddr::new(address(dice), 80).into(),
    };
    Vec<IpAddr>: |dice| {
        let len = dice.pick(&[0, 1, 3, 5000]);
        (0..len).map(|_| address(dice)).collect()
    };
    Vec<u8>: |dice| dice.bytes(5000);
    Message: |dice| Message {
        bytes: dice.bytes(600),
        told: size(dice),
        truncated: dice.below(2) == 0,
        source: Some(SocketAddr::new(address(dice), 80)).filter(|addr| !addr.ip().is_unspecified()),
    };
    Vec<Readiness>: |dice| (0..dice.below(9)).map(|_| readiness(dice)).collect();
    Woken: |dice| Woken {
        ready: (0..dice.below(40))
            .map(|_| Ready { token: PLACE + dice.throw() % 16, readiness: readiness(dice) })
            .collect(),
        told: size(dice),
    };
    Option<Terminal>: |dice| (dice.below(2) == 0).then(|| Terminal {
        columns: u16::MAX,
        rows: 0,
        width: 1,
        height: u16::MAX,
        echo: dice.below(2) == 0,
        lines: true,
        line_feeds: false,
    });
    FileFlags: |dice| FileFlags { append: dice.below(2) == 0, ..FileFlags::default() };
    Stat: |dice| Stat {
        kind: dice.pick(&[FileKind::Unknown, FileKind::Directory, FileKind::Regular, FileKind::Link]),
        size: dice.throw(),
        links: dice.throw(),
        ..Stat::default()
    };
    Vec<Entry>: |dice| (0..dice.below(50))
        .map(|_| Entry { name: dice.bytes(300), inode: dice.throw(), kind: FileKind::Regular })
        .collect();
}

/// A length: small, or far too large.
fn size(dice: &mut Dice) -> usize {
    let small = dice.below(64);
    dice.pick(&[0, 1, small, small, 1 << 20, usize::MAX])
}

fn address(dice: &mut Dice) -> IpAddr {
    let bits = u32::try_from(dice.throw() >> 40).expect("24 bits");
    let near = Ipv4Addr::from_bits(0x0a00_0000 | bits);
    let far = Ipv4Addr::from_bits(0xc000_0000 | bits);
    dice.pick(&[
        near.into(),
        far.into(),
        near.to_ipv6_mapped().into(),
        far.to_ipv6_mapped().into(),
        Ipv6Addr::LOCALHOST.into(),
        Ipv6Addr::UNSPECIFIED.into(),
        Ipv4Addr::UNSPECIFIED.into(),
    ])
}

fn readiness(dice: &mut Dice) -> Readiness {
    let bits = dice.below(128);
    Readiness {
        read: bits & 1 != 0,
        write: bits & 2 != 0,
        error: bits & 4 != 0,
        hangup: bits & 8 != 0,
        invalid: bits & 16 != 0,
        ending: bits & 32 != 0,
        urgent: bits & 64 != 0,
    }
}
