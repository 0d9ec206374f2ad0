internal import Platform

/// What the service manager is told of a running process; nothing where there is none.
struct ServiceState: Sendable {
    /// The way to the manager.
    let notifier: ServiceNotifier?
    private let mode: String
    private var shown = ""

    init(_ notifier: ServiceNotifier?, mode: TradingMode) {
        self.notifier = notifier
        self.mode = mode.rawValue.uppercased()
    }

    /// Every thread runs.
    mutating func started(isKilled: Bool) {
        shown = text(isKilled)
        notifier?.tell("READY=1\nSTATUS=\(shown)")
    }

    /// Says how it stands, if that has changed.
    mutating func update(isKilled: Bool) {
        let text = text(isKilled)
        guard text != shown else { return }
        shown = text
        notifier?.tell("STATUS=\(text)")
    }

    /// The ordered stop has begun.
    func stopping() { notifier?.tell("STOPPING=1\nSTATUS=stopping in order") }

    private func text(_ isKilled: Bool) -> String {
        "\(mode), Circuit Breaker: \(isKilled ? "ENGAGED" : "SAFE")"
    }
}
