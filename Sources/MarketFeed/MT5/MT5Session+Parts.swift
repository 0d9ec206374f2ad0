extension MT5Session {
    /// What a message is, by the number of its frames.
    package enum Parts: Sendable, Equatable {
        /// One frame: the JSON.
        case payload
        /// Two frames: the topic, then the JSON.
        case topicAndPayload
        /// A message that is rejected as a whole, whatever its frames hold.
        case rejected(DecodeFault)
    }

    /// How a message of `count` frames is taken.
    ///
    /// The shell reads all frames of a message before it asks, and keeps at most the first two, so that a
    /// rejected message never shifts the next one by a frame.
    package static func parts(count: Int) -> Parts {
        switch count {
        case 1: .payload
        case 2: .topicAndPayload
        case ..<1: .rejected(DecodeFault(.emptyPart))
        default: .rejected(DecodeFault(.tooManyParts))
        }
    }
}
