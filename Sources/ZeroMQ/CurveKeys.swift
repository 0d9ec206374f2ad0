import CZeroMQ

/// A CURVE key pair in Z85 text, 40 characters each.
///
/// Its description never shows the secret half.
package struct CurveKeyPair: Sendable {
    /// The half that others may know.
    package let publicKey: String
    /// The half that nobody else may know.
    package let secretKey: String

    package init(publicKey: String, secretKey: String) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Makes a new pair.
    ///
    /// The corresponding C function is `zmq_curve_keypair`.
    /// - Throws: `ZeroMQError` when libzmq was built without CURVE.
    package static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicKey = [CChar](repeating: 0, count: 41)
        var secretKey = [CChar](repeating: 0, count: 41)
        try check("zmq_curve_keypair") { unsafe zmq_curve_keypair(&publicKey, &secretKey) }
        return CurveKeyPair(publicKey: text(publicKey), secretKey: text(secretKey))
    }

    /// The public key that belongs to a secret key.
    package static func publicKey(ofSecret secret: String) throws(ZeroMQError) -> String {
        var publicKey = [CChar](repeating: 0, count: 41)
        try check("zmq_curve_public") { unsafe zmq_curve_public(&publicKey, secret) }
        return text(publicKey)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix(40).map(UInt8.init), as: UTF8.self)
    }
}

extension CurveKeyPair: CustomStringConvertible {
    package var description: String { "CurveKeyPair(public: \(publicKey), secret: <redacted>)" }
}

/// What a client needs to reach a CURVE server: the server's public key and its own pair.
package struct CurveClientKeys: Sendable {
    /// The server's public key, 40 characters in Z85.
    package let serverKey: String
    /// The client's own pair.
    package let own: CurveKeyPair

    package init(serverKey: String, own: CurveKeyPair) {
        self.serverKey = serverKey
        self.own = own
    }
}

extension Socket {
    borrowing func setCurve(_ keys: CurveClientKeys) throws(ZeroMQError) {
        let nul = true
        try set(ZMQ_CURVE_SERVERKEY, "ZMQ_CURVE_SERVERKEY", to: keys.serverKey, includingNUL: nul)
        try set(
            ZMQ_CURVE_PUBLICKEY,
            "ZMQ_CURVE_PUBLICKEY",
            to: keys.own.publicKey,
            includingNUL: nul
        )
        try set(
            ZMQ_CURVE_SECRETKEY,
            "ZMQ_CURVE_SECRETKEY",
            to: keys.own.secretKey,
            includingNUL: nul
        )
    }

    borrowing func setCurveServer(secretKey: String) throws(ZeroMQError) {
        try set(ZMQ_CURVE_SERVER, "ZMQ_CURVE_SERVER", to: Int32(1))
        try set(ZMQ_CURVE_SECRETKEY, "ZMQ_CURVE_SECRETKEY", to: secretKey, includingNUL: true)
    }
}
