internal import Platform
internal import StatusAPI

/// Why a token cannot be used.
enum HTTPTokenFault: Error, Equatable {
    case file(PrivateFileFault)
    case notMade(SystemError)
    case notAToken(path: String)
}

extension HTTPTokenFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .file(let fault): "\(fault)"
        case .notMade(let error): "the file of an HTTP token cannot be made: \(error)"
        case .notAToken(let path):
            "\(path) must hold one line of \(BearerToken.bytesMin) to \(BearerToken.bytesMax) "
                + "printable characters; remove it and a new token is made"
        }
    }
}

/// The file of a token that HTTP requests must carry.
enum HTTPTokenFile {
    private static let randomWords = 8

    /// Reads a token, or makes one of 32 random bytes where there is no file.
    ///
    /// - Throws: ``HTTPTokenFault`` for a file that others can read, that is not ours, or that holds
    ///   no token.
    static func load(_ path: String) throws(HTTPTokenFault) -> BearerToken {
        let content: [UInt8]
        do throws(PrivateFileFault) {
            content = try PrivateFile.read(path, limit: BearerToken.bytesMax + 1)
        } catch {
            guard case .unreadable(let cause) = error, cause.isNoSuchFile else {
                throw .file(error)
            }
            content = try make(path)
        }
        let line = content.last == UInt8(ascii: "\n") ? content.dropLast() : content[...]
        guard let token = BearerToken(line) else { throw .notAToken(path: path) }
        return token
    }

    private static func make(_ path: String) throws(HTTPTokenFault) -> [UInt8] {
        do throws(SystemError) {
            var text = ""
            for _ in 0..<randomWords {
                let digits = String(try RandomNumber.draw(), radix: 16)
                text += String(repeating: "0", count: 8 - digits.count) + digits
            }
            let content = Array((text + "\n").utf8)
            try AtomicFile.write(content, to: path, mode: 0o600)
            return content
        } catch {
            throw .notMade(error)
        }
    }
}
