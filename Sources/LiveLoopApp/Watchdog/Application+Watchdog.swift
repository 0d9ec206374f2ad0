internal import Platform
internal import Telemetry
internal import TradingCore

extension Application {
    /// Makes the thread that watches this process's loop; it does not run yet.
    ///
    /// - Parameters:
    ///   - notifier: The service manager, if there is one.
    ///   - abandon: Ends the process, because its threads do not end.
    /// - Returns: The watchdog.
    /// - Throws: `SystemError` when no descriptor is left.
    func makeWatchdog(
        notifier: ServiceNotifier?,
        abandon: @escaping @Sendable () -> Void
    ) throws(SystemError) -> WatchdogService {
        let (killSwitch, port, notices) = (killSwitch, loop.port, loop.notices)
        return try WatchdogService(
            watching: loop.progress,
            LoopWatchdog.Settings(
                stallLimit: configuration.loop.stallKill,
                feedInterval: notifier?.watchdogInterval
            ),
            outlet: WatchdogService.Outlet(
                engage: { trip in
                    killSwitch.engage(trip)
                    // The loop cannot tell the order thread: it hangs.
                    port.engageKillSwitch()
                },
                feed: { _ = notifier?.tell("WATCHDOG=1") },
                notify: { notices.append($0) },
                log: log,
                abandon: abandon
            )
        )
    }
}
