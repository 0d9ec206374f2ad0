/// `live-loop venue`: a simulator of a venue that serves market data for trials and tests.
package struct VenueOptions: Sendable, Equatable {
    /// `--replay`: captures that are replayed, merged by time.
    package var replayFiles: [String] = []
    /// `--market`: `spot` or `usdm`; `nil` lets captures say it.
    package var market: String?
    /// `--wss`: where WebSockets are served with TLS.
    package var secureAddress: ListenAddress?
    /// `--ws`: where they are served without.
    package var plainAddress: ListenAddress?
    /// `--rest`: where requests are answered.
    package var restAddress = ListenAddress("127.0.0.1:9080")
    /// `--tls-cert`: who the simulator is.
    package var certificateFile: String?
    /// `--tls-key`: the key of the certificate.
    package var keyFile: String?
    /// `--tls-dir`: where a certificate is made when none is given.
    package var certificateDirectory: String?
    /// `--speed`: how many times faster than recorded; `nil` is as fast as possible (`max`).
    package var speed: Double? = 1
    /// `--rate`: events of a made-up market in a second.
    package var rate: Int?
    /// `--symbols`: the symbols of a made-up market.
    package var symbols: [String] = []
    /// `--seed`: decides a made-up market.
    package var seed = 1
    /// `--merge`: changes of a book that make one message, for each connection in turn.
    package var merges: [Int] = []
    /// `--fault`: what goes wrong on purpose; the simulator knows the grammar.
    package var faults: [String] = []
    /// `--refuse-faults`: whether requests for faults are refused.
    package var refusesFaults = false
    /// `--wait-subscriber`: how long the first message waits for somebody who takes a stream.
    package var subscriberWait: Duration?
    /// `--subscribers`: for how many clients it waits.
    package var subscribersWanted: Int?
    /// `--life`: how long a connection lasts; `nil` is the venue's day.
    package var connectionLife: Duration?
    /// `--ping`: how often clients are pinged.
    package var pingInterval: Duration?
    /// `--pong`: how long an answer to a ping may take.
    package var pongTimeout: Duration?
    /// `--queue`: bytes that may wait for one client.
    package var queuedBytesMax: Int?
    /// `--weight`: the weight of requests in a minute.
    package var requestWeightMax: Int?
    /// `--connects`: new connections in five minutes.
    package var connectionsPerFiveMinutes: Int?
    /// `--checksums`: whether checksums of what is sent are in the summary.
    package var hasChecksums = false
    /// `--summary`: where the counts are written at the end, as JSON.
    package var summaryFile: String?
    /// `--for`: how long it runs; `nil` is until it is told to stop.
    package var runTime: Duration?
    /// `--stay`: how long it stays after the end of a replay; `nil` is for ever.
    package var stayAfterReplay: Duration?

    package init() {}
}

extension CommandLineOption {
    static let venue = [
        CommandLineOption(
            "--replay",
            "FILE…",
            arity: .several,
            "replays these captures, merged by time; without any a market is made up"
        ),
        CommandLineOption("--market", "KIND", "spot or usdm; captures say it themselves"),
        CommandLineOption("--ws", "ADDRESS", "serves WebSockets there (127.0.0.1:9081)"),
        CommandLineOption("--wss", "ADDRESS", "serves WebSockets with TLS there (127.0.0.1:9443)"),
        CommandLineOption("--rest", "ADDRESS", "answers requests there (127.0.0.1:9080)"),
        CommandLineOption("--tls-cert", "FILE", "shows this certificate (PEM)"),
        CommandLineOption("--tls-key", "FILE", "the key of the certificate (PEM)"),
        CommandLineOption(
            "--tls-dir",
            "DIR",
            "makes a certificate for localhost there, which clients are told to trust"
        ),
        CommandLineOption(
            "--speed",
            "FACTOR|max",
            "so many times faster than recorded, or as fast as clients take it (1 by default)"
        ),
        CommandLineOption("--rate", "N", "makes up N events a second (200)"),
        CommandLineOption("--symbols", "A,B", "makes up a market of these symbols"),
        CommandLineOption("--seed", "N", "makes up another market (1)"),
        CommandLineOption(
            "--merge",
            "N,M…",
            "makes one message of N changes of a book on the first connection, of M on the next …"
        ),
        CommandLineOption("--fault", "FAULT", arity: .repeated, "does this wrong on purpose"),
        CommandLineOption(flag: "--refuse-faults", "takes no faults by POST /fault"),
        CommandLineOption(
            "--wait-subscriber",
            "DURATION",
            "holds the first message back until someone takes a stream (10s for a replay, else 0s)"
        ),
        CommandLineOption("--subscribers", "N", "waits so until N clients take streams (1)"),
        CommandLineOption("--life", "DURATION", "ends each connection after this time (24h)"),
        CommandLineOption("--ping", "DURATION", "pings clients so often (20s; usdm 3m)"),
        CommandLineOption("--pong", "DURATION", "waits so long for an answer (60s; usdm 10m)"),
        CommandLineOption("--queue", "BYTES", "cuts a client that lets more wait (16777216)"),
        CommandLineOption("--weight", "N", "requests of this weight in a minute (6000; usdm 2400)"),
        CommandLineOption("--connects", "N", "takes N new connections in five minutes (300)"),
        CommandLineOption(flag: "--checksums", "adds checksums of what was sent to the summary"),
        CommandLineOption("--summary", "FILE", "writes what was sent there at the end, as JSON"),
        CommandLineOption("--for", "DURATION", "ends after this time"),
        CommandLineOption("--stay", "DURATION", "ends so long after the end of a replay"),
    ]
}
