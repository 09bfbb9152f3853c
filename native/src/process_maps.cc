#include "process_maps.h"

#include <limits.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "whole_file.h"

namespace memglass {
namespace {

// linux/fs.h of Linux 6.11; older headers have none.
struct ProcmapQuery {
  uint64_t size, flags, address;
  uint64_t start, end, rights, pageSize, offset, inode;
  uint32_t devMajor, devMinor, nameSize, buildIdSize;
  uint64_t nameAddress, buildIdAddress;
};
static_assert(sizeof(ProcmapQuery) == 104);
constexpr unsigned long kProcmapQuery = 0xc0686611;
constexpr uint64_t kCoveringOrNext = 0x10;
constexpr uint64_t kFileBacked = 0x20;

/** Once the kernel has said that it does not know the call it is not asked again. */
std::atomic<bool> queryIsUnknown{false};

int query(int maps, uint64_t address, uint64_t filter, char* name, ProcmapQuery* found) {
  *found = {};
  found->size = sizeof *found;
  found->flags = kCoveringOrNext | kFileBacked | filter;
  found->address = address;
  if (name != nullptr) {
    found->nameSize = PATH_MAX;
    found->nameAddress = reinterpret_cast<uint64_t>(name);
  }
  int result;
  do {
    result = ::ioctl(maps, kProcmapQuery, found);
  } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

bool startsWith(const std::string& text, const char* start) {
  return text.compare(0, std::strlen(start), start) == 0;
}

/** A private huge-page mapping without a file of its own: nobody shares it. */
bool isPrivateAnonymous(const SharedMapping& mapping) {
  return (mapping.rights & kShared) == 0 && startsWith(mapping.name, "/anon_hugepage");
}

/** 0 at the end; ENOTTY where the kernel has no such call, ENAMETOOLONG where it cannot give a name. */
int readByQuery(int folder, int maps, MountKinds* mounts, bool privateToo,
                std::vector<SharedMapping>* found) {
  char name[PATH_MAX];
  ProcmapQuery vma;
  for (uint64_t address = 0;; address = vma.end) {
    int error;
    if (privateToo) {
      // Most of what is found are libraries: their names, the dear part, are not asked for.
      error = query(maps, address, 0, nullptr, &vma);
      const uint64_t dev = makedev(vma.devMajor, vma.devMinor);
      if (error == 0 && (vma.rights & kShared) == 0 && mounts->of(dev, folder) == MountKind::kOther) continue;
      if (error == 0) error = query(maps, vma.start, 0, name, &vma);
    } else {
      error = query(maps, address, kShared, name, &vma);
    }
    if (error == ENOENT) return 0;
    if (error != 0) return error;
    SharedMapping mapping;
    mapping.start = vma.start;
    mapping.end = vma.end;
    mapping.offset = vma.offset;
    mapping.dev = makedev(vma.devMajor, vma.devMinor);
    mapping.ino = vma.inode;
    mapping.rights = static_cast<uint8_t>(vma.rights & 0xf);
    mapping.mount = mounts->of(mapping.dev, folder);
    if (vma.nameSize > 0) mapping.name.assign(name, vma.nameSize - 1);
    // The second question may have met another mapping, made meanwhile.
    const bool wanted = (mapping.rights & kShared) != 0 || mapping.mount != MountKind::kOther;
    if (wanted && !isPrivateAnonymous(mapping)) found->push_back(std::move(mapping));
    if (vma.end <= address) return 0;  // The end of the address space.
  }
}

/** `7f00-7f10 rw-s 00000000 00:1a 42    /dev/shm/name`: five blanks, then padding, then the name. */
bool parseLine(const char* line, size_t length, SharedMapping* mapping) {
  const std::string text(line, length);
  char rights[5] = "";
  unsigned major = 0;
  unsigned minor = 0;
  int consumed = 0;
  const int fields = std::sscanf(text.c_str(), "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 "%n",
                                 &mapping->start, &mapping->end, rights, &mapping->offset, &major, &minor,
                                 &mapping->ino, &consumed);
  if (fields != 7) return false;
  mapping->dev = makedev(major, minor);
  mapping->rights =
      static_cast<uint8_t>((rights[0] == 'r' ? kRead : 0) | (rights[1] == 'w' ? kWrite : 0) |
                           (rights[2] == 'x' ? kExecute : 0) | (rights[3] == 's' ? kShared : 0));
  size_t name = static_cast<size_t>(consumed);
  while (name < text.size() && text[name] == ' ') ++name;
  mapping->name = text.substr(name);
  return true;
}

int readByText(int folder, int maps, MountKinds* mounts, bool privateToo, std::vector<SharedMapping>* found) {
  std::string text;
  if (::lseek64(maps, 0, SEEK_SET) != 0) return errno;
  if (const int error = readToEnd(maps, &text)) return error;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    SharedMapping mapping;
    if (parseLine(text.data() + start, end - start, &mapping) && mapping.ino != 0) {
      mapping.mount = mounts->of(mapping.dev, folder);
      const bool shared = (mapping.rights & kShared) != 0;
      if (shared || (privateToo && mapping.mount != MountKind::kOther && !isPrivateAnonymous(mapping))) {
        found->push_back(std::move(mapping));
      }
    }
    start = end + 1;
  }
  return 0;
}

}  // namespace

MappingsAnswer readMappings(int folder, int maps, MountKinds* mounts, bool privateToo,
                            std::vector<SharedMapping>* found) {
  if (!queryIsUnknown) {
    const int error = readByQuery(folder, maps, mounts, privateToo, found);
    // A name longer than PATH_MAX is refused here, and printed whole by the text.
    if (error != ENOTTY && error != ENAMETOOLONG) return {error, false};
    if (error == ENOTTY) queryIsUnknown = true;
    found->clear();
  }
  return {readByText(folder, maps, mounts, privateToo, found), true};
}

bool isSameAddressSpace(int maps, bool byText) {
  if (byText) {
    char byte;
    return ::pread64(maps, &byte, 1, 0) == 1;
  }
  ProcmapQuery vma;
  const int error = query(maps, 0, 0, nullptr, &vma);
  return error == 0 || error == ENOENT;
}

}  // namespace memglass
