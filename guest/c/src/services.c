/* Common services and their ports, for where the host's own list cannot be asked. */
#include "internal.h"

#include <string.h>

#define TCP 1
#define UDP 2

/* The first name of a port is the one that it is called by. */
static const struct service {
    char name[16];
    uint16_t port;
    uint8_t by;
} services[] = {
    {"echo", 7, TCP | UDP},          {"discard", 9, TCP | UDP},     {"daytime", 13, TCP | UDP},
    {"ftp-data", 20, TCP},           {"ftp", 21, TCP},              {"ssh", 22, TCP},
    {"telnet", 23, TCP},             {"smtp", 25, TCP},             {"time", 37, TCP | UDP},
    {"domain", 53, TCP | UDP},       {"tftp", 69, UDP},             {"http", 80, TCP},
    {"kerberos", 88, TCP | UDP},     {"pop3", 110, TCP},            {"sunrpc", 111, TCP | UDP},
    {"ntp", 123, UDP},               {"imap2", 143, TCP},           {"imap", 143, TCP},
    {"snmp", 161, TCP | UDP},        {"snmp-trap", 162, TCP | UDP}, {"bgp", 179, TCP},
    {"ldap", 389, TCP | UDP},        {"https", 443, TCP | UDP},     {"submissions", 465, TCP},
    {"syslog", 514, UDP},            {"submission", 587, TCP},      {"ldaps", 636, TCP | UDP},
    {"imaps", 993, TCP},             {"pop3s", 995, TCP},           {"socks", 1080, TCP},
    {"radius", 1812, TCP | UDP},     {"mqtt", 1883, TCP},           {"nfs", 2049, TCP | UDP},
    {"mysql", 3306, TCP},            {"sip", 5060, TCP | UDP},      {"sip-tls", 5061, TCP | UDP},
    {"mdns", 5353, UDP},             {"postgresql", 5432, TCP},     {"amqps", 5671, TCP},
    {"amqp", 5672, TCP | UDP},       {"coap", 5683, TCP | UDP},     {"coaps", 5684, TCP | UDP},
    {"redis", 6379, TCP},            {"http-alt", 8080, TCP | UDP}, {"secure-mqtt", 8883, TCP},
};

#define COUNT (sizeof services / sizeof services[0])

static int is_by(const struct service *service, int type)
{
    return (service->by & (type == SOCK_STREAM ? TCP : UDP)) != 0;
}

int wse_common_port(const char *service, int type)
{
    for (size_t i = 0; i < COUNT; i++)
        if (is_by(&services[i], type) && strcmp(services[i].name, service) == 0)
            return services[i].port;
    return -1;
}

const char *wse_service_of(int port, int type)
{
    for (size_t i = 0; i < COUNT; i++)
        if (is_by(&services[i], type) && services[i].port == port)
            return services[i].name;
    return NULL;
}

const char *wse_service_at(size_t *next, int *port, int *type)
{
    /* Each service has two places, one by TCP and one by UDP. */
    while (*next < 2 * COUNT) {
        const struct service *service = &services[*next / 2];
        *type = *next % 2 == 0 ? SOCK_STREAM : SOCK_DGRAM;
        *port = service->port;
        ++*next;
        if (is_by(service, *type))
            return service->name;
    }
    return NULL;
}
