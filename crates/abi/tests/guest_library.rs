//! What the guest's C library has written down of the contracts by hand is held against them: this writes the assertions,
//! and fails when the committed file is another. `SNAPSHOTS=overwrite` writes the file anew.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::{env, fs};

use iwasm_abi::{Errno, p1, wamr, wasix, wasmedge};

const FILE: &str = "../../guest/c/tests/layout_generated.h";

#[test]
fn the_assertions_over_the_guest_s_c_library_are_those_of_the_contracts() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let expected = assertions();
    if env::var_os("SNAPSHOTS").is_some_and(|how| how == "overwrite") {
        fs::write(&file, &expected).expect("the file can be written");
    }
    let committed = fs::read_to_string(&file).expect("the file is there");
    assert_eq!(
        committed, expected,
        "guest/c/tests/layout_generated.h is stale: `SNAPSHOTS=overwrite cargo test -p iwasm-abi` writes it"
    );
}

fn assertions() -> String {
    let mut text = String::from(
        "/* Generated from crates/abi by its test `guest_library`: what src/imports.h and src/foreign/imports.h have to be. */\n",
    );
    for (name, size, fields) in structures() {
        let _ = writeln!(
            text,
            "\n_Static_assert(sizeof({name}) == {size}, \"the size of {name}\");"
        );
        for (field, at) in fields {
            assert_place(&mut text, name, field, at);
        }
    }
    text.push('\n');
    for (name, value) in numbers() {
        let _ = writeln!(text, "_Static_assert({name} == {value}, \"{name}\");");
    }
    text
}

/// Where a field begins, and how long it is.
fn assert_place(text: &mut String, name: &str, field: &str, at: &Range<usize>) {
    let _ = writeln!(
        text,
        "_Static_assert(offsetof({name}, {field}) == {}, \"where {name}.{field} begins\");",
        at.start
    );
    let _ = writeln!(
        text,
        "_Static_assert(sizeof((({name} *)0)->{field}) == {}, \"how long {name}.{field} is\");",
        at.len()
    );
}

type Structure = (
    &'static str,
    usize,
    &'static [(&'static str, &'static Range<usize>)],
);

fn structures() -> [Structure; 9] {
    use wamr::{addr, addr_info, addr_info_hints, addr_ip};
    [
        (
            "wse_addr",
            addr::SIZE,
            &[
                ("kind", &addr::KIND),
                ("at.ip4.octets", &addr::IP4),
                ("at.ip4.port", &addr::IP4_PORT),
                ("at.ip6.groups", &addr::IP6),
                ("at.ip6.port", &addr::IP6_PORT),
            ],
        ),
        (
            "wse_addr_ip",
            addr_ip::SIZE,
            &[
                ("kind", &addr_ip::KIND),
                ("at.ip4", &addr_ip::IP4),
                ("at.ip6", &addr_ip::IP6),
            ],
        ),
        (
            "wse_addr_info",
            addr_info::SIZE,
            &[("addr", &addr_info::ADDR), ("type", &addr_info::TYPE)],
        ),
        (
            "wse_hints",
            addr_info_hints::SIZE,
            &[
                ("type", &addr_info_hints::TYPE),
                ("family", &addr_info_hints::FAMILY),
                ("enabled", &addr_info_hints::ENABLED),
            ],
        ),
        (
            "wse_iovec",
            p1::iovec::SIZE,
            &[("data", &p1::iovec::POINTER), ("size", &p1::iovec::LENGTH)],
        ),
        (
            "wse_fdstat",
            p1::fdstat::SIZE,
            &[
                ("filetype", &p1::fdstat::FILETYPE),
                ("flags", &p1::fdstat::FLAGS),
                ("rights", &p1::fdstat::RIGHTS_BASE),
                ("rights_inheriting", &p1::fdstat::RIGHTS_INHERITING),
            ],
        ),
        (
            "wse_subscription",
            p1::subscription::SIZE,
            &[
                ("userdata", &p1::subscription::USERDATA),
                ("tag", &p1::subscription::TAG),
                ("of.clock.id", &p1::subscription::clock::ID),
                ("of.clock.timeout", &p1::subscription::clock::TIMEOUT),
                ("of.clock.precision", &p1::subscription::clock::PRECISION),
                ("of.clock.flags", &p1::subscription::clock::FLAGS),
                ("of.fd", &p1::subscription::fd::DESCRIPTOR),
            ],
        ),
        (
            "wse_event",
            p1::event::SIZE,
            &[
                ("userdata", &p1::event::USERDATA),
                ("error", &p1::event::ERROR),
                ("type", &p1::event::TYPE),
                ("bytes", &p1::event::BYTES),
                ("flags", &p1::event::FLAGS),
            ],
        ),
        (
            "wse_edge_address",
            wasmedge::address::SIZE,
            &[
                ("bytes", &wasmedge::address::POINTER),
                ("size", &wasmedge::address::LENGTH),
            ],
        ),
    ]
}

