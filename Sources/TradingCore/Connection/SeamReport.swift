/// What is known of the seam between a connection and the one that replaces it.
package struct SeamReport: Sendable, Equatable {
    /// What is known of one stream.
    package enum Proof: UInt8, Sendable, Comparable {
        /// The new connection has not sent anything; its first message will tell.
        case silent = 0
        /// The new connection begins no later than one after the last of the old one.
        case proven = 1
        /// There is no sequence, or it began anew: nothing can be told.
        case unprovable = 2
        /// Sequences between the two connections came on neither.
        case broken = 3

        /// Orders proofs from good to bad.
        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// The connection that is replaced.
    package var old: ConnectionSlot
    /// The connection that replaces it.
    package var new: ConnectionSlot
    /// Streams of which the new connection has sent nothing.
    package var silentStreams = 0
    /// Streams of which the seam is whole.
    package var provenStreams = 0
    /// Streams of which nothing can be told.
    package var unprovableStreams = 0
    /// Streams that have a hole at the seam.
    package var brokenStreams = 0
    /// The stream that is cited, one with the worst proof; `nil` when all are silent.
    package var citedStream: StreamID?
    /// What is known of the cited stream.
    package var citedProof = Proof.silent
    /// The last sequence of the cited stream on the old connection.
    package var lastOnOld: UInt64 = 0
    /// The first sequence of the cited stream on the new connection.
    package var firstOnNew: UInt64 = 0

    package init(old: ConnectionSlot, new: ConnectionSlot) {
        self.old = old
        self.new = new
    }

    /// Whether every stream that was heard on the new connection is whole.
    package var isProven: Bool {
        provenStreams > 0 && unprovableStreams == 0 && brokenStreams == 0
    }

    /// Adds a sequenced stream.
    mutating func add(_ stream: StreamID, old: SequenceCursor, new: SequenceCursor) {
        let first = new.first
        let last = old.position
        let proof: Proof =
            if !new.hasSpoken {
                .silent
            } else if last.era == first.era {
                first.sequence <= last.sequence || first.sequence - last.sequence == 1
                    ? .proven : .broken
            } else {
                last.era > first.era ? .proven : .unprovable
            }
        add(stream, proof: proof, lastOnOld: last.sequence, firstOnNew: first.sequence)
    }

    /// Adds a stream.
    package mutating func add(
        _ stream: StreamID,
        proof: Proof,
        lastOnOld: UInt64 = 0,
        firstOnNew: UInt64 = 0
    ) {
        switch proof {
        case .silent: silentStreams += 1
        case .proven: provenStreams += 1
        case .unprovable: unprovableStreams += 1
        case .broken: brokenStreams += 1
        }
        guard proof > citedProof else { return }
        citedStream = stream
        citedProof = proof
        self.lastOnOld = lastOnOld
        self.firstOnNew = firstOnNew
    }
}
