import Platform
import Telemetry
import TradingCore
import ZeroMQ

extension GatewayLoop {
    /// How many commands are taken before ticks are looked at again: the longest that a tick waits for.
    private static let commandsMax = 16

    /// The time on both clocks, as the gateway shows it.
    func moment(_ now: MonotonicTime) -> DeskMoment {
        let wall = SystemClock.wallNanoseconds() + publication.clockOffset
        return DeskMoment(wall: WallTime(nanoseconds: wall), monotonic: now)
    }

    /// Takes what was asked; nothing that can be asked ends the thread.
    mutating func serveCommands(_ now: MonotonicTime) throws(ZeroMQError) {
        for number in 0..<Self.commandsMax {
            guard let received = try replies.receive() else { return }
            let address = ReplyAddress(frames: received.envelope)
            if number == 0 { orders?.lookForKillFile() }
            // What the sender of this command had seen is there by now.
            takeQuotes(now)
            guard let answer = handle(received.body.span, address, now) else { continue }
            if orders != nil {
                orders?.desk.deliver(
                    answer.text,
                    to: address,
                    action: answer.action,
                    at: now
                )
            } else {
                _ = try replies.send(answer.text, to: received.envelope)
            }
        }
    }

    /// Shows the venue what this process received since the last look.
    mutating func takeQuotes(_ now: MonotonicTime) {
        guard let quotes = configuration.quotes else { return }
        quotes.takeAll(into: &receivedQuotes)
        guard !receivedQuotes.isEmpty else { return }
        let moment = moment(now)
        for quote in receivedQuotes {
            orders?.desk.quote(symbol: quote.symbol, bid: quote.bid, ask: quote.ask, at: moment)
        }
    }

    /// Whether quotes wait that the venue may act on; if none do, the next one wakes this thread.
    var hasQuotesToTake: Bool {
        configuration.quotes?.setWanted(orders?.desk.venue.actsOnQuotes ?? false) ?? false
    }

    /// Lets the order desk go on, and sends what it says.
    mutating func serveOrders(_ now: MonotonicTime) throws(ZeroMQError) {
        guard let orders else { return }
        for output in orders.step(moment(now)) {
            if output.isCrash { return crash() }
            try tell(output, of: orders)
        }
    }

    /// Sends what was carried out last, and ends the thread that stores.
    mutating func endOrders() throws(ZeroMQError) {
        guard let orders else { return }
        let output = orders.stop()
        if !output.isCrash { try tell(output, of: orders) }
    }

    private mutating func tell(
        _ output: DeskOutput,
        of orders: OrderService
    ) throws(ZeroMQError) {
        // Before the replies, so that who got one finds itself in the account.
        let counts = orders.desk.truth.counts
        control.orders.withLock { truth in
            truth.counts = counts
            for id in output.executions { truth.countExecution(of: id) }
        }
        for event in output.events { publication.planExecution(event) }
        for reply in output.replies {
            if try replies.send(reply.text, to: reply.address.frames) == .dropped {
                orders.desk.countDroppedReply()
            }
        }
    }

    private mutating func crash() {
        if configuration.orders?.crashEndsProcess ?? false { exitImmediately(code: Self.crashCode) }
        log(.error, "gateway ends as by a crash, as was asked for")
        publication.truth.failure = "crash on command"
        isCrashed = true
    }

    /// The exit code of a process that crashes on command: that of one killed by `SIGKILL`.
    private static let crashCode: Int32 = 137

    /// Answers a command, or hands it to the order desk.
    private mutating func handle(
        _ bytes: Span<UInt8>,
        _ address: ReplyAddress,
        _ now: MonotonicTime
    ) -> (text: String, action: String)? {
        var action = ""
        var requestID = ""
        var dialect = CommandDialect.current
        var reply: StoredReply
        do throws(CommandRejection) {
            let request = try CommandRequest(bytes)
            (action, requestID, dialect) = (request.action, request.requestID, request.dialect)
            if orders != nil, DeskCommand.knows(action) {
                orders?.desk.receive(request, bytes, from: address, at: moment(now))
                return nil
            }
            if orders?.desk.losesRequest(action) ?? false { return nil }
            reply = try answer(request, bytes, now)
        } catch {
            log(.warning, "command refused: \(error.message)")
            requestID = error.requestID
            reply = StoredReply(refusing: ReturnCode.invalid, error.message)
        }
        let contract = configuration.orders?.contract ?? .all
        let text = reply.text(
            requestID,
            dialect,
            bootID: contract.contains(.bootID) ? bootID : nil,
            now: moment(now).wall
        )
        return (text, action)
    }

    private mutating func answer(
        _ request: CommandRequest,
        _ bytes: Span<UInt8>,
        _ now: MonotonicTime
    ) throws(CommandRejection) -> StoredReply {
        switch request.action {
        case "HEARTBEAT":
            orders?.desk.renewLease(at: now)
            return .done("alive") { json in writeHeartbeat(to: &json, now) }
        case "GATEWAY_STATUS":
            return .done("status") { json in
                json.value(configuration.form.rawValue, "form")
                publication.truth.write(to: &json)
                if let quotes = configuration.quotes {
                    json.object("received_quotes") { quotes.counts.write(to: &$0) }
                }
                if configuration.orders != nil {
                    json.object("orders") { json in
                        control.orders.withLock { $0 }
                            .write(to: &json, idsMax: OrderTruth.statusIDsMax)
                    }
                }
            }
        case "FAULT":
            guard configuration.acceptsFaultCommands else {
                throw request.rejection("Fault commands are not accepted by this gateway")
            }
            let fault = try request.fault(in: bytes)
            do throws(GatewayError) {
                try produce(fault, now)
            } catch {
                throw request.rejection(error.description)
            }
            return .done("fault \(fault.kind.rawValue) begins") { json in
                json.value(fault.kind.rawValue, "kind")
            }
        default:
            throw request.rejection(
                "Unknown action: \(request.action); known are HEARTBEAT, GATEWAY_STATUS, FAULT"
                    + (orders == nil ? "" : " and the orders and queries of docs/protocol.md")
            )
        }
    }

    private func writeHeartbeat(to json: inout JSONWriter, _ now: MonotonicTime) {
        let time = moment(now).wall
        json.value("alive", "status")
        json.value("live-loop gateway", "service")
        json.literal(
            ExactDecimal(mantissa: time.nanoseconds / 1000, scale: 6).description,
            "timestamp"
        )
        json.value((now - startedAt).inSeconds, "uptime")
        json.value(publication.epoch, "epoch")
        json.value(configuration.form.rawValue, "form")
        guard let desk = orders?.desk else { return }
        json.value(desk.isKilled, "killed")
        json.value(desk.configuration.leaseLength.inSeconds, "lease_seconds")
    }
}