/// The long form of the bytes of an address.
const LONG: i64 = wasmedge::address_bytes::LONG as i64;

fn numbers() -> Vec<(&'static str, i64)> {
    let mut all = vec![
        ("WSE_IP4", wamr::addr::KIND_IPV4.into()),
        ("WSE_IP6", wamr::addr::KIND_IPV6.into()),
        ("WSE_ANY", wamr::sock_type::ANY.into()),
        ("WSE_DATAGRAM", wamr::sock_type::DGRAM.into()),
        ("WSE_STREAM", wamr::sock_type::STREAM.into()),
        ("WSE_INET", wamr::family::INET4.into()),
        ("WSE_INET6", wamr::family::INET6.into()),
        ("WSE_UNSPEC", wamr::family::UNSPEC.into()),
        ("WSE_CLOCK", p1::eventtype::CLOCK.into()),
        ("WSE_READ", p1::eventtype::FD_READ.into()),
        ("WSE_WRITE", p1::eventtype::FD_WRITE.into()),
        ("WSE_HANGUP", p1::eventrwflags::FD_READWRITE_HANGUP.into()),
        ("WSE_MONOTONIC", p1::clockid::MONOTONIC.into()),
        ("WSE_PEEK", p1::riflags::RECV_PEEK.into()),
        ("WSE_WAITALL", p1::riflags::RECV_WAITALL.into()),
        ("WSE_TRUNCATED", p1::roflags::RECV_DATA_TRUNCATED.into()),
        ("WSE_NONBLOCK", p1::fdflags::NONBLOCK.into()),
        ("SOCK_DGRAM", p1::filetype::SOCKET_DGRAM.into()),
        ("SOCK_STREAM", p1::filetype::SOCKET_STREAM.into()),
        (
            "WSE_RECEIVE_DONTWAIT",
            wasix::riflags::RECV_DONT_WAIT.into(),
        ),
        ("WSE_SEND_DONTWAIT", wasix::siflags::SEND_DONT_WAIT.into()),
        ("WSE_WASIX_TTL", wasix::option::TTL.into()),
        ("WSE_WASIX_UNIX", wasix::family::UNIX.into()),
        ("WSE_WASIX_STREAM", wasix::sock_type::STREAM.into()),
        ("WSE_WASIX_DATAGRAM", wasix::sock_type::DGRAM.into()),
        ("WSE_EDGE_UNIX", wasmedge::family::UNIX.into()),
        ("WSE_EDGE_STREAM", wasmedge::sock_type::STREAM.into()),
        ("WSE_EDGE_DATAGRAM", wasmedge::sock_type::DGRAM.into()),
        ("WSE_EDGE_SOL_SOCKET", wasmedge::level::SOCKET.into()),
        ("WSE_EDGE_SO_ERROR", wasmedge::option::ERROR.into()),
        ("WSE_EDGE_SO_DONTROUTE", wasmedge::option::DONTROUTE.into()),
        ("WSE_EDGE_SO_OOBINLINE", wasmedge::option::OOBINLINE.into()),
        ("WSE_EDGE_SO_RCVLOWAT", wasmedge::option::RCVLOWAT.into()),
        (
            "WSE_EDGE_SO_ACCEPTCONN",
            wasmedge::option::ACCEPTCONN.into(),
        ),
        ("WSE_LONG_ADDRESS", LONG),
    ];
    // What the library tells by name, or takes for a fact of a result.
    all.extend([
        ("EACCES", Errno::Acces.number().into()),
        ("EAFNOSUPPORT", Errno::Afnosupport.number().into()),
        ("EAGAIN", Errno::Again.number().into()),
        ("EBADF", Errno::Badf.number().into()),
        ("EFAULT", Errno::Fault.number().into()),
        ("EINVAL", Errno::Inval.number().into()),
        ("EIO", Errno::Io.number().into()),
        ("ENOENT", Errno::Noent.number().into()),
        ("ENOMEM", Errno::Nomem.number().into()),
        ("EPIPE", Errno::Pipe.number().into()),
    ]);
    all
}
