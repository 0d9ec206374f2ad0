package import TradingCore

/// One quote that the gateway publishes.
package struct GatewayTick: Sendable, Equatable {
    /// The index into the symbols of its source.
    package var symbol: Int
    /// The price at which one can sell; keeps the digits of its source.
    package var bid: ExactDecimal
    /// The price at which one can buy; keeps the digits of its source.
    package var ask: ExactDecimal
    /// The volume of the tick as its source gives it; 0 where there is none.
    package var volume: ExactDecimal
    /// The time of the tick by its source's clock, which may be a broker's local time.
    package var time: WallTime
    /// Nanoseconds from the first tick of the source to this one at its own pace; never decreases.
    package var offset: Int64

    package init(
        symbol: Int,
        bid: ExactDecimal,
        ask: ExactDecimal,
        volume: ExactDecimal,
        time: WallTime,
        offset: Int64 = 0
    ) {
        self.symbol = symbol
        self.bid = bid
        self.ask = ask
        self.volume = volume
        self.time = time
        self.offset = offset
    }
}

/// Where ticks come from, in the order in which they are published.
package protocol TickSource: Sendable {
    /// The symbols, in the order of ``GatewayTick/symbol``.
    var symbols: [String] { get }
    /// Whether ticks carry the wall clock of the moment they are published, not a recorded time.
    var isStampedWhenPublished: Bool { get }
    /// The next tick, or `nil` when there is none any more.
    mutating func next() -> GatewayTick?
}

/// The rules for names of symbols, which keep frames and tables small.
package enum SymbolName {
    /// The longest name in bytes.
    package static let lengthMax = 32
    /// The most symbols that one gateway publishes.
    package static let countMax = 1024

    /// Whether a name is 1 to 32 printable ASCII bytes that need no escape in JSON.
    package static func isValid(_ name: some StringProtocol) -> Bool {
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= lengthMax else { return false }
        return bytes.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
    }
}
