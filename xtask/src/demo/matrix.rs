//! Guests of every dialect talk to each other, all under one set of flags: each client to each server, over TCP and UDP.

use super::{SOON, Said, Shown, Stage};
use crate::Result;
use crate::child::Running;

/// What every guest is granted.
const GRANT: &str = "--addr-pool=127.0.0.1/32";

struct Dialect {
    name: &'static str,
    guests: Guests,
}

#[derive(Clone, Copy)]
enum Guests {
    /// One source for all: `tcp_echo_server` and so on in this folder, which make their sockets.
    Own(&'static str),
    /// Plain std over sockets that `iwasm` hands in.
    Handed,
}

const DIALECTS: [Dialect; 5] = [
    Dialect {
        name: "WAMR",
        guests: Guests::Own("c"),
    },
    Dialect {
        name: "WasmEdge",
        guests: Guests::Own("wasmedge"),
    },
    Dialect {
        name: "WASIX",
        guests: Guests::Own("wasix"),
    },
    Dialect {
        name: "WASIp2",
        guests: Guests::Own("p2"),
    },
    Dialect {
        name: "handed in",
        guests: Guests::Handed,
    },
];

const PROTOCOLS: [&str; 2] = ["tcp", "udp"];

/// Runs every pair, and shows who heard whom. One that did not is an error.
pub(super) fn show(stage: &Stage) -> Result<Shown> {
    println!("  every guest below runs under `iwasm {GRANT}`");
    for protocol in PROTOCOLS {
        let head: Vec<_> = DIALECTS
            .iter()
            .map(|it| format!("{:<10}", it.name))
            .collect();
        println!("\n  {protocol}: client by row, server by column");
        println!("  {:<10} {}", "", head.join(" "));
        let columns = DIALECTS
            .iter()
            .map(|server| column(stage, protocol, server))
            .collect::<Result<Vec<_>>>()?;
        for (row, client) in DIALECTS.iter().enumerate() {
            let cells: Vec<_> = columns
                .iter()
                .map(|column| format!("{:<10}", column[row]))
                .collect();
            println!("  {:<10} {}", client.name, cells.join(" "));
        }
    }
    println!(
        "\n  - WASIp1 does not tell who sent a datagram: over a socket that is handed in nobody can be answered"
    );
    Ok(Shown::Whole)
}

/// All clients at one server: a cell each.
fn column(stage: &Stage, protocol: &str, server: &Dialect) -> Result<Vec<&'static str>> {
    if protocol == "udp" && matches!(server.guests, Guests::Handed) {
        return Ok(vec!["-"; DIALECTS.len()]);
    }
    let (running, port) = serve(stage, protocol, server.guests)
        .map_err(|e| format!("a {protocol} server of {}: {e}", server.name))?;
    for client in &DIALECTS {
        let message = format!("{}-to-{}", word(client), word(server));
        let said = ask(stage, protocol, client.guests, &port, &message);
        said.and_then(|said| said.says(&message))
            .map_err(|e| format!("{protocol} from {} to {}: {e}", client.name, server.name))?;
    }
    Said::all_of(running)?;
    Ok(vec!["heard"; DIALECTS.len()])
}

/// A name as one word, so that a message can be told from every other.
fn word(dialect: &Dialect) -> String {
    dialect.name.replace(' ', "-")
}

/// A server for as many clients as there are dialects, and its port.
fn serve(stage: &Stage, protocol: &str, guests: Guests) -> Result<(Running, String)> {
    let count = DIALECTS.len().to_string();
    let mut server = match guests {
        Guests::Own(folder) => stage.start_silently(
            &[GRANT],
            &format!("{folder}/{protocol}_echo_server.wasm"),
            &["127.0.0.1", "0", &count],
        )?,
        Guests::Handed => stage.start_silently(
            &[GRANT, &format!("--listen={protocol}://127.0.0.1:0")],
            "rust/handed_echo_server.wasm",
            &[&count],
        )?,
    };
    let address = server.wait_for("127.0.0.1:", SOON)?;
    let port = address.trim_end_matches('`').to_owned();
    Ok((server, port))
}

/// What a client said of the answer to its message.
fn ask(stage: &Stage, protocol: &str, guests: Guests, port: &str, message: &str) -> Result<Said> {
    Said::all_of(match guests {
        Guests::Own(folder) => stage.start_silently(
            &[GRANT],
            &format!("{folder}/{protocol}_echo_client.wasm"),
            &["127.0.0.1", port, message],
        )?,
        Guests::Handed => stage.start_silently(
            &[GRANT, &format!("--connect={protocol}://127.0.0.1:{port}")],
            "rust/handed_client.wasm",
            &[message],
        )?,
    })
}
