import CLinux
import Glibc

/// A Linux call that failed.
package struct SystemError: Error, Equatable, Sendable {
    /// The `errno` of the call.
    package let code: Int32
    /// The call that failed.
    package let call: String
    /// The file or address it was about, if any.
    package let path: String?

    package init(code: Int32, call: String, path: String? = nil) {
        self.code = code
        self.call = call
        self.path = path
    }

    /// The symbolic name of common codes, such as `ENOENT`, else the number.
    package var codeName: String {
        Self.names[code] ?? "errno \(code)"
    }

    /// Whether there is no file of that name, or no directory on the way to it.
    package var isNoSuchFile: Bool { code == ENOENT }
    /// Whether something of that name is there already.
    package var isAlreadyThere: Bool { code == EEXIST }
    /// Whether somebody else holds what was asked for.
    package var isHeldByAnother: Bool { code == EWOULDBLOCK }

    private static let names: [Int32: String] = [
        ENOENT: "ENOENT", EACCES: "EACCES", EPERM: "EPERM", ENOSPC: "ENOSPC", EIO: "EIO",
        ELOOP: "ELOOP", ENAMETOOLONG: "ENAMETOOLONG", ENOTDIR: "ENOTDIR", EROFS: "EROFS",
        ESTALE: "ESTALE", EEXIST: "EEXIST", EMFILE: "EMFILE", ENFILE: "ENFILE",
        EADDRINUSE: "EADDRINUSE", ECONNREFUSED: "ECONNREFUSED", ETIMEDOUT: "ETIMEDOUT",
        EINVAL: "EINVAL", EWOULDBLOCK: "EWOULDBLOCK", EDQUOT: "EDQUOT", EISDIR: "EISDIR",
        ENODEV: "ENODEV", ENXIO: "ENXIO", EFBIG: "EFBIG", EINTR: "EINTR",
        ENOTEMPTY: "ENOTEMPTY", E2BIG: "E2BIG", EMSGSIZE: "EMSGSIZE", EPIPE: "EPIPE",
        ECONNRESET: "ECONNRESET", ESRCH: "ESRCH", EBUSY: "EBUSY",
    ]
}

extension SystemError: CustomStringConvertible {
    package var description: String {
        let place = path.map { " \($0)" } ?? ""
        let meaning = unsafe String(cString: strerror(code))
        return "\(call)\(place): \(meaning) (\(codeName))"
    }
}

/// Runs a call that reports failure as -1, retries it on `EINTR`, and throws any other failure.
///
/// `errno` is read before anything else can change it.
@discardableResult
func check<Result: SignedInteger>(
    _ call: @autoclosure () -> String,
    path: @autoclosure () -> String? = nil,
    _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SystemError(code: code, call: call(), path: path()) }
    }
}
