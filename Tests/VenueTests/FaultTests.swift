import Testing

@testable import Venue

@Suite struct FaultTests {
    @Test func `a fault is read with all that it says, in any order`() throws {
        let drop = try VenueFault("drop:#2:3:ethusdt@trade")
        #expect(drop.kind == .drop)
        #expect(drop.count == 3)
        #expect(drop.connection == 2)
        #expect(drop.target == "ethusdt@trade")
        let stall = try VenueFault("stall:ETHUSDT:1.5s")
        #expect(stall.duration == .milliseconds(1500))
        #expect(try VenueFault("stall:ETHUSDT").duration == nil)
        let error = try VenueFault("rest-error:2:503")
        #expect(error.count == 2)
        #expect(error.status == 503)
        let scheduled = try ScheduledVenueFault("cut@10s:#1")
        #expect(scheduled.time == .seconds(10))
        #expect(scheduled.fault.kind == .cut)
    }

    @Test(arguments: [
        "", "dorp:3", "drop:0", "drop:1:2", "drop:5s", "cut:3", "cut:ethusdt", "cut:#0", "cut:#x",
        "delay", "mute:ethusdt", "shutdown", "merge:5s", "rest-error:1:200", "life:48h",
        "stall:eth/usdt",
    ])
    func `what no fault accepts is refused and told`(text: String) {
        #expect(throws: VenueError.self) { try VenueFault(text) }
    }

    @Test(arguments: ["cut", "cut@", "cut@5", "@5s", "cut@x:#1"])
    func `a fault at the start needs a time`(text: String) {
        #expect(throws: VenueError.self) { try ScheduledVenueFault(text) }
    }

    @Test func `a target is a stream or all streams of a symbol`() throws {
        let one = try VenueFault("drop:1:ethusdt@trade")
        #expect(one.concerns(StreamName("ethusdt@trade")))
        #expect(!one.concerns(StreamName("ethusdt@aggTrade")))
        let all = try VenueFault("drop:1:ethusdt")
        #expect(all.concerns(StreamName("ethusdt@depth@100ms")))
        #expect(!all.concerns(StreamName("btcusdt@trade")))
        #expect(try VenueFault("drop").concerns(StreamName("btcusdt@trade")))
    }

    @Test func `every kind says how it is written`() throws {
        for kind in VenueFault.Kind.allCases {
            #expect(kind.usage.hasPrefix(kind.rawValue))
        }
    }
}
