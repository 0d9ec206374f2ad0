internal import OrderEntry
internal import Platform
internal import TradingCore

/// The look at the kill switch that the order thread takes right before each send.
///
/// It probes the file itself: an answer of the loop's last step would be up to an interval old.
final class LastHop: LastHopCheck {
    private let killSwitch: KillSwitchGuard
    private let watch: Locked<KillSwitchWatch>

    init(_ killSwitch: KillSwitchGuard) {
        self.killSwitch = killSwitch
        watch = Locked(
            KillSwitchWatch(killSwitch.file, wallNanoseconds: SystemClock.wallNanoseconds())
        )
    }

    func block(of intent: OrderIntent) -> OrderBlock? {
        let now = SystemClock.wallNanoseconds()
        let observation = watch.withLock { $0.observe(wallNanoseconds: now) }
        let reading = killSwitch.note(observation, at: WallTime(nanoseconds: now))
        guard !intent.passesKillSwitch else { return nil }
        if reading.isEngaged { return .killSwitch }
        let stopped = killSwitch.current.stoppedSymbols
        return stopped.contains { KillSwitchScope.symbol($0).matches(.symbol(intent.symbol)) }
            ? .killSwitch : nil
    }
}
