internal import OrderEntry
internal import Platform
internal import Telemetry
internal import TradingCore
internal import ZeroMQ

extension Application {
    /// The page of metrics for a scraper.
    ///
    /// It works while the loop is stuck, with what the loop said last, and waits for nothing longer than
    /// ``metricsWait``; any thread may ask at any time.
    func metricsText(openMetrics: Bool) -> String {
        metricsReport().text(openMetrics ? .openMetrics : .text)
    }

    /// The longest wait for a snapshot of the loop.
    private static let metricsWait = Duration.milliseconds(50)

    /// Everything that metrics are made of, now.
    func metricsReport() -> MetricsReport {
        let directories = configuration.directories
        var report = MetricsReport(
            status: report(wait: Self.metricsWait),
            constants: MetricsReport.Constants(
                swiftVersion: BuildInfo.swiftVersion,
                libraryVersion: BuildInfo.libraryVersion,
                configurationHash: configurationHash.withLock { $0.description },
                bufferCapacity: configuration.loop.bufferCapacity,
                retriesMax: configuration.network.maxRetries
            )
        )
        report.occupancy = buffer.occupancy
        report.lastStepEnd = loop.progress.lastStepEnd
        report.killSwitch = killSwitch.current
        report.killSwitchFigures = killSwitch.currentFigures
        report.orderEntry = running.withLock { $0.orders }?.snapshot
        report.process = .current()
        report.storage = [("journal", directories.state), ("log", directories.log)]
            .compactMap { area, path in
                // A file system that does not answer has no sample, which an alert can see.
                (try? FileSystemSpace(of: path)).map { (area, $0.freeBytes) }
            }
        report.others = alerts.metrics.families + metricSources.families
        return report
    }
}

/// What this program was built with.
enum BuildInfo {
    /// The version of the message library that it runs with.
    static var libraryVersion: String {
        let version = Context.libraryVersion
        return "\(version.major).\(version.minor).\(version.patch)"
    }

    /// The version of the language's tools, as far as the code can tell.
    static var swiftVersion: String {
        #if compiler(>=6.4)
        "6.4"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }
}
