/* <sys/socket.h> for WASIp1, with what its own leaves out. Elsewhere the system's.
 *
 * So sources that do not include wasi_socket_ext.h compile too.
 */
#pragma GCC system_header

/* That of old C libraries stands on max_align_t, which C has only since C11. */
#if defined(__wasi__) && !defined(__cplusplus) && __STDC_VERSION__ < 201112L && __has_include(<__stddef_max_align_t.h>)
#include <__stddef_max_align_t.h>
#endif

#include_next <sys/socket.h>

#include "../wasi_socket_ext_target.h"

/* Not in the middle of <netinet/in.h>, which includes this: what follows stands on both. */
#if defined(WASI_SOCKET_EXT_DECLARES) && !defined(WASI_SOCKET_EXT_IN_NETINET_IN_H)
#include "../wasi_socket_ext.h"
#endif
