/// Why a server could not be started.
package struct HTTPServerError: Error, Equatable, Sendable {}

extension HTTPServerError: CustomStringConvertible {
    package var description: String {
        "libmicrohttpd did not start; the process may have no memory or descriptor left"
    }
}
