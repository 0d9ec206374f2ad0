/// Counts what each address has asked for in the current minute.
struct RequestWeight: Sendable {
    /// The most addresses that are told apart; the others share one account.
    static let addressesMax = 1000

    /// The weight of a minute.
    let max: Int
    private var minute: Int64 = 0
    private var used: [String: Int] = [:]

    init(max: Int) { self.max = max }

    /// What an account says.
    struct Verdict: Sendable, Equatable {
        /// The weight that was used so far, this request included.
        var used: Int
        /// Seconds until more is allowed; `nil` when this request is allowed.
        var retryAfter: Int?
    }

    /// Charges an address; what is beyond the limit is counted, too.
    ///
    /// - Parameters:
    ///   - weight: What the request costs.
    ///   - address: Who asks.
    ///   - milliseconds: The wall time; minutes begin with those of the clock.
    /// - Returns: What was used, and whether the request is allowed.
    mutating func charge(_ weight: Int, to address: String, at milliseconds: Int64) -> Verdict {
        if milliseconds / 60_000 != minute {
            minute = milliseconds / 60_000
            used.removeAll(keepingCapacity: true)
        }
        let isKnown = used[address] != nil || used.count < Self.addressesMax
        let sum = used[isKnown ? address : "", default: 0] + weight
        used[isKnown ? address : ""] = sum
        guard sum > max else { return Verdict(used: sum) }
        return Verdict(used: sum, retryAfter: Int(60 - milliseconds / 1000 % 60))
    }
}
