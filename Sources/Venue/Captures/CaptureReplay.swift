/// The messages of captures, merged by the recorder's clock; each file's own order is kept.
struct CaptureReplay: MarketSource {
    /// So much of each file is looked at before the beginning, for the market and for books.
    ///
    /// A recorder asks for a book right after it has subscribed. That book is served from the beginning on: it
    /// may be ahead of the stream then, as an answer of the venue may be, and a client waits for the stream.
    static let lookAheadNanoseconds: Int64 = 15_000_000_000
    /// The most messages that are looked at so.
    static let lookAheadRecords = 50_000
    /// A longer silence is shortened to a second, so that captures of two days make one feed.
    static let silenceMax: Int64 = 600_000_000_000

    /// The most files.
    static let filesMax = 256

    private(set) var kind = MarketKind.spot
    /// Silences that were shortened.
    private(set) var silencesShortened = 0
    /// Books whose symbol the capture does not tell, and which fit none.
    private(set) var snapshotsLeftOut = 0
    private var tracks: [Track] = []
    private var offset: Int64 = 0
    private var lastTime: Int64?

    /// One file with what was read ahead.
    private struct Track: Sendable {
        var file: CaptureFile
        var ahead: ArraySlice<CaptureFile.Record> = []

        mutating func fill() throws(VenueError) {
            guard ahead.isEmpty else { return }
            ahead = try file.next().map { [$0] } ?? []
        }
    }

    /// Opens captures.
    ///
    /// - Parameters:
    ///   - paths: The files.
    ///   - kind: The market; `nil` lets the captures say it.
    /// - Throws: ``VenueError`` when a file cannot be read, or one is of another market.
    init(_ paths: [String], kind: MarketKind?) throws(VenueError) {
        guard !paths.isEmpty, paths.count <= Self.filesMax else {
            throw VenueError(
                .invalidConfiguration,
                at: "--replay",
                "\(paths.count) files",
                remedy: "give 1 to \(Self.filesMax)"
            )
        }
        for path in paths { tracks.append(Track(file: try CaptureFile(path))) }
        for index in tracks.indices { try lookAhead(index) }
        let futures = tracks.filter(\.file.isFutures)
        if kind == nil, !futures.isEmpty, futures.count < tracks.count {
            throw VenueError(
                .invalidConfiguration,
                at: "--replay",
                "\(futures[0].file.path) is of futures and others are not",
                remedy: "start a simulator for each market, or say --market"
            )
        }
        self.kind = kind ?? (futures.isEmpty ? .spot : .usdm)
    }

    private mutating func lookAhead(_ index: Int) throws(VenueError) {
        var records: [CaptureFile.Record] = []
        while records.count < Self.lookAheadRecords, let record = try tracks[index].file.next() {
            records.append(record)
            if record.time - records[0].time > Self.lookAheadNanoseconds { break }
        }
        tracks[index].ahead = records[...]
    }

    mutating func begin(
        _ directory: inout StreamDirectory,
        _ books: inout MarketBooks
    ) throws(VenueError) {
        for index in tracks.indices {
            let records = tracks[index].ahead
            for case .message(let stream, _, _, _) in records.lazy.map(\.content) {
                _ = directory.number(of: stream)
            }
            for record in records {
                guard case .snapshot(let snapshot, let symbol) = record.content else { continue }
                begin(snapshot, symbol ?? Self.nearest(snapshot.lastID, records), &books)
            }
        }
    }

    /// The symbol whose changes are numbered nearest to a book.
    private static func nearest(
        _ id: Int64,
        _ records: ArraySlice<CaptureFile.Record>
    ) -> String? {
        var found: (distance: UInt64, symbol: String)?
        for record in records {
            guard case .message(_, let symbol, .depth(let update), _) = record.content else {
                continue
            }
            let distance = (id &- update.lastID).magnitude
            if distance < found?.distance ?? .max { found = (distance, symbol) }
        }
        return found?.symbol
    }

    private mutating func begin(
        _ snapshot: DepthSnapshot,
        _ symbol: String?,
        _ books: inout MarketBooks
    ) {
        if let symbol {
            books.begin(snapshot, symbol: symbol)
        } else {
            snapshotsLeftOut += 1
        }
    }

    var nextOffset: Int64? {
        guard let record = nextTrack.flatMap({ tracks[$0].ahead.first }) else { return nil }
        return dueOffset(record.time).offset
    }

    private var nextTrack: Int? {
        var found: Int?
        for index in tracks.indices {
            guard let time = tracks[index].ahead.first?.time else { continue }
            if let other = found, let best = tracks[other].ahead.first?.time, best <= time {
                continue
            }
            found = index
        }
        return found
    }

    /// A recorder's clock may step back, which delays nothing.
    private func dueOffset(_ time: Int64) -> (offset: Int64, isShortened: Bool) {
        guard let lastTime else { return (0, false) }
        let step = max(0, time - lastTime)
        return step > Self.silenceMax ? (offset + 1_000_000_000, true) : (offset + step, false)
    }

    mutating func next(
        into messages: inout [MarketMessage],
        _ directory: inout StreamDirectory,
        _ books: inout MarketBooks
    ) throws(VenueError) {
        guard let index = nextTrack, let record = tracks[index].ahead.popFirst() else { return }
        try tracks[index].fill()
        let due = dueOffset(record.time)
        offset = due.offset
        if due.isShortened { silencesShortened += 1 }
        lastTime = max(lastTime ?? .min, record.time)
        switch record.content {
        case .snapshot(let snapshot, let symbol):
            let nearest = symbol ?? books.nearestSymbol(to: snapshot.lastID)
            begin(snapshot, nearest, &books)
        case .message(let stream, let symbol, let update, let payload):
            books.apply(update, symbol: symbol)
            guard let number = directory.number(of: stream) else { return }
            messages.append(
                MarketMessage(stream: number, offset: offset, update: update, payload: payload)
            )
        }
    }
}

extension MarketBooks {
    /// The symbol whose book is nearest to an update id.
    fileprivate func nearestSymbol(to id: Int64) -> String? {
        books.min {
            ($0.value.lastID &- id).magnitude < ($1.value.lastID &- id).magnitude
        }?.key
    }
}
