/// What a gateway promises to those who send it orders; each point can be switched off.
///
/// Gateways in the field miss some of these, so a client has to be tried against one that does too.
package struct GatewayContract: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// G1: one id is carried out once at most, and the same question gets the same answer.
    package static let dedup = GatewayContract(rawValue: 1 << 0)
    /// G2: nothing is executed after its `valid_until`.
    package static let expiry = GatewayContract(rawValue: 1 << 1)
    /// G3: each reply names the start of the process that it comes from.
    package static let bootID = GatewayContract(rawValue: 1 << 2)
    /// G4: an order can be asked for (`ORDER_STATUS`).
    package static let status = GatewayContract(rawValue: 1 << 3)
    /// G4: an order can be ruled out for ever (`ORDER_FENCE`).
    package static let fence = GatewayContract(rawValue: 1 << 4)
    /// G5: without heartbeats of its client nothing new is taken and resting orders are cancelled.
    package static let lease = GatewayContract(rawValue: 1 << 5)
    /// G6: orders are taken at a limited rate only.
    package static let rateLimit = GatewayContract(rawValue: 1 << 6)

    /// The whole contract.
    package static let all: GatewayContract = [
        .dedup, .expiry, .bootID, .status, .fence, .lease, .rateLimit,
    ]

    /// The points with the words that name them in options.
    private static let named: [(name: String, point: GatewayContract)] = [
        ("dedup", .dedup), ("expiry", .expiry), ("boot-id", .bootID), ("status", .status),
        ("fence", .fence), ("lease", .lease), ("rate-limit", .rateLimit),
    ]

    /// The words that name a point.
    package static var names: [String] { named.map(\.name) }

    /// The point of a word such as `dedup`; `nil` for any other word.
    package init?(name: String) {
        guard let entry = Self.named.first(where: { $0.name == name }) else { return nil }
        self = entry.point
    }

    /// The words of the points that hold.
    package var names: [String] { Self.named.filter { contains($0.point) }.map(\.name) }
}
