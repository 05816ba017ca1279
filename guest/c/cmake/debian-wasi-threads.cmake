# Programs with threads for WASIp1: Debian's wasi-libc has none, so the C library is the one that Rust's target
# wasm32-wasip1-threads brings, under Debian's headers. These have no <pthread.h>: samples/threads_of_rust has a small one.
#
#   apt install clang lld llvm libclang-rt-dev-wasm32 wasi-libc
#   rustup target add wasm32-wasip1-threads
#   cmake -DCMAKE_TOOLCHAIN_FILE=path/to/debian-wasi-threads.cmake ...
#
# The `rustc` of the path tells where it is, or -DWASI_RUST_SYSROOT=FOLDER. There is no C++ library with threads.

include(${CMAKE_CURRENT_LIST_DIR}/debian-wasi.cmake)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WASI_RUST_SYSROOT)
if(NOT WASI_RUST_SYSROOT)
  execute_process(COMMAND rustc --print sysroot OUTPUT_VARIABLE WASI_RUST_SYSROOT OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
set(threads ${WASI_RUST_SYSROOT}/lib/rustlib/wasm32-wasip1-threads/lib/self-contained)
if(NOT EXISTS ${threads}/libc.a)
  message(FATAL_ERROR "there is no `${threads}/libc.a`: `rustup target add wasm32-wasip1-threads` brings it")
endif()
execute_process(COMMAND ${WASI_CLANG} --target=wasm32-wasip1 --print-libgcc-file-name
  OUTPUT_VARIABLE builtins OUTPUT_STRIP_TRAILING_WHITESPACE)

set(WASI_WORDS -isystem/usr/include/wasm32-wasi -mcpu=generic -pthread -matomics -mbulk-memory)
set(CMAKE_C_COMPILER ${WASI_CLANG} ${WASI_WORDS})
set(CMAKE_C_COMPILER_TARGET wasm32-wasip1-threads)
set(CMAKE_CXX_COMPILER ${WASI_CLANGXX} ${WASI_WORDS} -fno-exceptions)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasip1-threads)
# CMake reads this file several times, also with what it made here before.
foreach(language C CXX)
  if(NOT CMAKE_${language}_STANDARD_LIBRARIES MATCHES "crt1-command")
    string(APPEND CMAKE_${language}_STANDARD_LIBRARIES " -nostdlib ${threads}/crt1-command.o ${threads}/libc.a ${builtins}"
      " -Wl,--import-memory,--export-memory,--shared-memory,--max-memory=67108864")
  endif()
endforeach()
