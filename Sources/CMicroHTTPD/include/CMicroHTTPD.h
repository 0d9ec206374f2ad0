#pragma once

#if !__has_include(<microhttpd.h>)
#error "libmicrohttpd is missing: run scripts/setup, or install the Debian package libmicrohttpd-dev."
#endif

#include <microhttpd.h>
#include <stddef.h>

/// What the library calls; `owner` is handed back to each.
struct live_loop_http_callbacks {
    void *owner;
    MHD_AcceptPolicyCallback accept;
    MHD_AccessHandlerCallback access;
    MHD_NotifyConnectionCallback connection;
};

/// Starts a server without a thread of its own on a listening descriptor, which it closes at its
/// end. `MHD_start_daemon` takes a variable number of arguments, which Swift cannot pass.
///
/// Paths are handed over as they were sent: nothing is unescaped, so that no second form of a path
/// exists.
struct MHD_Daemon *live_loop_http_start(
    int listener, unsigned connectionLimit, size_t memoryLimit, unsigned idleSeconds,
    struct live_loop_http_callbacks callbacks
);

/// The descriptor that is readable when the server has something to do.
int live_loop_http_descriptor(struct MHD_Daemon *daemon);

/// How long the server may be left alone, in milliseconds; -1 when there is no limit.
long long live_loop_http_timeout(struct MHD_Daemon *daemon);

/// The descriptor of a connection.
int live_loop_http_socket(struct MHD_Connection *connection);

/// What was stored with a connection when it began.
void *live_loop_http_context(struct MHD_Connection *connection);

/// The bytes of the request's head.
size_t live_loop_http_head_size(struct MHD_Connection *connection);

/// Writes the address of the other side, without its port, as text that ends with 0.
void live_loop_http_peer(struct MHD_Connection *connection, char *text, size_t size);

/// Bounds the kernel's memory for what the other side has not read.
void live_loop_http_bound_send_buffer(int descriptor, int byteCount);

/// Sends a last word, if it can be sent at once, and ends the connection in both directions; the
/// server then notices the end and closes the descriptor.
void live_loop_http_end(int descriptor, const char *word, size_t byteCount);
