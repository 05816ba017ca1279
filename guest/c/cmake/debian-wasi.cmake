# Programs for WASIp1 with what Debian packages, and no SDK:
#
#   apt install clang lld llvm libclang-rt-dev-wasm32 wasi-libc
#   cmake -DCMAKE_TOOLCHAIN_FILE=path/to/debian-wasi.cmake ...
#
# The newest clang is taken, or that of -DWASI_CLANG_VERSION=22. C++ takes libc++-dev-wasm32 (of 22: libc++-22-dev-wasm32)
# as well, which has no exceptions.

set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_VERSION 1)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
# Old versions of CMake do not know the system.
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})

# What a project checks for is compiled and linked as its programs are.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES
  WASI_CLANG_VERSION CMAKE_C_STANDARD_LIBRARIES CMAKE_CXX_STANDARD_LIBRARIES)
if(WASI_CLANG_VERSION)
  set(suffixes -${WASI_CLANG_VERSION})
else()
  set(suffixes "")
  foreach(version RANGE 40 14 -1)
    list(APPEND suffixes -${version})
  endforeach()
  list(APPEND suffixes "")
endif()
foreach(suffix IN LISTS suffixes)
  find_program(WASI_CLANG clang${suffix})
  # Its own tools come with it, by the same number.
  find_program(WASI_CLANGXX clang++${suffix})
  find_program(WASI_LINKER wasm-ld${suffix})
  find_program(WASI_AR llvm-ar${suffix})
  find_program(WASI_RANLIB llvm-ranlib${suffix})
  if(WASI_CLANG AND WASI_CLANGXX AND WASI_LINKER AND WASI_AR AND WASI_RANLIB)
    break()
  endif()
  foreach(tool WASI_CLANG WASI_CLANGXX WASI_LINKER WASI_AR WASI_RANLIB)
    unset(${tool} CACHE)
  endforeach()
endforeach()
if(NOT WASI_CLANG)
  message(FATAL_ERROR "there is no clang with its wasm-ld, llvm-ar and llvm-ranlib: Debian has them in clang, lld and llvm")
endif()

# Words of the compiler, and no initial flags: those of -DCMAKE_C_FLAGS would take their place. Newer versions of clang call
# the target by another name, but the packages have their files under this one.
set(WASI_WORDS -mcpu=mvp -Wno-deprecated -Wdeprecated-declarations)
set(CMAKE_C_COMPILER ${WASI_CLANG} ${WASI_WORDS})
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_COMPILER ${WASI_CLANGXX} ${WASI_WORDS} -fno-exceptions)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_AR ${WASI_AR} CACHE FILEPATH "")
set(CMAKE_RANLIB ${WASI_RANLIB} CACHE FILEPATH "")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
