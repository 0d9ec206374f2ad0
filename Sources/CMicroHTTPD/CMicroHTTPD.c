#include "CMicroHTTPD.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static size_t keep_escapes(void *owner, struct MHD_Connection *connection, char *text) {
    (void)owner;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *live_loop_http_start(
    int listener, unsigned connectionLimit, size_t memoryLimit, unsigned idleSeconds,
    struct live_loop_http_callbacks callbacks
) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, callbacks.accept, callbacks.owner,
        callbacks.access, callbacks.owner,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listener,
        MHD_OPTION_CONNECTION_LIMIT, connectionLimit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memoryLimit,
        MHD_OPTION_CONNECTION_TIMEOUT, idleSeconds,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks.connection, callbacks.owner,
        MHD_OPTION_UNESCAPE_CALLBACK, &keep_escapes, (void *)0,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END
    );
}

int live_loop_http_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info == NULL ? -1 : info->epoll_fd;
}

long long live_loop_http_timeout(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG milliseconds = 0;
    if (MHD_get_timeout(daemon, &milliseconds) != MHD_YES) return -1;
    return milliseconds > 3600000 ? 3600000 : (long long)milliseconds;
}

int live_loop_http_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

void *live_loop_http_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

size_t live_loop_http_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
}

void live_loop_http_peer(struct MHD_Connection *connection, char *text, size_t size) {
    text[0] = 0;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL) return;
    const void *address = NULL;
    if (info->client_addr->sa_family == AF_INET) {
        address = &((const struct sockaddr_in *)info->client_addr)->sin_addr;
    } else if (info->client_addr->sa_family == AF_INET6) {
        address = &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr;
    }
    if (address == NULL) return;
    if (inet_ntop(info->client_addr->sa_family, address, text, (socklen_t)size) == NULL) text[0] = 0;
}

void live_loop_http_bound_send_buffer(int descriptor, int byteCount) {
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &byteCount, sizeof byteCount);
}

void live_loop_http_end(int descriptor, const char *word, size_t byteCount) {
    if (byteCount > 0) (void)send(descriptor, word, byteCount, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(descriptor, SHUT_RDWR);
}
