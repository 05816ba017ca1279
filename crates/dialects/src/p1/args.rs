//! Arguments and environment: lists of strings, copied out as pointers into one buffer.

use iwasm_abi::{Errno, p1 as abi};
use iwasm_net::Memory;
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::ARGS_GET, args_get::<F>);
    rows.bind(&abi::ARGS_SIZES_GET, args_sizes_get::<F>);
    rows.bind(&abi::ENVIRON_GET, environ_get::<F>);
    rows.bind(&abi::ENVIRON_SIZES_GET, environ_sizes_get::<F>);
}

/// `args_get(argv, buffer)`.
fn args_get<F: Files>(call: &mut Call<'_, F>, argv: u32, buffer: u32) -> Result<(), Errno> {
    copy_out(call.memory, &call.process.args, argv, buffer)
}

/// `args_sizes_get(count, size)`.
fn args_sizes_get<F: Files>(call: &mut Call<'_, F>, count: u32, size: u32) -> Result<(), Errno> {
    tell_sizes(call.memory, &call.process.args, count, size)
}

/// `environ_get(environ, buffer)`.
fn environ_get<F: Files>(call: &mut Call<'_, F>, environ: u32, buffer: u32) -> Result<(), Errno> {
    copy_out(call.memory, &call.process.environ, environ, buffer)
}

/// `environ_sizes_get(count, size)`.
fn environ_sizes_get<F: Files>(call: &mut Call<'_, F>, count: u32, size: u32) -> Result<(), Errno> {
    tell_sizes(call.memory, &call.process.environ, count, size)
}

fn tell_sizes(memory: Memory<'_>, list: &[Vec<u8>], count: u32, size: u32) -> Result<(), Errno> {
    let count = memory.reserve::<4>(count)?;
    let size = memory.reserve::<4>(size)?;
    let (strings, bytes) = sizes(list)?;
    count.fill(strings.to_le_bytes());
    size.fill(bytes.to_le_bytes());
    Ok(())
}

/// Write each string with a NUL after it into the buffer, close together, and where each begins into `pointers`.
fn copy_out(memory: Memory<'_>, list: &[Vec<u8>], pointers: u32, buffer: u32) -> Result<(), Errno> {
    let (strings, bytes) = sizes(list)?;
    let pointers = memory.span(pointers, strings.checked_mul(4).ok_or(Errno::Fault)?)?;
    let bytes = memory.span(buffer, bytes)?;
    let mut begin = 0;
    for (index, string) in list.iter().enumerate() {
        // The buffer's end is inside the memory, so where a string begins in it fits.
        let pointer = u32::try_from(buffer as usize + begin).map_err(|_| Errno::Fault)?;
        pointers
            .part(index * 4, 4)
            .copy_from(&pointer.to_le_bytes());
        bytes.part(begin, string.len()).copy_from(string);
        bytes.part(begin + string.len(), 1).clear();
        begin += string.len() + 1;
    }
    Ok(())
}

/// How many strings there are, and how many bytes they take with their NULs. E2BIG: more than a guest can hold.
fn sizes(list: &[Vec<u8>]) -> Result<(u32, u32), Errno> {
    let bytes = list.iter().map(|string| string.len() + 1).sum::<usize>();
    match (u32::try_from(list.len()), u32::try_from(bytes)) {
        (Ok(strings), Ok(bytes)) => Ok((strings, bytes)),
        _ => Err(Errno::Toobig),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_lie_close_together_and_the_pointers_say_where_each_begins() {
        let list = [b"ls".to_vec(), Vec::new(), b"-l".to_vec()];
        let mut bytes = *b"????????????????????????";
        copy_out(Memory::exclusive(&mut bytes), &list, 1, 15).unwrap();
        assert_eq!(&bytes, b"?\x0f\0\0\0\x12\0\0\0\x13\0\0\0??ls\0\0-l\0??");
    }

    #[test]
    fn nothing_is_written_unless_all_has_room() {
        let list = [b"ls".to_vec(), b"-l".to_vec()];
        for (pointers, buffer) in [(0, 11), (9, 0), (0, u32::MAX), (u32::MAX, 0)] {
            let mut bytes = *b"????????????????";
            let copied = copy_out(Memory::exclusive(&mut bytes), &list, pointers, buffer);
            assert_eq!(copied, Err(Errno::Fault), "{pointers} {buffer}");
            assert_eq!(&bytes, b"????????????????");
        }
    }

    #[test]
    fn sizes_count_the_nuls() {
        assert_eq!(sizes(&[]), Ok((0, 0)));
        assert_eq!(sizes(&[b"ls".to_vec(), Vec::new()]), Ok((2, 4)));
    }
}
