import HTTPServer
import Platform
import Synchronization
import TradingCore
import WebSocket

/// The simulator of a venue inside this process: streams over WebSocket, and answers to requests.
///
/// One thread owns all connections. Everything it decides is decided by ``VenueCore``, so that what it sent
/// can be compared with what was received.
package final class VenueServer: Sendable {
    /// Where WebSockets are served with TLS, as in `wss://127.0.0.1:9443`; `nil` is nowhere.
    package let secureEndpoint: String?
    /// Where WebSockets are served without TLS.
    package let plainEndpoint: String?
    /// Where requests are answered, as in `http://127.0.0.1:8443`.
    package let restEndpoint: String
    /// The symbols that the market has at its beginning.
    package let symbols: [String]
    /// Which market it is.
    package let kind: MarketKind

    private let control: VenueControl
    private let thread: Locked<Thread?>

    /// Opens captures, binds all addresses and starts the thread.
    ///
    /// - Parameters:
    ///   - configuration: What to serve, where and how.
    ///   - log: Takes what a person should know.
    /// - Throws: ``VenueError`` with the file, option or address and what to do about it.
    package init(
        _ configuration: VenueConfiguration,
        log: @escaping VenueLog = { _, _ in }
    ) throws(VenueError) {
        try Self.check(configuration)
        let source = try Self.open(configuration)
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        let core = try VenueCore(configuration, source, at: now)
        let tls = try Self.identity(configuration)
        var doors: [VenueDoor] = []
        if let address = configuration.secureAddress {
            doors.append(VenueDoor(try Self.listen(address), tls: tls))
        }
        if let address = configuration.plainAddress {
            doors.append(VenueDoor(try Self.listen(address), tls: nil))
        }
        let rest = try Self.listen(configuration.restAddress)
        kind = core.kind
        symbols = core.books.symbols
        secureEndpoint = doors.first { $0.tls != nil }.flatMap { door in
            configuration.secureAddress.map { "wss://\($0.text(door.listener.port))" }
        }
        plainEndpoint = doors.first { $0.tls == nil }.flatMap { door in
            configuration.plainAddress.map { "ws://\($0.text(door.listener.port))" }
        }
        restEndpoint = "http://\(configuration.restAddress.text(rest.port))"
        for (symbol, book) in core.books.books.sorted(by: { $0.key < $1.key })
        where !book.hasSnapshot {
            log(
                .warning,
                "\(symbol): the captures hold no whole book; it is kept from changes alone"
            )
        }
        do throws(SystemError) {
            let control = VenueControl(
                core: Locked(core),
                wake: try WakeUp(),
                ended: try WakeUp()
            )
            self.control = control
            // The HTTP server closes it.
            let restListener = rest.release()
            thread = Locked(
                try Thread(name: "venue") { [doors] in
                    control.run(configuration, doors, restListener, log)
                }
            )
        } catch {
            throw VenueError(
                .cannotServe,
                at: "venue",
                error.description,
                remedy: "raise the limit of threads or descriptors"
            )
        }
    }

    deinit { stop() }

    /// Everything that happened so far, as JSON.
    package var summary: String {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        return control.core.withLock { $0.summary(at: now) }
    }

    /// Why publishing ended, when it was not asked to.
    package var failure: String? { control.core.withLock { $0.truth.failure } }

    /// Makes a fault happen, as a request for it does.
    ///
    /// - Returns: The numbers of the connections that it happens to.
    @discardableResult
    package func apply(_ fault: VenueFault) -> [Int] { control.apply(fault) }

    /// The descriptor that becomes readable when the thread has ended by itself or was stopped.
    package var endDescriptor: Int32 { control.ended.pollDescriptor }

    /// Asks the thread to end, from any thread; all connections are closed with it.
    package func stop() { control.stop() }

    /// Waits until the thread has ended; later calls return at once.
    package func join() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        thread?.join()
    }

    // MARK: Starting

    private static func check(_ configuration: VenueConfiguration) throws(VenueError) {
        guard configuration.faults.count <= VenueConfiguration.faultsMax else {
            throw VenueError(
                .invalidConfiguration,
                at: "--fault",
                "\(configuration.faults.count) faults",
                remedy: "give at most \(VenueConfiguration.faultsMax)"
            )
        }
        guard configuration.secureAddress != nil || configuration.plainAddress != nil else {
            throw VenueError(
                .invalidConfiguration,
                at: "--wss",
                "no WebSocket is served",
                remedy: "give an address for --wss or --ws"
            )
        }
    }

    private static func open(
        _ configuration: VenueConfiguration
    ) throws(VenueError) -> any MarketSource {
        switch configuration.market {
        case .replay(let paths): return try CaptureReplay(paths, kind: configuration.kind)
        case .synthetic(let symbols, let rate, let seed):
            return try VenueMarket(
                kind: configuration.kind ?? .spot,
                symbols: symbols,
                rate: rate,
                seed: seed,
                startMilliseconds: SystemClock.wallNanoseconds() / 1_000_000
            )
        }
    }

    private static func identity(
        _ configuration: VenueConfiguration
    ) throws(VenueError) -> TLSContext? {
        guard configuration.secureAddress != nil else { return nil }
        guard let identity = configuration.identity else {
            throw VenueError(
                .cannotServe,
                at: "--wss",
                "there is no certificate",
                remedy: "give --tls-cert and --tls-key"
            )
        }
        do throws(TLSFailure) {
            return try TLSContext(
                certificateFile: identity.certificateFile,
                keyFile: identity.keyFile
            )
        } catch {
            throw VenueError(
                .cannotServe,
                at: identity.certificateFile,
                error.description,
                remedy: "give a certificate and its key"
            )
        }
    }

    private static func listen(
        _ address: VenueConfiguration.Address
    ) throws(VenueError) -> TCPListener {
        do throws(SystemError) {
            return try TCPListener(host: address.host, port: address.port)
        } catch {
            throw VenueError(
                .cannotServe,
                at: address.text(address.port),
                error.description,
                remedy: "stop what uses the address, or choose another one"
            )
        }
    }
}

