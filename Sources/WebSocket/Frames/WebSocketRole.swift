/// Which end of a connection this is: what a client sends is masked, what a server sends is not.
package enum WebSocketRole: Sendable {
    /// The end that asked for the connection.
    case client
    /// The end that granted it.
    case server
}
