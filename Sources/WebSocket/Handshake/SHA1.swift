import COpenSSL

/// The digest that the opening handshake asks for; it proves understanding and protects nothing.
enum SHA1 {
    static func digest(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        _ = unsafe COpenSSL.SHA1(&bytes, bytes.count, &digest)
        return digest
    }
}
