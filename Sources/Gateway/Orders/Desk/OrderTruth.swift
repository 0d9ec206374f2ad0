package import Telemetry

/// How many commands there were, by what became of them.
package struct OrderCounts: Sendable, Equatable {
    /// Order commands that came in, repetitions included.
    package internal(set) var commands: UInt64 = 0
    /// Order commands that were answered from memory.
    package internal(set) var repeated: UInt64 = 0
    /// Order commands whose id had been used for another one.
    package internal(set) var conflicting: UInt64 = 0
    /// Order commands that the gateway refused itself.
    package internal(set) var refused: UInt64 = 0
    /// Order commands that the venue refused.
    package internal(set) var rejected: UInt64 = 0
    /// Ids that were fenced.
    package internal(set) var fenced: UInt64 = 0
    /// Queries that were answered.
    package internal(set) var queries: UInt64 = 0
    /// Answers that could not be sent, because the asker was gone or took none.
    package internal(set) var repliesDropped: UInt64 = 0
}

/// What became of the commands of a gateway, by its own account; clients are judged by it.
package struct OrderTruth: Sendable, Equatable {
    /// How many commands there were in this life.
    package internal(set) var counts = OrderCounts()
    /// Executions at the venue, those before a restart included.
    package private(set) var executed: UInt64 = 0
    /// The most executions that one id had; more than 1 breaks the promise of "at most once".
    package private(set) var executionsMax = 0

    private var executions: [String: Int] = [:]
    private var order: [String] = []

    /// The ids that the status names; a summary names all.
    static let statusIDsMax = 200

    package init() {}

    /// How often an id was executed.
    package func executions(of requestID: String) -> Int { executions[requestID] ?? 0 }

    mutating func countExecution(of requestID: String, times: Int = 1) {
        if executions[requestID] == nil { order.append(requestID) }
        let count = (executions[requestID] ?? 0) + times
        executions[requestID] = count
        executed += UInt64(times)
        executionsMax = max(executionsMax, count)
    }

    /// Writes the account as members of the object that is open.
    ///
    /// - Parameters:
    ///   - json: Where it is written.
    ///   - idsMax: How many ids are named: those executed more than once first, then the latest.
    package func write(to json: inout JSONWriter, idsMax: Int = .max) {
        json.value(counts.commands, "commands")
        json.value(counts.repeated, "repeated")
        json.value(counts.conflicting, "conflicting")
        json.value(counts.refused, "refused")
        json.value(counts.rejected, "rejected")
        json.value(counts.fenced, "fenced")
        json.value(counts.queries, "queries")
        json.value(counts.repliesDropped, "replies_dropped")
        json.value(executed, "executed")
        json.value(executionsMax, "executions_max")
        let isSeveral = executionsMax > 1
        let several = isSeveral ? order.filter { executions(of: $0) > 1 }.prefix(idsMax) : []
        let rest = order.reversed().lazy.filter { executions(of: $0) == 1 }
        json.object("executions") { json in
            for id in several { json.value(executions(of: id), id) }
            for id in rest.prefix(idsMax - several.count) { json.value(1, id) }
        }
    }

    /// The account as a line for a person.
    package var summaryLine: String {
        "orders: \(counts.commands) commands, \(executed) executed, at most \(executionsMax) times each, "
            + "\(counts.refused) refused, \(counts.rejected) rejected, \(counts.repeated) repeated"
    }
}
