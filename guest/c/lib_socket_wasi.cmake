# The target `socket_wasi_ext`, Berkeley sockets for WASIp1, for projects that include this file from wherever they are:
#
#   include(path/to/lib_socket_wasi.cmake)
#   target_link_libraries(app PRIVATE socket_wasi_ext)
#
# A target that links `socket_wasi_ext_everywhere` has the header in every source, whether that includes it or not. Natively,
# and from WASIp2 on, where the C library has sockets, both targets are empty.

if(TARGET socket_wasi_ext)
  return()
endif()

set(socket_wasi_ext_dir ${CMAKE_CURRENT_LIST_DIR})

# The header knows for what it is needed. One of the two compiles, or the compiler or the header is not as it should be.
function(socket_wasi_ext_check_need)
  include(CheckCSourceCompiles)
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  set(CMAKE_REQUIRED_INCLUDES ${socket_wasi_ext_dir}/include)
  set(CMAKE_REQUIRED_QUIET ON)
  foreach(answer NEEDED NOT_NEEDED)
    set(declares_NEEDED defined)
    set(declares_NOT_NEEDED !defined)
    check_c_source_compiles("
      #include <wasi_socket_ext.h>
      #if !(${declares_${answer}}(WASI_SOCKET_EXT_DECLARES))
      #error the other answer
      #endif
      int the_answer;" SOCKET_WASI_EXT_${answer})
    if(SOCKET_WASI_EXT_${answer})
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "socket_wasi_ext: `${CMAKE_C_COMPILER}` does not compile <wasi_socket_ext.h>; what it says is in "
    "`${CMAKE_BINARY_DIR}/CMakeFiles`, in CMakeError.log or CMakeConfigureLog.yaml")
endfunction()
socket_wasi_ext_check_need()

if(SOCKET_WASI_EXT_NEEDED)
  file(GLOB socket_wasi_ext_sources CONFIGURE_DEPENDS
    ${socket_wasi_ext_dir}/src/*.c ${socket_wasi_ext_dir}/src/foreign/*.c)
  add_library(socket_wasi_ext STATIC ${socket_wasi_ext_sources})
  set_target_properties(socket_wasi_ext PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON)
  # As few features of WebAssembly as can be, so that old runtimes take what is built with it.
  target_compile_options(socket_wasi_ext PRIVATE -mcpu=mvp -Wall -Wextra)
  set(socket_wasi_ext_scope PUBLIC)
else()
  message(STATUS "socket_wasi_ext: the C library has sockets itself, so there is nothing to build")
  add_library(socket_wasi_ext INTERFACE)
  set(socket_wasi_ext_scope INTERFACE)
endif()
target_include_directories(socket_wasi_ext ${socket_wasi_ext_scope}
  $<BUILD_INTERFACE:${socket_wasi_ext_dir}/include> $<INSTALL_INTERFACE:include/socket_wasi_ext>)

add_library(socket_wasi_ext_everywhere INTERFACE)
target_link_libraries(socket_wasi_ext_everywhere INTERFACE socket_wasi_ext)
target_compile_options(socket_wasi_ext_everywhere INTERFACE
  "$<$<COMPILE_LANGUAGE:C,CXX>:SHELL:-include wasi_socket_ext.h>")

# The names of the installed package.
add_library(socket_wasi_ext::socket_wasi_ext ALIAS socket_wasi_ext)
add_library(socket_wasi_ext::everywhere ALIAS socket_wasi_ext_everywhere)
