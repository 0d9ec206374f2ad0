import Platform

/// A port of this machine that refuses connections, and that nobody else can take meanwhile.
package final class ClosedPort: Sendable {
    /// The port.
    package let port: UInt16
    private let socket: FileDescriptor

    /// Takes a port that the system chooses.
    package init() throws {
        socket = try LoopbackSocket.bound()
        port = try LoopbackSocket.port(of: socket.rawValue)
    }
}
