#include "process_memory.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "maps_line.h"
#include "procmap_query.h"
#include "whole_file.h"

namespace memglass {
namespace {

int openRetrying(int folder, const char* name, int flags) {
  int fd;
  do {
    fd = ::openat64(folder, name, flags | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

Failure openFailure() { return {isGone(errno) ? ESRCH : errno, "openat"}; }

/** ENOTTY before Linux 6.11. */
int queryParts(int maps, uint64_t start, uint64_t end, MappedParts* parts) {
  for (uint64_t at = start; at < end;) {
    ProcmapQuery found;
    const int error = queryMapping(maps, at, 0, nullptr, &found);
    if (error == ENOENT) return 0;
    if (error != 0) return error;
    if (found.start >= end) return 0;
    parts->add({found.start, found.end, found.offset, ::gnu_dev_makedev(found.devMajor, found.devMinor),
                found.inode, static_cast<uint8_t>(found.rights)});
    at = found.end;
  }
  return 0;
}

int readParts(int maps, MappedParts* parts) {
  std::string text;
  if (::lseek64(maps, 0, SEEK_SET) != 0) return errno;
  if (const int error = readToEnd(maps, &text)) return error;
  if (text.empty()) return ESRCH;
  for (size_t at = 0; at < text.size();) {
    const size_t newline = std::min(text.find('\n', at), text.size());
    MapsLine line;
    if (parseMapsLine(text.data() + at, newline - at, &line)) {
      parts->add({line.start, line.end, line.offset, line.dev, line.ino, line.rights});
    }
    at = newline + 1;
  }
  return 0;
}

Failure lookAtParts(const OpenFile& memory, uint64_t start, uint64_t end, MappedParts* parts) {
  const int maps = memory.maps.get();
  if (const int error = queryParts(maps, start, end, parts); error != ENOTTY) {
    return {isGone(error) ? ESRCH : error, "ioctl"};
  }
  *parts = MappedParts(start, end);
  const int error = readParts(maps, parts);
  return {isGone(error) ? ESRCH : error, "read"};
}

bool isSamePart(const MappedPart& a, const MappedPart& b) {
  return a.start == b.start && a.end == b.end && a.offset == b.offset && a.dev == b.dev && a.ino == b.ino &&
         a.rights == b.rights;
}

Failure readAll(int mem, uint64_t address, std::string* into) {
  for (size_t done = 0; done < into->size();) {
    const ssize_t got =
        ::pread64(mem, into->data() + done, into->size() - done, static_cast<off64_t>(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {errno, "pread64"};
    // The address space has ended, with its process or by exec(2).
    if (got == 0) return {ESRCH, "pread64"};
    done += static_cast<size_t>(got);
  }
  return {};
}

Failure writeAll(int mem, uint64_t address, const std::string& bytes, size_t* count) {
  while (*count < bytes.size()) {
    const ssize_t put =
        ::pwrite64(mem, bytes.data() + *count, bytes.size() - *count, static_cast<off64_t>(address + *count));
    if (put > 0) {
      *count += static_cast<size_t>(put);
    } else if (put == 0) {
      return {ESRCH, "pwrite64"};
    } else if (errno != EINTR) {
      return {errno, "pwrite64"};
    }
  }
  return {};
}

}  // namespace

void MappedParts::add(MappedPart part) {
  if (part.end <= start_ || part.start >= end_) return;
  // Without a file the offset means nothing.
  if (part.dev == 0 && part.ino == 0) {
    part.offset = 0;
  } else if (part.start < start_) {
    part.offset += start_ - part.start;
  }
  part.start = std::max(part.start, start_);
  part.end = std::min(part.end, end_);
  part.rights &= (part.rights & kShared) != 0 ? kShared : kWrite;
  if (!parts_.empty()) {
    MappedPart& last = parts_.back();
    // The kernel splits and joins neighbours as their other rights change.
    MappedPart next = last;
    next.start = last.end;
    next.end = part.end;
    if (part.dev != 0 || part.ino != 0) next.offset += last.end - last.start;
    if (isSamePart(next, part)) {
      last.end = part.end;
      return;
    }
  }
  parts_.push_back(part);
}

bool MappedParts::isSameAs(const MappedParts& other) const {
  return std::equal(parts_.begin(), parts_.end(), other.parts_.begin(), other.parts_.end(), isSamePart);
}

Failure openMemory(const ProcessKey& key, OpenFile* file) {
  Descriptor folder;
  if (Failure failure = openProcess(key, &folder)) return failure;
  // Where exec(2) comes between, these are of an address space that has ended, and nothing is written.
  Descriptor maps(openRetrying(folder.get(), "maps", O_RDONLY));
  if (!maps.valid()) return openFailure();
  Descriptor mem(openRetrying(folder.get(), "mem", O_RDWR));
  // A /proc that is mounted for reading, or a policy.
  if (!mem.valid() && !isGone(errno)) mem = Descriptor(openRetrying(folder.get(), "mem", O_RDONLY));
  if (!mem.valid()) return openFailure();
  if (Failure failure = readFacts(mem.get(), &file->facts)) return failure;
  file->maps = std::move(maps);
  takeOpen(std::move(mem), "/proc/" + std::to_string(key.pid) + "/mem", file);
  return {};
}

bool isWritableMemory(const OpenFile& memory) {
  return (::fcntl(memory.fd.get(), F_GETFL) & O_ACCMODE) == O_RDWR;
}

Failure writeMemory(OpenFile& memory, const MemoryWrite& wanted, MemoryWritten* written) {
  if (!isWritableMemory(memory)) return {EACCES, "openat"};
  const int mem = memory.fd.get();
  const uint64_t start = wanted.address;
  const uint64_t end = start + wanted.bytes.size();
  MappedParts before(start, end);
  if (Failure failure = lookAtParts(memory, start, end, &before)) return failure;
  if (wanted.mapped.has_value() && !wanted.mapped->isSameAs(before)) return {ESTALE, "ioctl"};
  if (wanted.expected.has_value()) {
    std::string now(wanted.bytes.size(), '\0');
    if (Failure failure = readAll(mem, start, &now)) return failure;
    if (now != *wanted.expected) {
      written->now = std::move(now);
      return {};
    }
  }
  const Failure failure = writeAll(mem, start, wanted.bytes, &written->count);
  if (written->count == 0) return failure;
  MappedParts after(start, end);
  // Where it has ended meanwhile, all that was written went with it.
  const bool isKnown = !lookAtParts(memory, start, end, &after);
  return isKnown && !after.isSameAs(before) ? Failure{ESTALE, "ioctl"} : failure;
}

}  // namespace memglass
