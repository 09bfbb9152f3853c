#include "process_maps.h"

#include <limits.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "maps_line.h"
#include "procmap_query.h"
#include "whole_file.h"

namespace memglass {
namespace {

/** Once the kernel has said that it does not know the call it is not asked again. */
std::atomic<bool> queryIsUnknown{false};

bool startsWith(const std::string& text, const char* start) {
  return text.compare(0, std::strlen(start), start) == 0;
}

/** A private huge-page mapping without a file of its own: nobody shares it. */
bool isPrivateAnonymous(const SharedMapping& mapping) {
  return (mapping.rights & kShared) == 0 && startsWith(mapping.name, "/anon_hugepage");
}

/** 0 at the end; ENOTTY where the kernel has no such call, ENAMETOOLONG where it cannot give a name. */
int readByQuery(int folder, int maps, SharedMemoryDevices* devices, std::vector<SharedMapping>* found) {
  char name[PATH_MAX];
  ProcmapQuery vma;
  for (uint64_t address = 0;; address = vma.end) {
    // Most of what is found are libraries: their names, the dear part, are not asked for.
    int error = queryMapping(maps, address, kFileBacked, nullptr, &vma);
    const auto isWanted = [&] {
      return (vma.rights & kShared) != 0 || devices->has(makedev(vma.devMajor, vma.devMinor), folder);
    };
    if (error == 0 && !isWanted()) continue;
    if (error == 0) error = queryMapping(maps, vma.start, kFileBacked, name, &vma);
    if (error == ENOENT) return 0;
    if (error != 0) return error;
    SharedMapping mapping;
    mapping.start = vma.start;
    mapping.end = vma.end;
    mapping.offset = vma.offset;
    mapping.dev = makedev(vma.devMajor, vma.devMinor);
    mapping.ino = vma.inode;
    mapping.rights = static_cast<uint8_t>(vma.rights & 0xf);
    if (vma.nameSize > 0) mapping.name.assign(name, vma.nameSize - 1);
    // The second question may have met another mapping, made meanwhile.
    if (isWanted() && !isPrivateAnonymous(mapping)) found->push_back(std::move(mapping));
    if (vma.end <= address) return 0;  // The end of the address space.
  }
}

int readByText(int folder, int maps, SharedMemoryDevices* devices, std::vector<SharedMapping>* found) {
  std::string text;
  if (::lseek64(maps, 0, SEEK_SET) != 0) return errno;
  if (const int error = readToEnd(maps, &text)) return error;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    MapsLine line;
    if (parseMapsLine(text.data() + start, end - start, &line) && line.ino != 0 &&
        ((line.rights & kShared) != 0 || devices->has(line.dev, folder))) {
      SharedMapping mapping{line.start, line.end,    line.offset,           line.dev,
                            line.ino,   line.rights, std::string(line.name)};
      if (!isPrivateAnonymous(mapping)) found->push_back(std::move(mapping));
    }
    start = end + 1;
  }
  return 0;
}

}  // namespace

MappingsAnswer readMappings(int folder, int maps, SharedMemoryDevices* devices,
                            std::vector<SharedMapping>* found) {
  if (!queryIsUnknown) {
    const int error = readByQuery(folder, maps, devices, found);
    // A name longer than PATH_MAX is refused here, and printed whole by the text.
    if (error != ENOTTY && error != ENAMETOOLONG) return {error, false};
    if (error == ENOTTY) queryIsUnknown = true;
    found->clear();
  }
  return {readByText(folder, maps, devices, found), true};
}

bool isSameAddressSpace(int maps, bool byText) {
  if (byText) {
    char byte;
    return ::pread64(maps, &byte, 1, 0) == 1;
  }
  ProcmapQuery vma;
  const int error = queryMapping(maps, 0, 0, nullptr, &vma);
  return error == 0 || error == ENOENT;
}

}  // namespace memglass
