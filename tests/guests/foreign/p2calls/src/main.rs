//! Every call of `wasi:sockets@0.2`, and of `wasi:io` on what it makes, through bindings as they are. Each sentence says how a
//! host behaves; the guest is its own peer, over loopback. The first argument is the sentence that is held, `--list` lists all.
//!
//! A sentence that does not hold panics, which is a trap. Those of `trapping` end in a trap of the host's where they hold. Those
//! of `policed` are told their peers, and are about what a policy makes of them.

mod datagrams;
mod datagrams_of_one;
mod ends;
mod listening;
mod options;
mod policed;
mod polling;
mod splices;
mod steps;
mod streams;
mod tools;
mod trapping;

use tools::Sentence;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["--list"] => {
            for (name, _) in ALL.iter().copied().flatten() {
                println!("{name}");
            }
        }
        [name] => {
            let found = ALL
                .iter()
                .copied()
                .flatten()
                .find(|(known, _)| *known == name);
            found.expect("a sentence of the list").1();
        }
        [name, ref peers @ ..] => policed::hold(name, peers),
        [] => panic!("the first lines of the source say what it takes"),
    }
}

const ALL: [&[Sentence]; 10] = [
    steps::ALL,
    listening::ALL,
    options::ALL,
    ends::ALL,
    streams::ALL,
    splices::ALL,
    polling::ALL,
    datagrams::ALL,
    datagrams_of_one::ALL,
    trapping::ALL,
];
