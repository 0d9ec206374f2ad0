/// The name of a stream, such as `ethusdt@depth@100ms`, and what it says.
package struct StreamName: Sendable, Equatable {
    /// What a stream carries.
    package enum Channel: Sendable, Equatable {
        case trade
        case aggregateTrade
        case bookTicker
        /// Changes of the book, collected over so many nanoseconds; `nil` is the market's usual time.
        case depth(interval: Int64?)
        /// A stream that is passed on as it was recorded.
        case other
    }

    /// The name as it is written, in small letters where the venue asks for them.
    package let text: String
    /// The symbol in capitals, as messages write it; empty where the stream is of no symbol.
    package let symbol: String
    /// What it carries.
    package let channel: Channel

    package init(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        self.text = text
        symbol = (parts.first ?? "").uppercased()
        switch parts.dropFirst().first {
        case "trade" where parts.count == 2: channel = .trade
        case "aggTrade" where parts.count == 2: channel = .aggregateTrade
        case "bookTicker" where parts.count == 2: channel = .bookTicker
        case "depth" where parts.count == 2: channel = .depth(interval: nil)
        case "depth" where parts.count == 3:
            let number = parts[2].hasSuffix("ms") ? Int64(parts[2].dropLast(2)) : nil
            if let number, (0...60_000).contains(number) {
                channel = .depth(interval: number * 1_000_000)
            } else {
                channel = .other
            }
        default: channel = .other
        }
    }

    /// Whether it can be the name of a stream: visible letters without those that end it in a path.
    static func isValid(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 != 0x7F && !"\"\\/?".utf8.contains($0)
            }
    }
}

/// The streams of a market, numbered in the order in which they were first seen.
struct StreamDirectory: Sendable {
    /// More streams than this are not told apart; later ones are left out and counted.
    static let countMax = 65_536

    private(set) var names: [StreamName] = []
    /// Messages of streams for which there was no number left.
    private(set) var refused = 0
    private var numbers: [String: Int] = [:]
    private var depthSources: [String: Int] = [:]

    /// The number of a stream; a new one gets the next number.
    mutating func number(of text: String) -> Int? {
        if let number = numbers[text] { return number }
        guard names.count < Self.countMax else {
            refused += 1
            return nil
        }
        let name = StreamName(text)
        names.append(name)
        numbers[text] = names.count - 1
        if case .depth = name.channel, depthSources[name.symbol] == nil {
            depthSources[name.symbol] = names.count - 1
        }
        return names.count - 1
    }

    /// The number of a stream that is known.
    func find(_ text: String) -> Int? { numbers[text] }

    /// The stream that changes of a symbol's book come from, whatever interval is asked for.
    func depthSource(_ symbol: String) -> Int? { depthSources[symbol] }
}
