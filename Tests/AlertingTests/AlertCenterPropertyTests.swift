import Alerting
import TestSupport
import Testing
import TradingCore

/// Whatever happens in whatever order, each alert has one beginning and at most one end.
@Suite struct AlertCenterPropertyTests {
    private static let types: [AlertType] = [
        .dataStarved, .reconnectFailure, .gatewaySilent, .gap, .killSwitch, .orderUnknown,
    ]

    private func report(_ random: inout SeededRandom) -> AlertReport {
        let type = Self.types.randomElement(using: &random) ?? .gap
        let severity = AlertSeverity.allCases.randomElement(using: &random) ?? .info
        let subject = String(Int.random(in: 0..<5, using: &random))
        let failures = Bool.random(using: &random) ? Int.random(in: 0..<8, using: &random) : nil
        return AlertReport(type, subject, severity, "m", failuresInARow: failures)
    }

    private func event(_ random: inout SeededRandom) -> AlertEvent {
        let report = report(&random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5: return .raised(report)
        case 5..<9: return .resolved(report.type, subject: report.subject)
        default:
            let type = report.type
            let count = Int.random(in: 0..<3, using: &random)
            let reports = (0..<count).map { AlertReport(type, String($0), .warning, "m") }
            return .standing(type, reports)
        }
    }

    @Test(arguments: UInt64(1)...30)
    func `every alert begins once, only grows worse and ends once`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var settings = AlertCenterSettings()
        settings.activeMax = Int.random(in: 1...12, using: &random)
        settings.historyMax = Int.random(in: 1...20, using: &random)
        settings.deliverFrom = AlertSeverity.allCases.randomElement(using: &random) ?? .info
        var center = AlertCenter(settings, idPrefix: "p")
        var messages: [AlertMessage] = []
        var delivered: [AlertMessage] = []
        var seconds = 0.0
        for _ in 0..<400 {
            seconds += Double.random(in: 0...40, using: &random)
            var actions = center.advance(to: at(seconds))
            actions += center.take(event(&random), at: at(seconds))
            messages += actions.compactMap(\.told)
            delivered += actions.compactMap(\.delivered)
            expectBounds(center, settings)
        }
        expectLives(messages)
        expectDelivered(delivered, among: messages)
        let begun = center.counters.raised.reduce(0, +)
        #expect(begun == UInt64(messages.count { $0.stage == .raised }))
        #expect(begun > 5)
    }

    private func expectBounds(_ center: AlertCenter, _ settings: AlertCenterSettings) {
        let keys = Set(center.active.map { "\($0.type)/\($0.subject)" })
        let isBounded =
            center.active.count <= settings.activeMax && center.history.count <= settings.historyMax
        let isSorted =
            center.active.allSatisfy { $0.state == .active }
            && center.history.allSatisfy { $0.state != .active }
        // One expectation for many steps: each costs more than a step.
        if !isBounded || !isSorted || keys.count != center.active.count {
            Issue.record("bounded \(isBounded), sorted \(isSorted), \(center.active)")
        }
    }

    private func expectLives(_ messages: [AlertMessage]) {
        #expect(Set(messages.map(\.id)).count == messages.count, "two messages of one id")
        for (id, life) in Dictionary(grouping: messages, by: \.alert.id) {
            let stages = life.map(\.stage)
            #expect(stages.first == .raised, "\(id)")
            #expect(stages.count { $0 == .raised } == 1, "\(id)")
            #expect(!stages.dropLast().contains(.resolved), "\(id)")
            for (one, next) in zip(life, life.dropFirst()) {
                #expect(one.alert.severity <= next.alert.severity, "\(id)")
                let isWorse = one.alert.severity < next.alert.severity
                #expect(isWorse == (next.stage == .escalated), "\(id)")
            }
        }
    }

    private func expectDelivered(_ delivered: [AlertMessage], among messages: [AlertMessage]) {
        let ids = delivered.map(\.id)
        #expect(messages.map(\.id).filter(Set(ids).contains) == ids, "another order")
        for message in messages where message.stage == .resolved {
            let wasHeard = delivered.contains {
                $0.alert.id == message.alert.id && $0.stage != .resolved
            }
            #expect(delivered.contains { $0.id == message.id } == wasHeard, "\(message.id)")
        }
    }
}
