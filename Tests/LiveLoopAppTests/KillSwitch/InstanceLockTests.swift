import LiveLoopApp
import Platform
import TestSupport
import Testing

@Suite struct InstanceLockTests {
    private func take(_ scene: KillSwitchScene) throws { _ = try InstanceLock(scene.paths) }

    private func expectHeld(_ scene: KillSwitchScene, by processID: Int32?) {
        let error = #expect(throws: InstanceLockError.self) { try take(scene) }
        let held = InstanceLockError.held(
            directory: scene.paths.lockDirectory,
            processID: processID
        )
        #expect(error == held)
        #expect(error?.status == .alreadyRunning)
    }

    @Test func `G11: a second instance is refused, and told who is there`() throws {
        try KillSwitchScene.run { scene in
            try holdAndExpect(scene)
            // The first one has ended.
            try take(scene)
        }
    }

    private func holdAndExpect(_ scene: KillSwitchScene) throws {
        let lock = try InstanceLock(scene.paths)
        expectHeld(scene, by: ProcessStatistics.processID)
        let isInPlace = lock.isInPlace
        #expect(isInPlace)
        // Removing the file neither frees the lock nor goes unnoticed.
        try RegularFile.remove(scene.paths.instanceLockFile)
        expectHeld(scene, by: nil)
        let isStillInPlace = lock.isInPlace
        #expect(!isStillInPlace)
    }

    @Test func `G11: a stopped owner keeps the lock, a killed one loses it at once`() throws {
        try KillSwitchScene.run { scene in
            let owner = try scene.holder()
            owner.freeze()
            expectHeld(scene, by: owner.processID)
            owner.end()
            try take(scene)
        }
    }

    @Test func `G11: without a directory nobody becomes an instance`() throws {
        try KillSwitchScene.run { scene in
            try Directory.remove(scene.paths.lockDirectory)
            let error = #expect(throws: InstanceLockError.self) { try take(scene) }
            #expect(error?.status == .failure)
        }
    }
}
