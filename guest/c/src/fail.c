/* Errors. The only source that names errno: C libraries have it in different ways, and this one is compiled against the
 * one at hand. */
#include "internal.h"

int wse_fail(int code)
{
    errno = code;
    return -1;
}

int wse_done(uint32_t code)
{
    return code == 0 ? 0 : wse_fail((int)code);
}
