#pragma once
// One line of /proc/PID/maps, which is the head of a block of smaps too.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memglass {

/** Bits of rights; the same as PROCMAP_QUERY's. */
constexpr uint8_t kRead = 1;
constexpr uint8_t kWrite = 2;
constexpr uint8_t kExecute = 4;
constexpr uint8_t kShared = 8;

struct MapsLine {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t offset = 0;
  uint64_t dev = 0;
  uint64_t ino = 0;
  uint8_t rights = 0;
  /** A part of the line. A newline in a name reads `\012`, like those four characters. */
  std::string_view name;
};

/** The line without its newline; false for what is none. */
bool parseMapsLine(const char* line, size_t length, MapsLine* found);

}  // namespace memglass
