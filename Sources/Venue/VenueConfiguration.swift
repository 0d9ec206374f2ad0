/// Everything that can be chosen about a simulator.
package struct VenueConfiguration: Sendable {
    /// Where messages come from.
    package enum Market: Sendable, Equatable {
        /// Captures, merged by time.
        case replay([String])
        /// A market that does not exist: so many events per second of all symbols together.
        case synthetic(symbols: [String], rate: Double, seed: UInt64)

        /// How long the first message waits when nothing else is said.
        ///
        /// A replay waits, so that its messages can be counted on both sides; a made-up market does not.
        package var subscriberWaitDefault: Duration {
            switch self {
            case .replay: .seconds(10)
            case .synthetic: .zero
            }
        }
    }

    /// Who the simulator is to clients that connect with TLS.
    package struct Identity: Sendable, Equatable {
        /// The certificate with its chain (PEM).
        package var certificateFile: String
        /// The key of the certificate (PEM).
        package var keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// An address and a port; port 0 takes any free one.
    package struct Address: Sendable, Equatable {
        /// An IPv4 or IPv6 address of this machine.
        package var host: String
        /// The port.
        package var port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    /// How fast messages follow each other.
    package enum Pace: Sendable, Equatable {
        /// A multiple of the market's own pace.
        case multiple(Double)
        /// As fast as the slowest client takes them.
        case flatOut
    }

    /// Where messages come from; `nil` symbols are the usual ones.
    package var market = Market.synthetic(
        symbols: VenueMarket.defaultSymbols,
        rate: VenueMarket.defaultRate,
        seed: 1
    )
    /// Which market it is; `nil` lets captures say it, and is spot without any.
    package var kind: MarketKind?
    /// Where WebSockets are served with TLS; `nil` is nowhere.
    package var secureAddress: Address?
    /// Who it is there.
    package var identity: Identity?
    /// Where WebSockets are served without TLS; `nil` is nowhere.
    package var plainAddress: Address?
    /// Where requests are answered.
    package var restAddress = Address(host: "127.0.0.1", port: 0)
    /// How fast messages follow each other.
    package var pace = Pace.multiple(1)
    /// Faults at given times after publishing began.
    package var faults: [ScheduledVenueFault] = []
    /// Whether faults are taken as requests.
    package var acceptsFaultRequests = true
    /// Changes of a book that make one message on the first, second … connection, over and over; empty is as
    /// the streams' names say.
    package var merges: [Int] = []
    /// How long the first message waits for somebody who takes a stream; `nil` is
    /// ``Market/subscriberWaitDefault``.
    package var subscriberWait: Duration?
    /// For how many connections that take a stream it waits.
    package var subscribersWanted = 1
    /// How long a connection lasts.
    package var connectionLife = Duration.seconds(86_400)
    /// When everything ends; `nil` is never.
    package var runTime: Duration?
    /// How long a finished replay stays; `nil` is for ever.
    package var stayAfterReplay: Duration?
    /// Bytes that may wait for one client; who lets more wait is cut.
    package var queuedBytesMax = 16_777_216
    /// The most connections at once.
    package var connectionsMax = 1000
    /// New connections in five minutes.
    package var connectionsPerFiveMinutes = 300
    /// The weight of a minute's requests; `nil` is the venue's.
    package var requestWeightMax: Int?
    /// Messages of a client in a second; `nil` is the venue's.
    package var messagesPerSecond: Int?
    /// How often clients are pinged; `nil` is the venue's time.
    package var pingInterval: Duration?
    /// How long a pong may take; `nil` is the venue's time.
    package var pongTimeout: Duration?
    /// Whether checksums of what each client is sent are made.
    package var hasChecksums = false

    /// The most faults that can be scheduled.
    package static let faultsMax = 10_000

    package init() {}
}

/// How much a line of the simulator's log matters.
package enum VenueLogLevel: Sendable {
    case info
    case warning
    case error
}

/// Takes the simulator's log lines; called on its thread.
package typealias VenueLog = @Sendable (VenueLogLevel, String) -> Void

extension VenueConfiguration.Pace {
    /// The multiples that can be asked for.
    package static let multiples = 0.001...1_000_000
}
