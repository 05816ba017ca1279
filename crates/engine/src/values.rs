//! Arguments and results of a function that is called by name, as text.

use wasmtime::{FuncType, Val, ValType};

use crate::{Error, ErrorKind};

/// Read one text for each parameter.
pub(crate) fn arguments(name: &str, ty: &FuncType, texts: &[String]) -> Result<Vec<Val>, Error> {
    if ty.params().len() != texts.len() {
        return Err(Error::new(
            ErrorKind::BadArgument,
            format!(
                "`{name}` takes {} arguments, not {}",
                ty.params().len(),
                texts.len()
            ),
        ));
    }
    let pairs = ty.params().zip(texts);
    pairs.map(|(ty, text)| argument(&ty, text)).collect()
}

fn argument(ty: &ValType, text: &str) -> Result<Val, Error> {
    let value = match ty {
        ValType::I32 => integer(text, i32::MIN.into(), u32::MAX.into())
            .and_then(low_half)
            .map(Val::I32),
        ValType::I64 => integer(text, i64::MIN.into(), u64::MAX.into())
            .and_then(low_word)
            .map(Val::I64),
        ValType::F32 => text
            .parse()
            .ok()
            .map(|value: f32| Val::F32(value.to_bits())),
        ValType::F64 => text
            .parse()
            .ok()
            .map(|value: f64| Val::F64(value.to_bits())),
        _ => None,
    };
    value.ok_or_else(|| {
        Error::new(
            ErrorKind::BadArgument,
            format!("the argument `{text}` is no `{ty}`"),
        )
        .with_hint("integers may be decimal, `0x` hexadecimal or `0` octal; other types than `i32`, `i64`, `f32` and `f64` cannot be passed")
    })
}

/// An integer as C writes it: decimal, `0x` hexadecimal or `0` octal, with a sign.
fn integer(text: &str, least: i128, most: i128) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.strip_prefix("0x") {
        Some(hex) => (16, hex),
        None if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        None => (10, &*lower),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -size } else { size };
    (least..=most).contains(&value).then_some(value)
}

/// The value as 32 bits, signed or not.
fn low_half(value: i128) -> Option<i32> {
    let unsigned = u32::try_from(value).ok().map(u32::cast_signed);
    unsigned.or_else(|| i32::try_from(value).ok())
}

/// The value as 64 bits, signed or not.
fn low_word(value: i128) -> Option<i64> {
    let unsigned = u64::try_from(value).ok().map(u64::cast_signed);
    unsigned.or_else(|| i64::try_from(value).ok())
}

/// A result as WAMR prints it: `0x3:i32`, `1.5:f64`.
pub(crate) fn result(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("{value:#x}:i32"),
        Val::I64(value) => format!("{value:#x}:i64"),
        Val::F32(bits) => format!("{}:f32", f32::from_bits(*bits)),
        Val::F64(bits) => format!("{}:f64", f64::from_bits(*bits)),
        Val::V128(bits) => format!("{:#034x}:v128", bits.as_u128()),
        _ => "ref".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_c_writes_them() {
        for (text, value) in [
            ("0", Some(0)),
            ("12", Some(12)),
            ("-1", Some(-1)),
            ("0x10", Some(16)),
            ("0X1f", Some(31)),
            ("010", Some(8)),
            ("4294967295", Some(4_294_967_295)),
            ("4294967296", None),
            ("-2147483649", None),
            ("08", None),
            ("", None),
            ("0x", None),
            ("--1", None),
            ("1x", None),
        ] {
            assert_eq!(
                integer(text, i32::MIN.into(), u32::MAX.into()),
                value,
                "{text}"
            );
        }
    }

    #[test]
    fn large_unsigned_numbers_keep_their_bits() {
        assert_eq!(low_half(4_294_967_295), Some(-1));
        assert_eq!(low_word(i128::from(u64::MAX)), Some(-1));
        assert_eq!(result(&Val::I32(-1)), "0xffffffff:i32");
        assert_eq!(result(&Val::F64(1.5_f64.to_bits())), "1.5:f64");
    }
}
