#include "file_likeness.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace memglass {
namespace {

constexpr const char* kCapabilities = "security.capability";
constexpr uint32_t kRaises = S_ISUID | S_ISGID;
constexpr size_t kLargestAttribute = 65536;  // XATTR_SIZE_MAX and XATTR_LIST_MAX of linux/limits.h

Failure copyAttribute(int from, int to, const char* name) {
  std::string value(kLargestAttribute, '\0');
  const ssize_t length = ::fgetxattr(from, name, value.data(), value.size());
  if (length < 0) return errno == ENODATA ? Failure{} : Failure{errno, "fgetxattr"};
  if (::fsetxattr(to, name, value.data(), static_cast<size_t>(length), 0) == 0) return {};
  const Failure refused{errno, "fsetxattr"};
  // A label that the system gives to each new file may be the right one already.
  std::string has(kLargestAttribute, '\0');
  const ssize_t hasLength = ::fgetxattr(to, name, has.data(), has.size());
  const bool isThere = hasLength == length && std::memcmp(has.data(), value.data(), has.size()) == 0;
  return isThere ? Failure{} : refused;
}

/** A folder may give what is made in it an ACL, which would let others in. */
Failure dropGivenAcl(int from, int to) {
  static const char* const name = "system.posix_acl_access";
  if (::fgetxattr(from, name, nullptr, 0) >= 0 || ::fremovexattr(to, name) == 0) return {};
  return errno == ENODATA || errno == ENOTSUP ? Failure{} : Failure{errno, "fsetxattr"};
}

Failure copyAttributes(int from, int to) {
  std::string names(kLargestAttribute, '\0');
  const ssize_t length = ::flistxattr(from, names.data(), names.size());
  if (length < 0) return errno == ENOTSUP ? Failure{} : Failure{errno, "flistxattr"};
  for (size_t at = 0; at < static_cast<size_t>(length); at += std::strlen(names.data() + at) + 1) {
    if (Failure failure = copyAttribute(from, to, names.data() + at)) return failure;
  }
  return {};
}

}  // namespace

Failure makeAlike(int from, const FileFacts& facts, int to) {
  FileFacts now;
  if (Failure failure = readStat(to, &now)) return failure;
  const bool isOwned = now.uid == facts.uid && now.gid == facts.gid;
  if (!isOwned && ::fchown(to, facts.uid, facts.gid) != 0) return {errno, "fchown"};
  // After the owner, which takes set-user-ID and capabilities away; the ACL is among the attributes.
  if (::fchmod(to, facts.mode & 07777) != 0) return {errno, "fchmod"};
  if (Failure failure = dropGivenAcl(from, to)) return failure;
  return copyAttributes(from, to);
}

Failure makeAlike(const std::string& path, const OpenFile& to) {
  OpenFile from;
  if (Failure failure = openForReading(path, &from)) return failure;
  if (from.facts.kind != FileKind::kRegular) return {ENOTSUP, "openat"};
  return makeAlike(from.fd.get(), from.facts, to.fd.get());
}

WriteTakes::WriteTakes(int fd) {
  FileFacts facts;
  if (readStat(fd, &facts)) return;
  mode_ = facts.mode;
  capabilities_.resize(kLargestAttribute);
  const ssize_t length = ::fgetxattr(fd, kCapabilities, capabilities_.data(), capabilities_.size());
  capabilities_.resize(length < 0 ? 0 : static_cast<size_t>(length));
}

bool WriteTakes::giveBack(int fd) const {
  FileFacts now;
  // A mode that somebody has given it meanwhile stays.
  const bool isTaken = !readStat(fd, &now) && now.mode != mode_ && (now.mode | (mode_ & kRaises)) == mode_;
  const bool givesMode = isTaken && ::fchmod(fd, mode_) == 0;
  const bool isLess = !capabilities_.empty() && ::fgetxattr(fd, kCapabilities, nullptr, 0) < 0;
  return (isLess && ::fsetxattr(fd, kCapabilities, capabilities_.data(), capabilities_.size(), 0) == 0) ||
         givesMode;
}

}  // namespace memglass
