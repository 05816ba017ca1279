//! Waking what waits inside the engine (`memory.atomic.wait`), which hears no signal: only a notification at the very
//! address ends such a wait.

use iwasm_net::{Memory, Span};
use wasmtime::SharedMemory;

/// Goes through a memory and notifies at each address. Pages with anything in them come first, for there the guest's locks
/// are.
pub(crate) struct Sweep<'a> {
    memory: &'a SharedMemory,
    next: usize,
    empty_too: bool,
}

/// The unit in which memory is looked at.
const PAGE: usize = 4096;

impl<'a> Sweep<'a> {
    pub(crate) fn new(memory: &'a SharedMemory) -> Self {
        Self {
            memory,
            next: 0,
            empty_too: false,
        }
    }

    /// Go on for so long, and begin anew after the last page.
    pub(crate) fn wake_while(&mut self, go_on: impl Fn() -> bool) {
        while go_on() {
            if self.next >= self.memory.data_size() {
                self.next = 0;
                self.empty_too = !self.empty_too;
                return;
            }
            self.wake_page();
            self.next += PAGE;
        }
    }

    fn wake_page(&self) {
        let memory = Memory::shared(self.memory.data());
        let at = u32::try_from(self.next).expect("a 32-bit memory has 32-bit addresses");
        let page = memory.span(at, 4096);
        if !self.empty_too && page.is_ok_and(|page: Span<'_>| page.is_zero()) {
            return;
        }
        for word in (self.next..self.next + PAGE).step_by(4) {
            // Past the end, or nobody there: nothing to wake.
            let _ = self.memory.atomic_notify(word as u64, u32::MAX);
        }
    }
}
