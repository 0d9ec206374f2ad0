/// What an order desk must not forget; stored in order, and handed back at the next start.
package enum DeskRecord: Sendable, Equatable {
    /// A command was taken and is about to be executed: from here on its outcome is in doubt.
    case accepted(requestID: String, hash: PayloadHash)
    /// A command was answered, or would have been.
    case decided(requestID: String, hash: PayloadHash, reply: StoredReply)
    /// An id will never be executed.
    case fenced(requestID: String)
    /// The gateway's own kill switch was engaged or released.
    case killSwitch(isEngaged: Bool, operatorName: String, reason: String)
    /// Everything but the venue's own changes is to be forgotten; a fault to test with.
    case forgotten
    /// A change at the venue, which a gateway in front of a real venue need not store.
    case venue(VenueChange)
}

/// Where an answer goes: the frames that stand before it.
package struct ReplyAddress: Sendable, Hashable {
    /// The frames, first one first.
    package var frames: [[UInt8]]
    package init(frames: [[UInt8]] = []) { self.frames = frames }
}

/// An answer, addressed.
package struct DeskReply: Sendable, Equatable {
    /// Where it goes.
    package var address: ReplyAddress
    /// One JSON object.
    package var text: String
    package init(address: ReplyAddress, text: String) {
        self.address = address
        self.text = text
    }
}

/// What a desk wants done, in this order: store, then send.
package struct DeskOutput: Sendable, Equatable {
    /// To be durable before anything else of this value is done.
    package internal(set) var records: [DeskRecord] = []
    /// To be sent.
    package internal(set) var replies: [DeskReply] = []
    /// To be published: the members of `EXEC` events after `timestamp`.
    package internal(set) var events: [String] = []
    /// The ids that the venue executed since, once for each time.
    package internal(set) var executions: [String] = []
    /// Whether the process is to die now, after the records and before everything else.
    package internal(set) var isCrash = false

    package init() {}

    /// Whether there is nothing to do.
    package var isEmpty: Bool {
        records.isEmpty && replies.isEmpty && events.isEmpty && executions.isEmpty && !isCrash
    }
}
