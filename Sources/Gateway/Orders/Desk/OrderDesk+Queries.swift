import Telemetry
import TradingCore

extension OrderDesk {
    /// The most deals that one `SYNC_ALL` tells.
    static let dealsMax = 200

    /// Whether nothing that adds risk is taken.
    package var isKilled: Bool { isKillSwitchEngaged || isKillFileEngaged }

    /// Answers what may be asked as often as one likes.
    mutating func reply(to work: DeskCommand.Work, at now: DeskMoment) -> StoredReply {
        switch work {
        case .order: preconditionFailure("an order is no query")
        case .status(let id):
            guard configuration.contract.contains(.status) else { return .unknown("ORDER_STATUS") }
            return status(of: id)
        case .fence(let id):
            guard configuration.contract.contains(.fence) else { return .unknown("ORDER_FENCE") }
            return fenced(id)
        case .positions:
            return .done("positions") { json in writePositions(to: &json) }
        case .account:
            return .done("account") { json in DeskText.write(venue.account, to: &json) }
        case .symbol(let name):
            guard let found = venue.instrument(name) else {
                return StoredReply(
                    refusing: ReturnCode.unknownSymbol,
                    "symbol \(name) is not quoted here"
                )
            }
            return .done("symbol") { json in
                DeskText.write(found.definition, found.quote, to: &json)
            }
        case .synchronize(let number): return synchronize(since: number)
        case .engageKillSwitch(let reason, let cancels):
            return engage(reason, cancels, now)
        case .releaseKillSwitch(let operatorName, let reason):
            setKillSwitch(false, operatorName, reason)
            return killReply("released", cancelled: 0)
        }
    }

    // MARK: One order

    private func status(of id: String) -> StoredReply {
        let isFenced = tombstones.contains(id)
        let isInFlight = !isFenced && (doubts[id] != nil || queued.contains(id))
        let report: VenueReport?
        if isFenced {
            report = nil
        } else if isInFlight {
            report = .inDoubt
        } else if let decision = memory[id] {
            report = venue.search(requestID: id) ?? decision.reply.refusal
        } else {
            // Without a memory only the venue's books are left.
            report = configuration.contract.contains(.dedup) ? nil : venue.search(requestID: id)
        }
        let code =
            isInFlight
            ? ReturnCode.timeout
            : report?.code ?? (isFenced ? ReturnCode.fenced : ReturnCode.none)
        return .done(report == nil ? "not known" : "known") { json in
            json.value(report != nil, "known")
            json.value(isFenced, "fenced")
            json.value(isInFlight, "in_flight")
            json.value(code, "retcode")
            if let report {
                json.object("report") { DeskText.write(report, to: &$0) }
            } else {
                json.null("report")
            }
        }
    }

    private mutating func fenced(_ id: String) -> StoredReply {
        let isWaiting = queued.contains(id)
        let isOpen = memory[id] == nil && doubts[id] == nil
        // What still waits here is not executed any more, and its asker is told so when it is due.
        if let journalFailure, isOpen {
            return StoredReply(refusing: ReturnCode.error, journalFailure)
        }
        guard isOpen, isWaiting || !isAtVenue(id) else { return status(of: id) }
        guard tombstones.count < configuration.commandsMax || tombstones.contains(id) else {
            return StoredReply(refusing: ReturnCode.rateLimited, "too many fences")
        }
        fence(id)
        return status(of: id)
    }

    private func isAtVenue(_ id: String) -> Bool {
        !configuration.contract.contains(.dedup) && venue.search(requestID: id) != nil
    }

    // MARK: Everything

    private func writePositions(to json: inout JSONWriter) {
        json.array("positions") { json in
            for position in venue.positions { json.object { DeskText.write(position, to: &$0) } }
        }
    }

    private mutating func synchronize(since number: UInt64) -> StoredReply {
        // So that the count of events and the state belong together.
        collectVenueChanges()
        let deals = venue.deals(after: number, limit: Self.dealsMax)
        return .done("everything") { json in
            json.object("account") { DeskText.write(venue.account, to: &$0) }
            writePositions(to: &json)
            json.array("orders") { json in
                for order in venue.workingOrders { json.object { DeskText.write(order, to: &$0) } }
            }
            json.array("deals") { json in
                for deal in deals { json.object { DeskText.write(deal, to: &$0) } }
            }
            json.value((deals.last?.number ?? venue.lastDeal) >= venue.lastDeal, "complete")
            json.value(venue.lastDeal, "last_deal")
            json.value(eventCount, "exec_seq")
            json.value(isKilled, "killed")
        }
    }

    // MARK: Kill switch

    private mutating func engage(
        _ reason: String,
        _ cancels: Bool,
        _ now: DeskMoment
    ) -> StoredReply {
        setKillSwitch(true, "", reason)
        let before = venue.workingOrders.count
        if cancels { withdrawOrders(reason: "kill switch: \(reason)", now) }
        return killReply("engaged", cancelled: before - venue.workingOrders.count)
    }

    private mutating func setKillSwitch(
        _ isEngaged: Bool,
        _ operatorName: String,
        _ reason: String
    ) {
        isKillSwitchEngaged = isEngaged
        output.records.append(
            .killSwitch(isEngaged: isEngaged, operatorName: operatorName, reason: reason)
        )
    }

    private func killReply(_ message: String, cancelled: Int) -> StoredReply {
        .done(message) { json in
            json.value(isKilled, "killed")
            json.value(cancelled, "orders_cancelled")
            json.value(0, "positions_closed")
            json.value(venue.positions.count, "total_positions")
        }
    }
}

extension StoredReply {
    /// The answer to a query.
    static func done(_ message: String, _ data: (inout JSONWriter) -> Void) -> StoredReply {
        StoredReply(code: ReturnCode.none, message: message, data: DeskText.object(data))
    }

    static func unknown(_ action: String) -> StoredReply {
        StoredReply(refusing: ReturnCode.invalid, "unknown action: \(action)")
    }

    /// The report of a command that the venue never saw.
    var refusal: VenueReport { .rejected(code, message) }
}
