//! Clocks: what time it is on one of four, and how finely it counts.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, clockid};
use iwasm_net::{Clock, Kernel};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::CLOCK_RES_GET, clock_res_get::<F>);
    rows.bind(&abi::CLOCK_TIME_GET, clock_time_get::<F>);
}

/// `clock_res_get(clock, nanoseconds)`.
fn clock_res_get<F: Files>(call: &mut Call<'_, F>, id: u32, nanoseconds: u32) -> Result<(), Errno> {
    let clock = clock(id)?;
    let slot = call.memory.reserve::<8>(nanoseconds)?;
    let resolution = call.process.net.kernel.resolution(clock)?;
    slot.fill(resolution.to_le_bytes());
    Ok(())
}

/// `clock_time_get(clock, precision, nanoseconds)`: always as precise as the clock is.
fn clock_time_get<F: Files>(
    call: &mut Call<'_, F>,
    id: u32,
    _precision: u64,
    nanoseconds: u32,
) -> Result<(), Errno> {
    let clock = clock(id)?;
    let slot = call.memory.reserve::<8>(nanoseconds)?;
    let now = call.process.net.kernel.now(clock)?;
    slot.fill(now.to_le_bytes());
    Ok(())
}

fn clock(id: u32) -> Result<Clock, Errno> {
    match id {
        clockid::REALTIME => Ok(Clock::Realtime),
        clockid::MONOTONIC => Ok(Clock::Monotonic),
        clockid::PROCESS_CPUTIME_ID => Ok(Clock::Process),
        clockid::THREAD_CPUTIME_ID => Ok(Clock::Thread),
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_four_clocks() {
        for (id, expected) in [
            (0, Ok(Clock::Realtime)),
            (1, Ok(Clock::Monotonic)),
            (2, Ok(Clock::Process)),
            (3, Ok(Clock::Thread)),
            (4, Err(Errno::Inval)),
            (u32::MAX, Err(Errno::Inval)),
        ] {
            assert_eq!(clock(id), expected, "{id}");
        }
    }
}
