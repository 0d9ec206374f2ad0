import Telemetry
import TestSupport
import Testing

@Suite struct MetricExpositionTests {
    private static let sent = MetricDefinition(
        .counter,
        "demo_sent_total",
        labels: ["feed"],
        "What \"was\" sent\\told."
    )
    private static let age = MetricDefinition(.histogram, "demo_age_seconds", "How old it is.")
    private static let level = MetricDefinition(.gauge, "demo_level", "How high it is.")
    private static let build = MetricDefinition(
        .info,
        "demo_build_info",
        labels: ["v"],
        "What it is."
    )

    private func families() -> [MetricFamily] {
        var sent = MetricFamily(Self.sent)
        sent.add(.count(7), ["a\"b\\c\nd"])
        sent.add(.count(0), [""])
        var histogram = BucketHistogram(bounds: [1_000_000, 200_000_000])
        for value: Int64 in [1_000_000, 150_000_000, 3_000_000_000] { histogram.record(value) }
        var build = MetricFamily(Self.build)
        build.add(.integer(1), ["0.1"])
        return [
            sent, MetricFamily(Self.age, .histogram(histogram)),
            MetricFamily(Self.level, .number(-.infinity)), build,
        ]
    }

    @Test func `the text format is what its document says`() {
        let page = MetricExposition.page(families(), .text, createdAt: 12.5)
        #expect(
            page == #"""
                # HELP demo_sent_total What "was" sent\\told.
                # TYPE demo_sent_total counter
                demo_sent_total{feed="a\"b\\c\nd"} 7
                demo_sent_total{feed=""} 0
                # HELP demo_age_seconds How old it is.
                # TYPE demo_age_seconds histogram
                demo_age_seconds_bucket{le="0.001"} 1
                demo_age_seconds_bucket{le="0.2"} 2
                demo_age_seconds_bucket{le="+Inf"} 3
                demo_age_seconds_sum 3.151
                demo_age_seconds_count 3
                # HELP demo_level How high it is.
                # TYPE demo_level gauge
                demo_level -Inf
                # HELP demo_build_info What it is.
                # TYPE demo_build_info gauge
                demo_build_info{v="0.1"} 1

                """#
        )
    }

    @Test func `OpenMetrics names families without their endings and says when counters began`() {
        let page = MetricExposition.page(families(), .openMetrics, createdAt: 12.5)
        #expect(
            page == #"""
                # HELP demo_sent What \"was\" sent\\told.
                # TYPE demo_sent counter
                demo_sent_total{feed="a\"b\\c\nd"} 7
                demo_sent_created{feed="a\"b\\c\nd"} 12.5
                demo_sent_total{feed=""} 0
                demo_sent_created{feed=""} 12.5
                # HELP demo_age_seconds How old it is.
                # TYPE demo_age_seconds histogram
                # UNIT demo_age_seconds seconds
                demo_age_seconds_bucket{le="0.001"} 1
                demo_age_seconds_bucket{le="0.2"} 2
                demo_age_seconds_bucket{le="+Inf"} 3
                demo_age_seconds_sum 3.151
                demo_age_seconds_count 3
                demo_age_seconds_created 12.5
                # HELP demo_level How high it is.
                # TYPE demo_level gauge
                demo_level -Inf
                # HELP demo_build What it is.
                # TYPE demo_build info
                demo_build_info{v="0.1"} 1
                # EOF

                """#
        )
    }

    @Test(arguments: MetricExposition.Format.allCases)
    func `what is written is read back`(format: MetricExposition.Format) throws {
        let document = try MetricDocument(
            MetricExposition.page(families(), format, createdAt: 1_700_000_000.25),
            format
        )
        #expect(
            document.families.map(\.samples.count)
                == (format == .text ? [2, 5, 1, 1] : [4, 6, 1, 1])
        )
        #expect(document.value("demo_sent_total", "feed", "a\"b\\c\nd") == 7)
        #expect(document.value("demo_age_seconds_bucket", "le", "0.2") == 2)
        #expect(document.value("demo_age_seconds_sum") == 3.151)
        #expect(document.sum("demo_sent_total") == 7)
        #expect(document.sum("demo_received_total") == nil)
        let help = document.families[0].help
        #expect(help == "What \"was\" sent\\told.")
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `any label and any number survive writing and reading`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let alphabet: [Character] = ["\\", "\"", "n", "{", "}", ",", "=", " ", "é", "😀", "#", "\n"]
        var family = MetricFamily(
            MetricDefinition(.gauge, "demo_value", labels: ["text", "number"], "A value.")
        )
        var expected: [(String, Double)] = []
        for index in 0..<50 {
            let length = Int.random(in: 0...12, using: &random)
            let text = String(
                (0..<length).map { _ in alphabet.randomElement(using: &random) ?? "x" }
            )
            let bits = UInt64.random(in: 0...(.max), using: &random)
            expected.append((text, Double(bitPattern: bits)))
            family.add(.number(Double(bitPattern: bits)), [text, String(index)])
        }
        for format in MetricExposition.Format.allCases {
            let page = MetricExposition.page([family], format, createdAt: 0)
            let samples = try MetricDocument(page, format).samples("demo_value")
            #expect(samples.count == expected.count)
            for (sample, wanted) in zip(samples, expected) {
                #expect(sample["text"] == wanted.0)
                let isSame = sample.value == wanted.1 || sample.value.isNaN && wanted.1.isNaN
                #expect(isSame, "\(sample.value) for \(wanted.1)")
            }
        }
    }

    @Test func `a family without a value is left out, and an empty OpenMetrics page still ends`() {
        let empty = [MetricFamily(Self.sent)]
        #expect(MetricExposition.page(empty, .text, createdAt: 0) == "")
        #expect(MetricExposition.page(empty, .openMetrics, createdAt: 0) == "# EOF\n")
    }

    @Test func `a count beyond the range of samples stays at its end`() {
        #expect(MetricValue.count(.max) == .integer(.max))
    }
}
