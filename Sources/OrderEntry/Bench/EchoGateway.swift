internal import Platform
internal import TradingCore
package import ZeroMQ

/// A gateway that fills every command at once and keeps nothing: what is measured against it is ours.
package final class EchoGateway: Sendable {
    /// Where it listens.
    package let endpoint: String
    private let wakeUp: WakeUp
    private let isStopping = Locked(false)
    private let thread: Thread

    /// Binds to a free port of the loopback device and starts to answer.
    package init(context: Context) throws {
        let wakeUp = try WakeUp()
        let isStopping = isStopping
        let bound = Locked<String>("")
        let ready = try WakeUp()
        thread = try Thread(name: "echo.gateway") {
            guard let socket = try? RouterSocket(context: context),
                let endpoint = try? socket.bind(to: "tcp://127.0.0.1:*")
            else { return ready.signal() }
            bound.withLock { $0 = endpoint }
            ready.signal()
            var poller = SocketPoller()
            poller.add(socket)
            poller.add(descriptor: wakeUp.pollDescriptor)
            while !isStopping.withLock({ $0 }) {
                _ = poller.wait(milliseconds: 100)
                while let request = try? socket.receive() {
                    _ = try? socket.send(Self.answer(request.body), to: request.envelope)
                }
            }
        }
        var poll = PollSet(reading: [ready.pollDescriptor])
        _ = poll.wait(nanoseconds: 10_000_000_000)
        endpoint = bound.withLock { $0 }
        self.wakeUp = wakeUp
    }

    /// Stops, and waits for the thread.
    package func stop() {
        isStopping.withLock { $0 = true }
        wakeUp.signal()
        thread.join()
    }

    // The members are where our encoder writes them: the answer costs next to nothing.
    private static func answer(_ request: [UInt8]) -> String {
        let text = String(decoding: request, as: UTF8.self)
        let parts = text.split(separator: "\"", maxSplits: 8)
        let action = parts.count > 3 ? parts[3] : ""
        let id = parts.count > 7 ? parts[7] : ""
        let head = #"{"req_id":"\#(id)","boot_id":"echo","error":false,"ticket":1,"msg":"","#
        switch action {
        case "HEARTBEAT":
            let time = ExactDecimal(mantissa: SystemClock.wallNanoseconds(), scale: 9)
            return head + #""retcode":0,"data":{"timestamp":\#(time)}}"#
        case "SYNC_ALL":
            return head
                + #""retcode":0,"data":{"account":{"currency":"USD","margin_mode":"netting"},"#
                + #""positions":[],"orders":[],"deals":[],"complete":true}}"#
        default:
            // A fill of another volume than the order's is believed by nobody, and followed up.
            return head + #""retcode":10009,"data":{"state":"filled","ticket":1,"position":1,"#
                + #""filled":\#(volume(in: request)),"average_price":1.08515,"deals":[]}}"#
        }
    }

    /// The volume as it was written; 0 where there is none.
    private static func volume(in request: [UInt8]) -> String {
        for start in request.indices where request[start] == UInt8(ascii: "v") {
            let rest = request[start...]
            guard rest.starts(with: "volume\":".utf8) else { continue }
            let number = rest.dropFirst("volume\":".utf8.count).prefix { byte in
                byte != UInt8(ascii: ",") && byte != UInt8(ascii: "}")
            }
            return String(decoding: number, as: UTF8.self)
        }
        return "0"
    }
}
