// The header in C++: overloads, scopes, pointers to functions, and AF_UNIX.
#include <sys/un.h>
#include <wasi_socket_ext.h>

namespace {

int (*const waits)(struct pollfd *, nfds_t, int) = ::poll;
int (*const asks)(int, int, int, void *, socklen_t *) = getsockopt;

int error_of(int fd)
{
    int error = 0;
    socklen_t len = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error : -1;
}

} // namespace

int main()
{
    struct sockaddr_un at = {};
    struct addrinfo hints = {};
    struct addrinfo *found = nullptr;
    at.sun_family = AF_UNIX;
    at.sun_path[0] = '/';
    hints.ai_flags = AI_NUMERICHOST;
    if (::getaddrinfo("127.0.0.1", "1", &hints, &found) != 0 || SUN_LEN(&at) != 3)
        return 1;
    ::freeaddrinfo(found);
    // No descriptor: every way to ask says so.
    return error_of(99) != -1 || asks(99, SOL_SOCKET, SO_TYPE, nullptr, nullptr) != -1 || waits(nullptr, 0, 0) != 0;
}
