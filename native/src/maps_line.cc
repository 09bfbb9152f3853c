#include "maps_line.h"

#include <sys/sysmacros.h>

#include <charconv>

namespace memglass {
namespace {

/** A place in the line. Each step is false where something else stands there. */
struct Cursor {
  const char* at;
  const char* end;

  template <typename Number>
  bool number(int base, Number* value) {
    const auto [next, error] = std::from_chars(at, end, *value, base);
    at = next;
    return error == std::errc();
  }
  bool skip(char character) {
    if (at == end || *at != character) return false;
    ++at;
    return true;
  }
  /** Adds the bit for the letter; a dash adds none. */
  bool flag(char letter, uint8_t bit, uint8_t* bits) {
    if (!skip(letter)) return skip('-');
    *bits = static_cast<uint8_t>(*bits | bit);
    return true;
  }
};

}  // namespace

// `7f00-7f10 rw-s 00000000 00:1a 42    /dev/shm/name`: five blanks, then padding, then the name.
bool parseMapsLine(const char* line, size_t length, MapsLine* found) {
  Cursor cursor{line, line + length};
  unsigned major = 0;
  unsigned minor = 0;
  found->rights = 0;
  const bool good = cursor.number(16, &found->start) && cursor.skip('-') && cursor.number(16, &found->end) &&
                    cursor.skip(' ') && cursor.flag('r', kRead, &found->rights) &&
                    cursor.flag('w', kWrite, &found->rights) && cursor.flag('x', kExecute, &found->rights);
  if (!good || found->end <= found->start) return false;
  if (cursor.skip('s')) {
    found->rights = static_cast<uint8_t>(found->rights | kShared);
  } else if (!cursor.skip('p')) {
    return false;
  }
  if (!(cursor.skip(' ') && cursor.number(16, &found->offset) && cursor.skip(' ') &&
        cursor.number(16, &major) && cursor.skip(':') && cursor.number(16, &minor) && cursor.skip(' ') &&
        cursor.number(10, &found->ino))) {
    return false;
  }
  found->dev = makedev(major, minor);
  while (cursor.skip(' ')) {
  }
  found->name = std::string_view(cursor.at, static_cast<size_t>(cursor.end - cursor.at));
  return true;
}

}  // namespace memglass
