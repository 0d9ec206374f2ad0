package import Platform
package import ZeroMQ

/// Why the CURVE keys cannot be used.
package enum CurveKeyFileError: Error, Sendable, Equatable {
    /// The file with the secret key cannot be trusted or read.
    case file(PrivateFileFault)
    /// The file does not hold one key of 40 characters in Z85.
    case noKey(path: String)
    /// The secret key does not belong to `ZMQ_CURVE_PUBLIC_KEY`.
    case otherPair(path: String)
}

extension CurveKeyFileError: CustomStringConvertible {
    /// What is wrong and what to do; the key itself is never shown.
    package var description: String {
        let variable = "ZMQ_CURVE_SECRET_KEY_FILE"
        return switch self {
        case .file(let fault): "\(variable): \(fault)"
        case .noKey(let path): "\(variable): \(path) must hold one key of 40 characters in Z85"
        case .otherPair(let path):
            "\(variable): the key in \(path) does not belong to ZMQ_CURVE_PUBLIC_KEY"
        }
    }
}

/// The file with our secret CURVE key.
package enum CurveKeyFile {
    /// The keys that the settings name, or `nil` when they name none.
    ///
    /// - Throws: ``CurveKeyFileError`` when the file is not ours alone, holds no key, or the secret key
    ///   is not the other half of the public one.
    package static func clientKeys(
        _ settings: ZeroMQSettings
    ) throws(CurveKeyFileError) -> CurveClientKeys? {
        guard let serverKey = settings.curveServerKey, let publicKey = settings.curvePublicKey,
            let path = settings.curveSecretKeyFile
        else { return nil }
        let secretKey = try secretKey(path)
        guard (try? CurveKeyPair.publicKey(ofSecret: secretKey)) == publicKey else {
            throw .otherPair(path: path)
        }
        let own = CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
        return CurveClientKeys(serverKey: serverKey, own: own)
    }

    private static func secretKey(_ path: String) throws(CurveKeyFileError) -> String {
        let bytes: [UInt8]
        do throws(PrivateFileFault) {
            bytes = try PrivateFile.read(path, limit: 256)
        } catch {
            throw .file(error)
        }
        let line = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let text = String(validating: line, as: UTF8.self), Z85.isKey(text) else {
            throw .noKey(path: path)
        }
        return text
    }
}
