internal import TradingCore

/// More messages than the buffer holds: the oldest make room, and every one is accounted for.
package struct BufferDrill: AuditCheck {
    /// What was counted.
    package struct Counts: Sendable, Equatable {
        /// Messages received.
        package var received: UInt64 = 0
        /// Messages that the buffer says it shed.
        package var shed: UInt64 = 0
        /// Messages that the loop was told are missing because they were shed.
        package var reported: UInt64 = 0
        /// Messages delivered to the strategies.
        package var delivered: UInt64 = 0
        /// Messages that are still in the buffer.
        package var inBuffer: UInt64 = 0
        /// The number of the oldest message that was left, over all streams.
        package var oldest: UInt64 = 0

        package init() {}
    }

    /// More is not needed to prove it, and would only take memory.
    package static let capacityMax = 262_144
    private static let symbolCount = 3

    /// The events that the buffer holds, as configured.
    package var capacity: Int
    /// Messages that the buffer has no room for.
    package var surplus = 1000

    package init(capacity: Int) { self.capacity = min(capacity, Self.capacityMax) }

    package func run() -> [AuditResult] { judge(drill()) }

    /// The rows for what was counted.
    package func judge(_ counts: Counts) -> [AuditResult] {
        let surplus = UInt64(surplus)
        let isExact =
            counts.shed == surplus && counts.reported == surplus && counts.oldest == surplus + 1
        let sum = counts.delivered + counts.shed + counts.inBuffer
        return [
            item(
                "a full buffer sheds the oldest and counts them",
                "\(surplus) shed, the oldest ones"
            )
            .result(
                holds: isExact,
                "\(counts.shed) shed, \(counts.reported) told to strategies, "
                    + "oldest left is message \(counts.oldest)"
            ),
            item("every message is accounted for", "received = delivered + shed + in buffer")
                .result(
                    holds: counts.received == sum && counts.received == UInt64(capacity) + surplus,
                    "\(counts.received) = \(counts.delivered) + \(counts.shed) + \(counts.inBuffer)"
                ),
        ]
    }

    private func item(_ name: String, _ limit: String) -> AuditItem {
        AuditItem(
            .marketData,
            name,
            limit: limit,
            remedy: "do not trade with this build: it loses count of its data"
        )
    }

    private func drill() -> Counts {
        let streamCount = (Self.symbolCount + 1) * StreamID.perSymbol
        let buffer = EventBuffer(
            EventBuffer.Configuration(capacity: capacity, streamCount: streamCount, feedCount: 1)
        )
        var merger = FeedMerger(feed: FeedID(rawValue: 0), streamCount: streamCount)
        merger.connectionOpened(.a)
        for number in 0..<capacity + surplus {
            merger.offer(event(number), epoch: 1, from: .a)
            guard merger.output.count >= 64 || number == capacity + surplus - 1 else { continue }
            _ = buffer.append(
                merger.output.span,
                touched: merger.touched.span,
                tallies: merger.tallies.span
            )
            merger.clearOutput()
        }
        return take(buffer, streamCount: streamCount)
    }

    private func take(_ buffer: EventBuffer, streamCount: Int) -> Counts {
        var loop = TradingLoop(
            TradingLoop.Configuration(symbolCount: Self.symbolCount + 1, feedCount: 1),
            strategies: [ObserveStrategy()]
        )
        var batch = buffer.makeSpareBatch()
        var actions = LoopActions()
        _ = buffer.take(&batch)
        let now = MonotonicTime(nanoseconds: 2_000_000_000)
        loop.step(
            TradingLoop.StepTime(monotonic: now, wall: SimulatedDesk.start),
            isHalted: false,
            batch: batch,
            isTimerDue: false,
            into: &actions
        )
        var counts = Counts()
        counts.delivered = loop.delivered.reduce(0, &+)
        batch.forEachRun(lossTime: now) { events in
            for index in events.indices {
                if events[index].kind == .gap {
                    counts.reported &+= events[index].gapCount
                } else if counts.oldest == 0 {
                    counts.oldest = number(of: events[index])
                }
            }
        }
        buffer.withTallies { tallies, shed, occupancy in
            counts.received = tallies.reduce(0) { $0 &+ $1.received }
            counts.shed = shed.reduce(0, &+)
            counts.inBuffer = UInt64(occupancy.messages)
        }
        return counts
    }

    /// The message of a number, from 0: the symbols take turns, each with a sequence of its own.
    private func event(_ number: Int) -> MarketEvent {
        MarketEvent(
            kind: .quote,
            feed: FeedID(rawValue: 0),
            symbol: SymbolID(rawValue: UInt16(1 + number % Self.symbolCount)),
            sequence: UInt64(1 + number / Self.symbolCount),
            receiveTime: MonotonicTime(nanoseconds: 1_000_000_000 + Int64(number)),
            flags: [.last, .sequenced]
        )
    }

    /// The number of a message, from 1.
    private func number(of event: MarketEvent) -> UInt64 {
        (event.sequence - 1) * UInt64(Self.symbolCount) + UInt64(event.symbol.rawValue)
    }
}
