import COpenSSL

/// A certificate that vouches for itself, for servers of trials and tests.
///
/// A client that is told to trust the certificate's file trusts this one server and nobody else.
package enum SelfMadeIdentity {
    /// For how long a certificate is valid.
    private static let days: Int32 = 30

    /// Makes a key and a certificate for this machine's own names, and writes both (PEM).
    ///
    /// - Parameters:
    ///   - certificateFile: Where the certificate goes; clients are told to trust this file.
    ///   - keyFile: Where the key goes, readable by this user alone.
    /// - Throws: ``TLSFailure`` when a file cannot be written.
    package static func make(certificateFile: String, keyFile: String) throws(TLSFailure) {
        let names = "DNS:localhost,IP:127.0.0.1,IP:::1"
        let code = unsafe live_loop_tls_make_identity(names, certificateFile, keyFile, days)
        guard code == 1 else {
            throw TLSFailure(.file, reason: unsafe TLSContext.reason(), file: certificateFile)
        }
    }
}
