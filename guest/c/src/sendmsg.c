/* sendmsg. */
#include "internal.h"

/* The control data holds nothing but the wish for a source address, which no import carries. */
static int is_passed_over(const struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    for (; header != NULL; header = CMSG_NXTHDR(message, header))
        if (!(header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) &&
            !(header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO))
            return 0;
    return 1;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    wse_addr addr;
    uint32_t sent = 0;
    if (message->msg_iovlen < 0)
        return wse_fail(EMSGSIZE);
    if (message->msg_control != NULL && !is_passed_over(message))
        return wse_fail(EOPNOTSUPP);
    if (message->msg_name != NULL && wse_read(message->msg_name, message->msg_namelen, &addr))
        return -1;
    const wse_addr *to = message->msg_name == NULL ? NULL : &addr;
    uint32_t code = wse_send(fd, message->msg_iov, (size_t)message->msg_iovlen, flags, to, &sent);
    return wse_done(code) ? -1 : (ssize_t)sent;
}

WSE_PLAIN(sendmsg);
