import COpenSSL

/// What the TLS sessions of one kind have in common: whom they trust, or who they are.
///
/// At least TLS 1.2; a client always verifies the server's certificate and its name.
@safe
package final class TLSContext: Sendable {
    // OpenSSL counts the references to a context atomically, and nobody changes it after `init`.
    nonisolated(unsafe) let handle: OpaquePointer
    /// Whether sessions verify the other side.
    let isClient: Bool

    /// A context for clients.
    ///
    /// - Parameter authorityFile: A file with the certificates (PEM) of those who may vouch for servers;
    ///   `nil` trusts whom the system trusts.
    /// - Throws: ``TLSFailure`` when the file cannot be used.
    package init(authorityFile: String?) throws(TLSFailure) {
        guard let handle = unsafe live_loop_tls_client() else {
            throw TLSFailure(.setup, reason: unsafe Self.reason())
        }
        guard unsafe live_loop_tls_trust(handle, authorityFile) == 1 else {
            let reason = unsafe Self.reason()
            unsafe SSL_CTX_free(handle)
            throw TLSFailure(.file, reason: reason, file: authorityFile)
        }
        unsafe self.handle = unsafe handle
        isClient = true
    }

    /// A context for servers.
    ///
    /// - Parameters:
    ///   - certificateFile: The certificate with its chain (PEM).
    ///   - keyFile: Its key (PEM); it may be the same file.
    /// - Throws: ``TLSFailure`` when a file cannot be used or the key is another's.
    package init(certificateFile: String, keyFile: String) throws(TLSFailure) {
        guard let handle = unsafe live_loop_tls_server() else {
            throw TLSFailure(.setup, reason: unsafe Self.reason())
        }
        guard unsafe live_loop_tls_identity(handle, certificateFile, keyFile) == 1 else {
            let reason = unsafe Self.reason()
            unsafe SSL_CTX_free(handle)
            throw TLSFailure(.file, reason: reason, file: certificateFile)
        }
        unsafe self.handle = unsafe handle
        isClient = false
    }

    deinit { unsafe SSL_CTX_free(handle) }

    /// What OpenSSL says about the last failure of this thread.
    static func reason(_ session: OpaquePointer? = nil) -> String {
        var text = [CChar](repeating: 0, count: 256)
        unsafe live_loop_tls_reason(session, &text, text.count)
        let letters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: letters, as: UTF8.self)
    }
}