extension VenueConfiguration.Address {
    /// The address with a port, as it stands in a URL.
    fileprivate func text(_ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// A listening socket, and who the simulator is to those who come that way.
final class VenueDoor: Sendable {
    let listener: TCPListener
    let tls: TLSContext?

    init(_ listener: consuming TCPListener, tls: TLSContext?) {
        self.listener = listener
        self.tls = tls
    }
}

/// What the simulator's thread, its requests and its owner share.
final class VenueControl: Sendable {
    let core: Locked<VenueCore>
    let wake: WakeUp
    let ended: WakeUp
    private let stopRequested = Atomic(false)

    init(core: Locked<VenueCore>, wake: WakeUp, ended: WakeUp) {
        self.core = core
        self.wake = wake
        self.ended = ended
    }

    var isStopRequested: Bool { stopRequested.load(ordering: .acquiring) }

    func stop() {
        stopRequested.store(true, ordering: .releasing)
        wake.signal()
    }

    /// Makes a fault happen and wakes the thread for it.
    func apply(_ fault: VenueFault) -> [Int] {
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        let milliseconds = SystemClock.wallNanoseconds() / 1_000_000
        let numbers = core.withLock { $0.apply(fault, at: now, milliseconds: milliseconds) }
        wake.signal()
        return numbers
    }

    /// The body of the thread.
    func run(
        _ configuration: VenueConfiguration,
        _ doors: [VenueDoor],
        _ restListener: Int32,
        _ log: @escaping VenueLog
    ) {
        do throws(HTTPServerError) {
            var loop = try VenueLoop(configuration, doors, restListener, self, log)
            loop.run()
        } catch {
            core.withLock { $0.truth.failure = "the HTTP server does not start" }
            log(.error, "venue ends: the HTTP server does not start")
        }
        ended.signal()
    }
}
