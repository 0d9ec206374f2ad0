/// What an order can be refused for.
package enum RiskLimit: UInt8, Sendable, CaseIterable {
    /// A price is too far from the market.
    case priceCollar
    /// Our own prices drift too far within a short time.
    case priceDrift
    /// There is no quote to go by.
    case priceReference
    /// The order is worth too much.
    case orderValue
    /// No fresh rate converts its value into account currency.
    case conversion
    /// An amount does not fit.
    case arithmetic
    /// The order is too large, or its symbol has no volume limit.
    case orderVolume
    /// Too many messages in 60 seconds.
    case orderRate
    /// The symbol has an order of unknown outcome.
    case unknownOrder
    /// The strategy repeats an order too often.
    case repeats
    /// The strategy is disabled.
    case strategyDisabled
    /// The position would be worth too much.
    case positionSize
    /// The day's loss is at its limit, or was.
    case dailyLoss
    /// The fall from the highest profit is at its limit, or was.
    case drawdown
    /// A position of ours cannot be valued.
    case unpricedPosition
    /// The symbol is not allowed, or denied.
    case symbolPermission
    /// The same order was placed a moment ago.
    case duplicate
    /// The id was approved before.
    case identifier
    /// Too many lots of the symbol within a short time.
    case recentVolume
    /// Too much value within a short time.
    case recentValue
    /// The quote is too old.
    case quoteAge
    /// The newest quote has no price, or its bid is above its ask.
    case quoteUsable
    /// The order would meet a resting one of ours.
    case selfMatch
    /// Nobody says what the symbol is, or two say different things.
    case definition
    /// The venue does not let the symbol be opened.
    case tradingStatus
    /// It is outside of the symbol's session.
    case tradingHours
    /// The price is off the venue's grid.
    case tickSize
    /// The volume is off the venue's grid.
    case volumeStep
    /// Too many orders are open.
    case openOrders
    /// The wall clock jumped.
    case clock
    /// Only what reduces exposure may pass.
    case reduceOnly
    /// The account is not known, or something did not fit into the book.
    case reconciliation
    /// It would touch a position that is not ours.
    case foreignPosition
    /// What is to be closed is not open, or is smaller.
    case position
}

extension RiskLimit {
    /// The rule that it answers, as numbered in `docs/risk.md`.
    package var rule: String {
        switch self {
        case .priceCollar, .priceDrift, .priceReference: "R1"
        case .orderValue, .conversion, .arithmetic: "R2"
        case .orderVolume: "R3"
        case .orderRate: "R4"
        case .unknownOrder: "R5"
        case .repeats, .strategyDisabled: "R6"
        case .positionSize, .dailyLoss, .drawdown, .unpricedPosition: "R7"
        case .symbolPermission: "R8"
        case .duplicate, .identifier: "R11"
        case .recentVolume, .recentValue: "R12"
        case .quoteAge, .quoteUsable: "R13"
        case .selfMatch: "R14"
        case .definition, .tradingStatus, .tradingHours, .tickSize, .volumeStep: "R15"
        case .openOrders: "R17"
        case .clock, .reduceOnly: "R18"
        case .reconciliation, .foreignPosition, .position: "R21"
        }
    }

    /// The word used in logs, in JSON and in metrics.
    package var name: String {
        switch self {
        case .priceCollar: "price_collar"
        case .priceDrift: "price_drift"
        case .priceReference: "price_reference"
        case .orderValue: "order_value"
        case .conversion: "conversion"
        case .arithmetic: "arithmetic"
        case .orderVolume: "order_volume"
        case .orderRate: "order_rate"
        case .unknownOrder: "unknown_order"
        case .repeats: "repeats"
        case .strategyDisabled: "strategy_disabled"
        case .positionSize: "position_size"
        case .dailyLoss: "daily_loss"
        case .drawdown: "drawdown"
        case .unpricedPosition: "unpriced_position"
        case .symbolPermission: "symbol_permission"
        case .duplicate: "duplicate"
        case .identifier: "identifier"
        case .recentVolume: "recent_volume"
        case .recentValue: "recent_value"
        case .quoteAge: "quote_age"
        case .quoteUsable: "quote_usable"
        case .selfMatch: "self_match"
        case .definition: "definition"
        case .tradingStatus: "trading_status"
        case .tradingHours: "trading_hours"
        case .tickSize: "tick_size"
        case .volumeStep: "volume_step"
        case .openOrders: "open_orders"
        case .clock: "clock"
        case .reduceOnly: "reduce_only"
        case .reconciliation: "reconciliation"
        case .foreignPosition: "foreign_position"
        case .position: "position"
        }
    }

