import Foundation

/// What a live loop says of itself: its summary, or its answer to `status --json`.
struct Account: Decodable {
    struct State: Decodable {
        let state: String
        let reasons: [String]
    }

    struct Symbol: Decodable {
        let symbol: String
        let condition: [String]
    }

    struct KillSwitch: Decodable {
        let engaged: Bool
        let reason: String?
        let reaction_us: Int64?
        let symbols: [String]
    }

    struct Feed: Decodable {
        let id: String
        let status: String
        let starved: Bool
        let reconnect_attempts: UInt64
        let successes: UInt64
    }

    struct Stream: Decodable {
        let feed: String
        let symbol: String
        let kind: String
        let received: UInt64
        let delivered: UInt64
        let duplicate: UInt64
        let late: UInt64
        let shed: UInt64
        let quarantined: UInt64
        let missing: UInt64?
        let provable: Bool
    }

    struct Distribution: Decodable {
        let p50: Double
        let p99: Double
        let max: Double
    }

    struct Loop: Decodable { let steps: UInt64 }

    struct Process: Decodable {
        let rss_bytes: UInt64
        let cpu_seconds: Double
    }

    let trading_state: State
    let symbols: [Symbol]
    let kill_switch: KillSwitch
    let feeds: [Feed]
    let streams: [Stream]
    let conserved: Bool
    let latency_us: Distribution
    let loop_lateness_us: Distribution
    let loop: Loop
    let process: Process

    init(json: String) throws {
        self = try JSONDecoder().decode(Account.self, from: Data(json.utf8))
    }

    /// A counter of all quotes, by symbol; symbols that were never heard are absent.
    func quotes(_ count: (Stream) -> UInt64) -> [String: UInt64] {
        let quotes = streams.filter { $0.kind == "quote" }
        return Dictionary(quotes.map { ($0.symbol, count($0)) }, uniquingKeysWith: +)
    }

    /// What the publisher must have numbered, by symbol, for all to be accounted for.
    var numbered: [String: UInt64] {
        quotes { $0.received + ($0.missing ?? 0) - $0.duplicate - $0.late }
    }

    /// A counter over all streams.
    func total(_ count: (Stream) -> UInt64) -> UInt64 { streams.reduce(0) { $0 + count($1) } }
}
