internal import Telemetry
internal import TradingCore

/// Reads the configuration again while the process runs, and puts in force what may change.
///
/// A signal, the control socket and the page may ask at once; one is served after the other.
final class ConfigurationReloader: Sendable {
    /// What it needs of the process.
    struct Outlet: Sendable {
        /// Reads and checks the configuration, as at the start.
        var read: @Sendable () throws(StartRefused) -> AppConfiguration
        /// Puts a decision in force.
        var apply: @Sendable (ReloadDecision) -> Void
        /// Tells the service manager that a reload begins or has ended.
        var tell: @Sendable (_ isBeginning: Bool) -> Void
        /// Takes the lines about it.
        var log: @Sendable (LogLevel, String) -> Void
    }

    private let outlet: Outlet
    private let inForce: Locked<AppConfiguration>

    init(_ configuration: AppConfiguration, outlet: Outlet) {
        inForce = Locked(configuration)
        self.outlet = outlet
    }

    /// Reads, decides, puts in force, and logs what became of it.
    ///
    /// - Parameter origin: Who asks, for the log.
    /// - Returns: Whether it was taken, and what happened, for the person who asked.
    func reload(askedBy origin: String) -> ControlReply {
        outlet.tell(true)
        let (isDone, lines) = inForce.withLock { current -> (Bool, [String]) in
            do throws(StartRefused) {
                let decision = ReloadDecision(from: current, to: try outlet.read())
                guard !decision.isRefused else { return (false, decision.lines) }
                outlet.apply(decision)
                current = decision.configuration
                return (true, decision.lines)
            } catch {
                let faults = error.message.split(separator: "\n").map(String.init)
                return (false, ["reload refused, nothing is changed:"] + faults)
            }
        }
        // Not below a warning: a reload that makes the log quieter must still be in it.
        outlet.log(.warning, "[RELOAD] asked for by \(origin)")
        for line in lines { outlet.log(isDone ? .warning : .error, "[RELOAD] \(line)") }
        outlet.tell(false)
        return ControlReply(isDone: isDone, message: lines.joined(separator: "\n"))
    }
}
