import CCurl

/// Takes the bytes of one answer, within its bound.
final class ResponseSink {
    private(set) var bytes: [UInt8] = []
    /// Whether more came than is taken.
    private(set) var isOver = false
    /// Whether the bytes are counted only.
    let isIgnoring: Bool
    private let bytesMax: Int
    private var count = 0

    init(_ use: HTTPRequest.BodyUse) {
        switch use {
        case .ignore:
            isIgnoring = true
            bytesMax = HTTPClient.ignoredBytesMax
        case .keep(let limit):
            isIgnoring = false
            bytesMax = limit
        }
    }

    /// Takes the next bytes; `false` ends the transfer.
    func take(_ chunk: UnsafeRawBufferPointer) -> Bool {
        guard chunk.count <= bytesMax - count else {
            isOver = true
            return false
        }
        count += chunk.count
        if !isIgnoring { unsafe bytes.append(contentsOf: chunk) }
        return true
    }
}

/// What libcurl calls with the bytes of an answer; another number than theirs ends the transfer.
func receiveResponse(
    _ start: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ user: UnsafeMutableRawPointer?
) -> Int {
    guard let user = unsafe user, let start = unsafe start else { return 0 }
    let sink = unsafe Unmanaged<ResponseSink>.fromOpaque(user).takeUnretainedValue()
    let chunk = unsafe UnsafeRawBufferPointer(start: start, count: size * count)
    return unsafe sink.take(chunk) ? chunk.count : 0
}
