//! The imports of WASIX for threads, events, signals and processes: all that is no socket.
//!
//! A function that has no result does not return, or has nothing to report.

use crate::import::imports;

imports! {
    module: super::MODULE;

    /// `clock_time_set(clock, nanoseconds)`: sets a clock.
    CLOCK_TIME_SET = "clock_time_set", [I32, I64] => [I32];
    /// `fd_dup(fd, fd*)`: another number for the same thing.
    FD_DUP = "fd_dup", [I32, I32] => [I32];
    /// `fd_dup2(fd, least, cloexec, fd*)`: another number, not below `least`.
    FD_DUP2 = "fd_dup2", [I32, I32, I32, I32] => [I32];
    /// `fd_event(initial, eventfdflags, fd*)`: a counter that can be waited for.
    FD_EVENT = "fd_event", [I64, I32, I32] => [I32];
    /// `fd_pipe(fd*, fd*)`: a pipe, its end for reading first.
    FD_PIPE = "fd_pipe", [I32, I32] => [I32];
    /// `fd_fdflags_get(fd, fdflagsext*)`: the flags of the number itself; a `u16`.
    FD_FDFLAGS_GET = "fd_fdflags_get", [I32, I32] => [I32];
    /// `fd_fdflags_set(fd, fdflagsext)`: replaces them.
    FD_FDFLAGS_SET = "fd_fdflags_set", [I32, I32] => [I32];
    /// `path_open2(fd, lookupflags, path, length, oflags, base, inheriting, fdflags, fdflagsext, fd*)`: `path_open` with
    /// flags of the number itself.
    PATH_OPEN2 = "path_open2", [I32, I32, I32, I32, I32, I64, I64, I32, I32, I32] => [I32];
    /// `tty_get(tty*)`: what the terminal is like.
    TTY_GET = "tty_get", [I32] => [I32];
    /// `tty_set(tty)`: changes it.
    TTY_SET = "tty_set", [I32] => [I32];
    /// `getcwd(path*, length*)`: the working directory; the length is read as the room and written as what is used.
    GETCWD = "getcwd", [I32, I32] => [I32];
    /// `chdir(path, length)`: changes it.
    CHDIR = "chdir", [I32, I32] => [I32];
    /// `epoll_create(fd*)`: a set of descriptors that are waited for.
    EPOLL_CREATE = "epoll_create", [I32] => [I32];
    /// `epoll_ctl(set, operation, fd, epoll_event)`: changes it.
    EPOLL_CTL = "epoll_ctl", [I32, I32, I32, I32] => [I32];
    /// `epoll_wait(set, epoll_events*, most, nanoseconds, count*)`: waits.
    EPOLL_WAIT = "epoll_wait", [I32, I32, I32, I64, I32] => [I32];

    /// `thread_spawn(thread_start, tid*)`: [`THREAD_SPAWN_V2`] by its first name.
    THREAD_SPAWN = "thread_spawn", [I32, I32] => [I32];
    /// `thread_spawn_v2(thread_start, tid*)`: starts a thread.
    THREAD_SPAWN_V2 = "thread_spawn_v2", [I32, I32] => [I32];
    /// `thread_sleep(nanoseconds)`.
    THREAD_SLEEP = "thread_sleep", [I64] => [I32];
    /// `thread_id(tid*)`: the calling thread's number.
    THREAD_ID = "thread_id", [I32] => [I32];
    /// `thread_join(tid)`: waits for a thread's end.
    THREAD_JOIN = "thread_join", [I32] => [I32];
    /// `thread_parallelism(count*)`: how many threads can run at once.
    THREAD_PARALLELISM = "thread_parallelism", [I32] => [I32];
    /// `thread_signal(tid, signal)`: sends a thread a signal.
    THREAD_SIGNAL = "thread_signal", [I32, I32] => [I32];
    /// `thread_exit(code)`: ends the calling thread.
    THREAD_EXIT = "thread_exit", [I32] => [];
    /// `futex_wait(word, expected, option_timestamp, woken*)`: waits until the word is woken, or is another already.
    FUTEX_WAIT = "futex_wait", [I32, I32, I32, I32] => [I32];
    /// `futex_wake(word, woken*)`: wakes one who waits there.
    FUTEX_WAKE = "futex_wake", [I32, I32] => [I32];
    /// `futex_wake_all(word, woken*)`: wakes all.
    FUTEX_WAKE_ALL = "futex_wake_all", [I32, I32] => [I32];
    /// `callback_signal(export, length)`: the export that signals are delivered to.
    CALLBACK_SIGNAL = "callback_signal", [I32, I32] => [];

    /// `proc_exit2(code)`: `proc_exit` by another name.
    PROC_EXIT2 = "proc_exit2", [I32] => [];
    /// `proc_id(pid*)`: the program's number.
    PROC_ID = "proc_id", [I32] => [I32];
    /// `proc_parent(pid, pid*)`: the number of the program that started it.
    PROC_PARENT = "proc_parent", [I32, I32] => [I32];
    /// `proc_join(option_pid, joinflags, join_status*)`: waits for a child's end.
    PROC_JOIN = "proc_join", [I32, I32, I32] => [I32];
    /// `proc_signal(pid, signal)`: sends a program a signal.
    PROC_SIGNAL = "proc_signal", [I32, I32] => [I32];
    /// `proc_raise_interval(signal, nanoseconds, repeat)`: a signal to itself, later.
    PROC_RAISE_INTERVAL = "proc_raise_interval", [I32, I64, I32] => [I32];
    /// `proc_signals_sizes_get(count*)`: how many signals have a disposition from the start.
    PROC_SIGNALS_SIZES_GET = "proc_signals_sizes_get", [I32] => [I32];
    /// `proc_signals_get(dispositions*)`: which.
    PROC_SIGNALS_GET = "proc_signals_get", [I32] => [I32];
    /// `proc_snapshot()`: keeps the program's state.
    PROC_SNAPSHOT = "proc_snapshot", [] => [I32];
    /// `proc_fork(copy_memory, pid*)`: a copy of the program.
    PROC_FORK = "proc_fork", [I32, I32] => [I32];
    /// `proc_fork_env(pid*)`: a copy of the program in the same memory.
    PROC_FORK_ENV = "proc_fork_env", [I32] => [I32];
    /// `stack_checkpoint(stack_snapshot*, value*)`: remembers where the program is.
    STACK_CHECKPOINT = "stack_checkpoint", [I32, I32] => [I32];
    /// `stack_restore(stack_snapshot, value)`: goes back there.
    STACK_RESTORE = "stack_restore", [I32, I64] => [];

    /// `proc_exec(name, length, args, length)`: becomes another program.
    PROC_EXEC = "proc_exec", [I32, I32, I32, I32] => [];
    /// `proc_exec2(name, length, args, length, envs, length)`.
    PROC_EXEC2 = "proc_exec2", [I32, I32, I32, I32, I32, I32] => [];
    /// `proc_exec3(name, length, args, length, envs, length, search, path, length)`.
    PROC_EXEC3 = "proc_exec3", [I32, I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `proc_exec4(name, length, args, count, envs, count, search, path, length)`.
    PROC_EXEC4 = "proc_exec4", [I32, I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `proc_spawn(name, length, chroot, args, length, preopen, length, stdin, stdout, stderr, directory, length, handles*)`:
    /// starts another program.
    PROC_SPAWN = "proc_spawn",
        [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `proc_spawn2(name, length, args, length, envs, length, operations, count, signals, count, search, path, length, pid*)`.
    PROC_SPAWN2 = "proc_spawn2",
        [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `proc_spawn3(name, length, args, count, envs, count, operations, count, signals, count, search, path, length, pid*)`.
    PROC_SPAWN3 = "proc_spawn3",
        [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] => [I32];

    /// `dl_invalid_handle(handle)`: is there no library of this handle.
    DL_INVALID_HANDLE = "dl_invalid_handle", [I32] => [I32];
    /// `dlopen(path, length, flags, error*, length, search, length, handle*)`: loads a library.
    DLOPEN = "dlopen", [I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `dlsym(handle, name, length, error*, length, symbol*)`: finds in one.
    DLSYM = "dlsym", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `call_dynamic(function, values, length, results*, length, strict)`: calls a function of any type.
    CALL_DYNAMIC = "call_dynamic", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `closure_prepare(function, closure, types, count, types, count, environment)`: makes a function of one and data.
    CLOSURE_PREPARE = "closure_prepare", [I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `closure_allocate(closure*)`: a place for one.
    CLOSURE_ALLOCATE = "closure_allocate", [I32] => [I32];
    /// `closure_free(closure)`: gives it back.
    CLOSURE_FREE = "closure_free", [I32] => [I32];
    /// `reflect_signature(function, types*, count, types*, count, reflection*)`: a function's type.
    REFLECT_SIGNATURE = "reflect_signature", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `context_create(context*, function)`: a stack of its own.
    CONTEXT_CREATE = "context_create", [I32, I32] => [I32];
    /// `context_switch(context)`: goes on there.
    CONTEXT_SWITCH = "context_switch", [I64] => [I32];
    /// `context_destroy(context)`: gives it up.
    CONTEXT_DESTROY = "context_destroy", [I64] => [I32];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::types_are;

    // Names and types were read off the crate `wasix` and Wasmer, which agree; the order is this table's.
    #[test]
    fn every_import_has_the_type_that_wasmer_gives_it() {
        types_are(
            "wasix_32v1",
            IMPORTS,
            &[
                ("clock_time_set", "(i32, i64) -> i32"),
                ("fd_dup", "(i32, i32) -> i32"),
                ("fd_dup2", "(i32, i32, i32, i32) -> i32"),
                ("fd_event", "(i64, i32, i32) -> i32"),
                ("fd_pipe", "(i32, i32) -> i32"),
                ("fd_fdflags_get", "(i32, i32) -> i32"),
                ("fd_fdflags_set", "(i32, i32) -> i32"),
                (
                    "path_open2",
                    "(i32, i32, i32, i32, i32, i64, i64, i32, i32, i32) -> i32",
                ),
                ("tty_get", "(i32) -> i32"),
                ("tty_set", "(i32) -> i32"),
                ("getcwd", "(i32, i32) -> i32"),
                ("chdir", "(i32, i32) -> i32"),
                ("epoll_create", "(i32) -> i32"),
                ("epoll_ctl", "(i32, i32, i32, i32) -> i32"),
                ("epoll_wait", "(i32, i32, i32, i64, i32) -> i32"),
                ("thread_spawn", "(i32, i32) -> i32"),
                ("thread_spawn_v2", "(i32, i32) -> i32"),
                ("thread_sleep", "(i64) -> i32"),
                ("thread_id", "(i32) -> i32"),
                ("thread_join", "(i32) -> i32"),
                ("thread_parallelism", "(i32) -> i32"),
                ("thread_signal", "(i32, i32) -> i32"),
                ("thread_exit", "(i32) -> ()"),
                ("futex_wait", "(i32, i32, i32, i32) -> i32"),
                ("futex_wake", "(i32, i32) -> i32"),
                ("futex_wake_all", "(i32, i32) -> i32"),
                ("callback_signal", "(i32, i32) -> ()"),
                ("proc_exit2", "(i32) -> ()"),
                ("proc_id", "(i32) -> i32"),
                ("proc_parent", "(i32, i32) -> i32"),
                ("proc_join", "(i32, i32, i32) -> i32"),
                ("proc_signal", "(i32, i32) -> i32"),
                ("proc_raise_interval", "(i32, i64, i32) -> i32"),
                ("proc_signals_sizes_get", "(i32) -> i32"),
                ("proc_signals_get", "(i32) -> i32"),
                ("proc_snapshot", "() -> i32"),
                ("proc_fork", "(i32, i32) -> i32"),
                ("proc_fork_env", "(i32) -> i32"),
                ("stack_checkpoint", "(i32, i32) -> i32"),
                ("stack_restore", "(i32, i64) -> ()"),
                ("proc_exec", "(i32, i32, i32, i32) -> ()"),
                ("proc_exec2", "(i32, i32, i32, i32, i32, i32) -> ()"),
                (
                    "proc_exec3",
                    "(i32, i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                (
                    "proc_exec4",
                    "(i32, i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                (
                    "proc_spawn",
                    "(i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                (
                    "proc_spawn2",
                    "(i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                (
                    "proc_spawn3",
                    "(i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("dl_invalid_handle", "(i32) -> i32"),
                ("dlopen", "(i32, i32, i32, i32, i32, i32, i32, i32) -> i32"),
                ("dlsym", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("call_dynamic", "(i32, i32, i32, i32, i32, i32) -> i32"),
                (
                    "closure_prepare",
                    "(i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("closure_allocate", "(i32) -> i32"),
                ("closure_free", "(i32) -> i32"),
                ("reflect_signature", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("context_create", "(i32, i32) -> i32"),
                ("context_switch", "(i64) -> i32"),
                ("context_destroy", "(i64) -> i32"),
            ],
        );
    }
}
