import Gateway
import TestSupport
import Testing
import TradingCore

/// What goes wrong between a desk and its client, and what the desk then knows.
@Suite struct DeskFaultTests {
    @Test func `G01: an order whose reply is lost was executed once, and its status says so`()
        throws
    {
        var scene = DeskScene()
        try scene.fault(.loseReply)
        scene.send("ORDER_SEND", marketOrder())
        #expect(scene.replies.isEmpty)
        let status = try scene.ask("ORDER_STATUS", #"{"order_id":"id-1"}"#, id: "q")
        #expect(status["data.report.state"] == "filled")
        #expect(scene.desk.truth.executions(of: "id-1") == 1)
    }

    @Test func `a lost request leaves nothing behind`() throws {
        var scene = DeskScene()
        try scene.fault(.loseRequest)
        let before = scene.records
        scene.send("ORDER_SEND", marketOrder())
        #expect(scene.replies.isEmpty)
        #expect(scene.records == before)
        #expect(scene.desk.truth.counts.commands == 0)
    }

    @Test func `G02: a delayed reply comes after those of later questions`() throws {
        var scene = DeskScene()
        try scene.fault(.delayReply, seconds: 3)
        scene.send("ORDER_SEND", marketOrder())
        _ = try scene.ask("GET_POSITIONS", "{}", id: "q")
        #expect(scene.replies.count == 1)
        scene.pass(.seconds(3))
        #expect(scene.replies.count == 2)
        #expect(scene.replies[1].contains(#""req_id":"id-1""#))
    }

    enum CrashPoint: CaseIterable {
        case before, during, after
        var kind: GatewayFault.Kind {
            switch self {
            case .before: .crashBefore
            case .during: .crashDuring
            case .after: .crashAfter
            }
        }
    }

    @Test(arguments: CrashPoint.allCases)
    func `G03: after a crash the same id is never executed a second time`(point: CrashPoint) throws
    {
        var scene = DeskScene()
        try scene.fault(point.kind)
        scene.send("ORDER_SEND", marketOrder())
        #expect(scene.isCrashed)
        #expect(scene.replies.isEmpty)
        scene.restart()
        let doubt = try scene.ask("ORDER_STATUS", #"{"order_id":"id-1"}"#, id: "q-1")
        let again = try scene.ask("ORDER_SEND", marketOrder())
        if point == .after {
            #expect(doubt["data.report.state"] == "filled")
            #expect(again["retcode"] == "10009")
        } else {
            #expect(doubt["data.in_flight"] == "true")
            #expect(doubt["data.report.state"] == "unknown")
            #expect(again["retcode"] == "10012")
            #expect(again["data.state"] == "unknown")
        }
        scene.pass(.seconds(1))
        let settled = try scene.ask("ORDER_FENCE", #"{"order_id":"id-1"}"#, id: "q-2")
        #expect(settled["data.in_flight"] == "false")
        #expect(settled["data.fenced"] == (point == .before ? "true" : "false"))
        #expect(settled["data.known"] == (point == .before ? "false" : "true"))
        let late = try scene.ask("ORDER_SEND", marketOrder())
        #expect(late["retcode"] == (point == .before ? "-11" : "10009"))
        #expect(scene.desk.truth.executions(of: "id-1") == (point == .before ? 0 : 1))
        #expect(scene.desk.venue.positions.count == (point == .before ? 0 : 1))
    }

    @Test func `G03: without dedup a crash after the execution leaves only the venue's books`()
        throws
    {
        var scene = DeskScene { $0.contract.remove(.dedup) }
        try scene.fault(.crashDuring)
        scene.send("ORDER_SEND", marketOrder())
        scene.restart()
        let status = try scene.ask("ORDER_STATUS", #"{"order_id":"id-1"}"#, id: "q")
        #expect(status["data.known"] == "true")
        #expect(status["boot_id"] == "boot-2")
        _ = try scene.ask("ORDER_SEND", marketOrder())
        #expect(scene.desk.truth.executions(of: "id-1") == 2)
    }

    @Test func `G05: a gateway that forgot says that it does not know an executed order`() throws {
        var scene = DeskScene()
        _ = try scene.ask("ORDER_SEND", marketOrder())
        try scene.fault(.forget)
        scene.restart()
        let status = try scene.ask("ORDER_STATUS", #"{"order_id":"id-1"}"#, id: "q")
        #expect(status["data.known"] == "false")
        #expect(scene.desk.venue.positions.count == 1)
    }

    @Test(arguments: [
        (GatewayFault.Kind.executeTwice, 2, "0.1", 2), (.twoFills, 1, "0.2", 1),
        (.overfill, 1, "0.2", 1),
    ])
    func `G06: an execution too many shows in the books and in the truth`(
        kind: GatewayFault.Kind,
        executions: Int,
        filled: String,
        positions: Int
    ) throws {
        var scene = DeskScene()
        try scene.fault(kind)
        let reply = try scene.ask("ORDER_SEND", marketOrder())
        #expect(reply["data.filled"].map(decimal) == decimal(filled))
        #expect(scene.desk.truth.executionsMax == executions)
        let volume = scene.desk.venue.positions.reduce(ExactDecimal.zero) {
            $0.adding($1.volume) ?? $0
        }
        #expect(volume == decimal("0.2"))
        #expect(scene.desk.venue.positions.count == positions)
    }

    @Test func `G07: replies are doubled, exchanged, cut, padded and mixed with foreign ones`()
        throws
    {
        var scene = DeskScene()
        func ids(from count: Int) -> [String?] {
            scene.replies[count...].map { jsonMembers(Array($0.utf8))["req_id"] }
        }
        try scene.fault(.duplicateReply)
        scene.send("ORDER_SEND", marketOrder(), id: "a")
        #expect(ids(from: 0) == ["a", "a"])
        try scene.fault(.reorderReplies)
        scene.send("ORDER_SEND", marketOrder(), id: "b")
        #expect(scene.replies.count == 2)
        scene.send("ORDER_SEND", marketOrder(), id: "c")
        #expect(ids(from: 2) == ["c", "b"])
        try scene.fault(.foreignReply)
        scene.send("ORDER_SEND", marketOrder(), id: "d")
        #expect(ids(from: 4) == ["foreign-1", "d"])
        try scene.fault(.malformedReply)
        scene.send("ORDER_SEND", marketOrder(), id: "e")
        #expect(ids(from: 6) == [nil])
        try scene.fault(.oversizeReply)
        scene.send("ORDER_SEND", marketOrder(), id: "f")
        #expect((scene.replies.last?.utf8.count ?? 0) > 2_000_000)
        #expect(scene.desk.truth.executionsMax == 1)
    }

    @Test(arguments: [Int32(10_004), 10_006, 10_018, 10_031])
    func `any return code can be had for the next orders, which are not executed`(
        code: Int32
    ) throws {
        var scene = DeskScene()
        try scene.fault(.retcode, count: 2, code: code)
        let codes = try ["a", "b", "c"].map { id in
            try scene.ask("ORDER_SEND", marketOrder(), id: id)["retcode"]
        }
        #expect(codes == ["\(code)", "\(code)", "10009"])
        #expect(scene.desk.venue.positions.count == 1)
    }

    @Test func `a fault can be meant for one action`() throws {
        var scene = DeskScene()
        try scene.fault(.loseReply, action: "ORDER_STATUS")
        _ = try scene.ask("ORDER_SEND", marketOrder())
        scene.send("ORDER_STATUS", #"{"order_id":"id-1"}"#, id: "q")
        #expect(scene.replies.count == 1)
    }

    @Test func `G08: a partial fill and its cancellation add up to the order`() throws {
        var scene = DeskScene { $0.venue.liquidity = ExactDecimal(mantissa: 4, scale: 2) }
        let order = marketOrder(extra: #","filling":"RETURN""#)
        let part = try scene.ask("ORDER_SEND", order)
        #expect(part["retcode"] == "10010")
        #expect(part["data.state"] == "working")
        scene.quote("EURUSD", "1.08600", "1.08620")
        let ticket = try #require(part["ticket"])
        _ = try scene.ask("ORDER_CANCEL", #"{"ticket":\#(ticket)}"#, id: "c")
        scene.quote("EURUSD", "1.08700", "1.08720")
        let end = try scene.ask("ORDER_STATUS", #"{"order_id":"id-1"}"#, id: "q")
        #expect(end["data.report.state"] == "cancelled")
        #expect(end["data.report.filled"].map(decimal) == decimal("0.08"))
        #expect(end["data.report.average_price"].map(decimal) == decimal("1.0857"))
        let late = try scene.ask("ORDER_CANCEL", #"{"ticket":\#(ticket)}"#, id: "d")
        #expect(late["retcode"] == "10013")
        #expect(scene.desk.venue.workingOrders.isEmpty)
    }

    @Test func `a desk that cannot store takes no order and tells nothing that it cannot keep`()
        throws
    {
        var scene = DeskScene()
        scene.failJournal("disk full")
        let refusal = try scene.ask("ORDER_SEND", marketOrder())
        #expect(refusal["retcode"] == "10011")
        #expect(scene.desk.truth.executionsMax == 0)
        #expect(try scene.ask("GET_POSITIONS", "{}", id: "q")["error"] == "false")
    }

    @Test(arguments: 0..<20)
    func `whatever crashes and is repeated, no id is executed twice and none against its fence`(
        seed: UInt64
    ) throws {
        var random = SeededRandom(seed: seed)
        var scene = DeskScene()
        var answers: [String: String] = [:]
        var fenced: Set<String> = []
        for _ in 0..<300 {
            let id = "id-\(Int.random(in: 0..<40, using: &random))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                let kinds = [GatewayFault.Kind.crashBefore, .crashDuring, .crashAfter, .loseReply]
                try scene.fault(kinds[Int.random(in: 0..<4, using: &random)])
            case 1:
                scene.send("ORDER_FENCE", #"{"order_id":"\#(id)"}"#, id: "q")
                if scene.replies.last?.contains(#""fenced":true"#) == true { fenced.insert(id) }
            case 2: scene.pass(.seconds(2))
            default:
                let before = scene.replies.count
                // The payload belongs to the id, so that a repetition is a true one.
                scene.send("ORDER_SEND", marketOrder(volume: "0.\(id.utf8.count)1"), id: id)
                if scene.replies.count > before, let reply = scene.replies.last {
                    let text = reply.split(separator: #""error""#).last.map(String.init) ?? ""
                    let isFinal = !text.contains(#""retcode":10012"#)
                    if let first = answers[id] { #expect(first == text) }
                    if isFinal { answers[id] = answers[id] ?? text }
                }
            }
            if scene.isCrashed { scene.restart() }
            scene.hearClient()
        }
        #expect(scene.desk.truth.executionsMax == 1)
        for id in fenced { #expect(scene.desk.truth.executions(of: id) == 0) }
        #expect(!answers.isEmpty && !fenced.isEmpty)
    }
}
