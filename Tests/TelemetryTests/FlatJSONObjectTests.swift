import Telemetry
import TestSupport
import Testing

@Suite struct FlatJSONObjectTests {
    @Test func `reads members of every simple type`() throws {
        let text = #" {"a":"x\"\\\/\n\u00e9\ud83d\ude00","b":-12,"c":true,"d":null,"e":1.5e+3} "#
        let object = try #require(FlatJSONObject(text.utf8))
        #expect(object.string("a") == "x\"\\/\né😀")
        #expect(object.integer("b") == -12)
        #expect(object.flag("c") == true)
        #expect(object["d"] == .null)
        #expect(object["e"] == .number("1.5e+3"))
        #expect(object["f"] == nil)
        #expect(object.string("b") == nil)
        #expect(FlatJSONObject("{}".utf8)?.members.isEmpty == true)
    }

    @Test(arguments: [
        "", "{", "}", "[]", "null", "{}x", "{} {}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{"a":1"b":2}"#, #"{"a":1,"a":2}"#, #"{"a":{}}"#, #"{"a":[]}"#, #"{"a":01}"#,
        #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":-}"#, #"{"a":1e}"#, #"{"a":tru}"#, #"{"a":truee}"#,
        #"{"a":"x}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\ud83d"}"#, #"{"a":"\ude00"}"#,
        #"{"a":"\ud83d\u0041"}"#, "{\"a\":\"\n\"}", "{'a':1}", #"{a:1}"#, #"{"a":NaN}"#,
    ])
    func `refuses what is no flat object`(text: String) {
        #expect(FlatJSONObject(text.utf8) == nil)
    }

    @Test func `refuses text that is not UTF-8, and too many members`() {
        #expect(FlatJSONObject(Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)) == nil)
        let limit = FlatJSONObject.maximumMemberCount
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(FlatJSONObject(object(limit).utf8)?.members.count == limit)
        #expect(FlatJSONObject(object(limit + 1).utf8) == nil)
    }

    @Test(arguments: 0..<10)
    func `reads back whatever the writer wrote, and survives any damage`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let scalars = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x250, using: &random)) ?? "?"
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let number = Int64.random(in: .min ... .max, using: &random)
            var json = JSONWriter()
            json.object {
                $0.value(String(text), "text")
                $0.value(number, "number")
            }
            let object = try #require(FlatJSONObject(json.text.utf8))
            #expect(object.string("text").map { Array($0.utf8) } == Array(String(text).utf8))
            #expect(object.integer("number") == number)
            var damaged = Array(json.text.utf8)
            let place = Int.random(in: damaged.indices, using: &random)
            damaged[place] = UInt8.random(in: 0...255, using: &random)
            _ = FlatJSONObject(damaged)
            #expect(FlatJSONObject(damaged.prefix(place)) == nil)
        }
    }
}
