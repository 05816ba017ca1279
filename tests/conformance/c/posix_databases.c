/* POSIX's old lookups: hosts, services, protocols, interfaces, and addresses as text. */
#include "loopback.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

static in_addr_t first_of(const struct hostent *host)
{
    in_addr_t addr;
    EXPECT(host != NULL);
    EXPECT_EQ(AF_INET, host->h_addrtype);
    EXPECT_EQ(sizeof addr, host->h_length);
    memcpy(&addr, host->h_addr_list[0], sizeof addr);
    return addr;
}

POSIX_ONLY(a_host_by_name_is_its_addresses)
{
    struct hostent *host = gethostbyname("localhost");
    EXPECT_EQ(htonl(INADDR_LOOPBACK), first_of(host));
    EXPECT_EQ(0, strcmp("localhost", host->h_name));
    EXPECT(host->h_aliases != NULL);
}

POSIX_ONLY(a_host_by_address_is_that)
{
    struct hostent *host = gethostbyname("192.0.2.7");
    EXPECT_EQ(inet_addr("192.0.2.7"), first_of(host));
    EXPECT_EQ(0, strcmp("192.0.2.7", host->h_name));
    EXPECT(host->h_addr_list[1] == NULL);
}

POSIX_ONLY_NEEDING(services, a_service_has_a_port_and_a_port_its_service)
{
    struct servent *service = getservbyname("http", "tcp");
    EXPECT(service != NULL);
    EXPECT_EQ(htons(80), service->s_port);
    EXPECT_EQ(0, strcmp("tcp", service->s_proto));
    service = getservbyname("domain", "udp");
    EXPECT(service != NULL);
    EXPECT_EQ(htons(53), service->s_port);
    EXPECT(getservbyname("no-such-service", "tcp") == NULL);
    EXPECT(getservbyname("http", "no-such-protocol") == NULL);
    service = getservbyname("ssh", NULL);
    EXPECT(service != NULL);
    EXPECT_EQ(htons(22), service->s_port);
    service = getservbyport(htons(22), "tcp");
    EXPECT(service != NULL);
    EXPECT_EQ(0, strcmp("ssh", service->s_name));
    EXPECT(getservbyport(htons(49151), "tcp") == NULL);
}

POSIX_ONLY_NEEDING(services, a_protocol_has_a_number_and_a_number_its_protocol)
{
    EXPECT_EQ(IPPROTO_UDP, getprotobyname("udp")->p_proto);
    EXPECT_EQ(0, strcmp("tcp", getprotobynumber(IPPROTO_TCP)->p_name));
    EXPECT(getprotobyname("no-such-protocol") == NULL);
}

/* How often a service is met on the way through all of them. */
static int times_met(const char *name, const char *protocol)
{
    int met = 0;
    setservent(0);
    for (struct servent *service = getservent(); service != NULL; service = getservent())
        met += strcmp(name, service->s_name) == 0 && strcmp(protocol, service->s_proto) == 0;
    endservent();
    return met;
}

POSIX_ONLY_NEEDING(services, the_services_can_be_walked_through)
{
    EXPECT_EQ(1, times_met("ssh", "tcp"));
    EXPECT_EQ(1, times_met("domain", "tcp"));
    EXPECT_EQ(1, times_met("domain", "udp"));
    EXPECT_EQ(0, times_met("ssh", "no-such-protocol"));
    EXPECT(getservent() != NULL);
}

POSIX_ONLY_NEEDING(services, the_protocols_can_be_walked_through)
{
    for (int twice = 0; twice < 2; twice++) {
        int met = 0;
        setprotoent(0);
        for (struct protoent *protocol = getprotoent(); protocol != NULL; protocol = getprotoent())
            met += protocol->p_proto == IPPROTO_UDP;
        EXPECT_EQ(1, met);
    }
    endprotoent();
}

