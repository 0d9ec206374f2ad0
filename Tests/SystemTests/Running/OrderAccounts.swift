import Foundation
import Glibc
import Testing

/// An order as `live-loop orders` shows it.
struct OrderRow: Decodable {
    let id: String
    let command: String
    let state: String
}

/// What a gateway says of orders, by its own account.
struct GatewayOrders: Decodable {
    let commands: Int
    let executed: Int
    let executions_max: Int
    let executions: [String: Int]
}

extension Site {
    /// The newest orders in the ledger; with the option `--open` those that are not settled.
    func orders(_ option: String? = nil) throws -> [OrderRow] {
        let arguments = ["orders", "--json"] + (option.map { [$0] } ?? [])
        let finished = try run(arguments)
        try #require(finished.status == 0, "\(finished.error)")
        return try JSONDecoder().decode([OrderRow].self, from: Data(finished.output.utf8))
    }

    /// The newest orders, once a running live loop knows what became of each.
    func settledOrders(of loop: RunningProgram) throws -> [OrderRow] {
        var looks = Looks(within: 40)
        var open = try orders("--open")
        while !open.isEmpty, looks.next() { open = try orders("--open") }
        try #require(open.isEmpty, "\(open): \(loop.error)")
        return try orders()
    }
}

extension RunningGateway {
    /// Ends it in order, and reads the orders of the summary that it was told to write.
    func stop(summary path: String) throws -> GatewayOrders {
        struct Summary: Decodable { let orders: GatewayOrders }
        program.send(SIGTERM)
        let status = try #require(program.waitForEnd(), "it does not end: \(program.error)")
        #expect(status == 0, "\(program.error)")
        let json = try Data(contentsOf: URL(fileURLWithPath: path))
        return try JSONDecoder().decode(Summary.self, from: json).orders
    }
}
