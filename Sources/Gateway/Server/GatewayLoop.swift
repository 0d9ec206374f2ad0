import Platform
import TradingCore
import ZeroMQ

/// The gateway's thread: owns both sockets, asks the deciders what to do, and does it.
struct GatewayLoop: ~Copyable {
    let publishEndpoint: String
    let replyEndpoint: String
    let configuration: GatewayConfiguration
    let control: GatewayControl
    let log: GatewayLog
    let bootID: String
    let startedAt: MonotonicTime

    let replies: RouterSocket
    /// The order side; `nil` where there is none.
    let orders: OrderService?
    var sender: FrameSender
    var publication: TickPublication
    var schedule: PublishSchedule

    private var source: any TickSource
    private var upcoming: GatewayTick?
    var phase = Phase.starting
    var scheduledFaults: ArraySlice<ScheduledFault>
    var publishingBegan = MonotonicTime.never
    private var nextHeartbeat = MonotonicTime.zero
    private var endsAt: MonotonicTime
    private var poller = SocketPoller()
    private var isWatchingCommands = false
    /// Quotes that were received in this process, of one look.
    var receivedQuotes: [ReceivedQuotes.Quote] = []
    /// Whether a fault has ended this start as a crash would.
    var isCrashed = false

    /// What the thread is at.
    enum Phase: Equatable {
        case starting
        /// Nothing is published until somebody subscribes, or until the time given.
        case waitingForSubscriber(until: MonotonicTime)
        case publishing
        /// The publisher is closed, to come back as a new epoch.
        case down(since: MonotonicTime, until: MonotonicTime)
    }

    /// How many messages are sent before commands are looked at again.
    private static let batchMax = 256
    /// The longest wait, in case a wake-up was missed.
    private static let waitMax = Duration.seconds(1)

    init(
        _ configuration: GatewayConfiguration,
        _ source: any TickSource,
        _ context: Context,
        _ control: GatewayControl,
        _ log: @escaping GatewayLog
    ) throws(GatewayError) {
        let wall = SystemClock.wallNanoseconds()
        let now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
        let sender = try Self.bound { () throws(ZeroMQError) in
            try FrameSender(
                context: context,
                endpoint: configuration.publishEndpoint,
                queuedMessagesMax: configuration.queuedMessagesMax,
                encoder: FrameEncoder(form: configuration.form, symbols: source.symbols),
                stampsWhenPublished: source.isStampedWhenPublished
            )
        }
        let replies = try Self.bound { () throws(ZeroMQError) in try RouterSocket(context: context)
        }
        let replyEndpoint = try Self.bound { () throws(ZeroMQError) in
            try replies.bind(to: configuration.replyEndpoint)
        }
        let bootID = String(wall, radix: 16)
        let orders = try Self.orders(
            configuration,
            source,
            bootID: bootID,
            control,
            DeskMoment(wall: WallTime(nanoseconds: wall), monotonic: now)
        )
        self.replyEndpoint = replyEndpoint
        self.bootID = bootID
        self.orders = orders
        publishEndpoint = sender.endpoint
        self.sender = sender
        self.replies = replies
        self.configuration = configuration
        self.control = control
        self.log = log
        self.source = source
        startedAt = now
        endsAt = configuration.runTime.map { now + $0 } ?? .never
        publication = TickPublication(
            epoch: wall / 1_000_000,
            symbols: source.symbols,
            hasOrders: configuration.orders != nil
        )
        schedule = PublishSchedule(pace: configuration.pace, start: now)
        scheduledFaults = configuration.faults.sorted { $0.time < $1.time }[...]
        control.truth.withLock { [truth = publication.truth] in $0 = truth }
        configuration.quotes?.attach(control.wake)
    }

    private static func orders(
        _ configuration: GatewayConfiguration,
        _ source: any TickSource,
        bootID: String,
        _ control: GatewayControl,
        _ now: DeskMoment
    ) throws(GatewayError) -> OrderService? {
        guard let orders = configuration.orders else { return nil }
        let service = try OrderService(
            orders,
            symbols: source.symbols,
            bootID: bootID,
            completed: control.wake,
            at: now
        )
        control.orders.withLock { [truth = service.desk.truth] in $0 = truth }
        return service
    }

    private static func bound<Bound: ~Copyable>(
        _ body: () throws(ZeroMQError) -> Bound
    ) throws(GatewayError) -> Bound {
        do throws(ZeroMQError) {
            return try body()
        } catch {
            throw GatewayError(
                .socketFailed,
                at: error.subject ?? error.call,
                error.description,
                remedy: "stop what uses the address, or choose another one"
            )
        }
    }

