internal import TradingCore

/// Decides what people are told of what goes wrong: once, again when it becomes worse, and when it is over.
///
/// It knows alerts by type and subject. A sign of an alert that is active already only counts; a severity
/// never falls while an alert is active. What comes back soon after its end flaps, and its next end is told
/// only when it stays away. A value: it is handed the time and returns what is to be done.
package struct AlertCenter: Sendable {
    /// What became of alerts since the start.
    package struct Counters: Sendable, Equatable {
        /// Alerts that began, by ``AlertType/allCases``.
        package internal(set) var raised = [UInt64](repeating: 0, count: AlertType.allCases.count)
        /// Alerts that made room for others while they were active.
        package internal(set) var displaced: UInt64 = 0
        /// Signs that found no room, because all that was active mattered at least as much.
        package internal(set) var refused: UInt64 = 0
    }

    private let settings: AlertCenterSettings
    private let idPrefix: String
    private var alertCount: UInt64 = 0
    /// The alerts that last, oldest first.
    package private(set) var active: [Alert] = []
    /// The alerts that are over, oldest first.
    package private(set) var history: [Alert] = []
    /// What became of alerts.
    package private(set) var counters = Counters()

    /// Creates a center without alerts.
    ///
    /// - Parameters:
    ///   - settings: When alerts are repeated, become worse and are over.
    ///   - idPrefix: Begins each id; differs in every run of the process.
    package init(_ settings: AlertCenterSettings, idPrefix: String) {
        precondition(
            settings.activeMax > 0,
            "activeMax must be positive, was \(settings.activeMax)"
        )
        self.settings = settings
        self.idPrefix = idPrefix
    }

    /// Takes an event.
    package mutating func take(_ event: AlertEvent, at now: AlertTime) -> [AlertAction] {
        var actions: [AlertAction] = []
        switch event {
        case .raised(let report): raise(report, isLook: false, at: now, &actions)
        case .resolved(let type, let subject): clear(type, subject, at: now, &actions)
        case .standing(let type, let reports):
            for report in reports { raise(report, isLook: true, at: now, &actions) }
            let subjects = reports.map { Self.subject($0.subject) }
            for alert in active where alert.type == type && !subjects.contains(alert.subject) {
                clear(type, alert.subject, at: now, &actions)
            }
        }
        return actions
    }

    /// Does what time alone brings: escalations, reminders and ends.
    package mutating func advance(to now: AlertTime) -> [AlertAction] {
        var actions: [AlertAction] = []
        for index in active.indices.reversed() where isOver(active[index], at: now) {
            close(index, at: now, &actions)
        }
        for index in active.indices where active[index].clearedAt == nil {
            escalate(index, at: now, &actions)
        }
        return actions
    }

    // MARK: Raising

    private mutating func raise(
        _ report: AlertReport,
        isLook: Bool,
        at now: AlertTime,
        _ actions: inout [AlertAction]
    ) {
        let severity = settings.severity(of: report)
        let message = AlertText.bounded(report.message, AlertText.messageMax)
        let subject = Self.subject(report.subject)
        guard let index = index(report.type, subject) else {
            begin(report.type, subject, severity, message, at: now, &actions)
            return
        }
        if !isLook || active[index].clearedAt != nil { active[index].count &+= 1 }
        active[index].last = now
        active[index].clearedAt = nil
        active[index].message = message
        guard severity > active[index].severity else { return }
        active[index].severity = severity
        tell(.escalated, index, at: now, &actions)
    }

    private mutating func begin(
        _ type: AlertType,
        _ subject: String,
        _ severity: AlertSeverity,
        _ message: String,
        at now: AlertTime,
        _ actions: inout [AlertAction]
    ) {
        guard makeRoom(for: severity, at: now) else {
            counters.refused &+= 1
            return
        }
        alertCount &+= 1
        var alert = Alert(
            id: "\(idPrefix)-\(alertCount)",
            type: type,
            subject: subject,
            severity: severity,
            message: message,
            first: now,
            last: now,
            toldAt: now.monotonic
        )
        if type.isCondition, isFlapping(type, subject, at: now) {
            alert.settlePeriod = settings.flapSettlePeriod
        }
        active.append(alert)
        counters.raised[type.index] &+= 1
        tell(.raised, active.count - 1, at: now, &actions)
    }

    /// Displaces the oldest of the least that matters, if it matters less than what is to come.
    private mutating func makeRoom(for severity: AlertSeverity, at now: AlertTime) -> Bool {
        guard active.count >= settings.activeMax else { return true }
        var victim = 0
        for index in active.indices where active[index].severity < active[victim].severity {
            victim = index
        }
        guard active[victim].severity < severity else { return false }
        var displaced = active.remove(at: victim)
        displaced.state = .displaced
        counters.displaced &+= 1
        remember(displaced)
        return true
    }

    private func isFlapping(_ type: AlertType, _ subject: String, at now: AlertTime) -> Bool {
        history.contains { alert in
            guard alert.type == type, alert.subject == subject, alert.state == .resolved,
                let clearedAt = alert.clearedAt
            else { return false }
            return now.monotonic - clearedAt.monotonic < settings.flapWindow
        }
    }

    private mutating func escalate(
        _ index: Int,
        at now: AlertTime,
        _ actions: inout [AlertAction]
    ) {
        let alert = active[index]
        switch alert.severity {
        case .info: break
        case .warning:
            guard let limit = settings.escalateAfter(alert.type),
                now.monotonic - alert.first.monotonic >= limit
            else { return }
            active[index].severity = .critical
            tell(.escalated, index, at: now, &actions)
        case .critical:
            guard alert.type.isCondition, let remindAfter = settings.remindAfter,
                now.monotonic - alert.toldAt >= remindAfter
            else { return }
            tell(.reminder, index, at: now, &actions)
        }
    }

    // MARK: Ending

    private mutating func clear(
        _ type: AlertType,
        _ subject: String,
        at now: AlertTime,
        _ actions: inout [AlertAction]
    ) {
        guard type.isCondition, let index = index(type, Self.subject(subject)) else { return }
        if active[index].clearedAt == nil { active[index].clearedAt = now }
        if isOver(active[index], at: now) { close(index, at: now, &actions) }
    }

    private func isOver(_ alert: Alert, at now: AlertTime) -> Bool {
        if alert.type.isCondition {
            guard let clearedAt = alert.clearedAt else { return false }
            return now.monotonic - clearedAt.monotonic >= alert.settlePeriod
        }
        return now.monotonic - alert.last.monotonic >= settings.quietPeriod
    }

    private mutating func close(
        _ index: Int,
        at now: AlertTime,
        _ actions: inout [AlertAction]
    ) {
        if active[index].type.isCondition {
            active[index].state = .resolved
            tell(.resolved, index, at: now, &actions)
        } else {
            active[index].state = .ended
        }
        remember(active.remove(at: index))
    }

    private mutating func remember(_ alert: Alert) {
        if history.count >= settings.historyMax {
            history.removeFirst(history.count - settings.historyMax + 1)
        }
        history.append(alert)
    }

    // MARK: Telling

    private mutating func tell(
        _ stage: AlertMessage.Stage,
        _ index: Int,
        at now: AlertTime,
        _ actions: inout [AlertAction]
    ) {
        let isHeard =
            stage == .resolved
            ? active[index].isDelivered : active[index].severity >= settings.deliverFrom
        active[index].messageCount &+= 1
        active[index].toldAt = now.monotonic
        if isHeard { active[index].isDelivered = true }
        let message = AlertMessage(stage: stage, alert: active[index], time: now)
        actions.append(.tell(message))
        if isHeard { actions.append(.deliver(message)) }
    }

    private func index(_ type: AlertType, _ subject: String) -> Int? {
        active.firstIndex { $0.type == type && $0.subject == subject }
    }

    private static func subject(_ text: String) -> String {
        AlertText.bounded(text, AlertText.subjectMax)
    }
}

extension AlertType {
    /// The place in ``allCases``, which is the order of counters.
    package var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
