import OrderEntry
import TradingCore

// The mistakes that a shell can make, and what a test may see of a process.

extension TradingProcess {
    // MARK: Mistakes

    /// What the loop is told where a mistake is made in telling it.
    func disguised(_ input: OrderInput) -> OrderInput {
        guard world.bug == .unknownNotReserved, case .fact(let id, .unanswered) = input else {
            return input
        }
        return .fact(id, .answered(OrderReport(state: .rejected, returnCode: 10_006)))
    }

    func sendAgain(after input: OrderInput) {
        guard case .fact(let id, .unanswered(let cause)) = input, let frame = frames[id] else {
            return
        }
        let isRepeated =
            switch cause {
            case .timeout: world.bug == .retryOnTimeout
            case .disconnected: world.bug == .retryOnConnectionError
            case .malformedReply, .crash, .gateway: false
            }
        if isRepeated { world.sendAgain(frame) }
    }

    // MARK: Looking

    func words(_ input: OrderInput) -> String {
        switch input {
        case .fact(let id, let fact): "\(id): \(fact)"
        case .deal(let deal): "deal \(deal.number) \(deal.volume) of \(deal.position)"
        case .account(let account):
            "account of \(account.positions.count) positions, \(account.deals.count) deals"
        default: "\(input)"
        }
    }

    /// The commands that the loop holds open.
    var openOrders: [OrderRecord] { loop.orders?.ledger.open ?? [] }
    /// Whether the book and the gateway's account agree.
    var isReconciled: Bool { tickCount > 1 && loop.orders?.isReconciled ?? false }
    /// Hundredths of a lot that the loop believes to hold.
    var heldLots: Int64 {
        loop.openPositions.reduce(0) { $0 + SimulatedGateway.hundredths($1.position.volume) }
    }
    /// Whether the dispatcher follows nothing any more.
    var isIdle: Bool { dispatcher.openCount == 0 }
}
