import Foundation
import HTTPServer
import TestSupport
import Testing
import TradingCore

@testable import StatusAPI

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
        if method == "POST" {
            let named = right.adding("idempotency-key", "a b")
            var router = try TestTokens.router()
            found.insert(router.decide(named, at: .zero).refusalStatus)
            found.formUnion(try reusedKey(right.adding("idempotency-key", "a"), route))
        }
        found.remove(0)
        return found.union(answers(right, path))
    }

    /// What a running server answers when two requests carry one key.
    private func reusedKey(_ head: HTTPRequestHead, _ route: StatusRoute) throws -> Set<Int> {
        guard route != .killSwitch else { return [] }
        var router = try TestTokens.router()
        let first = OperatorRequest(operatorName: "ann", reason: "one")
        let other = OperatorRequest(operatorName: "ann", reason: "other")
        let named = { AnsweredRequests.Request(path: head.path, key: "a", asked: $0) }
        router.remember(named(first), HTTPResponse(status: 200), at: .zero)
        return Set([router.recall(named(other), at: .zero)?.status].compactMap(\.self))
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
                case .response(let response)?, .later(let response, _)?:
                    found.insert(response.status)
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
        sources.reload = { _ in isWell ? .done("") : .refused("") }
        sources.reconnect = { _, _ in isWell ? .accepted("") : .unknown }
        return sources
    }

    @Test func `every route, method and status is documented and served`() throws {
        let served = try served()
        #expect(served.count > 60)
        #expect(served.subtracting(Self.documented).sorted() == [], "served, not documented")
        #expect(Self.documented.subtracting(served).sorted() == [], "documented, not served")
    }

    @Test func `what is answered to operators, and what refuses, has the members described`() throws
    {
        var document = try OpenAPIDocument()
        let responder = StatusResponder(Self.sources(isWell: true))
        for route in StatusRoute.all where route.methods.contains("POST") {
            let path = route.template.replacing("{id}", with: "mt5")
            let body = Array(#"{"operator":"ann","reason":"tested"}"#.utf8)
            let request = HTTPRequest(.post(path), body: body)
            let answer = try #require(StatusRoute(path: path).map { responder.answer($0, request) })
            guard case .response(let response)? = answer else {
                Issue.record("no response from \(path)")
                continue
            }
            try document.check(
                String(decoding: response.body, as: UTF8.self),
                document.schema(of: "POST \(route.template)", status: response.status),
                route.template
            )
        }
        for refusal in StatusRefusal.allCases {
            let body = String(decoding: refusal.response().body, as: UTF8.self)
            try document.check(body, document.schema("Error"), refusal.rawValue)
        }
        #expect(document.faults == [])
    }

    @Test func `what operators may say is read, and nothing else is`() throws {
        let names = try #require(try OpenAPIDocument().operatorRequest?["properties"]).members
            .map(\.key)
        #expect(names == ["operator", "reason", "symbol"])
        for name in names {
            #expect(OperatorRequest(body: Array("{\"\(name)\":1}".utf8)) == nil, "\(name)")
        }
    }

    @Test(arguments: StatusRefusal.allCases)
    func `every error code and status is documented`(refusal: StatusRefusal) {
        #expect(Self.text.contains("- \(refusal.rawValue)\n"))
        #expect(Self.text.contains("\(refusal.status)"))
    }
}
