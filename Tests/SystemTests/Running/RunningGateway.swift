import Foundation
import Testing
import ZeroMQ

/// A gateway that was started as a program, and can be asked and told to do wrong.
struct RunningGateway {
    /// The gateway's own account.
    struct Truth: Decodable {
        struct Symbol: Decodable {
            let sent: UInt64
            let last_seq: UInt64
        }

        struct Epoch: Decodable { let symbols: [String: Symbol] }

        let sent: UInt64
        let dropped: UInt64
        let oversize_sent: UInt64
        let epochs: [Epoch]

        /// The last number of each symbol in the current epoch, where there is one.
        var lastNumbers: [String: UInt64] {
            (epochs.last?.symbols ?? [:]).mapValues(\.last_seq).filter { $0.value > 0 }
        }
    }

    private struct Answer: Decodable {
        let error: Bool
        let msg: String
        let data: Truth?
    }

    let program: RunningProgram
    /// Where it publishes.
    let endpoint: String
    /// Where it answers.
    let replyEndpoint: String

    /// Starts a gateway and waits until it is bound.
    ///
    /// - Parameters:
    ///   - site: Where it runs.
    ///   - endpoint: Where it publishes; any free port when nothing is said.
    ///   - arguments: Further options of `live-loop gateway`.
    /// - Throws: `ExpectationFailedError` when it does not say where it is bound.
    init(
        _ site: Site,
        endpoint: String = "tcp://127.0.0.1:*",
        _ arguments: [String] = ["--rate", "200"]
    ) throws {
        program = try RunningProgram(
            Site.program,
            ["gateway", "--pub", endpoint, "--rep", "tcp://127.0.0.1:*"] + arguments,
            environment: ["PATH": "/usr/bin:/bin"],
            in: site.path
        )
        let line = try #require(program.line("gateway publishes on "), "\(program.error)")
        let words = line.split { $0 == " " || $0 == "," }
        let endpoints = words.filter { $0.hasPrefix("tcp://") }.map(String.init)
        try #require(endpoints.count == 2, "\(line)")
        self.endpoint = endpoints[0]
        replyEndpoint = endpoints[1]
    }

    /// Asks for its own account.
    func truth() throws -> Truth { try #require(try ask("GATEWAY_STATUS", "{}").data) }

    /// Asks for its account until it is as it should be.
    func truth(until isReached: (Truth) -> Bool) throws -> Truth {
        var looks = Looks(within: 20)
        var truth = try truth()
        while !isReached(truth), looks.next() { truth = try self.truth() }
        try #require(isReached(truth), "not reached: \(truth)")
        return truth
    }

    /// Makes a fault happen, as in `hang` with `"seconds":3`.
    func fault(_ kind: String, _ arguments: String) throws {
        let payload = #"{"kind":"\#(kind)",\#(arguments)}"#
        let json = try askRaw("FAULT", payload)
        try #require(json.contains(#""error":false"#), "\(json)")
    }

    private func ask(_ action: String, _ payload: String) throws -> Answer {
        let json = try askRaw(action, payload)
        return try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
    }

    private func askRaw(_ action: String, _ payload: String) throws -> String {
        let socket = try RequestSocket(
            context: Context(),
            endpoint: replyEndpoint,
            timeoutMilliseconds: 20_000
        )
        let question = #"{"action":"\#(action)","req_id":"r","payload":\#(payload)}"#
        return try #require(try socket.ask(question), "no answer to \(action)")
    }
}
