// What must survive a restart: the loss of the day, the latches, who is disabled, which deals were counted.

extension RiskEngine {
    /// The state as it is to be stored; two that are equal need not be stored twice.
    ///
    /// Realised profit and the deals that made it are in one record, so that a crash between a deal and
    /// its storing counts the deal when it is told again.
    package var record: RiskRecord {
        let ledger = book.dealLedger
        var fields = [
            RiskRecord.Field("version", Self.recordVersion),
            RiskRecord.Field("day", daily.day.map { "\($0)" } ?? ""),
            RiskRecord.Field("realised", "\(daily.realised)"),
            RiskRecord.Field("realised_before", "\(daily.realisedBefore)"),
            RiskRecord.Field("start_unrealised", daily.startUnrealised.map { "\($0)" } ?? ""),
            RiskRecord.Field("baseline", "\(daily.baseline)"),
            RiskRecord.Field("raised_limit", daily.raisedLimit.map { "\($0)" } ?? ""),
            RiskRecord.Field("peak", "\(daily.peak)"),
            RiskRecord.Field("warned", daily.isWarned ? "1" : "0"),
            RiskRecord.Field("latches", "\(daily.latches.rawValue)"),
            RiskRecord.Field("deal_floor", "\(ledger.floor)"),
            RiskRecord.Field("deals", ledger.seen.map { "\($0)" }.joined(separator: ",")),
            RiskRecord.Field(
                "disabled_strategies",
                repeats.disabled.map { "\($0)" }.joined(separator: ",")
            ),
        ]
        for entry in repeats.entries {
            let signature = entry.signature
            let parts = [
                "\(signature.strategy)", instruments.symbol(of: signature.instrument),
                signature.side == .buy ? "buy" : "sell", "\(signature.lots)", "\(entry.count)",
            ]
            fields.append(RiskRecord.Field("repeat", parts.joined(separator: " ")))
        }
        return RiskRecord(fields: fields)
    }

    private static let recordVersion = "1"

    /// Takes up where the process before stopped; before anything else is told to the engine.
    ///
    /// - Parameters:
    ///   - record: What was stored.
    ///   - recentCommands: When commands were sent lately, by the wall clock. One that seems to lie in the
    ///     future, because the clock stepped, counts as sent now.
    ///   - time: The moment.
    /// - Throws: The field that cannot be read; nothing may be traded then.
    package mutating func restore(
        _ record: RiskRecord,
        recentCommands: [WallTime],
        at time: TradingLoop.StepTime
    ) throws(RiskRecordError) {
        let reader = RiskRecordReader(record: record)
        let version = try reader.text("version")
        guard version == Self.recordVersion else {
            throw RiskRecordError(field: "version", value: version)
        }
        var restored = DailyLoss()
        restored.day = try reader.optional("day") { Int($0) }
        restored.realised = try reader.value("realised") { Amount($0) }
        restored.realisedBefore = try reader.value("realised_before") { Amount($0) }
        restored.startUnrealised = try reader.optional("start_unrealised") { Amount($0) }
        restored.baseline = try reader.value("baseline") { Amount($0) }
        restored.raisedLimit = try reader.optional("raised_limit") { Amount($0) }
        restored.peak = try reader.value("peak") { Amount($0) }
        restored.isWarned = try reader.value("warned") {
            $0 == "0" ? false : $0 == "1" ? true : nil
        }
        restored.latches = try reader.value("latches") { text in
            UInt8(text).map(RiskLatches.init(rawValue:))
        }
        let floor = try reader.value("deal_floor") { UInt64($0) }
        let seen = try reader.list("deals", max: DealLedger.seenMax) { UInt64($0) }
        let disabled = try reader.list(
            "disabled_strategies",
            max: RepeatThrottle.strategiesMax
        ) { Int($0) }
        for text in reader.texts("repeat") { try restoreRepeats(text) }
        for strategy in disabled { _ = repeats.disable(strategy) }
        daily = restored
        book = PositionBook(restoring: DealLedger(floor: floor, seen: seen))
        isResumed = true
        restoreRate(recentCommands, at: time)
    }

    /// Counts commands of the process before against the order rate, also without any record.
    package mutating func restoreRate(
        _ recentCommands: [WallTime],
        at time: TradingLoop.StepTime
    ) {
        let ages = recentCommands.map { sent in
            let (age, overflow) = time.wall.nanoseconds
                .subtractingReportingOverflow(sent.nanoseconds)
            return overflow ? 0 : age
        }
        rate.restore(ages: ages, now: time.monotonic)
    }

    private mutating func restoreRepeats(_ text: String) throws(RiskRecordError) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 5, let strategy = Int(parts[0]), let id = identify(parts[1]),
            parts[2] == "buy" || parts[2] == "sell", let lots = Amount(parts[3]),
            let count = Int(parts[4]), count > 0
        else { throw RiskRecordError(field: "repeat", value: text) }
        let signature = RepeatThrottle.Signature(
            strategy: strategy,
            instrument: id,
            side: parts[2] == "buy" ? .buy : .sell,
            lots: lots
        )
        repeats.record(signature, count: count)
    }
}

/// A stored risk state that cannot be read.
package struct RiskRecordError: Error, Sendable, Equatable {
    /// The field.
    package let field: String
    /// What was found; `nil` for a field that is missing.
    package let value: String?

    init(field: String, value: String?) {
        self.field = field
        self.value = value
    }
}

extension RiskRecordError: CustomStringConvertible {
    /// What is wrong, and what to do.
    package var description: String {
        let found = value.map { "is '\($0)'" } ?? "is missing"
        return
            "the stored risk state cannot be read: \(field) \(found); what was lost today is not "
            + "known, restore the state directory from a copy or start with a new one on purpose"
    }
}

/// Reads the fields of a record, each by its name.
private struct RiskRecordReader {
    let record: RiskRecord

    func texts(_ name: String) -> [String] {
        record.fields.filter { $0.name == name }.map(\.value)
    }

    func text(_ name: String) throws(RiskRecordError) -> String {
        let found = texts(name)
        guard found.count == 1 else { throw RiskRecordError(field: name, value: found.last) }
        return found[0]
    }

    func value<Value>(
        _ name: String,
        _ parse: (String) -> Value?
    ) throws(RiskRecordError) -> Value {
        let text = try text(name)
        guard let value = parse(text) else { throw RiskRecordError(field: name, value: text) }
        return value
    }

    func optional<Value>(
        _ name: String,
        _ parse: (String) -> Value?
    ) throws(RiskRecordError) -> Value? {
        try text(name).isEmpty ? nil : value(name, parse)
    }

    func list<Value>(
        _ name: String,
        max: Int,
        _ parse: (String) -> Value?
    ) throws(RiskRecordError) -> [Value] {
        let text = try text(name)
        let parts = text.split(separator: ",", omittingEmptySubsequences: true)
        let values = parts.compactMap { parse(String($0)) }
        guard values.count == parts.count, values.count <= max else {
            throw RiskRecordError(field: name, value: text)
        }
        return values
    }
}
