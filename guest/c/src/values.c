/* Values of options, in and out: their lengths are POSIX's, and a byte does for a number of IPPROTO_IP. */
#include "internal.h"

#include <string.h>

int wse_give_value(const void *from, socklen_t size, void *value, socklen_t *len)
{
    if ((int)*len < 0)
        return wse_fail(EINVAL);
    if (*len > size)
        *len = size;
    memcpy(value, from, *len);
    return 0;
}

int wse_give_int(int from, int level, void *value, socklen_t *len)
{
    uint8_t byte = (uint8_t)from;
    if (level == IPPROTO_IP && *len > 0 && *len < sizeof from && from == byte)
        return wse_give_value(&byte, sizeof byte, value, len);
    return wse_give_value(&from, sizeof from, value, len);
}

int wse_read_int(int level, const void *value, socklen_t len, int *out)
{
    if (value == NULL)
        return wse_fail(EFAULT);
    if (len >= sizeof *out) {
        memcpy(out, value, sizeof *out);
        return 0;
    }
    if (level != IPPROTO_IP || len == 0)
        return wse_fail(EINVAL);
    *out = *(const uint8_t *)value;
    return 0;
}

int wse_no_option(int fd)
{
    return wse_type(fd) < 0 ? -1 : wse_fail(ENOPROTOOPT);
}
