import OrderEntry
import TradingCore

/// Nothing that a gateway can say traps, and what is read keeps its bounds.
func fuzzOrderWire(_ bytes: Span<UInt8>) {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    let decoder = OrderWireDecoder(magic: 107)
    if let event = try? decoder.event(copy, intent: { sampleIntent($0, .place) }) {
        if case .order(let id, let report) = event.event { check(report, of: id) }
    }
    guard let envelope = try? decoder.envelope(copy) else { return }
    precondition(envelope.message.utf8.count <= 256, "a message is too long")
    let id = OrderID(ledger: 1, epoch: 1, sequence: 1)
    for command in [OrderCommand.place, .cancel(ticket: 1, of: nil), .close(position: 1)] {
        let intent = sampleIntent(id, command)
        if let report = try? decoder.report(copy, envelope, about: intent) {
            check(report, of: id)
            apply(report, to: intent)
        }
        if let status = try? decoder.status(copy, envelope, about: intent),
            let report = status.report
        {
            check(report, of: id)
        }
    }
    _ = try? decoder.heartbeat(copy, envelope)
    _ = try? decoder.instrument(copy, envelope)
    if let account = try? decoder.account(copy, envelope) {
        let volumes = account.snapshot.positions.map(\.volume)
        precondition(volumes.allSatisfy { $0 > .zero }, "a position has no volume")
    }
}

private func check(_ report: OrderReport, of id: OrderID) {
    precondition(report.filled >= .zero, "\(id) is filled by \(report.filled)")
    precondition(report.message.utf8.count <= 256, "a message is too long")
}

/// Whatever is said of an order, it never holds more than was wanted.
private func apply(_ report: OrderReport, to intent: OrderIntent) {
    var record = OrderRecord(intent)
    let wall = WallTime(nanoseconds: 0)
    _ = record.apply(.sent(at: wall, validUntil: wall))
    _ = record.apply(.answered(report))
    precondition(record.filled <= intent.quantity, "\(record.filled) of \(intent.quantity)")
}

private func sampleIntent(_ id: OrderID, _ command: OrderCommand) -> OrderIntent {
    OrderIntent(
        id: id,
        command: command,
        origin: .killSwitch,
        symbol: "EURUSD",
        side: .buy,
        quantity: ExactDecimal(mantissa: 10, scale: 2),
        referencePrice: ExactDecimal(mantissa: 1, scale: 0),
        quoteTime: .zero,
        createdAt: WallTime(nanoseconds: 0),
        lifetime: .seconds(2),
        isReducing: false
    )
}
