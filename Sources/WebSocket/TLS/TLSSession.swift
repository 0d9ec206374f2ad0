import COpenSSL

/// One side of a TLS connection over a socket; used by one thread at a time, and never waits.
@safe
final class TLSSession {
    private let handle: OpaquePointer

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - context: Whom it trusts, or who it is.
    ///   - descriptor: The socket, which must outlive the session.
    ///   - host: Whose certificate is accepted; of no meaning for a server.
    /// - Throws: ``TLSFailure`` when memory is used up, or the host cannot be one.
    init(_ context: TLSContext, descriptor: Int32, host: String) throws(TLSFailure) {
        guard let handle = unsafe live_loop_tls_session(context.handle, descriptor) else {
            throw TLSFailure(.setup, reason: unsafe TLSContext.reason())
        }
        if context.isClient, unsafe live_loop_tls_connect_to(handle, host) != 1 {
            unsafe SSL_free(handle)
            throw TLSFailure(.setup, reason: "'\(host)' cannot be the name of a server")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe SSL_free(handle) }

    func handshake() -> live_loop_io { unsafe live_loop_tls_handshake(handle) }

    func read(into room: UnsafeMutableRawBufferPointer) -> live_loop_io {
        unsafe live_loop_tls_read(handle, room.baseAddress, room.count)
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> live_loop_io {
        unsafe live_loop_tls_write(handle, bytes.baseAddress, bytes.count)
    }

    func finish() { unsafe live_loop_tls_finish(handle) }

    /// Why the last call failed; ask at once.
    func failure() -> TLSFailure {
        let isCertificate = unsafe live_loop_tls_is_certificate(handle) == 1
        let reason = unsafe TLSContext.reason(handle)
        return TLSFailure(isCertificate ? .certificate : .protocol, reason: reason)
    }
}
