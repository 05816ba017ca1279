/* <sys/socket.h> for WASIp1, with what its own leaves out. Elsewhere the system's.
 *
 * So sources that do not include wasi_socket_ext.h compile too.
 */
#pragma GCC system_header
#include_next <sys/socket.h>

#include "../wasi_socket_ext_target.h"

/* Not in the middle of <netinet/in.h>, which includes this: what follows stands on both. */
#if defined(WASI_SOCKET_EXT_DECLARES) && !defined(WASI_SOCKET_EXT_IN_NETINET_IN_H)
#include "../wasi_socket_ext.h"
#endif
