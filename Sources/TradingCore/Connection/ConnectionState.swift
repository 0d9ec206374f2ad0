/// The state of a connection, with the names of the network-reconnect document.
public enum ConnectionState: UInt8, Sendable, CaseIterable {
    /// No connection, and none wanted yet.
    case disconnected = 0
    /// The first connection is being made.
    case connecting = 1
    /// The handshake is done and first data was seen.
    case connected = 2
    /// The connection was lost or is in doubt, and another is being made.
    case reconnecting = 3
    /// The retries are used up; attempts go on at the longest delay, and an alert was raised.
    case failed = 4

    /// The name used in logs and in JSON.
    public var name: String {
        switch self {
        case .disconnected: "disconnected"
        case .connecting: "connecting"
        case .connected: "connected"
        case .reconnecting: "reconnecting"
        case .failed: "failed"
        }
    }
}
