#include "mapping_search.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "maps_line.h"
#include "process_lines.h"

namespace memglass {
namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; }

bool holds(std::string_view name, std::string_view lowered) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::search(name.begin(), name.end(), lowered.begin(), lowered.end(), same) != name.end();
}

}  // namespace

Mapped mapsFileNamed(const ProcessKey& key, const std::string& text, const std::atomic<bool>& canceled) {
  std::string lowered = text;
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  bool found = false;
  std::string last;
  LineReader reader;
  reader.restart = [&] {
    found = false;
    last.clear();
  };
  reader.take = [&](const char* at, const char* end) {
    while (at < end && !found) {
      const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
      MapsLine line;
      const bool isFile = parseMapsLine(at, static_cast<size_t>(newline - at), &line) && line.ino != 0;
      // The regions of a library follow each other.
      if (isFile && line.name != last) {
        last = line.name;
        found = holds(line.name, lowered);
      }
      at = newline + 1;
    }
  };
  reader.finish = [](int) {};
  reader.longestPiece = [] { return size_t{0}; };
  const Failure failure = readProcessLines(key, "maps", canceled, reader);
  if (!failure) return found ? Mapped::kYes : Mapped::kNo;
  switch (failure.error) {
    case EACCES:
    case EPERM:
      return Mapped::kRefused;
    case ENOTSUP:
      return Mapped::kNo;
    default:
      return Mapped::kGone;
  }
}

}  // namespace memglass
