#pragma once

#if !__has_include(<openssl/ssl.h>)
#error "OpenSSL is missing: run scripts/setup, or install the Debian package libssl-dev."
#endif

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stddef.h>

/// What became of an attempt to read, write or agree, which never waits.
enum live_loop_io_kind {
    /// Bytes were moved, or the agreement is made.
    LIVE_LOOP_IO_DONE,
    /// Nothing can be done before the descriptor is readable.
    LIVE_LOOP_IO_WANTS_READ,
    /// Nothing can be done before the descriptor is writable.
    LIVE_LOOP_IO_WANTS_WRITE,
    /// The other side sends no more.
    LIVE_LOOP_IO_END,
    /// The connection failed; `code` is the `errno`.
    LIVE_LOOP_IO_SYSTEM,
    /// TLS failed; the reason is to be asked for at once.
    LIVE_LOOP_IO_TLS
};

struct live_loop_io {
    enum live_loop_io_kind kind;
    size_t count;
    int code;
};

/// `recv` without waiting.
struct live_loop_io live_loop_socket_read(int descriptor, void *bytes, size_t size);
/// `send` without waiting and without `SIGPIPE`.
struct live_loop_io live_loop_socket_write(int descriptor, const void *bytes, size_t size);
/// Ends sending; the other side sees the end.
void live_loop_socket_finish(int descriptor);
/// Makes closing the socket reset the connection.
void live_loop_socket_break_on_close(int descriptor);

/// A context for clients: TLS 1.2 or newer, the server's certificate verified, no renegotiation; read ahead,
/// so that one system call takes many records. `NULL` when memory is used up.
SSL_CTX *live_loop_tls_client(void);
/// The same for servers, whose clients show no certificate.
SSL_CTX *live_loop_tls_server(void);
/// Trusts the authorities of a file, or those of the system without one. Returns 1, or 0 with a reason.
int live_loop_tls_trust(SSL_CTX *context, const char *file);
/// Sets the certificate with its chain and its key. Returns 1, or 0 with a reason.
int live_loop_tls_identity(SSL_CTX *context, const char *certificate, const char *key);

/// Makes a key and a certificate that vouches for itself, and writes both as PEM; the key is readable by this
/// user alone. `name` is as in `DNS:localhost,IP:127.0.0.1`. Returns 1, or 0 with a reason.
int live_loop_tls_make_identity(const char *name, const char *certificate, const char *key, int days);

/// A session over a descriptor, which it neither owns nor waits for. `NULL` when memory is used up.
SSL *live_loop_tls_session(SSL_CTX *context, int descriptor);
/// Makes it a client's that accepts only the certificate of this host, by name or by number. Returns 1, or 0.
int live_loop_tls_connect_to(SSL *session, const char *host);
/// Goes on with the agreement.
struct live_loop_io live_loop_tls_handshake(SSL *session);
/// Reads what was decrypted.
struct live_loop_io live_loop_tls_read(SSL *session, void *bytes, size_t size);
/// Encrypts and writes.
struct live_loop_io live_loop_tls_write(SSL *session, const void *bytes, size_t size);
/// Tells the other side that no more will be sent, if that can be done at once.
void live_loop_tls_finish(SSL *session);
/// Writes why TLS failed as text that ends with 0, and forgets it. `session` may be `NULL`.
void live_loop_tls_reason(const SSL *session, char *text, size_t size);
/// Whether the certificate of the other side is what failed.
int live_loop_tls_is_certificate(const SSL *session);
