import Alerting
import TradingCore

/// A moment so many seconds after the start of a test.
func at(_ seconds: Double) -> AlertTime {
    let nanoseconds = Int64(seconds * 1e9)
    return AlertTime(
        monotonic: MonotonicTime(nanoseconds: nanoseconds),
        wall: WallTime(nanoseconds: 1_800_000_000_000_000_000 + nanoseconds)
    )
}

extension AlertAction {
    /// What was handed to the webhook.
    var delivered: AlertMessage? {
        guard case .deliver(let message) = self else { return nil }
        return message
    }

    /// What was told to who follows.
    var told: AlertMessage? {
        guard case .tell(let message) = self else { return nil }
        return message
    }
}

extension AlertReport {
    /// A feed without data.
    static func starved(_ feed: String = "mt5") -> AlertReport {
        AlertReport(.dataStarved, feed, .critical, "no data")
    }

    /// A feed that was not reached so many times in a row.
    static func unreached(_ failures: Int, _ feed: String = "mt5") -> AlertReport {
        AlertReport(.reconnectFailure, feed, .info, "refused", failuresInARow: failures)
    }
}
