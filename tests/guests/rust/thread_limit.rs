//! `thread_limit [MOST]`: starts threads until that fails, or MOST run; prints how many ran at once.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const STACK: usize = 16 * 1024;

fn main() {
    let most = env::args()
        .nth(1)
        .map_or(1000, |text| text.parse().expect("MOST is a number"));
    let open = Arc::new(AtomicBool::new(false));
    let mut threads = Vec::new();
    let mut refusal = None;
    while threads.len() < most {
        let open = Arc::clone(&open);
        let body = move || {
            while !open.load(Ordering::Acquire) {
                thread::sleep(Duration::from_millis(5));
            }
        };
        match thread::Builder::new().stack_size(STACK).spawn(body) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                refusal = Some(error);
                break;
            }
        }
    }
    println!("{} threads", threads.len());
    if let Some(error) = refusal {
        println!("then: {error}");
    }
    open.store(true, Ordering::Release);
    for thread in threads {
        thread.join().expect("a thread that waits does not panic");
    }
    // What was refused at the limit is possible again below it.
    thread::spawn(|| println!("one more"))
        .join()
        .expect("printing does not panic");
}
