import Foundation
import HTTPServer
import StatusAPI
import Testing
import TradingCore

/// The description of the interface says what the program does, no more and no less.
@Suite struct OpenAPITests {
    private static let text: String = {
        let root = #filePath.dropLast("/Tests/StatusAPITests/OpenAPITests.swift".count)
        let path = root + "/docs/openapi.yaml"
        return (try? String(contentsOfFile: String(path), encoding: .utf8)) ?? ""
    }()

    /// What the file promises, as `GET /path 200`; it is laid out so that indentation tells all.
    private static let documented: Set<String> = {
        var found: Set<String> = []
        var (isInPaths, path, method) = (false, "", "")
        for line in text.split(separator: "\n") {
            let word = line.trimmingCharacters(in: .whitespaces)
            switch line.prefix(while: { $0 == " " }).count {
            case 0: isInPaths = line == "paths:"
            case 2 where isInPaths: path = String(word.dropLast())
            case 4 where isInPaths: method = word.dropLast().uppercased()
            case 8 where isInPaths && word.hasPrefix("\""):
                found.insert("\(method) \(path) \(word.dropFirst().prefix(3))")
            default: break
            }
        }
        return found
    }()

    /// What the program answers when it is asked in every way that a status stands for.
    private func served() throws -> Set<String> {
        var found: Set<String> = []
        for route in StatusRoute.all {
            for method in route.methods {
                for status in try statuses(route, method) {
                    found.insert("\(method) \(route.template) \(status)")
                }
            }
        }
        return found
    }

    private func statuses(_ route: StatusRoute, _ method: String) throws -> Set<Int> {
        let path = route.template.replacing("{id}", with: "mt5")
        let token = route == .killSwitchReset ? TestTokens.resetText : TestTokens.text
        let right = method == "POST" ? HTTPRequestHead.post(path, token: token) : .get(path)
        var long = right
        long.byteCount = 1 << 20
        let heads = [
            right, long, right.with("host", "evil.example"), right.with("host", nil),
            right.with("authorization", nil), right.with("content-type", "text/plain"),
            right.with("content-length", "65537"),
            right.with("content-length", nil).adding("transfer-encoding", "chunked"),
        ]
        var found: Set<Int> = []
        for head in heads {
            var router = try TestTokens.router()
            found.insert(router.decide(head, at: .zero).refusalStatus)
        }
        var guessing = try TestTokens.router()
        for _ in 0..<7 {
            let head = right.with("authorization", method == "POST" ? "Bearer x" : nil)
            found.insert(guessing.decide(head, at: .zero).refusalStatus)
        }
        found.remove(0)
        return found.union(answers(right, path))
    }

    /// The answers of all kinds of processes to a request that is admitted.
    private func answers(_ head: HTTPRequestHead, _ path: String) -> Set<Int> {
        guard let route = StatusRoute(path: path) else { return [] }
        var found: Set<Int> = []
        let bodies = ["{}", "[", #"{"operator":"a","reason":"b"}"#]
        for isWell in [true, false] {
            let responder = StatusResponder(Self.sources(isWell: isWell))
            for body in head.method == "POST" ? bodies : [""] {
                let request = HTTPRequest(head, body: Array(body.utf8))
                switch responder.answer(route, request) {
                case nil: found.insert(400)
                case .response(let response)?: found.insert(response.status)
                // The server itself refuses one client too many.
                case .eventStream(let response)?: found.formUnion([response.status, 503])
                }
            }
        }
        return found
    }

    private static func sources(isWell: Bool) -> StatusSources {
        var sources = StatusSources()
        sources.health = { StatusSources.Probe(isPassed: isWell, json: "{}") }
        sources.readiness = { StatusSources.Probe(isPassed: isWell, json: "{}") }
        sources.connection = { _ in isWell ? "{}" : nil }
        sources.kill = { _ in isWell ? .done("") : .refused("") }
        sources.reset = { _ in isWell ? .done("") : .refused("") }
        sources.reconnect = { _, _ in isWell ? .accepted("") : .unknown }
        return sources
    }

    @Test func `every route, method and status is documented and served`() throws {
        let served = try served()
        #expect(served.count > 60)
        #expect(served.subtracting(Self.documented).sorted() == [], "served, not documented")
        #expect(Self.documented.subtracting(served).sorted() == [], "documented, not served")
    }

    @Test(arguments: StatusRefusal.allCases)
    func `every error code and status is documented`(refusal: StatusRefusal) {
        #expect(Self.text.contains("- \(refusal.rawValue)\n"))
        #expect(Self.text.contains("\(refusal.status)"))
    }
}
