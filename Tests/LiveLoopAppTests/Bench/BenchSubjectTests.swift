import Platform
import Synchronization
import Telemetry
import TestSupport
import Testing
import TradingCore
import ZeroMQ

@testable import LiveLoopApp

@Suite
struct BenchSubjectTests {
    @Test(arguments: BenchTrial.Transport.allCases)
    func `delivers every tick of a trial to the strategy`(
        transport: BenchTrial.Transport
    ) throws {
        let trial = BenchTrial(
            transport: transport,
            load: .paced(2000),
            duration: .milliseconds(250)
        )
        let result = try trial.run()
        #expect(result.publisher.sent == 500)
        #expect(result.pipeline.received == 500)
        #expect(result.isWhole)
    }

    @Test func `delivers what it is sent and says so in one line`() throws {
        let socket = try PublishSocket(context: Context())
        let endpoint = try socket.bind(to: "tcp://127.0.0.1:*")
        let line = Locked("")
        let hasEnded = Atomic<Bool>(false)
        let thread = try Thread(name: "subject") {
            let text: String
            do {
                text = try BenchSubject(endpoint: endpoint, cpu: nil).run()
            } catch {
                text = "\(error)"
            }
            line.withLock { $0 = text }
            hasEnded.store(true, ordering: .releasing)
        }
        var poller = SocketPoller()
        poller.add(socket)
        while try socket.nextSubscription() != true { _ = poller.wait(milliseconds: 100) }
        var tick = ReferenceTick(.compact)
        for number in 0..<1000 as Range<UInt64> {
            tick.write(number, timestamp: SystemClock.monotonicNanoseconds())
            #expect(try socket.send(tick.bytes.span))
        }
        let end = Array(#"{"symbol":"END","bid":0.0,"ask":0.0,"volume":1,"timestamp":0}"#.utf8)
        #expect(try socket.send(end.span))
        while !hasEnded.load(ordering: .acquiring) { _ = poller.wait(milliseconds: 10) }
        thread.join()
        let text = line.withLock { $0 }
        let object = try #require(FlatJSONObject(Array(text.utf8)), "\(text)")
        #expect(object.string("subject") == "live-loop")
        #expect(object.integer("received") == 1000)
        #expect(object.integer("delivered") == 1000)
        #expect(text.hasSuffix("}\n") && text.filter { $0 == "\n" }.count == 1)
    }
}
