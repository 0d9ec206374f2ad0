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

    let replies: ReplySocket
    var sender: FrameSender
    var publication: TickPublication
    var schedule: PublishSchedule

    private var source: any TickSource
    private var upcoming: GatewayTick?
    private var phase = Phase.starting
    private var scheduledFaults: ArraySlice<ScheduledFault>
    private var publishingBegan = MonotonicTime.never
    private var nextHeartbeat = MonotonicTime.zero
    private var endsAt: MonotonicTime
    private var poller = SocketPoller()

    /// What the thread is at.
    private enum Phase: Equatable {
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
    /// How long an address may stay in use after its socket was closed.
    private static let rebindMax = Duration.seconds(10)

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
        let replies = try Self.bound { () throws(ZeroMQError) in try ReplySocket(context: context) }
        replyEndpoint = try Self.bound { () throws(ZeroMQError) in
            try replies.bind(to: configuration.replyEndpoint)
        }
        publishEndpoint = sender.endpoint
        self.sender = sender
        self.replies = replies
        self.configuration = configuration
        self.control = control
        self.log = log
        self.source = source
        bootID = String(wall, radix: 16)
        startedAt = now
        endsAt = configuration.runTime.map { now + $0 } ?? .never
        publication = TickPublication(epoch: wall / 1_000_000, symbols: source.symbols)
        schedule = PublishSchedule(pace: configuration.pace, start: now)
        scheduledFaults = configuration.faults.sorted { $0.time < $1.time }[...]
        control.truth.withLock { [truth = publication.truth] in $0 = truth }
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
        watchSockets()
        var now = startedAt
        phase = .waitingForSubscriber(
            until: now
                + (configuration.subscriberWait ?? configuration.market.subscriberWaitDefault)
        )
        while !control.isStopRequested && now < endsAt {
            now = MonotonicTime(nanoseconds: SystemClock.monotonicNanoseconds())
            do throws(ZeroMQError) {
                try serveCommands(now)
                try sender.takeSubscriptions(&publication.truth)
                let wakeTime = min(try step(now), endsAt)
                control.truth.withLock { [truth = publication.truth] in $0 = truth }
                wait(until: wakeTime, now)
            } catch {
                publication.truth.failure = error.description
                log(.error, "gateway ends: \(error)")
                break
            }
        }
        control.truth.withLock { [truth = publication.truth] in $0 = truth }
    }

    private mutating func wait(until time: MonotonicTime, _ now: MonotonicTime) {
        let wait = min(max(.zero, time - now), Self.waitMax)
        let milliseconds = wait == .zero ? 0 : max(1, wait.wholeNanoseconds / 1_000_000)
        if poller.wait(milliseconds: Int(milliseconds)) { control.wake.consume() }
    }

    private mutating func watchSockets() {
        poller.removeAll()
        poller.add(replies)
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
            guard publication.truth.subscriptions > 0 || now >= limit else { return limit }
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

    private var nextFaultTime: MonotonicTime {
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

    /// Plans the next tick if it is due; else says when it is.
    private mutating func planNextTick(_ now: MonotonicTime) -> MonotonicTime? {
        if upcoming == nil { upcoming = source.next() }
        guard let tick = upcoming else {
            if publication.truth.isAtEnd { return .never }
            publication.planEnd()
            endsAt = min(endsAt, configuration.stayAfterReplay.map { now + $0 } ?? .never)
            log(.info, "replay is at its end: \(publication.truth.total(\.ticks)) ticks")
            return nil
        }
        if case .wait(let time) = schedule.step(offset: tick.offset, now: now) { return time }
        publication.plan(tick, now: now)
        upcoming = nil
        return nil
    }

    // MARK: Faults

    private mutating func applyScheduledFaults(_ now: MonotonicTime) {
        while case .publishing = phase, let next = scheduledFaults.first, nextFaultTime <= now {
            scheduledFaults = scheduledFaults.dropFirst()
            do throws(GatewayError) {
                try produce(next.fault, now)
            } catch {
                log(.error, error.description)
            }
        }
    }

    /// Makes a fault happen.
    mutating func produce(_ fault: GatewayFault, _ now: MonotonicTime) throws(GatewayError) {
        try publication.apply(fault, now: now)
        log(.warning, "fault \(fault.kind.rawValue) begins")
        switch fault.kind {
        case .hang: schedule.pause(until: now + fault.duration, now: now)
        case .stall: schedule.stall(until: now + fault.duration)
        case .restart:
            sender.close()
            watchSockets()
            phase = .down(since: now, until: now + fault.duration)
        default: break
        }
    }

    /// Binds again after a restart and begins a new epoch.
    private mutating func comeBack(
        since: MonotonicTime,
        _ now: MonotonicTime
    ) throws(ZeroMQError) -> MonotonicTime {
        do throws(ZeroMQError) {
            try sender.open()
        } catch {
            // The old socket is closed by another thread, a little later.
            guard case .down(_, let until) = phase, now - until < Self.rebindMax else {
                throw error
            }
            return now + .milliseconds(5)
        }
        watchSockets()
        let milliseconds = SystemClock.wallNanoseconds() / 1_000_000
        publication.restart(epoch: max(milliseconds, publication.epoch + 1))
        schedule.shift(by: now - since)
        log(.info, "gateway is back with epoch \(publication.epoch)")
        phase = .waitingForSubscriber(
            until: now
                + (configuration.subscriberWait ?? configuration.market.subscriberWaitDefault)
        )
        return now
    }
}
