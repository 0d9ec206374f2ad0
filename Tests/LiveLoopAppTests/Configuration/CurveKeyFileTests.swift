import LiveLoopApp
import Platform
import TestSupport
import Testing
import ZeroMQ

@Suite struct CurveKeyFileTests {
    private func settings(_ pair: CurveKeyPair, file: String) -> ZeroMQSettings {
        var configuration = AppConfiguration()
        configuration.zeroMQ.curveServerKey = sampleKey
        configuration.zeroMQ.curvePublicKey = pair.publicKey
        configuration.zeroMQ.curveSecretKeyFile = file
        return configuration.zeroMQ
    }

    @Test(arguments: ["", "\n"])
    func `a key that only its owner can read is used`(ending: String) throws {
        try withTemporaryDirectory { directory in
            let pair = try CurveKeyPair.generate()
            let path = "\(directory)/key"
            try AtomicFile.write(Array((pair.secretKey + ending).utf8), to: path, mode: 0o600)
            let keys = try CurveKeyFile.clientKeys(settings(pair, file: path))
            #expect(keys?.serverKey == sampleKey)
            #expect(keys?.own.secretKey == pair.secretKey)
        }
    }

    @Test func `without CURVE settings there are no keys`() throws {
        #expect(try CurveKeyFile.clientKeys(AppConfiguration().zeroMQ) == nil)
    }

    @Test(arguments: [0o604, 0o640, 0o620, 0o601, 0o666] as [UInt32])
    func `a key that others can reach is refused`(mode: UInt32) throws {
        try withTemporaryDirectory { directory in
            let pair = try CurveKeyPair.generate()
            let path = "\(directory)/key"
            try AtomicFile.write(Array(pair.secretKey.utf8), to: path, mode: mode)
            #expect(
                throws: CurveKeyFileError.file(.openToOthers(path: path, mode: mode))
            ) { try CurveKeyFile.clientKeys(settings(pair, file: path)) }
        }
    }

    @Test(
        arguments: [
            FileFaults.Entry.symlink, .danglingSymlink, .loopingSymlink, .directory, .fifo, .socket,
        ]
    ) func `what is no regular file is refused and does not block`(entry: FileFaults.Entry) throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/key"
            try FileFaults.make(entry, at: path)
            let pair = try CurveKeyPair.generate()
            #expect(throws: CurveKeyFileError.self) {
                try CurveKeyFile.clientKeys(settings(pair, file: path))
            }
        }
    }

    @Test func `a missing file, other content and another pair's key are refused, unshown`() throws
    {
        try withTemporaryDirectory { directory in
            let pair = try CurveKeyPair.generate()
            let other = try CurveKeyPair.generate()
            let path = "\(directory)/key"
            #expect(throws: CurveKeyFileError.self) {
                try CurveKeyFile.clientKeys(settings(pair, file: path))
            }
            for (content, expected) in [
                ("", CurveKeyFileError.noKey(path: path)),
                (String(pair.secretKey.dropLast()), .noKey(path: path)),
                ("\(pair.secretKey)\n\n", .noKey(path: path)),
                (other.secretKey, .otherPair(path: path)),
            ] {
                try AtomicFile.write(Array(content.utf8), to: path, mode: 0o600)
                let error = #expect(throws: expected) {
                    try CurveKeyFile.clientKeys(settings(pair, file: path))
                }
                #expect(error?.description.contains(other.secretKey) == false)
            }
        }
    }
}
