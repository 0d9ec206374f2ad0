/// What an order can be refused for.
package enum RiskLimit: UInt8, Sendable, CaseIterable {
    case priceCollar
    case priceDrift
    case priceReference
    case orderValue
    case conversion
    case arithmetic
    case orderVolume
    case orderRate
    case unknownOrder
    case repeats
    case strategyDisabled
    case positionSize
    case dailyLoss
    case drawdown
    case unpricedPosition
    case symbolPermission
    case duplicate
    case identifier
    case recentVolume
    case recentValue
    case quoteAge
    case quoteUsable
    case selfMatch
    case definition
    case tradingStatus
    case tradingHours
    case tickSize
    case volumeStep
    case openOrders
    case clock
    case reduceOnly
    case reconciliation
    case foreignPosition
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
    case none = ""
    case money = "account currency"
    case lots
    case percent
    case price
    case count
    case messagesPerMinute = "per 60 s"
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
