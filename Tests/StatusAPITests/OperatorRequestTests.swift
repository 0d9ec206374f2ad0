import StatusAPI
import Testing

/// What operators may send.
@Suite struct OperatorRequestTests {
    private func read(_ text: String) -> OperatorRequest? {
        OperatorRequest(body: Array(text.utf8))
    }

    @Test func `who, why and what about are read`() {
        let all = read(#"{"operator":"ann","reason":"fat finger","symbol":"EURUSD","more":1}"#)
        #expect(
            all
                == OperatorRequest(
                    operatorName: "ann",
                    reason: "fat finger",
                    symbolName: "EURUSD"
                )
        )
        let nothing = OperatorRequest(operatorName: "", reason: "")
        #expect(read(#"{"symbol":null}"#) == nothing)
        #expect(read("{}") == nothing)
        #expect(read("") == nothing)
    }

    @Test(arguments: [
        "x", "[]", "{", #"{"operator":1}"#, #"{"reason":true}"#, #"{"symbol":""}"#,
        #"{"operator":{"a":1}}"#, #"{"operator":"a","operator":"b"}"#, "{}{}",
        #"{"reason":""# + String(repeating: "x", count: 513) + #""}"#,
    ])
    func `anything else is refused`(text: String) {
        #expect(read(text) == nil)
    }
}
