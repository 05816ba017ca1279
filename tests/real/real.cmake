# Taken in by the projects of others, as their CMAKE_PROJECT_INCLUDE: the library for every target, with its header in every
# source, and what WASIp1 lacks beside sockets, as this folder's headers have it.

include(${CMAKE_CURRENT_LIST_DIR}/../../guest/c/lib_socket_wasi.cmake)
include_directories(BEFORE ${CMAKE_CURRENT_LIST_DIR}/include)
add_compile_definitions(_WASI_EMULATED_SIGNAL _WASI_EMULATED_GETPID _WASI_EMULATED_PROCESS_CLOCKS)
add_compile_options(-include real.h -Wno-gnu-include-next)
link_libraries($<BUILD_INTERFACE:socket_wasi_ext_everywhere> wasi-emulated-signal wasi-emulated-getpid
  wasi-emulated-process-clocks)
