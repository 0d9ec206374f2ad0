import OrderEntry
import Platform
import TradingCore
import ZeroMQ

/// A gateway on a real socket whose manner a test chooses.
final class StubGateway: Sendable {
    /// What it does with a command.
    enum Manner: Sendable {
        /// Fills it.
        case fill
        /// Executes it and says nothing.
        case swallow
        /// Executes it and says these texts, in which `ID` stands for the id, and then the answer.
        case sayBefore([String])
    }

    private struct Knowledge {
        var manner = Manner.fill
        var bootID = "stub-1"
        var executions: [String] = []
        var requests: [String] = []
    }

    /// Where it listens.
    let endpoint: String
    private let knowledge = Locked(Knowledge())
    private let wakeUp: WakeUp
    private let isStopping = Locked(false)
    private let thread = Locked<Thread?>(nil)

    init(
        endpoint: String = "tcp://127.0.0.1:*",
        manner: Manner = .fill,
        curveSecretKey: String? = nil
    ) throws {
        wakeUp = try WakeUp()
        knowledge.withLock { $0.manner = manner }
        let bound = Locked<String?>(nil)
        let ready = try WakeUp()
        let (wakeUp, knowledge, isStopping) = (wakeUp, knowledge, isStopping)
        let started = try Thread(name: "stub.gateway") {
            guard let context = try? Context(),
                let socket = try? RouterSocket(context: context, curveSecretKey: curveSecretKey),
                let endpoint = try? socket.bind(to: endpoint)
            else { return ready.signal() }
            bound.withLock { $0 = endpoint }
            ready.signal()
            while !isStopping.withLock({ $0 }) {
                var poller = SocketPoller()
                poller.add(socket)
                poller.add(descriptor: wakeUp.pollDescriptor)
                _ = poller.wait(milliseconds: 100)
                while let request = try? socket.receive() {
                    let text = String(decoding: request.body, as: UTF8.self)
                    for reply in knowledge.withLock({ Self.answer(text, &$0) }) {
                        _ = try? socket.send(reply, to: request.envelope)
                    }
                }
            }
        }
        var poll = PollSet(reading: [ready.pollDescriptor])
        _ = poll.wait(nanoseconds: 20_000_000_000)
        self.endpoint = bound.withLock { $0 } ?? ""
        thread.withLock { $0 = started }
    }

    func set(_ manner: Manner) { knowledge.withLock { $0.manner = manner } }

    /// The ids of the commands that it executed.
    var executions: [String] { knowledge.withLock { $0.executions } }

    /// The actions that it was asked for.
    func count(of action: String) -> Int {
        knowledge.withLock { knowledge in
            knowledge.requests.filter { $0.contains("\"action\":\"\(action)\"") }.count
        }
    }

    func stop() {
        isStopping.withLock { $0 = true }
        wakeUp.signal()
        let ending = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        ending?.join()
    }

    // MARK: Answers

    private static func answer(_ request: String, _ knowledge: inout Knowledge) -> [String] {
        knowledge.requests.append(request)
        let id = DispatcherHarness.field("req_id", in: request)
        let bootID = knowledge.bootID
        func envelope(_ data: String, retcode: Int = 0) -> String {
            """
            {"req_id":"\(id)","boot_id":"\(bootID)","error":false,"ticket":0,"msg":"",\
            "retcode":\(retcode),"data":\(data)}
            """
        }
        switch DispatcherHarness.field("action", in: request) {
        case "HEARTBEAT":
            let time = ExactDecimal(mantissa: SystemClock.wallNanoseconds(), scale: 9)
            return [envelope(#"{"status":"alive","timestamp":\#(time),"killed":false}"#)]
        case "SYNC_ALL":
            return [
                envelope(
                    """
                    {"account":{"currency":"USD","margin_mode":"hedging","balance":1,"equity":1,\
                    "margin":0},"positions":[],"orders":[],"deals":[],"complete":true,"last_deal":0}
                    """
                )
            ]
        case "ORDER_STATUS":
            let order = DispatcherHarness.field("order_id", in: request)
            guard let deal = knowledge.executions.firstIndex(of: order) else {
                return [envelope(#"{"known":false,"fenced":false,"in_flight":false}"#)]
            }
            let report = DispatcherHarness.filledData(order, UInt64(deal + 1))
            let data = #"{"known":true,"retcode":10009,"report":\#(report)}"#
            return [envelope(data)]
        case "ORDER_FENCE":
            return [envelope(#"{"known":false,"fenced":true,"in_flight":false}"#)]
        default: return execute(id, &knowledge, envelope)
        }
    }

    private static func execute(
        _ id: String,
        _ knowledge: inout Knowledge,
        _ envelope: (String, Int) -> String
    ) -> [String] {
        knowledge.executions.append(id)
        let deal = UInt64(knowledge.executions.count)
        let answer = envelope(DispatcherHarness.filledData(id, deal), 10_009)
        switch knowledge.manner {
        case .fill: return [answer]
        case .swallow: return []
        case .sayBefore(let texts): return texts.map { $0.replacing("ID", with: id) } + [answer]
        }
    }
}
