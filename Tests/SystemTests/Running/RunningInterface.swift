import Foundation
import TestSupport
import Testing

/// What `/api/v1/orders` answers.
struct OrdersAnswer: Decodable {
    struct Commands: Decodable {
        struct Row: Decodable { let id: String }

        let blocked: [String: Int]
        let open: [Row]
    }

    struct Position: Decodable { let ticket: UInt64 }

    let orders: Commands
    let positions: [Position]

    var tickets: Set<UInt64> { Set(positions.map(\.ticket)) }
    /// Orders that only the kill switch has stopped.
    var stopped: Int { orders.blocked["kill_switch"] ?? 0 }
}

/// The HTTP interface of a live loop that was started as a program.
struct RunningInterface {
    let site: Site
    let loop: RunningProgram
    let port: UInt16

    /// Takes the port from what the program says.
    init(site: Site, loop: RunningProgram) throws {
        self.site = site
        self.loop = loop
        let line = try #require(loop.line("[HTTP] http://127.0.0.1:"), "\(loop.error)")
        let url = try #require(line.split(separator: " ").first { $0.hasPrefix("http://") })
        let port = try #require(url.split(separator: ":").last.map { $0.dropLast() })
        self.port = try #require(UInt16(port), "\(line)")
    }

    var token: String { secret("http_token") }
    var resetToken: String { secret("http_reset_token") }

    private func secret(_ name: String) -> String {
        let path = site.stateDirectory + "/" + name
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        return text?.trimmingCharacters(in: .newlines) ?? ""
    }

    func get(_ path: String) throws -> [String: Any] {
        let reply = try HTTPTestClient.ask(port, "GET", path)
        try #require(reply.status == 200, "\(path): \(reply.head)")
        let object = try JSONSerialization.jsonObject(with: Data(reply.body.utf8))
        return try #require(object as? [String: Any])
    }

    /// The value of one series, written as it is scraped.
    func metric(_ series: String) throws -> Double {
        let body = try HTTPTestClient.ask(port, "GET", "/metrics").body
        let line = body.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return try #require(line.flatMap { Double($0.dropFirst(series.count + 1)) }, "\(body)")
    }

    func account() throws -> Account {
        try Account(json: HTTPTestClient.ask(port, "GET", "/api/v1/status").body)
    }

    func orders() throws -> OrdersAnswer {
        let reply = try HTTPTestClient.ask(port, "GET", "/api/v1/orders")
        return try JSONDecoder().decode(OrdersAnswer.self, from: Data(reply.body.utf8))
    }

    /// Asks until the orders are as they should be.
    func orders(until isReached: (OrdersAnswer) -> Bool) throws -> OrdersAnswer {
        var looks = Looks(within: 20)
        var found = try orders()
        while !isReached(found), looks.next() { found = try orders() }
        try #require(isReached(found), "not reached: \(found)")
        return found
    }

    func post(_ path: String, _ token: String?, _ body: String = "{}") throws -> Int {
        try HTTPTestClient.ask(port, "POST", "/api/v1/" + path, token: token, body: body).status
    }

    /// Asks until the account is as it should be.
    func account(until isReached: (Account) throws -> Bool) throws -> Account {
        var looks = Looks(within: 20)
        var account = try account()
        while try !isReached(account), looks.next() { account = try self.account() }
        try #require(try isReached(account), "not reached: \(account)")
        return account
    }
}

/// Runs a test with a live loop that serves HTTP on a port that the system chooses.
func withHTTP(
    _ settings: [String: String] = [:],
    _ body: (RunningInterface) throws -> Void
) throws {
    try withSite { site in
        var served = site
        served.settings = ["HTTP_LISTEN": "127.0.0.1:0"].merging(settings) { $1 }
        let loop = try served.startLoop()
        try body(try RunningInterface(site: served, loop: loop))
        _ = try served.stop(loop)
    }
}
