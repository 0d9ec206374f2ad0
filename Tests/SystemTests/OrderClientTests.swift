import Foundation
import Testing
import ZeroMQ

/// Orders at the real gateway: by a client in another language, and over the death of the process.
@Suite struct OrderClientTests {
    private struct Checked: Decodable {
        let checks: Int
        let executed: Int
    }

    private static let python = "/usr/bin/python3"
    private static let script =
        String(#filePath.dropLast("OrderClientTests.swift".count)) + "Python/order_client.py"

    private static let hasZeroMQ: Bool = {
        let program = try? RunningProgram(python, ["-c", "import zmq"], environment: [:], in: "/")
        return program?.waitForEnd() == 0
    }()

    @Test(.enabled(if: hasZeroMQ, "Python has no zmq here"))
    func `a client written from the document alone trades and finds every answer right`() throws {
        try withSite { site in
            let gateway = try RunningGateway(
                site,
                ["--rate", "200", "--state", site.path + "/orders", "--summary", site.summaryFile]
            )
            let client = try RunningProgram(
                Self.python,
                [Self.script, gateway.replyEndpoint, gateway.endpoint],
                environment: ["PATH": "/usr/bin:/bin"],
                in: site.path
            )
            let status = try #require(client.waitForEnd(within: 60), "\(client.output)")
            try #require(status == 0, "\(client.output)\(client.error)")
            let line = try #require(client.lines(#""checks""#).last)
            let checked = try JSONDecoder().decode(Checked.self, from: Data(line.utf8))
            #expect(checked.checks > 40)
            let orders = try gateway.stop(summary: site.summaryFile)
            #expect(orders.executed == checked.executed)
            #expect(orders.executions_max == 1)
        }
    }

    @Test(arguments: ["crash-before", "crash-during", "crash-after"])
    func `G03: a gateway process that dies around an execution executes nothing twice`(
        kind: String
    ) throws {
        try withSite { site in
            let options = ["--rate", "200", "--state", site.path + "/orders", "--without", "lease"]
            let dying = try RunningGateway(site, options)
            try waitForQuote(dying)
            try dying.fault(kind, #""count":1"#)
            let lost = try socket(dying)
            let isSent = try lost.send(Self.order)
            #expect(isSent)
            #expect(dying.program.waitForEnd() == 137)

            let gateway = try RunningGateway(site, options + ["--summary", site.summaryFile])
            try waitForQuote(gateway)
            var looks = Looks(within: 20)
            var fence = try ask(gateway, "ORDER_FENCE", #"{"order_id":"a"}"#)
            while fence.contains(#""in_flight":true"#), looks.next() {
                fence = try ask(gateway, "ORDER_FENCE", #"{"order_id":"a"}"#)
            }
            let isExecuted = kind != "crash-before"
            #expect(fence.contains(#""fenced":\#(!isExecuted)"#), "\(fence)")
            let again = try socket(gateway).ask(Self.order)
            #expect(again?.contains(isExecuted ? #""retcode":10009"# : #""retcode":-11"#) == true)
            let orders = try gateway.stop(summary: site.summaryFile)
            #expect(orders.executions == (isExecuted ? ["a": 1] : [:]))
        }
    }

    /// An order that may be executed for some hundred years.
    private static let order =
        #"{"action":"ORDER_SEND","req_id":"a","valid_until":9000000000,"#
        + #""payload":{"symbol":"EURUSD","type":"OP_BUY","volume":0.01}}"#

    private func socket(_ gateway: RunningGateway) throws -> RequestSocket {
        try RequestSocket(
            context: Context(),
            endpoint: gateway.replyEndpoint,
            timeoutMilliseconds: 20_000
        )
    }

    private func ask(
        _ gateway: RunningGateway,
        _ action: String,
        _ payload: String
    ) throws -> String {
        let question = #"{"action":"\#(action)","req_id":"q","payload":\#(payload)}"#
        return try #require(try socket(gateway).ask(question), "no answer to \(action)")
    }

    private func waitForQuote(_ gateway: RunningGateway) throws {
        var looks = Looks(within: 20)
        while try ask(gateway, "GET_SYMBOL_INFO", #"{"symbol":"EURUSD"}"#).contains(#""bid":0,"#) {
            let hasTime = looks.next()
            try #require(hasTime, "no quote")
        }
    }
}
