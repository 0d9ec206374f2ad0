/// Stores batches of records, one after the other.
protocol RecordStore: Sendable {
    /// Begins to store a batch; the one before must be done.
    func store(_ records: [DeskRecord])

    /// How far the batch is; it may be further at the next look.
    var progress: StoreProgress { get }

    /// Ends after the batch at hand.
    func stop()
}

/// How far a batch is.
enum StoreProgress: Sendable, Equatable {
    case storing
    case durable
    /// Nothing can be stored any more.
    case failed(String)
}
