#include "region_list.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "descriptor.h"
#include "maps_line.h"
#include "process_lines.h"
#include "procmap_query.h"

namespace memglass {
namespace {

constexpr std::string_view kEscapedNewline = "\\012";

void truncate(size_t count, RegionTable* table) {
  table->starts.resize(count);
  table->ends.resize(count);
  table->offsets.resize(count);
  table->devs.resize(count);
  table->inos.resize(count);
  table->rights.resize(count);
  table->nameIndexes.resize(count);
}

/** Remembers the name before: the regions of a library follow each other, and most have none. */
class Appender {
 public:
  explicit Appender(RegionTable* table) : table_(table) {}

  void add(const MapsLine& line) {
    // The kernel takes its lock anew for each page of text: what has changed since may stand there twice.
    size_t count = table_->starts.size();
    while (count > 0 && table_->ends[count - 1] > line.start) --count;
    if (count < table_->starts.size()) truncate(count, table_);
    table_->starts.push_back(line.start);
    table_->ends.push_back(line.end);
    table_->offsets.push_back(line.offset);
    table_->devs.push_back(line.dev);
    table_->inos.push_back(line.ino);
    table_->rights.push_back(line.rights);
    if (!known_ || line.name != name_) {
      name_ = line.name;
      index_ = table_->names.add(name_);
      known_ = true;
    }
    table_->nameIndexes.push_back(index_);
  }

 private:
  RegionTable* table_;
  bool known_ = false;
  std::string name_;
  uint32_t index_ = 0;
};

/** Asks for the raw name of each region whose name may hold a newline. */
void settleNames(int maps, RegionTable* table) {
  table->maybeNewline.assign(table->starts.size(), 0);
  char raw[PATH_MAX];
  ProcmapQuery found;
  for (size_t row = 0; row < table->starts.size(); ++row) {
    if (table->names.table.at(table->nameIndexes[row]).find(kEscapedNewline) == std::string_view::npos)
      continue;
    // ENOTTY before Linux 6.11, ENAMETOOLONG for what the text alone can say.
    const bool isFound = queryMapping(maps, table->starts[row], 0, raw, &found) == 0;
    if (isFound && found.start == table->starts[row] && found.inode == table->inos[row] &&
        found.nameSize > 0) {
      table->nameIndexes[row] = table->names.add(std::string(raw, found.nameSize - 1));
    } else {
      table->maybeNewline[row] = 1;
    }
  }
}

/** ENOTTY, ENAMETOOLONG: the text has to be asked. */
int queryRegions(int maps, uint64_t start, uint64_t end, const std::atomic<bool>& canceled,
                 RegionTable* table) {
  Appender appender(table);
  char raw[PATH_MAX];
  for (uint64_t at = start; at < end;) {
    if (canceled) return ECANCELED;
    ProcmapQuery found;
    const int error = queryMapping(maps, at, 0, raw, &found);
    if (error == ENOENT) return 0;
    if (error != 0) return error;
    if (found.start >= end) return 0;
    MapsLine line;
    line.start = found.start;
    line.end = found.end;
    line.offset = found.offset;
    line.dev = ::gnu_dev_makedev(found.devMajor, found.devMinor);
    line.ino = found.inode;
    line.rights = static_cast<uint8_t>(found.rights);
    line.name = found.nameSize > 0 ? std::string_view(raw, found.nameSize - 1) : std::string_view();
    appender.add(line);
    at = found.end;
  }
  return 0;
}

/** What of the table has a byte in [start, end), alone. */
void keepOnly(uint64_t start, uint64_t end, RegionTable* table) {
  RegionTable kept;
  for (size_t row = 0; row < table->starts.size(); ++row) {
    if (table->ends[row] <= start || table->starts[row] >= end) continue;
    kept.starts.push_back(table->starts[row]);
    kept.ends.push_back(table->ends[row]);
    kept.offsets.push_back(table->offsets[row]);
    kept.devs.push_back(table->devs[row]);
    kept.inos.push_back(table->inos[row]);
    kept.rights.push_back(table->rights[row]);
    kept.nameIndexes.push_back(kept.names.add(std::string(table->names.table.at(table->nameIndexes[row]))));
    kept.maybeNewline.push_back(table->maybeNewline[row]);
  }
  *table = std::move(kept);
}

/** Where the kernel keeps [vsyscall], which belongs to no address space and is in the text alone. */
constexpr uint64_t kKernelHalf = uint64_t{1} << 63;

}  // namespace

Failure readRegionsIn(const ProcessKey& key, uint64_t start, uint64_t end, const std::atomic<bool>& canceled,
                      RegionTable* table) {
  Descriptor folder;
  if (Failure failure = openProcess(key, &folder)) return failure;
  const Descriptor maps(::openat64(folder.get(), "maps", O_RDONLY | O_CLOEXEC));
  if (!maps.valid()) return {isGone(errno) ? ESRCH : errno, "openat"};
  if (end <= kKernelHalf) {
    const int error = queryRegions(maps.get(), start, end, canceled, table);
    if (error == 0) {
      table->maybeNewline.assign(table->starts.size(), 0);
      return {};
    }
    if (error == ECANCELED || isGone(error)) return {error, "ioctl"};
    *table = {};
  }
  if (Failure failure = readRegions(key, canceled, table)) return failure;
  keepOnly(start, end, table);
  return {};
}

Failure readRegions(const ProcessKey& key, const std::atomic<bool>& canceled, RegionTable* table) {
  LineReader reader;
  Appender appender(table);
  reader.restart = [&] {
    *table = {};
    appender = Appender(table);
  };
  reader.take = [&](const char* at, const char* end) {
    while (at < end) {
      const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
      MapsLine line;
      if (parseMapsLine(at, static_cast<size_t>(newline - at), &line)) appender.add(line);
      at = newline + 1;
    }
  };
  reader.finish = [&](int maps) { settleNames(maps, table); };
  reader.longestPiece = [] { return size_t{0}; };
  return readProcessLines(key, "maps", canceled, reader);
}

}  // namespace memglass
