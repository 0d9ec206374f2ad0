import Telemetry
import TestSupport
import Testing

@Suite struct MetricDocumentTests {
    private func fault(
        _ text: String,
        _ format: MetricExposition.Format = .text
    ) -> String? {
        do throws(MetricSyntaxError) {
            _ = try MetricDocument(text, format)
            return nil
        } catch {
            return error.description
        }
    }

    private static let head = "# HELP a_total A.\n# TYPE a_total counter\n"

    @Test func `values are taken only after their declaration, and families are whole`() {
        #expect(fault("a_total 1\n")?.hasPrefix("line 1: ") == true)
        #expect(fault(Self.head + "a_total 1\n") == nil)
        #expect(fault(Self.head + "b_total 1\n")?.hasPrefix("line 3: ") == true)
        let other = "# HELP b B.\n# TYPE b gauge\nb 1\n"
        #expect(fault(Self.head + "a_total 1\n" + other) == nil)
        #expect(fault(Self.head + "a_total 1\n" + other + "a_total 2\n") != nil)
        #expect(fault(Self.head + "a_total 1\n" + other + Self.head) != nil)
        #expect(fault(Self.head + "a_total 1\n# HELP a_total again.\n") != nil)
    }

    @Test func `nothing is there twice`() {
        #expect(fault(Self.head + "a_total{x=\"1\"} 1\na_total{x=\"2\"} 1\n") == nil)
        #expect(fault(Self.head + "a_total{x=\"1\"} 1\na_total{x=\"1\"} 1\n") != nil)
        #expect(fault(Self.head + "a_total{x=\"1\",x=\"2\"} 1\n") != nil)
        #expect(fault("# TYPE a gauge\n# TYPE a gauge\na 1\n") != nil)
    }

    @Test(
        arguments: [
            "a_total", "a_total ", "a_total 1", "a_total one\n", "a_total nan\n", "a_total 0x10\n",
            "a_total{x} 1\n", "a_total{x=\"1} 1\n", "a_total{x=\"1\" 1\n", "a_total{} 1\n",
            "a_total -1\n", "a_total NaN\n", "a_total{x=\"1\\", "1a 2\n", "a_total 1 1700000000\n",
        ]
    )
    func `a line that is not one is refused`(line: String) {
        #expect(fault(Self.head + line) != nil)
    }

    @Test func `the buckets of a histogram grow and end with its count`() {
        let head = "# TYPE h histogram\n"
        func page(_ low: Int, _ all: Int, _ count: Int) -> String {
            head
                + "h_bucket{le=\"1.0\"} \(low)\nh_bucket{le=\"+Inf\"} \(all)\nh_sum 1\nh_count \(count)\n"
        }
        #expect(fault(page(1, 2, 2)) == nil)
        #expect(fault(page(3, 2, 2)) != nil)
        #expect(fault(page(1, 2, 3)) != nil)
        #expect(fault(head + "h_sum 1\nh_count 1\n") != nil)
    }

    @Test func `OpenMetrics ends with EOF and nothing after it`() {
        let page = "# TYPE a counter\na_total 1\n"
        #expect(fault(page, .openMetrics) != nil)
        #expect(fault(page + "# EOF\n", .openMetrics) == nil)
        #expect(fault(page + "# EOF\n\n", .openMetrics) != nil)
        #expect(fault(page + "# EOF\n# TYPE b gauge\n", .openMetrics) != nil)
        #expect(fault("# TYPE a counter\na 1\n# EOF\n", .openMetrics) != nil)
        let unit = "# TYPE a_seconds gauge\n# UNIT a_seconds bytes\na_seconds 1\n# EOF\n"
        #expect(fault(unit, .openMetrics) != nil)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `any damage is refused or read, and never a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let page = Self.head + "a_total{x=\"1\\n\"} 1\n# TYPE h gauge\nh 2.5e-3\n# EOF\n"
        for _ in 0..<300 {
            var bytes = Array(page.utf8)
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            for format in MetricExposition.Format.allCases { _ = fault(text, format) }
        }
    }
}
