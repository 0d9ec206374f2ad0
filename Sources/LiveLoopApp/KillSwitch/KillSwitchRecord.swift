import Telemetry
import TradingCore

/// A trip as one line of JSON, as it stands in the latch and in the journal.
enum KillSwitchRecord {
    /// The layout that is written and the only one that is read.
    static let version: Int64 = 1

    /// The members that describe a trip.
    static func write(_ trip: KillSwitchTrip, into json: inout JSONWriter) {
        if case .symbol(let name) = trip.scope {
            json.value(name, "symbol")
        } else {
            json.null("symbol")
        }
        json.value(trip.cause.rawValue, "cause")
        json.value(trip.reason, "reason")
        json.value(trip.operatorName, "operator")
        json.value(trip.time.nanoseconds, "time_ns")
        json.value(trip.time.description, "time")
        json.value(trip.noticedBy.rawValue, "noticed_by")
        if let reaction = trip.reactionMicroseconds { json.value(reaction, "reaction_us") }
    }

    /// One line, with its end, for the latch.
    static func line(_ trip: KillSwitchTrip) -> String {
        var json = JSONWriter()
        json.object {
            $0.value(version, "version")
            write(trip, into: &$0)
        }
        return json.text + "\n"
    }

    /// Reads a line of the latch; `nil` when anything in it is not understood.
    static func trip(_ line: some Sequence<UInt8>) -> KillSwitchTrip? {
        guard let record = FlatJSONObject(line), record.integer("version") == version,
            let cause = record.string("cause").flatMap(KillSwitchCause.init),
            let notice = record.string("noticed_by").flatMap(KillSwitchNotice.init),
            let reason = record.string("reason"),
            let operatorName = record.string("operator"),
            let time = record.integer("time_ns"),
            let scope = scope(record["symbol"])
        else { return nil }
        return KillSwitchTrip(
            scope: scope,
            cause: cause,
            reason: reason,
            operatorName: operatorName,
            time: WallTime(nanoseconds: time),
            noticedBy: notice,
            reactionMicroseconds: record.integer("reaction_us")
        )
    }

    private static func scope(_ value: FlatJSONObject.Value?) -> KillSwitchScope? {
        switch value {
        case .null: .all
        case .string(let name): .symbol(name)
        default: nil
        }
    }
}