    /// In what its bound and its measured value are; empty where it has none.
    package var unit: RiskUnit {
        switch self {
        case .priceCollar, .priceDrift: .percent
        case .orderValue, .positionSize, .dailyLoss, .drawdown, .recentValue: .money
        case .orderVolume, .recentVolume, .volumeStep, .position: .lots
        case .orderRate: .messagesPerMinute
        case .repeats, .openOrders, .unknownOrder: .count
        case .quoteAge, .conversion, .duplicate: .milliseconds
        case .tickSize: .price
        default: .none
        }
    }

    /// The variable that sets it, where one does.
    package var setting: String? {
        switch self {
        case .priceCollar: "RISK_PRICE_COLLAR_PERCENT"
        case .priceDrift: "RISK_PRICE_DRIFT_PERCENT"
        case .orderValue: "RISK_MAX_ORDER_VALUE"
        case .conversion: "RISK_MAX_CONVERSION_AGE_MS"
        case .orderVolume: "RISK_MAX_ORDER_VOLUME"
        case .orderRate: "RISK_MAX_ORDER_RATE"
        case .repeats, .strategyDisabled: "RISK_MAX_REPEATS"
        case .positionSize: "RISK_MAX_POSITION_SIZE"
        case .dailyLoss: "RISK_MAX_DAILY_LOSS"
        case .drawdown: "RISK_MAX_DRAWDOWN"
        case .symbolPermission: "RISK_ALLOWED_SYMBOLS"
        case .duplicate: "RISK_DUPLICATE_WINDOW_MS"
        case .recentVolume: "RISK_MAX_RECENT_VOLUME"
        case .recentValue: "RISK_MAX_RECENT_VALUE"
        case .quoteAge: "RISK_MAX_QUOTE_AGE_MS"
        case .selfMatch: "RISK_PREVENT_SELF_MATCH"
        case .tradingHours: "RISK_TRADING_HOURS"
        case .openOrders: "RISK_MAX_OPEN_ORDERS"
        default: nil
        }
    }
}

/// In what a limit is measured.
package enum RiskUnit: String, Sendable {
    /// Nothing: it holds or not.
    case none = ""
    /// Account currency.
    case money = "account currency"
    /// Lots.
    case lots
    /// Hundredths.
    case percent
    /// A price of the instrument.
    case price
    /// How many.
    case count
    /// Messages in any 60 seconds.
    case messagesPerMinute = "per 60 s"
    /// Milliseconds.
    case milliseconds = "ms"
}

/// One limit that an order would pass.
package struct LimitHit: Sendable, Equatable {
    /// The limit.
    package var limit: RiskLimit
    /// Its value, where it has one.
    package var bound: Amount?
    /// What the order would make of it, where that can be said.
    package var measured: Amount?

    package init(_ limit: RiskLimit, bound: Amount? = nil, measured: Amount? = nil) {
        self.limit = limit
        self.bound = bound
        self.measured = measured
    }
}

extension LimitHit: CustomStringConvertible {
    /// The hit in words: rule, limit, measured value, bound and unit.
    package var description: String {
        let unit = limit.unit == .none ? "" : " \(limit.unit.rawValue)"
        let measured = measured.map { " \($0)\(unit)" } ?? ""
        let bound = bound.map { ", limit \($0)\(unit)" } ?? ""
        return "\(limit.rule) \(limit.name)\(measured)\(bound)"
    }
}

/// Why an order was refused: every limit that it would pass, not just the first.
package struct RiskRefusal: Sendable, Equatable, Error {
    /// The order's id.
    package var id: OrderID
    /// Every limit that it would pass, in the order in which they were checked.
    package var hits: [LimitHit]

    package init(id: OrderID, hits: [LimitHit]) {
        self.id = id
        self.hits = hits
    }

    /// Whether a limit is among them.
    package func contains(_ limit: RiskLimit) -> Bool { hits.contains { $0.limit == limit } }
}

extension RiskRefusal: CustomStringConvertible {
    /// All hits in words.
    package var description: String { hits.map(\.description).joined(separator: "; ") }
}

/// What risk decides of an order.
package enum RiskVerdict: ~Copyable, Sendable {
    /// It may be sent, once.
    case approved(ApprovedOrder)
    /// It may not be sent.
    case refused(RiskRefusal)
}
