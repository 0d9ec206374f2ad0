/// A value for some symbols, and possibly one for all others.
package struct SymbolValues<Value: Sendable & Equatable>: Sendable, Equatable {
    /// A symbol and its value.
    package struct Entry: Sendable, Equatable {
        /// The symbol's name at the gateway.
        package var symbol: String
        /// Its value.
        package var value: Value
        package init(_ symbol: String, _ value: Value) {
            self.symbol = symbol
            self.value = value
        }
    }

    /// The symbols that have a value of their own.
    package var entries: [Entry]
    /// The value of all others.
    package var others: Value?

    package init(_ entries: [Entry] = [], others: Value? = nil) {
        self.entries = entries
        self.others = others
    }

    /// The value of a symbol: its own, else that of all others, else none.
    package subscript(symbol: String) -> Value? {
        entries.first { $0.symbol == symbol }?.value ?? others
    }

    /// Whether no symbol has one.
    package var isEmpty: Bool { entries.isEmpty && others == nil }
}

/// The limits that no order may pass.
///
/// A limit without a value is off, except for the volume of an order: there no limit refuses, because
/// "no order where no limit has been set" is what the rule behind it asks. Strategies cannot see or
/// change them; nothing changes them while the process runs but an operator's reset.
package struct RiskLimits: Sendable, Equatable {
    /// The account's currency; every amount of money below is in it.
    package var accountCurrency = "USD"
    /// The largest loss of a day, realised and unrealised; trading stops at it.
    package var dailyLossMax = ExactDecimal(mantissa: 1000, scale: 1)
    /// The most orders and changes in any 60 seconds, cancellations counted.
    package var orderRateMax = 100
    /// How many more messages cancellations may use, so that what is open can always be taken back.
    package var cancelHeadroom = 20
    /// The largest value of a symbol's position, with all that is open filled.
    package var positionSizeMax = ExactDecimal(mantissa: 100_000, scale: 1)
    /// The largest volume of one order, in lots, by symbol; a symbol without one is not traded.
    package var orderVolumeMax = SymbolValues<ExactDecimal>()
    /// The largest value of one order.
    package var orderValueMax: ExactDecimal?
    /// How far a price may be from the market, in percent of the market's.
    package var priceCollarPercent: ExactDecimal?
    /// How far our own prices in a symbol may drift within ``recentWindow``, in percent of the lowest.
    package var priceDriftPercent: ExactDecimal?
    /// The most orders that may be open.
    package var openOrdersMax: Int?
    /// The largest fall of profit and loss from its highest point; trading stops at it.
    package var drawdownMax: ExactDecimal?
    /// How long an order like another one counts as its duplicate; at most 60 s.
    package var duplicateWindow: Duration?
    /// How long orders count for the next two and for ``priceDriftPercent``; at most 60 s.
    package var recentWindow = Duration.seconds(10)
    /// The most lots of one symbol within ``recentWindow``.
    package var recentVolumeMax: ExactDecimal?
    /// The most value of all symbols within ``recentWindow``.
    package var recentValueMax: ExactDecimal?
    /// The age at which a quote is too old to trade on.
    package var quoteAgeMax = Duration.seconds(5)
    /// The age at which a quote is too old to convert a currency with.
    package var conversionAgeMax = Duration.seconds(60)
    /// The symbols that may be traded; `nil` is all.
    package var allowedSymbols: [String]?
    /// The symbols that may not be traded, whatever ``allowedSymbols`` says.
    package var deniedSymbols: [String] = []
    /// When each symbol may be traded.
    package var tradingHours = SymbolValues<SessionCalendar>()
    /// How often a strategy may repeat an order before it is disabled.
    package var repeatMax: Int?
    /// Whether an order that would trade with a resting one of ours is refused.
    package var preventsSelfMatch = false
    /// The time zone whose midnight begins a trading day.
    package var dayZone = DayZone.utc
    /// How far the wall clock may run ahead of the monotonic one before nobody can say which day it is.
    package var clockJumpMax = Duration.seconds(86_400)

    package init() {}

    /// The longest time that orders are remembered; within it the order rate bounds their number.
    package static let recentWindowMax = Duration.seconds(60)

    /// The fraction of the daily loss at which a warning is raised, in percent.
    package static let warningPercent = 80
}
