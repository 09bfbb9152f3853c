#include "file_facts.h"

#include <fcntl.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace memglass {
namespace {

struct FileSystem {
  uint64_t type;
  const char* name;
  bool localDisk;
};

// Magics from statfs(2) and linux/magic.h. `localDisk` allows mapping windows. It is a list of what is known
// to be harmless, since pread(2) is right everywhere and a mapping is not:
// - tmpfs, ramfs, hugetlbfs: a mapped *read* of a hole allocates memory, and raises SIGBUS on a full tmpfs.
// devtmpfs has
//   the type of tmpfs. overlay: its upper layer may be a tmpfs.
// - fuse, nfs, cifs, 9p and the like can hang, and a page fault can hold the lock of the whole address space
// while it
//   waits: every mmap and munmap of the process would hang with it.
// - zfs keeps a cache of its own, so a mapping caches everything twice.
// - proc, sysfs and their like cannot be mapped.
// What is left: a local disk that hangs (iSCSI under ext4) can hold that lock as well.
constexpr FileSystem kFileSystems[] = {
    {0xef53, "ext4", true},
    {0x9123683e, "btrfs", true},
    {0x58465342, "xfs", true},
    {0xf2f52010, "f2fs", true},
    {0x4d44, "vfat", true},
    {0x2011bab0, "exfat", true},
    {0x7366746e, "ntfs3", true},
    {0x9660, "iso9660", true},
    {0x15013346, "udf", true},
    {0x73717368, "squashfs", true},
    {0xe0f5e1e2, "erofs", true},
    {0x3153464a, "jfs", true},
    {0x52654973, "reiserfs", true},
    {0xca451a4e, "bcachefs", true},
    {0x3434, "nilfs", true},
    {0x482b, "hfsplus", true},
    {0x01021994, "tmpfs", false},
    {0x858458f6, "ramfs", false},
    {0x958458f6, "hugetlbfs", false},
    {0x794c7630, "overlay", false},
    {0x9fa0, "proc", false},
    {0x62656572, "sysfs", false},
    {0x64626720, "debugfs", false},
    {0x74726163, "tracefs", false},
    {0x73636673, "securityfs", false},
    {0x27e0eb, "cgroup", false},
    {0x63677270, "cgroup2", false},
    {0xcafe4a11, "bpf", false},
    {0x6165676c, "pstore", false},
    {0xde5e81e4, "efivarfs", false},
    {0x62656570, "configfs", false},
    {0x1cd1, "devpts", false},
    {0x19800202, "mqueue", false},
    {0x50495045, "pipefs", false},
    {0x534f434b, "sockfs", false},
    {0x09041934, "anon_inode", false},
    {0x6e736673, "nsfs", false},
    {0x50494446, "pidfs", false},
    {0xf97cff8c, "selinuxfs", false},
    {0x5345434d, "secretmem", false},
    {0x444d4142, "dmabuf", false},
    {0x64646178, "dax", false},
    {0x42494e4d, "binfmt_misc", false},
    {0x0187, "autofs", false},
    {0x65735546, "fuse", false},
    {0x6969, "nfs", false},
    {0xff534d42, "cifs", false},
    {0xfe534d42, "smb2", false},
    {0x01021997, "9p", false},
    {0x00c36400, "ceph", false},
    {0x5346414f, "afs", false},
    {0x786f4256, "vboxsf", false},
    {0x2fc12fc1, "zfs", false},
    {0xf15f, "ecryptfs", false},
    {0x01161970, "gfs2", false},
    {0x7461636f, "ocfs2", false},
    {0x0bd00bd0, "lustre", false},
    {0x24051905, "ubifs", false},
    {0x5346544e, "ntfs", false},
    {0x4244, "hfs", false},
};

const FileSystem* findFileSystem(uint64_t type) {
  for (const FileSystem& known : kFileSystems) {
    if (known.type == type) return &known;
  }
  return nullptr;
}

FileKind kindOf(uint32_t mode) {
  if (S_ISREG(mode)) return FileKind::kRegular;
  if (S_ISBLK(mode)) return FileKind::kBlock;
  if (S_ISCHR(mode)) return FileKind::kCharacter;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  if (S_ISFIFO(mode)) return FileKind::kFifo;
  if (S_ISSOCK(mode)) return FileKind::kSocket;
  return FileKind::kOther;
}

// statx(2) rather than fstat(2): its wrapper came with glibc 2.28, while fstat linked on a new system asks
// for 2.33.
Failure statInto(int directory, const char* path, int flags, FileFacts* facts) {
  struct statx found;
  if (::statx(directory, path, flags, STATX_BASIC_STATS, &found) != 0) return {errno, "statx"};
  facts->kind = kindOf(found.stx_mode);
  facts->dev = makedev(found.stx_dev_major, found.stx_dev_minor);
  facts->ino = found.stx_ino;
  const bool isDevice = facts->kind == FileKind::kBlock || facts->kind == FileKind::kCharacter;
  facts->rdevMajor = isDevice ? found.stx_rdev_major : 0;
  facts->rdevMinor = isDevice ? found.stx_rdev_minor : 0;
  facts->mode = found.stx_mode & 07777u;
  facts->uid = found.stx_uid;
  facts->gid = found.stx_gid;
  facts->nlink = found.stx_nlink;
  facts->size = found.stx_size;
  facts->allocated = found.stx_blocks * 512;
  facts->mtimeNs = found.stx_mtime.tv_sec * 1000000000LL + found.stx_mtime.tv_nsec;
  facts->ctimeNs = found.stx_ctime.tv_sec * 1000000000LL + found.stx_ctime.tv_nsec;
  return {};
}

}  // namespace

Failure readStat(int fd, FileFacts* facts) { return statInto(fd, "", AT_EMPTY_PATH, facts); }

Failure readPathStat(const char* path, FileFacts* facts) { return statInto(AT_FDCWD, path, 0, facts); }

Failure readLinkStat(const char* path, FileFacts* facts) {
  return statInto(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, facts);
}

Failure readFacts(int fd, FileFacts* facts) {
  if (Failure failure = readStat(fd, facts)) return failure;
  struct statfs system;
  int result;
  do {
    result = ::fstatfs(fd, &system);
  } while (result != 0 && errno == EINTR);
  // Facts without the type of the file system are worth more than none; an unknown type is read with pread.
  facts->fileSystemType = result == 0 ? static_cast<uint32_t>(system.f_type) : 0;
  return {};
}

int64_t endOf(int fd) {
  const off64_t end = ::lseek64(fd, 0, SEEK_END);
  return end < 0 ? -errno : end;
}

std::string fileSystemName(uint64_t type) {
  if (const FileSystem* known = findFileSystem(type)) return known->name;
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(type));
  return text;
}

bool isLocalDisk(uint64_t type) {
  const FileSystem* known = findFileSystem(type);
  return known != nullptr && known->localDisk;
}

}  // namespace memglass
