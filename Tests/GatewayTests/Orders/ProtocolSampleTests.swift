import Gateway
import Platform
import Testing
import TradingCore

/// Holds the samples of orders in the protocol document against what is sent.
@Suite struct ProtocolSampleTests {
    /// The requests of the document in its order; each has a reply beneath it.
    private static let requests = [
        "order-send", "order-limit", "order-modify", "order-cancel",
        "order-close", "order-status", "order-fence", "kill-switch",
        "refused", "get-positions", "get-account-info", "get-symbol-info",
        "sync-all", "first-protocol",
    ]

    @Test func `each request of the document is answered by the reply beneath it`() throws {
        var scene = DeskScene(bootID: "17aa3f0c1d2e4b00") { $0.acceptsOrdersWithoutExpiry = true }
        var told: [String] = []
        for request in Self.requests {
            let before = scene.events.count
            scene.send(raw: try protocolSample(request))
            let reply = try #require(scene.replies.last)
            #expect(try reply == protocolSample(request + "-reply"))
            told += scene.events[before...]
        }
        let deal = try #require(told.first { $0.contains(#""kind":"deal""#) })
        let order = try #require(told.first { $0.contains(#""kind":"order""#) })
        for (name, number, members) in [("exec-deal", 1, deal), ("exec-order", 2, order)] {
            var encoder = FrameEncoder(form: .sequenced, symbols: ["EURUSD"])
            encoder.encodeExecution(
                epoch: 1_705_329_000_000,
                sequence: UInt64(number),
                time: scene.now.wall,
                members: members
            )
            let text = encoder.withFrame { String(decoding: copy($0), as: UTF8.self) }
            #expect(try text == protocolSample(name))
        }
    }

    @Test func `a heartbeat of a gateway with orders names the last event`() throws {
        var encoder = FrameEncoder(form: .sequenced, symbols: ["EURUSD", "USDJPY"])
        encoder.encodeHeartbeat(
            epoch: 1_705_329_000_000,
            time: WallTime(nanoseconds: 1_705_329_600_500_000_000),
            sequences: [42, 7],
            symbols: 0..<2,
            lastExecution: 2
        )
        let text = encoder.withFrame { String(decoding: copy($0), as: UTF8.self) }
        #expect(try text == protocolSample("heartbeat-exec"))
    }

    @Test func `the document names every fault, every contract point and every return code`() throws
    {
        let text = try protocolText()
        for kind in GatewayFault.Kind.allCases {
            #expect(text.contains("| `\(kind.rawValue)` |"), "\(kind.rawValue)")
        }
        for name in GatewayContract.names { #expect(text.contains("`\(name)`"), "\(name)") }
        for code in [-2, -3, -10, -11, -12, -13, -14, -15, -16] {
            #expect(text.contains("| \(code) |"), "\(code)")
        }
    }
}

/// The protocol document.
private func protocolText() throws -> String {
    let bytes = try RegularFile.read(packageRoot + "/docs/protocol.md", limit: 1_000_000)
    return String(decoding: bytes, as: UTF8.self)
}

/// The one line of a sample of the protocol document.
func protocolSample(_ name: String) throws -> String {
    let lines = try protocolText().split(separator: "\n", omittingEmptySubsequences: false)
    let mark = try #require(lines.firstIndex(of: "<!-- sample: \(name) -->"), "\(name)")
    return String(lines[mark + 2])
}
