#include "COpenSSL.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

// Enough for four records of the largest size.
#define READ_AHEAD_BYTES 69632

static struct live_loop_io result(enum live_loop_io_kind kind, size_t count, int code) {
    struct live_loop_io io = {kind, count, code};
    return io;
}

// MARK: The socket

struct live_loop_io live_loop_socket_read(int descriptor, void *bytes, size_t size) {
    ssize_t count;
    do count = recv(descriptor, bytes, size, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    if (count > 0) return result(LIVE_LOOP_IO_DONE, (size_t)count, 0);
    if (count == 0) return result(LIVE_LOOP_IO_END, 0, 0);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return result(LIVE_LOOP_IO_WANTS_READ, 0, 0);
    return result(LIVE_LOOP_IO_SYSTEM, 0, errno);
}

struct live_loop_io live_loop_socket_write(int descriptor, const void *bytes, size_t size) {
    ssize_t count;
    do count = send(descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count >= 0) return result(LIVE_LOOP_IO_DONE, (size_t)count, 0);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return result(LIVE_LOOP_IO_WANTS_WRITE, 0, 0);
    return result(LIVE_LOOP_IO_SYSTEM, 0, errno);
}

void live_loop_socket_finish(int descriptor) { (void)shutdown(descriptor, SHUT_WR); }

void live_loop_socket_break_on_close(int descriptor) {
    struct linger now = {1, 0};
    (void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

// MARK: The socket as OpenSSL sees it

// OpenSSL's own BIO for sockets writes without MSG_NOSIGNAL.
static int bio_read(BIO *bio, char *bytes, size_t size, size_t *count) {
    BIO_clear_retry_flags(bio);
    struct live_loop_io io =
        live_loop_socket_read((int)(intptr_t)BIO_get_data(bio), bytes, size);
    *count = io.count;
    if (io.kind == LIVE_LOOP_IO_WANTS_READ) BIO_set_retry_read(bio);
    if (io.kind == LIVE_LOOP_IO_END) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (io.kind == LIVE_LOOP_IO_SYSTEM) errno = io.code;
    return io.kind == LIVE_LOOP_IO_DONE;
}

static int bio_write(BIO *bio, const char *bytes, size_t size, size_t *count) {
    BIO_clear_retry_flags(bio);
    struct live_loop_io io =
        live_loop_socket_write((int)(intptr_t)BIO_get_data(bio), bytes, size);
    *count = io.count;
    if (io.kind == LIVE_LOOP_IO_WANTS_WRITE) BIO_set_retry_write(bio);
    if (io.kind == LIVE_LOOP_IO_SYSTEM) errno = io.code;
    return io.kind == LIVE_LOOP_IO_DONE;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method;

// It lives as long as the process: BIOs may end after anybody who could free it.
static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "live-loop");
    if (made == NULL) return;
    BIO_meth_set_read_ex(made, bio_read);
    BIO_meth_set_write_ex(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    method = made;
}

// MARK: Contexts

static SSL_CTX *make_context(const SSL_METHOD *protocol) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(protocol);
    if (context == NULL) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_AHEAD_BYTES);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

SSL_CTX *live_loop_tls_client(void) {
    SSL_CTX *context = make_context(TLS_client_method());
    if (context != NULL) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

SSL_CTX *live_loop_tls_server(void) { return make_context(TLS_server_method()); }

int live_loop_tls_trust(SSL_CTX *context, const char *file) {
    ERR_clear_error();
    if (file == NULL) return SSL_CTX_set_default_verify_paths(context);
    return SSL_CTX_load_verify_file(context, file);
}

int live_loop_tls_identity(SSL_CTX *context, const char *certificate, const char *key) {
    ERR_clear_error();
    return SSL_CTX_use_certificate_chain_file(context, certificate) == 1
        && SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        && SSL_CTX_check_private_key(context) == 1;
}

int live_loop_tls_make_identity(const char *name, const char *certificate, const char *key, int days) {
    ERR_clear_error();
    int done = 0;
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    X509_EXTENSION *names = NULL, *use = NULL;
    FILE *file = NULL;
    if (pair == NULL || made == NULL) goto end;
    unsigned char serial[16];
    if (RAND_bytes(serial, sizeof serial) != 1) goto end;
    serial[0] &= 0x7F;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    int numbered = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)) != NULL;
    BN_free(number);
    if (!numbered || X509_set_version(made, 2) != 1) goto end;
    // An hour back, for clients whose clock is behind.
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), (long)days * 86400);
    X509_NAME *subject = X509_get_subject_name(made);
    if (X509_NAME_add_entry_by_txt(
            subject, "CN", MBSTRING_ASC, (const unsigned char *)"live-loop venue", -1, -1, 0) != 1)
        goto end;
    names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, name);
    use = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    if (names == NULL || use == NULL || X509_add_ext(made, names, -1) != 1
        || X509_add_ext(made, use, -1) != 1 || X509_set_issuer_name(made, subject) != 1
        || X509_set_pubkey(made, pair) != 1 || X509_sign(made, pair, EVP_sha256()) == 0)
        goto end;
    int descriptor = open(key, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL || PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL) != 1) goto end;
    if (fclose(file) != 0) {
        file = NULL;
        goto end;
    }
    file = fopen(certificate, "we");
    done = file != NULL && PEM_write_X509(file, made) == 1;
