internal import MarketFeed
internal import Platform
import TradingCore
internal import ZeroMQ

/// Which checks an audit of a configuration consists of, in their order.
struct AuditPlan {
    /// The configuration and where its files are.
    let prepared: Start.Prepared
    /// What the clocks showed at the start.
    let clock: ClockReading

    /// The checks; quick ones first, so that a wrong directory is told before the drills need it.
    ///
    /// - Throws: `CurveKeyFileError` when the keys of the feeds cannot be used.
    func checks() throws -> [any AuditCheck] {
        let factory = try FeedFactory(prepared.configuration)
        return machine + drills(factory) + (try network(factory)) + threads
            + [ClockCheck(before: clock)]
    }

    /// Checks that need no key, so that they run even when the keys cannot be used.
    var machine: [any AuditCheck] {
        let configuration = prepared.configuration
        let directories = configuration.directories
        let logFiles = Int64(1 + configuration.log.keptFilesMax)
        let logBytes = logFiles * Int64(configuration.log.fileMegabytesMax) * 1_000_000
        return [
            DirectoryCheck(variable: "MT5_CRS_LOCK_DIR", path: directories.lock),
            DirectoryCheck(variable: "MT5_CRS_STATE_DIR", path: directories.state),
            DirectoryCheck(variable: "MT5_CRS_LOG_DIR", path: directories.log),
            FileSystemCheck(
                lockDirectory: directories.lock,
                stateDirectory: directories.state,
                allowsAnyFileSystem: configuration.allowsRemoteKillSwitch
            ),
            SecretKeyCheck(settings: configuration.zeroMQ),
            InstanceCheck(lockFile: prepared.paths.instanceLockFile),
            DiskSpaceCheck(variable: "MT5_CRS_STATE_DIR", path: directories.state, logBytes: 0),
            DiskSpaceCheck(variable: "MT5_CRS_LOG_DIR", path: directories.log, logBytes: logBytes),
            DescriptorCheck(feedCount: configuration.feeds.all.count),
            LibraryCheck(
                version: Context.libraryVersion,
                hasCurve: Context.has("curve"),
                usesCurve: configuration.zeroMQ.curveServerKey != nil,
                remoteEndpoints: configuration.feeds.all.flatMap(\.endpoints)
                    .filter { !$0.isLocal }.map(\.text)
            ),
        ]
    }

    private func drills(_ factory: FeedFactory) -> [any AuditCheck] {
        let configuration = prepared.configuration
        let embedded = configuration.feeds.usesEmbeddedGateway ? "tcp://127.0.0.1:1" : nil
        let feed = factory.feeds(embeddedEndpoint: embedded)[0]
        return [
            KillSwitchDrill(
                base: configuration.directories.state,
                allowsAnyFileSystem: configuration.allowsRemoteKillSwitch
            ),
            StarvationDrill(limit: configuration.loop.starvation, settings: feed.supervisor),
            BackoffDrill(policy: configuration.network, settings: feed.supervisor),
            BufferDrill(capacity: configuration.loop.bufferCapacity), SequenceDrill(), FrameDrill(),
            RiskLimitDrill(limits: configuration.risk.limits), DuplicateOrderDrill(),
            StaleQuoteDrill(quoteAgeMax: configuration.risk.limits.quoteAgeMax),
        ]
    }

    private func network(_ factory: FeedFactory) throws -> [any AuditCheck] {
        let configuration = prepared.configuration
        let oversized = OversizedFrameDrill(messageBytesMax: configuration.zeroMQ.messageBytesMax)
        if configuration.feeds.usesEmbeddedGateway {
            return [oversized, try GatewayDrill(configuration)]
        }
        let feeds = factory.feeds(embeddedEndpoint: nil)
        return [
            oversized,
            EndpointCheck(
                feeds: feeds.map { EndpointCheck.Feed(name: $0.name, endpoints: $0.endpoints) },
                options: feeds[0].socket
            ),
        ]
    }

    /// What is measured on real threads comes last, when nothing else runs.
    private var threads: [any AuditCheck] {
        let configuration = prepared.configuration
        return [
            LoopJitterDrill(
                base: configuration.directories.state,
                allowsAnyFileSystem: configuration.allowsRemoteKillSwitch,
                interval: configuration.loop.interval
            ),
            KillReactionDrill(
                base: configuration.directories.state,
                allowsAnyFileSystem: configuration.allowsRemoteKillSwitch,
                interval: configuration.loop.interval
            ),
            LoopStallDrill(
                base: configuration.directories.state,
                allowsAnyFileSystem: configuration.allowsRemoteKillSwitch,
                interval: configuration.loop.interval
            ),
        ]
    }
}
