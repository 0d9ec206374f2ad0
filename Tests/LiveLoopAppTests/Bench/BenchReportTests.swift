import Testing

@testable import LiveLoopApp

@Suite
struct BenchReportTests {
    private let machine = MachineFacts(
        processor: "Example 9000",
        processorCount: 2,
        kernel: "6.1.0",
        loadAverages: "0.10 0.20 0.30",
        build: "release"
    )

    private func measurement(_ rounds: [Double]) -> BenchMeasurement {
        BenchMeasurement(
            suite: .decode,
            name: "decoder, compact",
            unit: .nanosecondsPerTick,
            rounds: rounds
        )
    }

    @Test func `takes the middle of an odd number of rounds`() {
        #expect(measurement([50, 9000, 51]).median == 51)
    }

    @Test func `takes the mean of the two in the middle of an even number of rounds`() {
        #expect(measurement([4, 1, 3, 100]).median == 3.5)
    }

    @Test func `gives the spread of the rounds`() {
        let measurement = measurement([50, 9000, 51])
        #expect(measurement.min == 50)
        #expect(measurement.max == 9000)
    }

    @Test func `prints one object with the machine, each number and each remark`() {
        var report = BenchReport(version: "1.2.3", machine: machine)
        report.measurements = [measurement([52, 50, 51])]
        report.remarks = ["paced came to nothing: \"x\""]
        let expected =
            #"{"version":"1.2.3","machine":{"processor":"Example 9000","processors":2,"#
            + #""kernel":"6.1.0","load":"0.10 0.20 0.30","build":"release"},"measurements":["#
            + #"{"suite":"decode","name":"decoder, compact","unit":"ns/tick","median":51.00,"#
            + #""min":50.00,"max":52.00,"rounds":[52.00,50.00,51.00]}],"#
            + #""remarks":["paced came to nothing: \"x\""]}"# + "\n"
        #expect(report.json == expected)
    }

    @Test func `prints a table whose columns stand under each other`() {
        var report = BenchReport(version: "1.2.3", machine: machine)
        report.measurements = [measurement([52, 50, 51]), measurement([1051])]
        let expected = """
            live-loop 1.2.3, release build
            Example 9000, 2 processors, Linux 6.1.0, load 0.10 0.20 0.30

            suite   measurement       median     min     max  unit     rounds
            decode  decoder, compact    51.0    50.0    52.0  ns/tick       3
            decode  decoder, compact  1051.0  1051.0  1051.0  ns/tick       1

            """
        #expect(report.text == expected)
    }

    @Test func `runs every suite when none is named, memory first`() {
        let selection = BenchSuite.select([])
        #expect(selection.suites == BenchSuite.allCases)
        #expect(selection.suites.first == .memory)
    }

    @Test func `runs the named suites in their own order`() {
        #expect(BenchSuite.select(["step", "decode", "step"]).suites == [.decode, .step])
    }

    @Test func `names a suite that does not exist`() {
        #expect(BenchSuite.select(["decode", "speed"]).unknown == "speed")
    }

    @Test func `reads the processor's name from the kernel's text`() {
        let text = "processor\t: 0\nmodel name\t: A B: C \n\nprocessor\t: 1\nmodel name\t: D\n"
        #expect(MachineFacts.processorName(text) == "A B: C")
        #expect(MachineFacts.lines(text, of: "processor") == ["0", "1"])
    }
}
