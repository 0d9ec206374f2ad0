// Limits may be made tighter while the process runs, never looser.

extension RiskLimits {
    /// These limits, each with the tighter of its own value and another one's.
    ///
    /// What has no order between tight and loose, or cannot change while orders are counted by it, stays as
    /// it is: currency, day's zone, trading hours, the window of recent orders, the headroom of
    /// cancellations, and the clock's limit.
    package func tightened(by other: RiskLimits) -> RiskLimits {
        var result = self
        result.dailyLossMax = min(dailyLossMax, other.dailyLossMax)
        result.orderRateMax = min(orderRateMax, other.orderRateMax)
        result.positionSizeMax = min(positionSizeMax, other.positionSizeMax)
        result.orderVolumeMax = orderVolumeMax.lowest(with: other.orderVolumeMax)
        result.orderValueMax = Self.lower(orderValueMax, other.orderValueMax)
        result.priceCollarPercent = Self.lower(priceCollarPercent, other.priceCollarPercent)
        result.priceDriftPercent = Self.lower(priceDriftPercent, other.priceDriftPercent)
        result.openOrdersMax = Self.lower(openOrdersMax, other.openOrdersMax)
        result.drawdownMax = Self.lower(drawdownMax, other.drawdownMax)
        result.recentVolumeMax = Self.lower(recentVolumeMax, other.recentVolumeMax)
        result.recentValueMax = Self.lower(recentValueMax, other.recentValueMax)
        result.repeatMax = Self.lower(repeatMax, other.repeatMax)
        // A longer window finds more duplicates.
        result.duplicateWindow = [duplicateWindow, other.duplicateWindow].compactMap { $0 }.max()
        result.quoteAgeMax = min(quoteAgeMax, other.quoteAgeMax)
        result.conversionAgeMax = min(conversionAgeMax, other.conversionAgeMax)
        result.preventsSelfMatch = preventsSelfMatch || other.preventsSelfMatch
        result.allowedSymbols = allowed(by: other)
        // In the other's order, so that a longer list is told from a changed one.
        result.deniedSymbols =
            other.deniedSymbols + deniedSymbols.filter { !other.deniedSymbols.contains($0) }
        return result
    }

    /// The lower of two limits, where none is the loosest.
    private static func lower<Value: Comparable>(_ one: Value?, _ other: Value?) -> Value? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    private func allowed(by other: RiskLimits) -> [String]? {
        guard let own = allowedSymbols, let others = other.allowedSymbols else {
            return allowedSymbols ?? other.allowedSymbols
        }
        return others.filter(own.contains)
    }
}

extension SymbolValues where Value: Comparable {
    /// The lower value for each symbol, where none is the lowest: such a symbol is not traded.
    fileprivate func lowest(with other: Self) -> Self {
        var result = Self(others: Self.lower(others, other.others))
        let named = other.entries.map(\.symbol) + entries.map(\.symbol)
        for symbol in named where !result.entries.contains(where: { $0.symbol == symbol }) {
            let value = Self.lower(self[symbol], other[symbol])
            let isNamedByOther = other.entries.contains { $0.symbol == symbol }
            // What all others have too needs no entry, unless the other limits have one.
            guard let value, isNamedByOther || value != result.others else { continue }
            result.entries.append(Entry(symbol, value))
        }
        return result
    }

    private static func lower(_ one: Value?, _ other: Value?) -> Value? {
        guard let one, let other else { return nil }
        return min(one, other)
    }
}

extension RiskEngine {
    /// Takes what is tighter in other limits, in force for the next order.
    ///
    /// A higher limit of the day's loss that an operator has set goes with it when the limit itself is made
    /// lower: the later word counts, and it is the more careful one.
    package mutating func tighten(to other: RiskLimits) {
        let old = limits
        limits = old.tightened(by: other)
        if limits.dailyLossMax < old.dailyLossMax { daily.raisedLimit = nil }
        if let window = limits.duplicateWindow {
            if duplicates == nil { duplicates = makeRecentOrders(window) }
            duplicates?.extend(to: window)
        }
        // What was ordered before a limit was set is not known; it counts from now on.
        if recent == nil, limits.needsRecentOrders {
            recent = makeRecentOrders(limits.recentWindow)
        }
        for index in states.indices { applySymbolLimits(index) }
    }

    private func makeRecentOrders(_ window: Duration) -> RecentOrders {
        RecentOrders(window: window, capacity: limits.orderRateMax)
    }
}

extension RiskLimits {
    /// Whether a limit is set that looks back at recent orders.
    var needsRecentOrders: Bool {
        recentValueMax != nil || recentVolumeMax != nil || priceDriftPercent != nil
    }
}
