import Testing
import ZeroMQ

@Suite struct RouterSocketTests {
    @Test func `a question of a REQ socket is answered as by a REP socket`() throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let endpoint = try router.bind(to: "tcp://127.0.0.1:*")
        let asker = try RequestSocket(
            context: context,
            endpoint: endpoint,
            timeoutMilliseconds: 20_000
        )
        let isSent = try asker.send("question")
        #expect(isSent)
        let request = try next(router)
        #expect(request.body == Array("question".utf8))
        #expect(request.envelope.count == 2)
        #expect(request.envelope.last == [])
        #expect(try router.send("answer", to: request.envelope) == .sent)
        #expect(try asker.receive() == "answer")
    }

    @Test func `an answer may be withheld, doubled and late, which a DEALER sees`() throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        let endpoint = try router.bind(to: "tcp://127.0.0.1:*")
        let dealer = try DealerSocket(context: context, options: .init())
        try dealer.connect(to: endpoint)
        var requests: [RouterSocket.Request] = []
        for question in ["lost", "doubled", "late"] {
            try ask(dealer, question)
            requests.append(try next(router))
        }
        #expect(requests.map(\.body) == ["lost", "doubled", "late"].map { Array($0.utf8) })
        #expect(try router.send("2", to: requests[1].envelope) == .sent)
        #expect(try router.send("2", to: requests[1].envelope) == .sent)
        #expect(try router.send("3", to: requests[2].envelope) == .sent)
        #expect(try answers(dealer, 3) == ["2", "2", "3"])
    }

    @Test func `an answer to one who is gone is said to be dropped`() throws {
        let context = try Context()
        let router = try RouterSocket(context: context)
        _ = try router.bind(to: "tcp://127.0.0.1:*")
        #expect(try router.send("answer", to: [[1, 2, 3, 4, 5], []]) == .dropped)
    }

    /// Sends a question as soon as there is a connection.
    private func ask(_ dealer: borrowing DealerSocket, _ question: String) throws {
        var nothing = SocketPoller()
        for _ in 0..<4000 {
            if dealer.send(Array(question.utf8).span) == .accepted { return }
            _ = nothing.wait(milliseconds: 5)
        }
        throw NoConnection()
    }

    private struct NoConnection: Error {}

    private func answers(_ dealer: borrowing DealerSocket, _ count: Int) throws -> [String] {
        var poller = SocketPoller()
        poller.add(descriptor: dealer.pollDescriptor)
        var answers: [String] = []
        while answers.count < count {
            let isThere = try dealer.receive { bytes, _ in
                answers.append(String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self))
            }
            guard !isThere else { continue }
            let isReady = poller.wait(milliseconds: 20_000)
            try #require(isReady, "nothing came in 20 s")
        }
        return answers
    }

    private func next(_ router: borrowing RouterSocket) throws -> RouterSocket.Request {
        var poller = SocketPoller()
        poller.add(router)
        while true {
            if let request = try router.receive() { return request }
            let isReady = poller.wait(milliseconds: 20_000)
            try #require(isReady, "nothing came in 20 s")
        }
    }
}
