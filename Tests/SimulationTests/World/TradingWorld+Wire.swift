import Gateway
import OrderEntry
import TradingCore

// What passes between the process and the gateway.

extension TradingWorld {
    // MARK: The network

    func replaceSocket(_ slot: Int) { network.open(slot, isHeard: gateway.isUp, at: now) }

    func handOver(_ bytes: [UInt8], slot: Int) -> HandoverOutcome {
        guard network.isConnected(slot), gateway.isUp else { return .refused }
        let head = WireHead(command: bytes)
        guard head.isOrder, let id = OrderID(head.requestID) else {
            network.send(bytes, on: slot, at: now)
            return .accepted
        }
        let fault = chooseFault?(id) ?? (id == mainID ? networkFault : .none)
        note("hands over \(head.action) \(head.requestID), \(fault)")
        if fault == .refuse { return .refused }
        didHandOver(id)
        return network.send(order: bytes, head.requestID, on: slot, fault, at: now)
    }

    /// A mistake: the same bytes once more.
    func sendAgain(_ frame: [UInt8]) {
        guard let id = OrderID(WireHead(command: frame).requestID) else { return }
        didHandOver(id)
        network.send(frame, on: 0, at: now)
    }

    private func didHandOver(_ id: OrderID) {
        invariants.didHandOver(
            id,
            store: disk,
            isKilled: isKillWanted,
            limits: limits,
            at: now
        )
        invariants.checkExposure(gateway, disk)
    }

    func deliver(_ parcel: SimulatedNetwork.Parcel) {
        switch parcel.content {
        case .request(let bytes):
            take(gateway.receive(bytes, from: parcel.socket.address, at: moment))
        case .reply(let bytes):
            guard let shown = network.shown(bytes, parcel.socket, bug) else { return }
            give(.received(slot: parcel.socket.slot, shown))
        case .event(let bytes): if process != nil { give(.published(bytes)) }
        case .connected:
            guard network.didConnect(parcel.socket, isHeard: gateway.isUp) else { return }
            give(
                gateway.isUp
                    ? .connected(slot: parcel.socket.slot)
                    : .disconnected(slot: parcel.socket.slot, .refused)
            )
        case .disconnected:
            guard network.didDisconnect(parcel.socket) else { return }
            give(.disconnected(slot: parcel.socket.slot, .ended))
        }
    }

    private func give(_ event: OrderDispatchEvent) {
        alive { process throws(ProcessDied) in try process.take(event) }
    }

    // MARK: The gateway

    func take(_ output: SimulatedGateway.Output) {
        if !output.executed.isEmpty {
            note("executed \(output.executed)")
            invariants.checkExposure(gateway, disk)
        }
        for reply in output.replies {
            let bytes = Array(reply.text.utf8)
            let id = WireHead(reply: bytes).requestID
            network.reply(bytes, id, to: Socket(reply.address), at: now)
            if isMain(id), crashPoint == .replyUnderway {
                crashPoint = .never
                endProcess()
            }
        }
        for event in output.events { network.publish(event, at: now) }
        if output.isCrash { endGateway() }
    }

    func endGateway() {
        note("gateway ends")
        gatewayEndAt = .never
        gateway.end()
        network.endAll(at: now)
        gatewayStartAt = now + .milliseconds(200)
    }

    func startGateway() {
        gatewayStartAt = .never
        gateway.start(isForgetful: behaviour == .forgets, at: moment)
        take(gateway.quote(bid: bid, ask: bid + 10, at: moment))
        note("gateway starts")
    }

    /// The gateway ends, and is started again a little later.
    func restartGateway() { if gateway.isUp { endGateway() } }
}
