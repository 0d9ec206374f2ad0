/// Why TLS cannot be set up or agreed on.
package struct TLSFailure: Error, Sendable, Equatable {
    /// What failed.
    package enum Kind: String, Sendable {
        /// The library has no memory.
        case setup
        /// A file of certificates or a key cannot be used.
        case file
        /// The server is not who it should be, or nobody we trust vouches for it.
        case certificate
        /// The two sides cannot agree, or what came is no TLS.
        case `protocol`
    }

    /// What failed.
    package let kind: Kind
    /// What OpenSSL says, such as `certificate has expired`.
    package let reason: String
    /// The file it is about, if it is one.
    package let file: String?

    package init(_ kind: Kind, reason: String, file: String? = nil) {
        self.kind = kind
        self.reason = reason
        self.file = file
    }
}

extension TLSFailure: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .setup: "TLS cannot be set up: \(reason)"
        case .file: "\(file ?? "a file") cannot be used for TLS: \(reason); PEM is accepted"
        case .certificate: "the server's certificate is not accepted: \(reason)"
        case .protocol: "TLS failed: \(reason)"
        }
    }
}
