import TestSupport
import Testing
import TradingCore

@Suite struct MergerPropertyTests {
    typealias Weather = MergerWorld.Weather

    /// Runs a world and checks the laws that hold in any weather.
    private func check(seed: UInt64, _ weather: Weather, steps: Int = 400) -> MergerWorld {
        var world = MergerWorld(seed: seed, weather: weather)
        world.run(steps: steps)
        #expect(world.complaints.isEmpty, "seed \(seed): \(world.complaints.prefix(3))")
        #expect(world.mostHeld <= weather.stagingCapacity, "seed \(seed)")
        #expect(world.merger.heldCount == 0, "seed \(seed)")
        for stream in 0..<MergerWorld.streamCount {
            checkOrder(world, stream, seed)
            checkLaw(world, stream, seed)
        }
        return world
    }

    /// Delivered messages rise, are delivered once, and every hole between them was told before.
    private func checkOrder(_ world: MergerWorld, _ stream: Int, _ seed: UInt64) {
        let truth = world.truths[stream]
        var last: (epoch: UInt64, sequence: UInt64)?
        var told: Set<UInt64> = []
        for event in world.delivered[stream] {
            if event.kind == .gap {
                if event.gapCause == .restart { told = [] }
                guard event.gapCount > 0 else { continue }
                #expect(event.gapCount == event.gapLast - event.gapFirst + 1, "seed \(seed)")
                told.formUnion(event.gapFirst...event.gapLast)
                continue
            }
            let epoch = UInt64(event.word0)
            let place = "seed \(seed), stream \(stream), epoch \(epoch), \(event.sequence)"
            if let last {
                #expect(last < (epoch, event.sequence), "\(place)")
                let first = last.epoch == epoch ? last.sequence + 1 : 1
                for hole in first..<event.sequence {
                    #expect(
                        told.contains(hole) || truth.quarantined.contains(hole),
                        "\(place): \(hole) was not told"
                    )
                }
            }
            last = (epoch, event.sequence)
            told = []
        }
    }

    /// What was sent since the baseline is what was received once, and what is missing.
    private func checkLaw(_ world: MergerWorld, _ stream: Int, _ seed: UInt64) {
        let truth = world.truths[stream]
        let tally = world.merger.tallies[MergerWorld.streamID(stream).index]
        guard let baseline = truth.baselineEpoch else { return }
        var span: UInt64 = 0
        for epoch in Set(truth.offered.keys).union(truth.heartbeatLast.keys) {
            let offered = truth.offered[epoch] ?? []
            var start = offered.min() ?? .max
            if epoch == baseline { start = min(start, truth.heartbeatStart) }
            if epoch > baseline, truth.currentEpochs.contains(epoch) { start = 1 }
            let last = max(offered.max() ?? 0, truth.heartbeatLast[epoch] ?? 0)
            if last >= start { span += last - start + 1 }
        }
        #expect(tally.received == UInt64(truth.received), "seed \(seed)")
        #expect(
            tally.received - tally.duplicate + tally.missing == span,
            "seed \(seed), stream \(stream): \(tally)"
        )
        if let last = truth.sent[world.epoch], truth.currentEpochs.contains(world.epoch) {
            let known = max(
                truth.offered[world.epoch]?.max() ?? 0,
                truth.heartbeatLast[world.epoch] ?? 0
            )
            #expect(known == last, "seed \(seed), stream \(stream): the lost tail is not known")
        }
    }

    private func distinct(_ truth: MergerWorld.Truth) -> UInt64 {
        truth.offered.values.reduce(0) { $0 + UInt64($1.count) }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `F20: loss, duplicates and reordering are counted exactly`(block: UInt64) {
        for seed in block * 25..<block * 25 + 25 {
            let weather = Weather(
                lossPercent: 10,
                duplicatePercent: 10,
                reorderPercent: 10,
                quarantinePercent: 8,
                burst: Int(seed % 4) + 1,
                stagingCapacity: Int(seed % 30) + 1
            )
            let world = check(seed: seed, weather)
            for stream in 0..<MergerWorld.streamCount {
                let tally = world.merger.tallies[MergerWorld.streamID(stream).index]
                let seen = distinct(world.truths[stream])
                #expect(tally.received - tally.duplicate == seen, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `F01: restarts of the publisher are counted exactly in any weather`(block: UInt64) {
        for seed in block * 25..<block * 25 + 25 {
            let weather = Weather(
                lossPercent: Int(seed % 3) * 5,
                duplicatePercent: 5,
                reorderPercent: Int(seed % 2) * 5,
                restarts: 4,
                burst: 2,
                stagingCapacity: Int(seed % 30) + 1
            )
            let world = check(seed: seed, weather)
            for stream in 0..<MergerWorld.streamCount {
                let seams = world.merger.tallies[MergerWorld.streamID(stream).index].unprovableSeams
                let restarts = world.delivered[stream].count {
                    $0.kind == .gap && $0.gapCause == .restart
                }
                #expect(seams == UInt64(restarts), "seed \(seed)")
                #expect(seams <= 4, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `F02: replacing a connection by overlap loses nothing and delivers nothing twice`(
        block: UInt64
    ) {
        for seed in block * 25..<block * 25 + 25 {
            let weather = Weather(
                duplicatePercent: 5,
                burst: 5,
                stagingCapacity: 10_000,
                isGraceful: true
            )
            let world = check(seed: seed, weather)
            for stream in 0..<MergerWorld.streamCount {
                let tally = world.merger.tallies[MergerWorld.streamID(stream).index]
                #expect(tally.missing == 0, "seed \(seed)")
                #expect(tally.late == 0, "seed \(seed)")
                #expect(tally.appended == distinct(world.truths[stream]), "seed \(seed)")
                #expect(!world.delivered[stream].contains { $0.kind == .gap }, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `F18: connections that lie thousands of messages apart keep order and law`(seed: UInt64) {
        for loss in [0, 1, 10] {
            let weather = Weather(lossPercent: loss, burst: 700, stagingCapacity: 200)
            _ = check(seed: seed, weather, steps: 120)
        }
    }
}
