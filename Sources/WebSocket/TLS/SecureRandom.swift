import COpenSSL

/// Bytes that nobody can foresee, for keys and masks.
package enum SecureRandom {
    /// Draws bytes.
    ///
    /// - Precondition: the system has a source of randomness; without one nothing secret can be done.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(result == 1, "OpenSSL has no randomness")
        return bytes
    }

    /// Draws a mask for one frame.
    package static func mask() -> UInt32 {
        var mask: UInt32 = 0
        let result = unsafe withUnsafeMutableBytes(of: &mask) { bytes in
            unsafe RAND_bytes(bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count))
        }
        precondition(result == 1, "OpenSSL has no randomness")
        return mask
    }
}
