/// What can be asked for, one case for each path.
package enum StatusRoute: Sendable, Equatable {
    case page
    case metrics
    case health
    case readiness
    case connections
    /// One connection, by its id.
    case connection(String)
    /// A new connection in place of this one.
    case reconnect(String)
    case status
    case risk
    case orders
    case gaps
    case alerts
    case killSwitch
    case killSwitchReset
    case reload
    case events

    /// The route of a path; `nil` when nothing is there.
    package init?(path: String) {
        if let route = Self.fixed.first(where: { $0.path == path })?.route {
            self = route
            return
        }
        guard path.hasPrefix(Self.connectionsPath + "/") else { return nil }
        let rest = path.dropFirst(Self.connectionsPath.count + 1)
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let id = parts.first.map(String.init), Self.isID(id) else { return nil }
        switch parts.count {
        case 1: self = .connection(id)
        case 2 where parts[1] == "reconnect": self = .reconnect(id)
        default: return nil
        }
    }

    private static let connectionsPath = "/api/v1/network/connections"

    private static let fixed: [(path: String, route: StatusRoute)] = [
        ("/", .page), ("/metrics", .metrics), ("/healthz", .health), ("/readyz", .readiness),
        (connectionsPath, .connections), ("/api/v1/status", .status), ("/api/v1/risk", .risk),
        ("/api/v1/orders", .orders), ("/api/v1/gaps", .gaps), ("/api/v1/alerts", .alerts),
        ("/api/v1/kill-switch", .killSwitch), ("/api/v1/kill-switch/reset", .killSwitchReset),
        ("/api/v1/reload", .reload), ("/api/v1/events", .events),
    ]

    private static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// The methods that are served; a GET never changes anything.
    package var methods: [String] {
        switch self {
        case .reconnect, .killSwitchReset, .reload: ["POST"]
        case .killSwitch: ["GET", "POST"]
        default: ["GET"]
        }
    }

    /// Whether a request with an `Idempotency-Key` is carried out only once.
    ///
    /// A stop is carried out each time: it must never be answered from memory.
    var heedsKeys: Bool {
        switch self {
        case .reconnect, .killSwitchReset, .reload: true
        default: false
        }
    }

    /// The status of an answer when all is well.
    var successStatus: Int {
        if case .reconnect = self { 202 } else { 200 }
    }

    /// The path as the interface's description writes it, which is also the label of its counters.
    package var template: String {
        switch self {
        case .connection: Self.connectionsPath + "/{id}"
        case .reconnect: Self.connectionsPath + "/{id}/reconnect"
        default: Self.fixed.first { $0.route == self }?.path ?? ""
        }
    }

    /// Every route once; ids are left open.
    package static let all: [StatusRoute] =
        fixed.map(\.route) + [.connection("{id}"), .reconnect("{id}")]
}
