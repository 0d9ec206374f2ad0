package import Telemetry

/// What the publisher did with the ticks of one symbol in one epoch; a subscriber is judged by it.
///
/// `ticks = sent + dropped + muted`, apart from one tick that a reordering may hold back.
package struct SymbolTruth: Sendable, Equatable {
    /// The name of the symbol.
    package let symbol: String
    /// Ticks taken from the source.
    package var ticks: UInt64 = 0
    /// Ticks handed to libzmq, copies not counted.
    package var sent: UInt64 = 0
    /// Ticks that a full queue refused; their numbers are used up, so that a subscriber sees the gap.
    package var dropped: UInt64 = 0
    /// Ticks that the fault `mute` kept back; they use no number.
    package var muted: UInt64 = 0
    /// Second copies of ticks that were sent.
    package var duplicates: UInt64 = 0
    /// Ticks that were sent after their successor.
    package var reordered: UInt64 = 0
    /// Ticks that were sent with a quote that cannot be.
    package var damaged: UInt64 = 0
    /// Numbers that were left out on purpose.
    package var skipped: UInt64 = 0
    /// Numbers by which the sequence was set back on purpose.
    package var rewound: UInt64 = 0
    /// The last number given to a tick; 0 when there was none.
    package var lastSequence: UInt64 = 0

    package init(symbol: String) { self.symbol = symbol }
}

/// What the publisher did in one epoch.
package struct EpochTruth: Sendable, Equatable {
    /// Wall-clock seconds of its start.
    package let epoch: Int64
    /// In the order of the source's symbols.
    package var symbols: [SymbolTruth]
}

/// Everything a publisher did, by its own account.
package struct GatewayTruth: Sendable, Equatable {
    /// The epoch that is current.
    package internal(set) var current: EpochTruth
    /// The epochs that faults ended, oldest first.
    package internal(set) var finished: [EpochTruth] = []
    /// Heartbeat frames handed to libzmq.
    package internal(set) var heartbeatsSent: UInt64 = 0
    /// Heartbeat frames that a full queue refused.
    package internal(set) var heartbeatsDropped: UInt64 = 0
    /// `EXEC` events handed to libzmq.
    package internal(set) var executionsSent: UInt64 = 0
    /// `EXEC` events that a full queue refused; their numbers are used up.
    package internal(set) var executionsDropped: UInt64 = 0
    /// The last number of an `EXEC` event in the current epoch.
    package internal(set) var lastExecution: UInt64 = 0
    /// Frames sent that cannot be decoded.
    package internal(set) var garbageSent: UInt64 = 0
    /// Frames sent that are longer than a subscriber takes.
    package internal(set) var oversizeSent: UInt64 = 0
    /// Messages sent that consist of empty parts.
    package internal(set) var partsSent: UInt64 = 0
    /// Ticks sent of symbols that nobody asked for.
    package internal(set) var unknownSymbolsSent: UInt64 = 0
    /// Messages of faults that a full queue refused.
    package internal(set) var faultMessagesDropped: UInt64 = 0
    /// How often each fault was produced, in the order of `GatewayFault.Kind.allCases`.
    package internal(set) var faultCounts: [UInt64]
    /// How often a flat-out schedule waited for a full queue.
    package internal(set) var fullQueueWaits: UInt64 = 0
    /// Subscriptions that exist now.
    package internal(set) var subscriptions = 0
    /// Subscriptions that were ever made.
    package internal(set) var subscriptionsMade: UInt64 = 0
    /// Whether the source has no more ticks.
    package internal(set) var isAtEnd = false
    /// Why publishing ended, when it was not asked to.
    package internal(set) var failure: String?

    package init(epoch: Int64, symbols: [String]) {
        current = EpochTruth(epoch: epoch, symbols: symbols.map(SymbolTruth.init(symbol:)))
        faultCounts = GatewayFault.Kind.allCases.map { _ in 0 }
    }

    /// All epochs, oldest first.
    package var epochs: [EpochTruth] { finished + [current] }

    /// A sum over all epochs and symbols.
    package func total(_ count: KeyPath<SymbolTruth, UInt64>) -> UInt64 {
        epochs.reduce(0) { $0 + $1.symbols.reduce(0) { $0 + $1[keyPath: count] } }
    }

    /// How often a fault was produced.
    package func count(of kind: GatewayFault.Kind) -> UInt64 {
        GatewayFault.Kind.allCases.firstIndex(of: kind).map { faultCounts[$0] } ?? 0
    }

    mutating func countFault(_ kind: GatewayFault.Kind) {
        if let index = GatewayFault.Kind.allCases.firstIndex(of: kind) { faultCounts[index] += 1 }
    }
}

