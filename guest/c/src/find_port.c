/* The port of a service by its name: as the runtime's host has it, or as it commonly is. */
#include "internal.h"

int wse_find_port(const char *service, int type)
{
    wse_hints hints = {.type = type == SOCK_STREAM ? WSE_STREAM : WSE_DATAGRAM, .family = WSE_INET, .enabled = 1};
    wse_addr_info info;
    uint32_t total = 0;
    /* With an address for a host nothing but the service is looked up. */
    if (wse_sock_addr_resolve("127.0.0.1", service, &hints, &info, 1, &total) == 0 && total != 0)
        return info.addr.at.ip4.port;
    return wse_common_port(service, type);
}
