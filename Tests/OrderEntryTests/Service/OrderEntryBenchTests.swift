import Foundation
import OrderEntry
import Platform
import TestSupport
import Testing
import ZeroMQ

@testable import TradingCore

@Suite(.timeLimit(.minutes(3))) struct OrderEntryBenchTests {
    @Test func `the bench sends every order it approves and measures each part`() throws {
        // More on demand: a measurement needs a disk and a quiet machine.
        let environment = ProcessInfo.processInfo.environment
        let count = environment["LIVE_LOOP_ORDER_BENCH"].flatMap(Int.init) ?? 20
        try withDirectory(environment["LIVE_LOOP_ORDER_BENCH_DIRECTORY"]) { directory in
            let bench = OrderEntryBench(directory: directory, count: count) { id in
                var intent = SampleOrders.intent(id, lifetime: .seconds(10))
                intent.quantity = ExactDecimal(mantissa: 3, scale: 2)
                return SampleOrders.approved(intent)
            }
            let result = try bench.run(context: Context())
            #expect(result.orderRoundTrips.count == count && result.bareCommits.count == count)
            #expect(result.ordersPerSecond > 0)
            guard count > 20 else { return }
            for (name, times) in [
                ("bare round trip", result.bareRoundTrips), ("bare commit", result.bareCommits),
                ("order round trip", result.orderRoundTrips),
            ] {
                let p50 = times[times.count / 2] / 1000
                print("\(name): p50 \(p50) µs, p99 \(times[times.count * 99 / 100] / 1000) µs")
            }
            print("orders/s: \(Int(result.ordersPerSecond))")
        }
    }

    private func withDirectory(_ path: String?, _ body: (String) throws -> Void) throws {
        guard let path else { return try withTemporaryDirectory(body) }
        let scratch = try ScratchDirectory(in: path, name: "order-bench")
        try body(scratch.path)
    }
}