end:
    if (file != NULL && fclose(file) != 0) done = 0;
    X509_EXTENSION_free(names);
    X509_EXTENSION_free(use);
    X509_free(made);
    EVP_PKEY_free(pair);
    return done;
}

// MARK: Sessions

SSL *live_loop_tls_session(SSL_CTX *context, int descriptor) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    ERR_clear_error();
    pthread_once(&once, make_method);
    if (method == NULL) return NULL;
    SSL *session = SSL_new(context);
    BIO *bio = session == NULL ? NULL : BIO_new(method);
    if (bio == NULL) {
        SSL_free(session);
        return NULL;
    }
    BIO_set_data(bio, (void *)(intptr_t)descriptor);
    BIO_set_init(bio, 1);
    // One reference serves both directions.
    SSL_set_bio(session, bio, bio);
    SSL_set_accept_state(session);
    return session;
}

int live_loop_tls_connect_to(SSL *session, const char *host) {
    ERR_clear_error();
    SSL_set_connect_state(session);
    unsigned char number[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, host, number) == 1 || inet_pton(AF_INET6, host, number) == 1) {
        // A number is no name: it is not sent, and only certificates for this number are accepted.
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host);
    }
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(session, host) == 1 && SSL_set_tlsext_host_name(session, host) == 1;
}

static struct live_loop_io outcome(const SSL *session, int code, size_t count, int number) {
    if (code > 0) return result(LIVE_LOOP_IO_DONE, count, 0);
    switch (SSL_get_error(session, code)) {
    case SSL_ERROR_WANT_READ: return result(LIVE_LOOP_IO_WANTS_READ, 0, 0);
    case SSL_ERROR_WANT_WRITE: return result(LIVE_LOOP_IO_WANTS_WRITE, 0, 0);
    case SSL_ERROR_ZERO_RETURN: return result(LIVE_LOOP_IO_END, 0, 0);
    case SSL_ERROR_SYSCALL: return result(LIVE_LOOP_IO_SYSTEM, 0, number);
    default: break;
    }
    // The other side went without a word of TLS, as many do; WebSocket has its own close.
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return result(LIVE_LOOP_IO_END, 0, 0);
    }
    return result(LIVE_LOOP_IO_TLS, 0, 0);
}

struct live_loop_io live_loop_tls_handshake(SSL *session) {
    ERR_clear_error();
    errno = 0;
    int code = SSL_do_handshake(session);
    return outcome(session, code, 0, errno);
}

struct live_loop_io live_loop_tls_read(SSL *session, void *bytes, size_t size) {
    ERR_clear_error();
    errno = 0;
    size_t count = 0;
    int code = SSL_read_ex(session, bytes, size, &count);
    return outcome(session, code, count, errno);
}

struct live_loop_io live_loop_tls_write(SSL *session, const void *bytes, size_t size) {
    ERR_clear_error();
    errno = 0;
    size_t count = 0;
    int code = SSL_write_ex(session, bytes, size, &count);
    return outcome(session, code, count, errno);
}

void live_loop_tls_finish(SSL *session) {
    ERR_clear_error();
    if (SSL_is_init_finished(session)) (void)SSL_shutdown(session);
    ERR_clear_error();
}

int live_loop_tls_is_certificate(const SSL *session) {
    return SSL_get_verify_result(session) != X509_V_OK;
}

void live_loop_tls_reason(const SSL *session, char *text, size_t size) {
    unsigned long code = ERR_peek_last_error();
    long verified = session == NULL ? X509_V_OK : SSL_get_verify_result(session);
    const char *reason = verified != X509_V_OK ? X509_verify_cert_error_string(verified)
        : code == 0 ? "no reason is known" : ERR_reason_error_string(code);
    (void)snprintf(text, size, "%s", reason == NULL ? "an unknown error" : reason);
    ERR_clear_error();
}
