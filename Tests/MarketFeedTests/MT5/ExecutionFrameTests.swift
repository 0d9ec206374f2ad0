import MarketFeed
import Testing
import TradingCore

/// The executions that an order gateway publishes beside its ticks.
@Suite struct ExecutionFrameTests {
    @Test func `an EXEC frame is counted as other, and neither loss nor damage`() {
        var session = MT5Session.opened()
        session.receive(#"{"type":"TICK","symbol":"EURUSD","bid":1.1,"ask":1.2,"seq":1,"epoch":9}"#)
        let before = session.merger.output.count
        for text in [
            #"{"type":"EXEC","epoch":9,"seq":1,"timestamp":1705329600.500,"kind":"deal","deal":"#
                + #"{"deal":1,"order":1,"position":1,"req_id":"a","magic":7,"symbol":"EURUSD","#
                + #""side":"buy","entry":"in","volume":0.10,"price":1.0852,"profit":0.00,"#
                + #""commission":0.00,"swap":0.00,"time":1705329600.5,"reason":"command","#
                + #""comment":"LL \"{"}}"#,
            #"{"type":"EXEC","epoch":9,"seq":2,"timestamp":1705329600.500,"kind":"order","#
                + #""req_id":"a","order":{"state":"filled","ticket":1,"position":1,"filled":0.1,"#
                + #""average_price":1.0852,"reason":"filled"}}"#,
        ] {
            session.receive(text)
        }
        session.receive(
            #"{"type":"HEARTBEAT","epoch":9,"timestamp":1705329600.5,"exec":2,"#
                + #""streams":{"EURUSD":1}}"#
        )
        session.receive(#"{"type":"TICK","symbol":"EURUSD","bid":1.1,"ask":1.2,"seq":2,"epoch":9}"#)
        #expect(session.counters.others == 2)
        #expect(session.counters.heartbeats == 1)
        #expect(session.counters.ticks == 2)
        let counters = session.counters
        #expect(DecodeFault.Reason.allCases.allSatisfy { counters[$0] == 0 })
        #expect(session.merger.output.count == before + 1)
    }
}
