/* POSIX's lookups in full: flags and errors of getaddrinfo, and the other way. */
#include "loopback.h"

#include <netdb.h>
#include <string.h>

static int look(const char *node, const char *service, struct addrinfo hints, struct addrinfo **found)
{
    *found = NULL;
    return getaddrinfo(node, service, &hints, found);
}

/* The first address found, and the only one. */
static struct endpoint only(const char *node, const char *service, struct addrinfo hints)
{
    struct addrinfo *found;
    struct endpoint out;
    EXPECT_EQ(0, look(node, service, hints, &found));
    EXPECT(found->ai_next == NULL);
    EXPECT_EQ(found->ai_family, found->ai_addr->sa_family);
    out.len = found->ai_addrlen;
    memcpy(&out.addr, found->ai_addr, out.len);
    freeaddrinfo(found);
    return out;
}

static struct addrinfo stream_of(int family, int flags)
{
    return (struct addrinfo){.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
}

POSIX_ONLY(no_node_is_this_host_or_every_address)
{
    EXPECT(same_endpoint(only(NULL, "80", stream_of(AF_INET, 0)), endpoint_of("127.0.0.1", 80)));
    EXPECT(same_endpoint(only(NULL, "80", stream_of(AF_INET, AI_PASSIVE)), endpoint_of("0.0.0.0", 80)));
    EXPECT(same_endpoint(only(NULL, "80", stream_of(AF_INET6, 0)), endpoint_of("::1", 80)));
    EXPECT(same_endpoint(only(NULL, "80", stream_of(AF_INET6, AI_PASSIVE)), endpoint_of("::", 80)));
}

POSIX_ONLY(no_node_is_both_families_when_none_is_asked_for)
{
    struct addrinfo *found;
    int seen[2] = {0, 0};
    EXPECT_EQ(0, look(NULL, "80", stream_of(AF_UNSPEC, AI_PASSIVE), &found));
    for (struct addrinfo *i = found; i != NULL; i = i->ai_next)
        seen[i->ai_family == AF_INET6]++;
    EXPECT_EQ(1, seen[0]);
    EXPECT_EQ(1, seen[1]);
    freeaddrinfo(found);
}

POSIX_ONLY(a_passive_node_is_what_it_says)
{
    EXPECT(same_endpoint(only("192.0.2.7", "7", stream_of(AF_INET, AI_PASSIVE)), endpoint_of("192.0.2.7", 7)));
}

POSIX_ONLY(hints_may_be_missing_or_zero)
{
    struct addrinfo zero = {.ai_flags = 0};
    const struct addrinfo *hints[] = {NULL, &zero};
    for (int h = 0; h < 2; h++) {
        struct addrinfo *found = NULL;
        int streams = 0;
        EXPECT_EQ(0, getaddrinfo("192.0.2.7", "7", hints[h], &found));
        for (struct addrinfo *i = found; i != NULL; i = i->ai_next)
            if (i->ai_socktype == SOCK_STREAM) {
                EXPECT_EQ(IPPROTO_TCP, i->ai_protocol);
                streams++;
            }
        EXPECT_EQ(1, streams);
        freeaddrinfo(found);
    }
}

POSIX_ONLY(a_protocol_alone_chooses_the_type)
{
    struct addrinfo *found;
    EXPECT_EQ(0, look("192.0.2.7", "7", (struct addrinfo){.ai_protocol = IPPROTO_UDP}, &found));
    EXPECT_EQ(SOCK_DGRAM, found->ai_socktype);
    EXPECT_EQ(IPPROTO_UDP, found->ai_protocol);
    EXPECT(found->ai_next == NULL);
    freeaddrinfo(found);
}

POSIX_ONLY(a_lookup_that_makes_no_sense_has_its_error)
{
    static const struct {
        const char *node, *service;
        struct addrinfo hints;
        int error;
    } cases[] = {
        {NULL, NULL, {.ai_socktype = SOCK_STREAM}, EAI_NONAME},
        {NULL, "80", {.ai_flags = AI_CANONNAME}, EAI_BADFLAGS},
        {"127.0.0.1", "80", {.ai_flags = 0x40000000}, EAI_BADFLAGS},
        {"127.0.0.1", "80", {.ai_family = 77}, EAI_FAMILY},
        {"127.0.0.1", "80", {.ai_socktype = 77}, EAI_SOCKTYPE},
        {"127.0.0.1", "80", {.ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_UDP}, EAI_SOCKTYPE},
        {"127.0.0.1", "no-such-service", {.ai_socktype = SOCK_STREAM}, EAI_SERVICE},
        {"127.0.0.1", "no-such-service", {.ai_socktype = 0}, EAI_SERVICE},
        {"127.0.0.1", "http", {.ai_flags = AI_NUMERICSERV}, EAI_NONAME},
        {"localhost", "80", {.ai_flags = AI_NUMERICHOST}, EAI_NONAME},
        {"127.0.0.1", "80", {.ai_family = AF_INET6}, EAI_ADDRFAMILY},
        {"::1", "80", {.ai_family = AF_INET}, EAI_ADDRFAMILY},
        {"", "80", {.ai_socktype = SOCK_STREAM}, EAI_NONAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct addrinfo *found;
        EXPECT_EQ(cases[i].error, look(cases[i].node, cases[i].service, cases[i].hints, &found));
        EXPECT(gai_strerror(cases[i].error)[0] != '\0');
    }
}

POSIX_ONLY(numbers_need_no_lookup)
{
    int flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_ADDRCONFIG;
    EXPECT(same_endpoint(only("192.0.2.7", "7", stream_of(AF_UNSPEC, flags)), endpoint_of("192.0.2.7", 7)));
    EXPECT(same_endpoint(only("2001:db8::7", "7", stream_of(AF_UNSPEC, AI_NUMERICHOST)),
                         endpoint_of("2001:db8::7", 7)));
}

POSIX_ONLY(old_ways_to_write_an_address_are_taken)
{
    static const char *const ways[] = {"127.1", "127.0.1", "0x7f.1", "0177.0.0.1", "2130706433"};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        EXPECT(same_endpoint(only(ways[i], NULL, stream_of(AF_UNSPEC, AI_NUMERICHOST)),
                             endpoint_of("127.0.0.1", 0)));
}

POSIX_ONLY(v4mapped_clothes_an_ipv4_address)
{
    struct endpoint clothed = endpoint_of("::ffff:192.0.2.7", 7);
    EXPECT(same_endpoint(only("192.0.2.7", "7", stream_of(AF_INET6, AI_V4MAPPED)), clothed));
    // For another family it says nothing.
    EXPECT(same_endpoint(only("192.0.2.7", "7", stream_of(AF_INET, AI_V4MAPPED)), endpoint_of("192.0.2.7", 7)));
}

POSIX_ONLY(a_scope_is_a_number_or_a_name)
{
    static const char *const ways[] = {"fe80::1%1", "fe80::1%lo"};
    for (int i = 0; i < 2; i++) {
        struct endpoint at = only(ways[i], "7", stream_of(AF_INET6, AI_NUMERICHOST));
        struct sockaddr_in6 ip6;
        memcpy(&ip6, &at.addr, sizeof ip6);
        EXPECT_EQ(1, ip6.sin6_scope_id);
    }
}

POSIX_ONLY(the_canonical_name_stands_at_the_first)
{
    static const char *const names[] = {"localhost", "192.0.2.7"};
    for (int i = 0; i < 2; i++) {
        struct addrinfo *found;
        EXPECT_EQ(0, look(names[i], "7", (struct addrinfo){.ai_flags = AI_CANONNAME}, &found));
        EXPECT_EQ(0, strcmp(names[i], found->ai_canonname));
        EXPECT(found->ai_next != NULL);
        EXPECT(found->ai_next->ai_canonname == NULL);
        freeaddrinfo(found);
    }
}

POSIX_ONLY(a_part_of_a_list_can_be_freed_first)
{
    struct addrinfo *found;
    EXPECT_EQ(0, look("192.0.2.7", "7", (struct addrinfo){.ai_flags = AI_CANONNAME}, &found));
    struct addrinfo *rest = found->ai_next;
    EXPECT(rest != NULL);
    found->ai_next = NULL;
    freeaddrinfo(rest);
    EXPECT_EQ(0, strcmp("192.0.2.7", found->ai_canonname));
    freeaddrinfo(found);
}

static int name_of(const char *address, int port, int flags, char host[NI_MAXHOST], char service[NI_MAXSERV])
{
    struct endpoint at = endpoint_of(address, port);
    return getnameinfo(ADDR(at), at.len, host, NI_MAXHOST, service, NI_MAXSERV, flags);
}

POSIX_ONLY(an_address_is_written_as_numbers)
{
    char host[NI_MAXHOST], service[NI_MAXSERV];
    EXPECT_EQ(0, name_of("192.0.2.7", 80, NI_NUMERICHOST | NI_NUMERICSERV, host, service));
    EXPECT_EQ(0, strcmp("192.0.2.7", host));
    EXPECT_EQ(0, strcmp("80", service));
    EXPECT_EQ(0, name_of("2001:db8::7", 65535, NI_NUMERICHOST | NI_NUMERICSERV, host, service));
    EXPECT_EQ(0, strcmp("2001:db8::7", host));
    EXPECT_EQ(0, strcmp("65535", service));
}

POSIX_ONLY_NEEDING(services, a_port_is_written_as_its_service)
{
    char host[NI_MAXHOST], service[NI_MAXSERV];
    EXPECT_EQ(0, name_of("192.0.2.7", 80, NI_NUMERICHOST, host, service));
    EXPECT_EQ(0, strcmp("http", service));
    EXPECT_EQ(0, name_of("192.0.2.7", 53, NI_NUMERICHOST | NI_DGRAM, host, service));
    EXPECT_EQ(0, strcmp("domain", service));
    EXPECT_EQ(0, name_of("192.0.2.7", 49151, NI_NUMERICHOST, host, service));
    EXPECT_EQ(0, strcmp("49151", service));
}

POSIX_ONLY(a_scope_is_written_as_a_name_or_a_number)
{
    struct endpoint at = endpoint_of("fe80::1", 7);
    struct sockaddr_in6 ip6;
    char host[NI_MAXHOST];
    memcpy(&ip6, &at.addr, sizeof ip6);
    ip6.sin6_scope_id = 1;
    memcpy(&at.addr, &ip6, sizeof ip6);
    EXPECT_EQ(0, getnameinfo(ADDR(at), at.len, host, sizeof host, NULL, 0, NI_NUMERICHOST));
    EXPECT_EQ(0, strcmp("fe80::1%lo", host));
}

POSIX_ONLY(a_name_that_cannot_be_written_has_its_error)
{
    struct endpoint at = endpoint_of("192.0.2.7", 80);
    char room[4];
    int numbers = NI_NUMERICHOST | NI_NUMERICSERV;
    EXPECT_EQ(EAI_OVERFLOW, getnameinfo(ADDR(at), at.len, room, sizeof room, NULL, 0, numbers));
    EXPECT_EQ(0, getnameinfo(ADDR(at), at.len, NULL, 0, room, sizeof room, numbers));
    EXPECT_EQ(EAI_OVERFLOW, getnameinfo(ADDR(at), at.len, NULL, 0, room, 2, numbers));
    EXPECT_EQ(EAI_BADFLAGS, getnameinfo(ADDR(at), at.len, NULL, 0, room, sizeof room, 0x40000000));
    EXPECT_EQ(EAI_FAMILY, getnameinfo(ADDR(at), 4, NULL, 0, room, sizeof room, numbers));
    at.addr.ss_family = 77;
    EXPECT_EQ(EAI_FAMILY, getnameinfo(ADDR(at), at.len, NULL, 0, room, sizeof room, numbers));
}
