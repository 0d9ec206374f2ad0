// What strategies ask for, and why they do not get it.

extension TradingLoop {
    // MARK: Requests

    mutating func decideRequests(_ actions: inout LoopActions) {
        let requests = context.requests
        context.requests.removeAll(keepingCapacity: true)
        for pending in requests {
            requestCount &+= 1
            let refusal = refusal(of: pending.request)
            refusalCounts[Int(refusal.rawValue)] &+= 1
            actions.append(.orderRefused(pending.request, refusal))
            let update = OrderUpdate(
                requestNumber: pending.number,
                request: pending.request,
                event: .refused(refusal)
            )
            context.activeStrategy = pending.strategy
            strategies[pending.strategy].onOrder(update, &context)
        }
        // A strategy that answers a refusal with another request would never end: one round a call.
        if !context.requests.isEmpty {
            context.overflowCount &+= UInt64(context.requests.count)
            context.requests.removeAll(keepingCapacity: true)
        }
    }

    private func refusal(of request: StrategyRequest) -> OrderRefusal {
        guard case .place(let order) = request else { return .noSuchOrder }
        let symbol = context.symbols[order.symbol.index]
        if isHalted || symbol.condition.contains(.killed) { return .killSwitch }
        if !symbol.condition.isEmpty { return .reduceOnly }
        guard let quote = symbol.quote,
            context.now - quote.receiveTime <= configuration.quoteAgeMax
        else { return .staleQuote }
        return .noOrderRoute
    }

    mutating func passReports(_ actions: inout LoopActions) {
        for report in context.reports { actions.append(.strategyReport(report)) }
        context.reports.removeAll(keepingCapacity: true)
    }
}