extension GatewayTruth {
    /// Writes the account as members of the object that is open.
    package func write(to json: inout JSONWriter) {
        json.value(current.epoch, "epoch")
        json.value(total(\.ticks), "ticks")
        json.value(total(\.sent), "sent")
        json.value(total(\.dropped), "dropped")
        json.value(heartbeatsSent, "heartbeats_sent")
        json.value(heartbeatsDropped, "heartbeats_dropped")
        json.value(executionsSent, "exec_sent")
        json.value(executionsDropped, "exec_dropped")
        json.value(garbageSent, "garbage_sent")
        json.value(oversizeSent, "oversize_sent")
        json.value(partsSent, "parts_sent")
        json.value(unknownSymbolsSent, "unknown_symbols_sent")
        json.value(faultMessagesDropped, "fault_messages_dropped")
        json.value(fullQueueWaits, "full_queue_waits")
        json.value(subscriptions, "subscriptions")
        json.value(subscriptionsMade, "subscriptions_made")
        json.value(isAtEnd, "at_end")
        if let failure { json.value(failure, "failure") }
        json.object("faults") { json in
            for (kind, count) in zip(GatewayFault.Kind.allCases, faultCounts) where count > 0 {
                json.value(count, kind.rawValue)
            }
        }
        json.array("epochs") { json in
            for epoch in epochs {
                json.object { json in
                    json.value(epoch.epoch, "epoch")
                    json.object("symbols") { json in
                        for symbol in epoch.symbols { symbol.write(to: &json) }
                    }
                }
            }
        }
    }

    /// The account as one JSON document, with that of the orders where there is one.
    package func json(with orders: OrderTruth?) -> String {
        var writer = JSONWriter()
        writer.object { json in
            write(to: &json)
            if let orders { json.object("orders") { orders.write(to: &$0) } }
        }
        return writer.text
    }

    /// The account as lines for a person: one for each symbol of each epoch, then the totals.
    package var summaryLines: [String] {
        var lines: [String] = []
        for epoch in epochs {
            for symbol in epoch.symbols {
                lines.append(
                    "epoch \(epoch.epoch) \(symbol.symbol): \(symbol.sent) sent, "
                        + "\(symbol.dropped) dropped, last seq \(symbol.lastSequence)"
                )
            }
        }
        lines.append(
            "total: \(total(\.sent)) sent, \(total(\.dropped)) dropped, "
                + "\(heartbeatsSent) heartbeats, \(fullQueueWaits) waits for a full queue"
        )
        let faults = zip(GatewayFault.Kind.allCases, faultCounts).filter { $0.1 > 0 }
        if !faults.isEmpty {
            lines.append(
                "faults: " + faults.map { "\($0.0.rawValue) \($0.1)" }.joined(separator: ", ")
            )
        }
        return lines
    }
}

extension SymbolTruth {
    fileprivate func write(to json: inout JSONWriter) {
        json.object(symbol) { json in
            json.value(ticks, "ticks")
            json.value(sent, "sent")
            json.value(dropped, "dropped")
            json.value(muted, "muted")
            json.value(duplicates, "duplicates")
            json.value(reordered, "reordered")
            json.value(damaged, "damaged")
            json.value(skipped, "skipped")
            json.value(rewound, "rewound")
            json.value(lastSequence, "last_seq")
        }
    }
}