    /// Publishes and answers until it is told to stop or its time is over.
    mutating func run() {
        log(.info, "gateway publishes on \(publishEndpoint), answers on \(replyEndpoint)")
        if let message = orders?.startMessage { log(.info, message) }
        watchSockets()
        var now = startedAt
        phase = .waitingForSubscriber(
            until: now
                + (configuration.subscriberWait ?? configuration.market.subscriberWaitDefault)
        )
        while !control.isStopRequested && now < endsAt && !isCrashed {
            now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            do throws(ZeroMQError) {
                if takesCommands { try serveCommands(now) }
                takeQuotes(now)
                try serveOrders(now)
                try sender.takeSubscriptions(&publication.truth)
                let due = min(try step(now), orders?.nextDue ?? .never)
                let wakeTime = hasQuotesToTake ? now : min(due, endsAt)
                control.truth.withLock { [truth = publication.truth] in $0 = truth }
                wait(until: wakeTime, now)
            } catch {
                publication.truth.failure = error.description
                log(.error, "gateway ends: \(error)")
                break
            }
        }
        do throws(ZeroMQError) {
            try endOrders()
        } catch {
            log(.warning, "the last answers could not be sent: \(error)")
        }
        control.truth.withLock { [truth = publication.truth] in $0 = truth }
    }

    private mutating func wait(until time: MonotonicTime, _ now: MonotonicTime) {
        if isWatchingCommands != takesCommands { watchSockets() }
        let wait = min(max(.zero, time - now), Self.waitMax)
        let milliseconds = wait == .zero ? 0 : max(1, wait.wholeNanoseconds / 1_000_000)
        if poller.wait(milliseconds: Int(milliseconds)) { control.wake.consume() }
    }

    /// Whether commands are received; not while the last ones are being stored.
    private var takesCommands: Bool { orders?.takesCommands ?? true }

    mutating func watchSockets() {
        poller.removeAll()
        isWatchingCommands = takesCommands
        if isWatchingCommands { poller.add(replies) }
        poller.add(descriptor: control.wake.pollDescriptor)
        sender.watch(with: &poller)
    }

    /// Does what is due.
    ///
    /// - Returns: When the next thing is due, as far as it is known.
    private mutating func step(_ now: MonotonicTime) throws(ZeroMQError) -> MonotonicTime {
        switch phase {
        case .starting: return now
        case .waitingForSubscriber(let limit):
            guard publication.truth.subscriptions > 0 || now >= limit else {
                try publishExecutions()
                return limit
            }
            beginPublishing(now)
            return now
        case .down(let since, let until):
            return now < until ? until : try comeBack(since: since, now)
        case .publishing:
            applyScheduledFaults(now)
            guard case .publishing = phase else { return now }
            if schedule.isHeld(now) { return min(schedule.holdEnd, nextFaultTime) }
            if configuration.form.isSequenced, now >= nextHeartbeat {
                publication.planHeartbeat()
                nextHeartbeat = now + configuration.heartbeatInterval
            }
            let next = try publish(now)
            return min(next, min(nextFaultTime, nextHeartbeatTime))
        }
    }

    private var nextHeartbeatTime: MonotonicTime {
        configuration.form.isSequenced ? nextHeartbeat : .never
    }

    var nextFaultTime: MonotonicTime {
        guard let fault = scheduledFaults.first else { return .never }
        return publishingBegan + fault.time
    }

    private mutating func beginPublishing(_ now: MonotonicTime) {
        if publishingBegan == .never {
            if publication.truth.subscriptions == 0,
                configuration.subscriberWait ?? configuration.market.subscriberWaitDefault > .zero
            {
                log(.warning, "nobody subscribed in time; publishing starts all the same")
            }
            publishingBegan = now
            schedule = PublishSchedule(
                pace: configuration.pace,
                start: now,
                fullQueueWaitMax: configuration.fullQueueWaitMax
            )
        }
        nextHeartbeat = now
        phase = .publishing
    }

    /// Sends what is due, at most one batch.
    private mutating func publish(_ now: MonotonicTime) throws(ZeroMQError) -> MonotonicTime {
        let wall = SystemClock.wallNanoseconds()
        for _ in 0..<Self.batchMax {
            if publication.next == nil, let wait = planNextTick(now) { return wait }
            guard let message = publication.next else { continue }
            if try sender.send(message, publication, wall: wall) {
                publication.resolve(.sent)
                schedule.onSent()
                continue
            }
            switch schedule.onFullQueue(now: now) {
            case .drop: publication.resolve(.dropped)
            case .retry(let time):
                publication.truth.fullQueueWaits += 1
                return time
            }
        }
        return now
    }

    /// Sends the `EXEC` events that wait before the first tick.
    private mutating func publishExecutions() throws(ZeroMQError) {
        let wall = SystemClock.wallNanoseconds()
        while let message = publication.next, case .execution = message.content {
            let isSent = try sender.send(message, publication, wall: wall)
            publication.resolve(isSent ? .sent : .dropped)
        }
    }

    /// Plans the next tick if it is due; else says when it is.
    private mutating func planNextTick(_ now: MonotonicTime) -> MonotonicTime? {
        if upcoming == nil { upcoming = source.next() }
        guard let tick = upcoming else {
            if publication.truth.isAtEnd || configuration.quotes != nil { return .never }
            publication.planEnd()
            endsAt = min(endsAt, configuration.stayAfterReplay.map { now + $0 } ?? .never)
            log(.info, "replay is at its end: \(publication.truth.total(\.ticks)) ticks")
            return nil
        }
        if case .wait(let time) = schedule.step(offset: tick.offset, now: now) { return time }
        publication.plan(tick, now: now)
        orders?.desk.quote(symbol: tick.symbol, bid: tick.bid, ask: tick.ask, at: moment(now))
        upcoming = nil
        return nil
    }
}
