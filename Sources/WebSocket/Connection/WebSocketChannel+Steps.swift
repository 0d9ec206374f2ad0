import Platform

/// How a turn carries out what the decider says.
extension WebSocketChannel {
    /// Whether another phase was entered.
    func step(at now: Int64) -> Bool {
        let phase = connection.phase
        switch phase {
        case .resolving: resolve(at: now)
        case .connecting(let index): connect(index, at: now)
        case .securing: secure(at: now)
        case .closed: return false
        default: exchange(at: now)
        }
        return connection.phase != phase
    }

    private func resolve(at now: Int64) {
        do throws(NameFailure) {
            if let number = SocketAddress(number: destination.host, port: destination.port) {
                addresses = [number]
                connection.resolved(addressCount: 1, at: now)
                return
            }
            if resolution == nil {
                resolution = try NameResolution(host: destination.host, port: destination.port)
            }
            guard let found = try resolution?.addresses() else { return }
            addresses = found
            resolution = nil
            connection.resolved(addressCount: addresses.count, at: now)
        } catch {
            connection.failed(.resolve(error))
        }
    }

    private func connect(_ index: Int, at now: Int64) {
        do throws(SystemError) {
            if attempt != index {
                transport = nil
                attempt = index
                transport = Transport(try FileDescriptor.connecting(to: addresses[index]))
            }
            guard let transport, try transport.descriptor.isConnected() else { return }
            connection.connected(at: now)
        } catch {
            connection.connectFailed(.connect(error), at: now)
        }
    }

    private func secure(at now: Int64) {
        guard let transport, let tls else {
            let reason = "no authorities are set for wss"
            connection.failed(.tls(TLSFailure(.setup, reason: reason)))
            return
        }
        do throws(TLSFailure) {
            try transport.secure(tls, host: host)
        } catch {
            connection.failed(.tls(error))
            return
        }
        switch transport.handshake() {
        case .done: connection.secured(at: now)
        case .wantsRead: wantsWrite = false
        case .wantsWrite: wantsWrite = true
        case .end: connection.peerEnded()
        case .failed(let failure): connection.failed(failure)
        }
    }

    private func exchange(at now: Int64) {
        flush(at: now)
        guard let transport, pendingEnd == nil else { return }
        wantsWrite = false
        let phase = connection.phase
        repeat {
            var outcome = Transport.Outcome.wantsRead
            let count = unsafe connection.receive(at: now) { room in
                guard room.count > 0 else { return 0 }
                outcome = unsafe transport.read(into: room)
                if case .done(let count) = outcome { return count }
                return 0
            }
            hasMore = count > 0
            switch outcome {
            case .done: break
            case .wantsRead: return
            case .wantsWrite:
                wantsWrite = true
                return
            case .end, .failed:
                // What has come before is taken first; it may hold the close.
                pendingEnd = outcome
                if !connection.isReceiving { endIfPending() }
                return
            }
            // What is decided on a head, such as TLS behind a proxy, comes before the next read.
            guard connection.phase == phase else { return }
        } while connection.hasRoom
    }

    func endIfPending() {
        guard let outcome = pendingEnd else { return }
        pendingEnd = nil
        if case .failed(let failure) = outcome {
            connection.failed(failure)
        } else {
            connection.peerEnded()
        }
    }

    /// Sends what the system takes of what is queued.
    package func flush(at now: Int64) {
        guard let transport, !isSendingBroken else { return }
        while connection.bytesToSend > 0 {
            let outcome = unsafe connection.outgoing.withBytes { unsafe transport.write($0) }
            switch outcome {
            case .done(let count): connection.sent(count, at: now)
            case .wantsRead, .wantsWrite: return
            case .end, .failed:
                // Reading tells how it ended, after what came before; a deadline ends it otherwise.
                isSendingBroken = true
                return
            }
        }
        guard connection.mustFinish else { return }
        transport.finish()
        connection.finished()
    }
}
