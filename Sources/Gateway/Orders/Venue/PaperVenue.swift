package import TradingCore

/// A venue that does not exist: it fills orders at the bid and ask that its gateway publishes.
///
/// It behaves as an MT5 account does, netting or hedging, with the return codes of MQL5. Amounts are exact;
/// profit is rounded to the account currency's digits once, when it is realised.
package struct PaperVenue: ExecutionVenue {
    let options: PaperVenueOptions
    let instruments: [InstrumentDefinition]
    /// How profit of each symbol becomes account currency.
    let conversions: [CurrencyConversion?]
    private let symbolNumbers: [String: Int]

    var quotes: [VenueQuote?]
    var orders: [UInt64: VenueOrder] = [:]
    /// The tickets of working orders, oldest first.
    var working: [UInt64] = []
    var book: [VenuePosition] = []
    var history: [VenueDeal] = []
    var balance: ExactDecimal
    var nextTicket: UInt64 = 1
    var random: SplitMix64
    var day: Int?
    /// How many working orders and positions each symbol has, so that most quotes cost nothing.
    var interest: [Int]
    private var isOpened: [Bool]
    private var outcomes: [String: (report: VenueReport, executions: Int)] = [:]
    private var changes: [VenueChange] = []

    /// The most deals that are remembered; then nothing new is taken.
    static let dealsMax = 2_000_000

    /// Opens an account.
    ///
    /// - Parameters:
    ///   - options: What it is like.
    ///   - symbols: What is quoted, in the order of the numbers that quotes carry.
    package init(_ options: PaperVenueOptions = PaperVenueOptions(), symbols: [String]) {
        self.options = options
        let instruments = symbols.map { name in
            options.instruments.first { $0.symbol == name }
                ?? InstrumentDefinition(builtInFor: name, currency: options.currency)
        }
        self.instruments = instruments
        conversions = instruments.map { instrument in
            CurrencyConversion(
                from: instrument.profitCurrency,
                to: options.currency,
                over: instruments
            )
        }
        symbolNumbers = Dictionary(
            symbols.enumerated().map { ($1, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        quotes = symbols.map { _ in nil }
        interest = symbols.map { _ in 0 }
        isOpened = symbols.map { name in
            !options.foreignPositions.contains { $0.symbol == name }
        }
        balance = options.balance
        random = SplitMix64(seed: options.seed)
    }

    package var latency: Duration { options.latency }

    // MARK: Market

    package mutating func onQuote(
        symbol: Int,
        bid: ExactDecimal,
        ask: ExactDecimal,
        at now: DeskMoment
    ) {
        guard bid.mantissa > 0, ask >= bid, bid.mantissa < WideDecimal.priceMax,
            ask.mantissa < WideDecimal.priceMax
        else { return }
        quotes[symbol] = VenueQuote(bid: bid, ask: ask)
        if !isOpened[symbol] { openForeignPositions(symbol, now) }
        guard interest[symbol] > 0 else { return }
        triggerOrders(symbol, now)
        triggerStops(symbol, now)
        stopOut(now)
    }

    package mutating func advance(to now: DeskMoment) {
        let today = now.wall.daysSinceEpoch
        guard let last = day else {
            setDay(today)
            return
        }
        // A clock that was set back settles no night twice.
        guard today > last else { return }
        for index in book.indices {
            let position = book[index]
            let perLot =
                position.side == .buy ? options.swapPerLotLong : options.swapPerLotShort
            let night = WideDecimal(perLot) * WideDecimal(position.volume)
            let nights = WideDecimal(mantissa: Int128(today - last), scale: 0)
            book[index].swap = money(WideDecimal(position.swap) + night * nights)
            if perLot.mantissa != 0 { note(.position(book[index])) }
        }
        setDay(today)
    }

    private mutating func setDay(_ today: Int) {
        day = today
        note(.day(today))
    }

    private mutating func openForeignPositions(_ symbol: Int, _ now: DeskMoment) {
        isOpened[symbol] = true
        let name = instruments[symbol].symbol
        let isThere = history.contains { $0.reason == .foreign && $0.symbol == name }
        guard let quote = quotes[symbol], !isThere else { return }
        for foreign in options.foreignPositions where foreign.symbol == name {
            let execution = Execution(
                symbol: symbol,
                side: foreign.side,
                volume: foreign.volume,
                price: foreign.side == .buy ? quote.ask : quote.bid,
                order: takeTicket(),
                requestID: "",
                magic: 0,
                comment: "manual",
                reason: .foreign
            )
            _ = carryOut(execution, now)
        }
    }

    package func marketPrice(for request: VenueRequest) -> ExactDecimal? {
        switch request.work {
        case .send(let order):
            guard !order.type.isPending, let symbol = symbolNumbers[order.symbol] else {
                return nil
            }
            return quotes[symbol].map { order.type.side == .buy ? $0.ask : $0.bid }
        case .close(let ticket, _, _, _, _):
            guard let position = book.first(where: { $0.ticket == ticket }) else { return nil }
            return closingPrice(position)
        case .modify, .cancel: return nil
        }
    }

    // MARK: Books

    package func search(requestID: String) -> VenueReport? {
        guard let outcome = outcomes[requestID] else { return nil }
        guard outcome.report.ticket != 0, let order = orders[outcome.report.ticket],
            order.requestID == requestID
        else { return outcome.report }
        return report(of: order)
    }

    package func report(ofOrder ticket: UInt64) -> VenueReport? {
        orders[ticket].map(report(of:))
    }

    package func executionCount(of requestID: String) -> Int {
        outcomes[requestID]?.executions ?? 0
    }

    package var actsOnQuotes: Bool { !working.isEmpty || !book.isEmpty }

    package var workingOrders: [VenueOrder] { working.compactMap { orders[$0] } }

    package var lastDeal: UInt64 { history.last?.number ?? 0 }

    package func deals(after number: UInt64, limit: Int) -> ArraySlice<VenueDeal> {
        // Deals are numbered 1, 2, 3, …, so that their place is known.
        let first = Int(min(number, UInt64(history.count)))
        return history[first...].prefix(limit)
    }

    package func instrument(
        _ symbol: String
    ) -> (definition: InstrumentDefinition, quote: VenueQuote?)? {
        number(of: symbol).map { (instruments[$0], quotes[$0]) }
    }

    func number(of symbol: String) -> Int? { symbolNumbers[symbol] }

    // MARK: Changes

    package mutating func takeChanges() -> [VenueChange] {
        guard !changes.isEmpty else { return [] }
        defer { changes.removeAll(keepingCapacity: true) }
        return changes
    }

    mutating func note(_ change: VenueChange) { changes.append(change) }

    mutating func noteHandled(_ requestID: String, _ report: VenueReport, executions: Int) {
        guard !requestID.isEmpty else { return }
        let count = executionCount(of: requestID) + executions
        outcomes[requestID] = (report, count)
        note(.handled(requestID: requestID, report: report, executions: count))
    }

    mutating func takeTicket() -> UInt64 {
        defer { nextTicket += 1 }
        return nextTicket
    }

    package mutating func restore(_ change: VenueChange) {
        switch change {
        case .deal(let deal):
            history.append(deal)
            nextTicket = max(nextTicket, deal.order + 1)
        case .order(let order):
            if orders[order.ticket]?.state == .working { removeWorking(order.ticket) }
            orders[order.ticket] = order
            if order.state == .working { addWorking(order) }
            nextTicket = max(nextTicket, order.ticket + 1)
        case .position(let position):
            if let index = book.firstIndex(where: { $0.ticket == position.ticket }) {
                book[index] = position
            } else {
                insert(position)
            }
            nextTicket = max(nextTicket, position.ticket + 1)
        case .positionClosed(let ticket): removePosition(ticket)
        case .balance(let amount): balance = amount
        case .handled(let requestID, let report, let executions):
            outcomes[requestID] = (report, executions)
        case .day(let restored): day = restored
        }
    }

    // MARK: Working orders and positions, with the count of those who care for a symbol

    mutating func addWorking(_ order: VenueOrder) {
        working.append(order.ticket)
        if let symbol = number(of: order.request.symbol) { interest[symbol] += 1 }
    }

    mutating func removeWorking(_ ticket: UInt64) {
        guard let index = working.firstIndex(of: ticket), let order = orders[ticket] else { return }
        working.remove(at: index)
        if let symbol = number(of: order.request.symbol) { interest[symbol] -= 1 }
    }

    mutating func insert(_ position: VenuePosition) {
        book.append(position)
        if let symbol = number(of: position.symbol) { interest[symbol] += 1 }
    }

    mutating func removePosition(_ ticket: UInt64) {
        guard let index = book.firstIndex(where: { $0.ticket == ticket }) else { return }
        let position = book.remove(at: index)
        if let symbol = number(of: position.symbol) { interest[symbol] -= 1 }
    }
}
