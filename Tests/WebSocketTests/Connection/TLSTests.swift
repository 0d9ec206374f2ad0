import Platform
import TestSupport
import Testing
import WebSocket

@Suite struct TLSTests {
    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a server that our authority vouches for is talked to by number and by name`(
        host: String
    ) throws {
        let server = try TestServer(tls: try Fixture.server(), TestServer.echo)
        defer { server.stop() }
        let loop = ClientLoop()
        // localhost has an IPv6 number at most machines, which nobody listens at.
        let channel = loop.connect("wss://\(host):\(server.port)/x", try ClientLoop.options())
        #expect(loop.run { $0.channels[0].phase == .open }, "\(String(describing: channel.end))")
        let now = SystemClock.monotonicNanoseconds()
        let long = [UInt8](repeating: 0x61, count: 300_000)
        try channel.send(.text, Array("hello".utf8).span, at: now)
        try channel.send(.binary, long.span, at: now)
        #expect(loop.run { $0.received[0].count == 2 })
        #expect(
            loop.received[0] == [.text("hello"), Found(item: .message(.binary), payload: long)]
        )
        channel.close(at: SystemClock.monotonicNanoseconds())
        #expect(loop.runToEnd())
        #expect(channel.end == .closedByUs(.normal))
        #expect(channel.interest == nil)
    }

    /// How the connection to a server with this certificate ends.
    private func end(
        _ certificate: String,
        trusting authority: String?,
        at host: String = "127.0.0.1"
    ) throws -> ConnectionEnd? {
        let server = try TestServer(tls: try Fixture.server(certificate), TestServer.echo)
        defer { server.stop() }
        let loop = ClientLoop()
        let options = try ClientLoop.options(authority)
        let channel = loop.connect("wss://\(host):\(server.port)/SECRET", options)
        _ = loop.run { $0.channels[0].phase == .closed || $0.channels[0].phase == .open }
        #expect(channel.counters.bytesSent == 0, "nothing was told to a server not known")
        return channel.end
    }

    @Test(
        arguments: [
            ("expired", "authority", "expired"), ("other", "authority", "mismatch"),
            ("server", "stranger", "issuer"), ("stranger", "authority", "self-signed"),
            ("server", nil, "issuer"),
        ] as [(String, String?, String)]
    ) func `another certificate is refused with the reason`(
        certificate: String,
        authority: String?,
        word: String
    ) throws {
        guard case .failed(.tls(let failure)) = try end(certificate, trusting: authority) else {
            Issue.record("\(certificate) was accepted")
            return
        }
        #expect(failure.kind == .certificate)
        #expect(failure.reason.contains(word), "\(failure)")
        #expect(!"\(failure)".contains("SECRET"))
    }

    @Test func `a certificate of another name is refused also where a name is asked for`() throws {
        guard
            case .failed(.tls(let failure)) = try end(
                "other",
                trusting: "authority",
                at: "localhost"
            )
        else {
            Issue.record("it was accepted")
            return
        }
        #expect(failure.kind == .certificate && failure.reason.contains("mismatch"), "\(failure)")
    }

    @Test func `F10: a server without TLS is no partner for wss`() throws {
        let server = try StubbornListener(.saying(Array("220 ready\r\n".utf8)))
        defer { server.stop() }
        let loop = ClientLoop()
        let channel = loop.connect(
            "wss://127.0.0.1:\(server.port)/",
            try ClientLoop.options()
        )
        #expect(loop.runToEnd())
        guard case .failed(.tls(let failure)) = channel.end else {
            Issue.record("\(String(describing: channel.end))")
            return
        }
        #expect(failure.kind == .protocol)
    }

    @Test func `a file that is none is refused when the context is made`() throws {
        for file in ["/nowhere/authority.pem", #filePath] {
            do throws(TLSFailure) {
                _ = try TLSContext(authorityFile: file)
                Issue.record("\(file) was accepted")
            } catch {
                #expect(error.kind == .file && error.file == file && !error.reason.isEmpty)
            }
        }
        #expect(throws: TLSFailure.self) {
            let files = (Fixture.path("server"), Fixture.path("other"))
            return try TLSContext(certificateFile: files.0, keyFile: files.1)
        }
    }

    @Test func `wss without a context is a failure and never plain`() throws {
        let server = try StubbornListener(.silent)
        defer { server.stop() }
        let loop = ClientLoop()
        let channel = loop.connect("wss://127.0.0.1:\(server.port)/")
        #expect(loop.runToEnd())
        guard case .failed(.tls(let failure)) = channel.end else {
            Issue.record("\(String(describing: channel.end))")
            return
        }
        #expect(failure.kind == .setup)
    }
}
