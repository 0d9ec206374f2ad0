import Alerting
import TestSupport
import Testing

@Suite struct WebhookQueueFileTests {
    private let message = WebhookMessage(
        id: "k-1.1",
        severity: .critical,
        body: #"{"message":"a \"quoted\" \\ line\n \#u{7F} é \#u{1F680}"}"#
    )

    private func added(_ number: UInt64) -> [UInt8] {
        WebhookQueueFile.line(.added(number: number, message))
    }

    @Test func `what is written is read again`() {
        let content = WebhookQueueFile.read(added(7))
        #expect(content.waiting == [WebhookEntry(number: 7, message: message)])
        #expect(content.nextNumber == 8)
        #expect(content.corruptLineCount == 0)
        #expect(content.isTidy)
    }

    @Test func `a removed message does not wait, and its number is not used again`() {
        let content = WebhookQueueFile.read(
            added(1) + added(2) + WebhookQueueFile.line(.removed(number: 2))
        )
        #expect(content.waiting.map(\.number) == [1])
        #expect(content.nextNumber == 3)
        #expect(!content.isTidy)
    }

    @Test func `a tail torn at any byte costs the torn line only, and is counted`() {
        let whole = added(1)
        let torn = added(2)
        for length in 1..<torn.count {
            let content = WebhookQueueFile.read(whole + torn.prefix(length))
            #expect(content.waiting.map(\.number) == [1], "\(length)")
            #expect(content.corruptLineCount == 1, "\(length)")
            #expect(!content.isTidy)
        }
    }

    @Test func `any changed byte is noticed`() {
        let line = added(1)
        for index in line.indices.dropLast() {
            for bit in 0..<8 {
                var bytes = line
                bytes[index] ^= 1 << UInt8(bit)
                let content = WebhookQueueFile.read(bytes)
                #expect(content.waiting.isEmpty, "byte \(index), bit \(bit)")
                #expect(content.corruptLineCount > 0)
            }
        }
    }

    @Test func `a line in the middle that cannot be read costs only itself`() {
        var middle = added(2)
        middle[20] ^= 1
        let content = WebhookQueueFile.read(added(1) + middle + added(3))
        #expect(content.waiting.map(\.number) == [1, 3])
        #expect(content.corruptLineCount == 1)
    }

    @Test(arguments: UInt64(1)...50)
    func `junk is read without harm`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bytes = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(WebhookQueueFile.read(bytes).waiting.isEmpty)
        #expect(WebhookQueueFile.read(added(1) + [0x0A] + bytes).waiting.map(\.number) == [1])
    }
}