POSIX_ONLY(the_lists_of_hosts_and_networks_come_to_an_end)
{
    int steps = 0;
    sethostent(0);
    while (gethostent() != NULL)
        EXPECT(++steps < 10000);
    endhostent();
    setnetent(0);
    while (getnetent() != NULL)
        EXPECT(++steps < 10000);
    endnetent();
    EXPECT(getnetbyname("no-such-network") == NULL);
    EXPECT(getnetbyaddr(0xc0000200, AF_INET) == NULL);
}

POSIX_ONLY(the_loopback_interface_has_an_index)
{
    char name[IF_NAMESIZE];
    EXPECT_EQ(1, if_nametoindex("lo"));
    EXPECT(if_indextoname(1, name) == name);
    EXPECT_EQ(0, strcmp("lo", name));
    EXPECT_EQ(0, if_nametoindex("no-such-one"));
    EXPECT_EQ(ENODEV, errno);
    EXPECT(if_indextoname(99999, name) == NULL);
    EXPECT_EQ(ENXIO, errno);
}

POSIX_ONLY(the_loopback_interface_is_listed)
{
    struct if_nameindex *list = if_nameindex();
    int found = 0;
    EXPECT(list != NULL);
    for (struct if_nameindex *i = list; i->if_index != 0; i++)
        found += strcmp(i->if_name, "lo") == 0;
    EXPECT_EQ(1, found);
    if_freenameindex(list);
}

POSIX_ONLY(the_loopback_interface_has_its_address)
{
    struct ifaddrs *list = NULL;
    int found = 0;
    EXPECT_OK(getifaddrs(&list));
    for (struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
        if (i->ifa_addr != NULL && i->ifa_addr->sa_family == AF_INET && i->ifa_flags & IFF_LOOPBACK) {
            struct sockaddr_in at;
            memcpy(&at, i->ifa_addr, sizeof at);
            EXPECT_EQ(0, strcmp("lo", i->ifa_name));
            found += at.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
        }
    EXPECT_EQ(1, found);
    freeifaddrs(list);
}

POSIX_ONLY(text_becomes_an_address)
{
    EXPECT_EQ(htonl(0x01020304), inet_addr("1.2.3.4"));
    EXPECT_EQ(htonl(0x01000002), inet_addr("1.2"));
    EXPECT_EQ(INADDR_NONE, inet_addr("1.2.3.4.5"));
    EXPECT_EQ(INADDR_NONE, inet_addr("no address"));
    EXPECT_EQ(0x0a01, inet_network("10.1"));
    EXPECT_EQ(0x7f000001, inet_network("127.0.0.1"));
    EXPECT_EQ(INADDR_NONE, inet_network("1.2.3.256"));
    EXPECT_EQ(INADDR_NONE, inet_network("1.2.3.4.5"));
}

POSIX_ONLY(an_address_becomes_text)
{
    struct in_addr addr = {.s_addr = htonl(0xc0000207)};
    EXPECT_EQ(0, strcmp("192.0.2.7", inet_ntoa(addr)));
}

POSIX_ONLY(an_address_has_a_network_and_a_host_by_its_class)
{
    static const struct {
        in_addr_t addr, net, host;
    } cases[] = {{0x0a010203, 0x0a, 0x010203}, {0x80010203, 0x8001, 0x0203}, {0xc0000207, 0xc00002, 0x07}};
    for (int i = 0; i < 3; i++) {
        struct in_addr addr = inet_makeaddr(cases[i].net, cases[i].host);
        EXPECT_EQ(cases[i].addr, ntohl(addr.s_addr));
        EXPECT_EQ(cases[i].net, inet_netof(addr));
        EXPECT_EQ(cases[i].host, inet_lnaof(addr));
    }
}

POSIX_ONLY(this_host_has_a_name)
{
    char name[256] = "";
    EXPECT_OK(gethostname(name, sizeof name));
    EXPECT(name[0] != '\0');
    EXPECT_ERRNO(ENAMETOOLONG, gethostname(name, 1));
}
