//! `sentences --list`, or `sentences NAME [DIRECTORY]`: the sentences of tests/conformance that the shape of `std::net` can
//! say, each as its namesake in C. A module here is a source there.
//!
//! Natively the standard library answers for them, and as a guest the crate. One that does not hold panics.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where it goes wrong"
)]

/// Defines a function of each name, and `SAID`, the table of them.
macro_rules! sentences {
    ($($name:ident $body:block)*) => {
        pub(crate) const SAID: &[crate::Sentence] = &[$((stringify!($name), $name)),*];

        $(fn $name() $body)*
    };
}

mod data;
mod datagram;
mod descriptors;
mod ending;
mod ipv6;
mod loopback;
mod multicast;
mod names;
mod nonblocking;
mod options;
mod polling;
mod stream;
mod timeouts;

/// A name, and what panics if it does not hold.
type Sentence = (&'static str, fn());

const ALL: [&[Sentence]; 12] = [
    data::SAID,
    datagram::SAID,
    descriptors::SAID,
    ending::SAID,
    ipv6::SAID,
    multicast::SAID,
    names::SAID,
    nonblocking::SAID,
    options::SAID,
    polling::SAID,
    stream::SAID,
    timeouts::SAID,
];

fn main() -> Result<(), String> {
    let Some(asked) = std::env::args().nth(1) else {
        return Err("usage: sentences --list, or sentences NAME [DIRECTORY]".to_owned());
    };
    let mut all = ALL.into_iter().flatten();
    if asked == "--list" {
        for (name, _) in all {
            println!("{name}");
        }
        return Ok(());
    }
    let Some((_, holds)) = all.find(|(name, _)| *name == asked) else {
        return Err(format!("`{asked}` is no sentence"));
    };
    holds();
    Ok(())
}
