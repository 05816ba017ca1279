/* Name lookups, with names and services that need no network. */
#include "loopback.h"

#include <string.h>

static struct addrinfo *lookup(const char *node, const char *service, int family, int type)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = type};
    struct addrinfo *found = NULL;
    EXPECT_EQ(0, getaddrinfo(node, service, &hints, &found));
    EXPECT(found != NULL);
    return found;
}

static int lookup_error(const char *node, const char *service, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    return getaddrinfo(node, service, &hints, &found);
}

static struct endpoint endpoint_in(const struct addrinfo *info)
{
    struct endpoint out = {.len = info->ai_addrlen};
    EXPECT(info->ai_addrlen <= sizeof out.addr);
    memcpy(&out.addr, info->ai_addr, info->ai_addrlen);
    return out;
}

BEHAVIOUR(localhost_is_the_loopback_address)
{
    struct addrinfo *found = lookup("localhost", NULL, AF_INET, SOCK_STREAM);
    for (struct addrinfo *i = found; i != NULL; i = i->ai_next) {
        EXPECT_EQ(AF_INET, i->ai_family);
        EXPECT(is_loopback(endpoint_in(i)));
        EXPECT_EQ(0, port_of(endpoint_in(i)));
    }
    freeaddrinfo(found);
}

BEHAVIOUR(localhost_of_any_family_is_the_loopback_address)
{
    struct addrinfo *found = lookup("localhost", "80", AF_UNSPEC, SOCK_STREAM);
    for (struct addrinfo *i = found; i != NULL; i = i->ai_next)
        EXPECT(is_loopback(endpoint_in(i)));
    freeaddrinfo(found);
}

BEHAVIOUR(case_makes_no_other_name)
{
    EXPECT(is_loopback(endpoint_in(lookup("LOCALHOST", NULL, AF_INET, SOCK_STREAM))));
    EXPECT(is_loopback(endpoint_in(lookup("LocalHost", NULL, AF_INET, SOCK_STREAM))));
}

BEHAVIOUR(a_numeric_service_is_the_port)
{
    EXPECT_EQ(8080, port_of(endpoint_in(lookup("localhost", "8080", AF_INET, SOCK_STREAM))));
    EXPECT_EQ(65535, port_of(endpoint_in(lookup("localhost", "65535", AF_INET, SOCK_DGRAM))));
}

BEHAVIOUR_NEEDING(services, a_named_service_is_its_port)
{
    EXPECT_EQ(80, port_of(endpoint_in(lookup("localhost", "http", AF_INET, SOCK_STREAM))));
    EXPECT_EQ(53, port_of(endpoint_in(lookup("127.0.0.1", "domain", AF_INET, SOCK_DGRAM))));
}

BEHAVIOUR(the_socket_type_is_as_asked)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    for (int t = 0; t < 2; t++)
        for (struct addrinfo *i = lookup("127.0.0.1", "1", AF_INET, types[t]); i; i = i->ai_next)
            EXPECT_EQ(types[t], i->ai_socktype);
}

BEHAVIOUR(without_a_type_both_types_come)
{
    int seen_stream = 0, seen_datagram = 0;
    for (struct addrinfo *i = lookup("127.0.0.1", "1", AF_UNSPEC, 0); i; i = i->ai_next) {
        seen_stream |= i->ai_socktype == SOCK_STREAM;
        seen_datagram |= i->ai_socktype == SOCK_DGRAM;
        EXPECT(same_endpoint(endpoint_in(i), endpoint_of("127.0.0.1", 1)));
    }
    EXPECT(seen_stream);
    EXPECT(seen_datagram);
}

BEHAVIOUR(an_address_is_its_own_name)
{
    struct addrinfo *found = lookup("192.0.2.7", "7", AF_UNSPEC, SOCK_STREAM);
    EXPECT(same_endpoint(endpoint_in(found), endpoint_of("192.0.2.7", 7)));
    EXPECT(found->ai_next == NULL);
}

BEHAVIOUR(an_ipv6_address_is_its_own_name)
{
    struct addrinfo *found = lookup("2001:db8::7", "7", AF_UNSPEC, SOCK_STREAM);
    EXPECT(same_endpoint(endpoint_in(found), endpoint_of("2001:db8::7", 7)));
    EXPECT(found->ai_next == NULL);
}

BEHAVIOUR(an_address_of_the_other_family_is_an_error)
{
    EXPECT(lookup_error("127.0.0.1", NULL, AF_INET6) != 0);
    EXPECT(lookup_error("::1", NULL, AF_INET) != 0);
}

BEHAVIOUR(an_unknown_service_is_an_error)
{
    EXPECT(lookup_error("localhost", "no-such-service-here", AF_INET) != 0);
}

BEHAVIOUR(an_empty_name_is_an_error)
{
    EXPECT(lookup_error("", NULL, AF_INET) != 0);
}

BEHAVIOUR(what_a_lookup_found_can_be_connected_to)
{
    int listener = stream_listener(AF_INET);
    int fd = stream_socket(AF_INET);
    struct endpoint to = endpoint_in(lookup("localhost", "0", AF_INET, SOCK_STREAM));
    to = endpoint_of("127.0.0.1", port_of(local_of(listener)) + port_of(to));
    EXPECT_OK(connect(fd, ADDR(to), to.len));
    EXPECT_OK(accept(listener, NULL, NULL));
}
