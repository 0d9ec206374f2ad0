import TradingCore

/// Quotes of a market that does not exist, the same ones for the same seed.
///
/// Ticks arrive at random moments that average a rate (a Poisson process). Each moves the middle of
/// one symbol by a bell-shaped step of whole points; the spread returns to its usual width after
/// each disturbance. Prices are whole numbers of points throughout, so that they are exact.
package struct SyntheticMarket: TickSource {
    package let symbols: [String]
    package var isStampedWhenPublished: Bool { true }

    private var instruments: [SyntheticInstrument]
    private var random: SplitMix64
    private let meanInterval: Double
    private var elapsed = 0.0

    /// The symbols of a market for which nothing is configured.
    package static let defaultSymbols = ["EURUSD", "GBPUSD", "USDJPY", "XAUUSD"]
    /// The ticks per second of such a market, all symbols together.
    package static let defaultRate = 20.0
    /// The rates that can be asked for.
    package static let rates = 0.001...10_000_000

    /// Opens a market.
    ///
    /// - Parameters:
    ///   - symbols: What is quoted; digits and first prices follow from the names.
    ///   - rate: Ticks per second, all symbols together.
    ///   - seed: Decides every number that follows.
    /// - Throws: `GatewayError` for a name or rate that cannot be.
    package init(
        symbols: [String] = Self.defaultSymbols,
        rate: Double = Self.defaultRate,
        seed: UInt64 = 1
    ) throws(GatewayError) {
        guard Self.rates.contains(rate) else {
            throw GatewayError(
                .invalidConfiguration,
                at: "--rate",
                "\(rate) ticks/s",
                remedy: "give a rate of 0.001 to 10000000"
            )
        }
        guard !symbols.isEmpty, symbols.count <= SymbolName.countMax,
            symbols.allSatisfy({ SymbolName.isValid($0) }), Set(symbols).count == symbols.count
        else {
            throw GatewayError(
                .invalidConfiguration,
                at: "--symbols",
                symbols.joined(separator: ","),
                remedy: "give 1 to \(SymbolName.countMax) different names of printable ASCII"
            )
        }
        self.symbols = symbols
        instruments = symbols.map(SyntheticInstrument.init(name:))
        meanInterval = 1e9 / rate
        random = SplitMix64(seed: seed)
    }

    package mutating func next() -> GatewayTick? {
        elapsed += random.exponential() * meanInterval
        let symbol = Int(random.below(UInt64(instruments.count)))
        let quote = instruments[symbol].step(&random)
        return GatewayTick(
            symbol: symbol,
            bid: quote.bid,
            ask: quote.ask,
            volume: ExactDecimal(mantissa: Int64(1 + random.below(20)), scale: 0),
            time: WallTime(nanoseconds: 0),
            // Beyond 2^53 ns (104 days) the sum rounds to microseconds, which nothing notices.
            offset: Int64(elapsed)
        )
    }
}

/// One symbol of a synthetic market; all numbers are points, the last digit of its price.
private struct SyntheticInstrument {
    private let digits: UInt8
    private let range: ClosedRange<Int64>
    private let usualSpread: Int64
    private let step: Int64
    private var middle: Int64
    private var spread: Int64

    init(name: String) {
        let upper = name.uppercased()
        let start: Int64
        switch true {
        case upper.hasPrefix("XAU"): (start, digits, usualSpread, step) = (233_000, 2, 25, 4)
        case upper.hasPrefix("XAG"): (start, digits, usualSpread, step) = (29_500, 3, 20, 3)
        case upper.hasPrefix("BTC"): (start, digits, usualSpread, step) = (6_500_000, 2, 1000, 150)
        case upper.hasPrefix("ETH"): (start, digits, usualSpread, step) = (250_000, 2, 150, 25)
        case upper.hasPrefix("EURUSD"): (start, digits, usualSpread, step) = (108_500, 5, 12, 1)
        case upper.hasPrefix("GBPUSD"): (start, digits, usualSpread, step) = (127_000, 5, 14, 1)
        case upper.dropFirst(3).hasPrefix("JPY"):
            (start, digits, usualSpread, step) = (151_500, 3, 13, 1)
        default:
            // Any other name gets a price between 0.6 and 1.4 that depends on the name alone.
            let sum = upper.utf8.reduce(Int64(7)) { ($0 &* 31 &+ Int64($1)) & 0xFFFF_FFFF }
            (start, digits, usualSpread, step) = (60_000 + sum % 80_000, 5, 15, 1)
        }
        middle = start
        spread = usualSpread
        range = start / 2...start * 2
    }

    mutating func step(_ random: inout SplitMix64) -> (bid: ExactDecimal, ask: ExactDecimal) {
        // The number of ones in 64 random bits is binomial: mean 32, deviation 4.
        let move = Int64(random.next().nonzeroBitCount - 32) * step / 4
        middle += move
        if middle < range.lowerBound { middle = 2 * range.lowerBound - middle }
        if middle > range.upperBound { middle = 2 * range.upperBound - middle }
        let noise = Int64(random.below(5)) - 2
        let pull = (usualSpread - spread) / 4
        spread = max(1, spread + pull + noise * max(1, usualSpread / 12))
        if random.below(512) == 0 { spread += usualSpread * 4 }
        let bid = middle - spread / 2
        return (
            ExactDecimal(mantissa: bid, scale: digits),
            ExactDecimal(mantissa: bid + spread, scale: digits)
        )
    }
}

/// A generator whose numbers depend on its seed alone.
///
/// SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014).
private struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of `0..<bound`; the bias is below 2^-32 for the small bounds used here.
    mutating func below(_ bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// A number of the exponential distribution with mean 1.
    ///
    /// Von Neumann's comparison method ("Various techniques used in connection with random digits",
    /// 1951) needs no logarithm, whose last bit differs between machines.
    mutating func exponential() -> Double {
        var whole = 0.0
        while true {
            let first = next()
            var previous = first
            var isOdd = true
            while true {
                let following = next()
                guard following < previous else { break }
                previous = following
                isOdd.toggle()
            }
            if isOdd { return whole + Double(first >> 11) * 0x1p-53 }
            whole += 1
        }
    }
}
