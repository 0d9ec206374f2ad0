import CLinux
import Glibc

/// The type of the file system on which a path lies.
package struct FileSystemType: Sendable, Equatable {
    /// The usual name, such as `ext4`, else the magic number.
    package let name: String
    /// Whether it is known to answer from this machine alone, so that a look cannot hang on a peer.
    package let isLocal: Bool

    /// Asks for the type (`statfs`).
    package init(of path: String) throws(SystemError) {
        var raw = statfs()
        try check("statfs", path: path) { unsafe statfs(path, &raw) }
        self.init(magic: UInt32(truncatingIfNeeded: raw.f_type))
    }

    /// Names a magic number; unknown ones are taken for not local.
    package init(magic: UInt32) {
        if let name = Self.local[magic] {
            self.name = name
            isLocal = true
        } else {
            name = Self.remote[magic] ?? "type 0x" + String(magic, radix: 16)
            isLocal = false
        }
    }

    // The numbers are those of statfs(2) and linux/magic.h.
    private static let local: [UInt32: String] = [
        0xEF53: "ext4", 0x5846_5342: "xfs", 0x9123_683E: "btrfs", 0x0102_1994: "tmpfs",
        0x8584_58F6: "ramfs", 0x794C_7630: "overlayfs", 0xF2F5_2010: "f2fs",
        0x2FC1_2FC1: "zfs", 0xCA45_1A4E: "bcachefs", 0x5265_4973: "reiserfs",
        0x3153_464A: "jfs", 0x4D44: "vfat",
    ]
    private static let remote: [UInt32: String] = [
        0x6969: "NFS", 0x6573_5546: "FUSE", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2",
        0x517B: "SMB", 0x0102_1997: "9p", 0x00C3_6400: "Ceph", 0x5346_414F: "AFS",
        0x6B41_4653: "AFS", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x0BD0_0BD0: "Lustre",
        0x187: "autofs", 0x9FA0: "proc", 0x6265_6572: "sysfs",
    ]
}
