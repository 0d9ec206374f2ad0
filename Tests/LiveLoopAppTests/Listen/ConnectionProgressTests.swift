import LiveLoopApp
import Testing
import TradingCore
import ZeroMQ

@Suite struct ConnectionProgressTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    private func progress(_ events: [(SocketEvent, after: Duration)]) -> ConnectionProgress {
        var progress = ConnectionProgress(start: Self.start, options: .init())
        for (event, after) in events { progress.note(event, at: Self.start + after) }
        return progress
    }

    @Test func `TCP alone is no connection`() {
        #expect(progress([(.connected, .zero)]).phase == .connected)
        #expect(progress([(.connected, .zero)]).handshakeDuration == nil)
    }

    @Test func `a handshake is one, and is timed from the start`() {
        let done = progress([
            (.connected, .milliseconds(1)), (.handshakeSucceeded, .milliseconds(3)),
        ])
        #expect(done.phase == .established)
        #expect(done.handshakeDuration == .milliseconds(3))
    }

    @Test(
        arguments: [
            ([(.closed, Duration.milliseconds(1))], ConnectionObstacle.refused),
            ([(.closed, .milliseconds(2001))], .noAnswer),
            ([(.connected, .zero), (.disconnected, .milliseconds(2001))], .handshakeTimeout),
            ([(.connected, .zero), (.disconnected, .milliseconds(10))], .hungUp),
            ([(.connected, .zero), (.closed, .milliseconds(10))], .hungUp),
            ([(.connected, .zero), (.handshakeFailed, .milliseconds(10))], .hungUp),
            ([(.connected, .zero), (.handshakeFailed, .milliseconds(2001))], .handshakeTimeout),
            ([(.connected, .zero), (.handshakeFailedProtocol, .zero)], .otherProtocol),
            ([(.connected, .zero), (.handshakeFailedAuthentication, .zero)], .refusedLogin),
        ] as [([(SocketEvent, Duration)], ConnectionObstacle)]
    )
    func `each obstacle is told from the others`(
        events: [(SocketEvent, Duration)],
        obstacle: ConnectionObstacle
    ) {
        #expect(progress(events.map { ($0.0, after: $0.1) }).phase == .failed(obstacle))
    }

    @Test func `a connection that ends after its handshake has ended, not failed`() {
        let ended = progress([
            (.connected, .zero), (.handshakeSucceeded, .zero), (.disconnected, .seconds(5)),
        ])
        #expect(ended.phase == .ended)
    }

    @Test func `what has failed stays so`() {
        let failed = progress([(.closed, .zero), (.connected, .zero), (.handshakeSucceeded, .zero)])
        #expect(failed.phase == .failed(.refused))
    }

    @Test func `giving up says how far it had come`() {
        var waiting = progress([])
        waiting.giveUp()
        #expect(waiting.phase == .failed(.noAnswer))
        var halfway = progress([(.connected, .zero)])
        halfway.giveUp()
        #expect(halfway.phase == .failed(.handshakeTimeout))
        var done = progress([(.connected, .zero), (.handshakeSucceeded, .zero)])
        done.giveUp()
        #expect(done.phase == .established)
    }
}
