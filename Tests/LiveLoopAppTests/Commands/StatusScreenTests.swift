import LiveLoopApp
import Testing
import TradingCore

@Suite struct StatusScreenTests {
    private let noon = WallTime(nanoseconds: 1_768_392_000 * 1_000_000_000)
    private let later = WallTime(nanoseconds: 1_768_392_060 * 1_000_000_000)

    @Test func `elsewhere than on a terminal, looks come one after the other without escapes`() {
        var screen = StatusScreen(rows: nil, isJSON: false)
        #expect(screen.show(.answer("a\nb"), at: noon) == ("a\nb\n\n", ""))
        #expect(screen.show(.answer("c"), at: noon) == ("c\n\n", ""))
        #expect(screen.end.isEmpty)
    }

    @Test func `JSON is one line a look, on a terminal too`() {
        var screen = StatusScreen(rows: 10, isJSON: true)
        #expect(screen.show(.answer("{}"), at: noon) == ("{}\n", ""))
        #expect(screen.end.isEmpty)
    }

    @Test func `a terminal is redrawn in its place, each line cleared to its end`() {
        var screen = StatusScreen(rows: 10, isJSON: false)
        let first = screen.show(.answer("one\ntwo"), at: noon)
        #expect(first.output == "\u{1B}[Hone\u{1B}[K\ntwo\u{1B}[K\u{1B}[J")
        #expect(screen.end == "\n")
    }

    @Test func `what does not fit is said, so that nothing scrolls`() {
        var screen = StatusScreen(rows: 5, isJSON: false)
        let text = (1...9).map(String.init).joined(separator: "\n")
        let lines = screen.show(.answer(text), at: noon).output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.last?.contains("… 6 more lines") == true)
    }

    @Test func `a process that is gone is said once with its time, and so is that it is back`() {
        var screen = StatusScreen(rows: nil, isJSON: false)
        _ = screen.show(.answer("up"), at: noon)
        let gone = screen.show(.silence("refused"), at: noon)
        #expect(gone.output.isEmpty)
        #expect(gone.error == "no live loop answers since \(noon): refused; waiting for it\n")
        #expect(screen.show(.silence("refused"), at: later) == ("", ""))
        let back = screen.show(.answer("up"), at: later)
        #expect(back.output == "up\n\n")
        #expect(back.error == "live-loop answers again; it was gone since \(noon)\n")
        #expect(screen.show(.answer("up"), at: later).error.isEmpty)
    }

    @Test func `on a terminal the time at which it went stays to be read`() {
        var screen = StatusScreen(rows: 10, isJSON: false)
        for _ in 0..<3 {
            let gone = screen.show(.silence("refused"), at: noon)
            #expect(gone.output.contains("no live loop answers since \(noon)"))
        }
        #expect(screen.show(.silence("refused"), at: later).output.contains("\(noon)"))
    }
}
