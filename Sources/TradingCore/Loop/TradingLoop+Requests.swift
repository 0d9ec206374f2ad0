// What strategies ask for, and why they do not get it.

extension TradingLoop {
    // MARK: Requests

    mutating func decideRequests(_ actions: inout LoopActions) {
        let requests = context.requests
        context.requests.removeAll(keepingCapacity: true)
        for (number, request) in requests {
            requestCount &+= 1
            let refusal = refusal(of: request)
            refusalCounts[Int(refusal.rawValue)] &+= 1
            actions.append(.orderRefused(request, refusal))
            let update = OrderUpdate(requestNumber: number, request: request, refusal: refusal)
            for index in strategies.indices { strategies[index].onOrder(update, &context) }
        }
        // A strategy that answers a refusal with another request would never end: one round a call.
        if !context.requests.isEmpty {
            context.overflowCount &+= UInt64(context.requests.count)
            context.requests.removeAll(keepingCapacity: true)
        }
    }

    private func refusal(of request: OrderRequest) -> OrderRefusal {
        let symbol = context.symbols[request.symbol.index]
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
