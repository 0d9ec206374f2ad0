import Platform
import TradingCore
import WebSocket

extension VenueLoop {
    /// Connections that are taken before others are looked at.
    private static let acceptsMax = 64

    /// How long nobody is taken after the machine had no descriptor left.
    private static let acceptPause = Duration.milliseconds(200)

    /// Takes new connections; those that are too many are ended at once.
    mutating func accept(_ now: MonotonicTime) {
        guard acceptsFrom <= now else { return }
        for door in doors {
            for _ in 0..<Self.acceptsMax {
                do throws(SystemError) {
                    guard let socket = try door.listener.accept() else { break }
                    guard clients.count < configuration.connectionsMax else {
                        control.core.withLock { $0.truth.connectionsRefused += 1 }
                        continue
                    }
                    let channel = WebSocketChannel(
                        accepting: socket,
                        tls: door.tls,
                        timing: timing,
                        limits: limits,
                        at: now.nanoseconds
                    )
                    clients.append(VenueClient(channel))
                } catch {
                    acceptsFrom = now + Self.acceptPause
                    log(.warning, "a connection could not be taken: \(error)")
                    return
                }
            }
        }
    }

    /// Does what can be done on a connection, and takes what came.
    mutating func serve(_ client: VenueClient, _ now: MonotonicTime) {
        let channel = client.channel
        channel.turn(at: now.nanoseconds)
        if let request = channel.request {
            switch control.core.withLock({ $0.connect(request.target, at: now) }) {
            case .success(let slot):
                client.slot = slot
                clientOfSlot[slot] = client
                channel.grant(at: now.nanoseconds)
                log(
                    .info,
                    "connection \(client.number(in: control)): \(request.target.prefix(200))"
                )
            case .failure(let refusal):
                let headers = refusal.status == 404 ? [] : ["Retry-After: 5"]
                channel.refuse(status: refusal.status, headers: headers, at: now.nanoseconds)
                log(.warning, "refused with \(refusal.status): \(request.target.prefix(200))")
            }
        }
        guard let slot = client.slot else {
            _ = channel.next(at: now.nanoseconds) { _, _ in }
            return
        }
        let control = control
        while channel.next(
            at: now.nanoseconds,
            { _, bytes in
                let copy = (0..<bytes.count).map { bytes[$0] }
                control.core.withLock { $0.receive(copy.span, from: slot, at: now) }
            }
        ) {}
    }

    /// Lets go what has ended.
    mutating func removeEnded(_ now: MonotonicTime) {
        guard clients.contains(where: { $0.channel.phase == .closed }) else { return }
        for client in clients where client.channel.phase == .closed {
            end(client, client.channel.end.map(Self.text) ?? "ended", now)
        }
        clients.removeAll { $0.channel.phase == .closed }
    }

    /// Tells the decider that a connection has ended.
    mutating func end(_ client: VenueClient, _ reason: String, _ now: MonotonicTime) {
        guard let slot = client.slot else { return }
        client.slot = nil
        clientOfSlot[slot] = nil
        let told = client.reason ?? reason
        let number = control.core.withLock { core in
            let number = core.distributor.connections[slot]?.number ?? 0
            core.disconnect(slot, told, at: now)
            return number
        }
        log(.info, "connection \(number) ended: \(told)")
    }

    private static func text(_ end: ConnectionEnd) -> String {
        switch end {
        case .closedByPeer(let status): "closed by the client, \(status)"
        case .closedByUs: "closed"
        case .failed(let failure): "\(failure)"
        }
    }
}
