//! Every import, called on a scripted system: golden answers, all that a guest can do wrong, and all that the system can.
//!
//! The calls go through the registry, as an engine makes them. Memory is filled with `?` and compared as a whole, and
//! what the system was asked is compared word by word.

mod disk;
mod full;
mod guest;
mod handed;
mod judged;
mod kernel;
mod liars;
mod lies;
mod lookups;
mod pairs;
mod patience;
mod policy;
mod poll;
mod pollsets;
mod properties;
mod proxy;
mod quirks;
mod row;
mod rows;
mod script;
mod senders;
mod sets;
mod told;
mod traffic;
mod unix;
mod waiters;
mod wasix;
mod wasmedge;
