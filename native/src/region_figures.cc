#include "region_figures.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "maps_line.h"
#include "process_lines.h"

namespace memglass {
namespace {

struct Key {
  std::string_view text;
  Figure figure;
};
constexpr Key kKeys[] = {
    {"Rss:", kRss},
    {"Pss:", kPss},
    {"Pss_Dirty:", kPssDirty},
    {"Shared_Clean:", kSharedClean},
    {"Shared_Dirty:", kSharedDirty},
    {"Private_Clean:", kPrivateClean},
    {"Private_Dirty:", kPrivateDirty},
    {"Referenced:", kReferenced},
    {"Anonymous:", kAnonymous},
    {"LazyFree:", kLazyFree},
    {"AnonHugePages:", kHugePages},
    {"ShmemPmdMapped:", kHugePages},
    {"FilePmdMapped:", kHugePages},
    {"Shared_Hugetlb:", kSharedHugetlb},
    {"Private_Hugetlb:", kPrivateHugetlb},
    {"Swap:", kSwap},
    {"SwapPss:", kSwapPss},
    {"Locked:", kLocked},
    {"KernelPageSize:", kPageSize},
};
constexpr std::string_view kFlags = "VmFlags:";
constexpr std::string_view kUnit = " kB\n";
/** Rows of a part: some twenty milliseconds of the kernel's time. */
constexpr size_t kPartRows = 8192;

bool startsWith(std::string_view line, std::string_view start) {
  return line.size() >= start.size() && std::memcmp(line.data(), start.data(), start.size()) == 0;
}

using TakePart = std::function<void(FigurePart part)>;

struct FigureRow {
  uint64_t start = 0;
  uint64_t end = 0;
  uint32_t flags = 0;
  /** KiB. */
  std::array<uint64_t, kFigureCount> figures{};
};

/** Varints of seven bits, low ones first. */
void appendNumber(uint64_t value, std::string* bytes) {
  for (; value >= 0x80; value >>= 7) bytes->push_back(static_cast<char>(value | 0x80));
  bytes->push_back(static_cast<char>(value));
}

/** What a row does not have in common with the row before it. */
void appendRow(const FigureRow& row, const FigureRow& before, std::string* bytes) {
  constexpr unsigned kPageBits = 12;
  const uint64_t pages = (row.end - row.start) >> kPageBits;
  const bool gap = row.start != before.end;
  const bool otherSize = pages != (before.end - before.start) >> kPageBits;
  const bool otherFlags = row.flags != before.flags;
  uint64_t mask = (gap ? 1 : 0) | (otherSize ? 2 : 0) | (otherFlags ? 4 : 0);
  for (size_t i = 0; i < kFigureCount; ++i) {
    if (row.figures[i] != before.figures[i]) mask |= uint64_t{8} << i;
  }
  appendNumber(mask, bytes);
  if (gap) appendNumber((row.start - before.end) >> kPageBits, bytes);
  if (otherSize) appendNumber(pages, bytes);
  if (otherFlags) appendNumber(row.flags, bytes);
  for (size_t i = 0; i < kFigureCount; ++i) {
    if (row.figures[i] != before.figures[i]) appendNumber(row.figures[i], bytes);
  }
}

/** Takes one line after the other, and gives away parts of rows. A line it does not know is passed over. */
class FigureLines {
 public:
  explicit FigureLines(const TakePart* takePart)
      : takePart_(takePart), noFlags_(flagSets_.add(std::string())) {}

  /** Bytes of the longest block of lines so far. */
  size_t longest() const { return longest_; }

  /** Gives away what is left. */
  void finish() {
    closeRow();
    part_.isLast = true;
    givePart();
  }

  /**
   * Takes the line at `at` if it is a figure with the key that stood here in the block before, and gives the
   * start of the next; null for any other. Nearly every line goes this way, and no byte of it is looked at
   * twice. The text must end with a newline.
   */
  const char* takeExpected(const char* at, const char* end) {
    if (!isOpen_ || place_ >= slots_.size() || slots_[place_].isFlags) return nullptr;
    const Slot& slot = slots_[place_];
    const size_t length = slot.text.size();
    if (static_cast<size_t>(end - at) <= length || std::memcmp(at, slot.text.data(), length) != 0)
      return nullptr;
    const char* const line = at;
    at += length;
    while (*at == ' ') ++at;
    const char* digits = at;
    uint64_t kilobytes = 0;
    for (; *at >= '0' && *at <= '9'; ++at) kilobytes = kilobytes * 10 + static_cast<uint64_t>(*at - '0');
    if (at == digits || static_cast<size_t>(end - at) < kUnit.size()) return nullptr;
    if (std::memcmp(at, kUnit.data(), kUnit.size()) != 0) return nullptr;
    if (slot.figure != kFigureCount) row_.figures[slot.figure] += kilobytes;
    ++place_;
    at += kUnit.size();
    length_ += static_cast<size_t>(at - line);
    return at;
  }

  void take(std::string_view line) {
    // Keys begin with a capital letter, heads with a small hex digit.
    const bool isKey = !line.empty() && line[0] >= 'A' && line[0] <= 'Z';
    longest_ = std::max(longest_, length_);
    length_ = (isKey ? length_ : 0) + line.size() + 1;
    if (!isKey) {
      takeHead(line);
    } else if (isOpen_) {
      takeField(line);
    }
  }

 private:
  /** What stood at this place in the block before: all blocks have the same lines in the same order. */
  struct Slot {
    std::string text;
    /** kFigureCount: none of ours. */
    Figure figure;
    bool isFlags;
  };

  void takeHead(std::string_view line) {
    closeRow();
    MapsLine head;
    isOpen_ = parseMapsLine(line.data(), line.size(), &head);
    place_ = 0;
    if (!isOpen_) return;
    // See RegionTable: what has changed while the text was read may stand there twice.
    const size_t count = ends_.size();
    while (!ends_.empty() && ends_.back() > head.start) ends_.pop_back();
    if (ends_.size() < count || part_.count >= kPartRows) givePart();
    row_ = {head.start, head.end, noFlags_, {}};
  }

  void takeField(std::string_view line) {
    if (place_ == slots_.size()) slots_.push_back(slotOf(line));
    if (!startsWith(line, slots_[place_].text)) slots_[place_] = slotOf(line);
    const Slot& slot = slots_[place_++];
    line.remove_prefix(slot.text.size());
    if (slot.isFlags) {
      takeFlags(line);
    } else if (slot.figure != kFigureCount) {
      row_.figures[slot.figure] += numberOf(line);
    }
  }

  static Slot slotOf(std::string_view line) {
    const std::string text(line.substr(0, line.find(':') + 1));
    for (const Key& key : kKeys) {
      if (text == key.text) return {text, key.figure, false};
    }
    return {text, kFigureCount, text == kFlags};
  }

  static uint64_t numberOf(std::string_view line) {
    const size_t start = line.find_first_not_of(' ');
    uint64_t value = 0;
    for (size_t at = std::min(start, line.size()); at < line.size() && line[at] >= '0' && line[at] <= '9';
         ++at) {
      value = value * 10 + static_cast<uint64_t>(line[at] - '0');
    }
    return value;
  }

  void takeFlags(std::string_view line) {
    const size_t start = std::min(line.find_first_not_of(' '), line.size());
    line = line.substr(start, line.find_last_not_of(' ') + 1 - start);
    if (!knowsFlags_ || line != lastFlags_) {
      lastFlags_ = line;
      lastIndex_ = flagSets_.add(lastFlags_);
      knowsFlags_ = true;
    }
    row_.flags = lastIndex_;
  }

  void closeRow() {
    if (!isOpen_) return;
    isOpen_ = false;
    appendRow(row_, before_, &part_.bytes);
    before_ = row_;
    ends_.push_back(row_.end);
    ++part_.count;
  }

  /** The next part begins anew, after the rows that hold. */
  void givePart() {
    const size_t room = part_.bytes.capacity();
    part_.flagSets = flagSets_.table;
    (*takePart_)(std::exchange(part_, {}));
    part_.bytes.reserve(room);
    part_.first = ends_.size();
    before_ = {};
  }

  const TakePart* takePart_;
  FigurePart part_;
  FigureRow row_, before_;
  /** Of all rows that hold, those of parts that are given away too. */
  std::vector<uint64_t> ends_;
  UniqueNames flagSets_;
  std::vector<Slot> slots_;
  size_t place_ = 0;
  /** Bytes of the block so far. */
  size_t length_ = 0;
  size_t longest_ = 0;
  bool isOpen_ = false;
  bool knowsFlags_ = false;
  std::string lastFlags_;
  uint32_t lastIndex_ = 0;
  /** Before its line VmFlags, a region has none. */
  uint32_t noFlags_;
};

}  // namespace

Failure readRegionFigures(const ProcessKey& key, const std::atomic<bool>& canceled, const TakePart& take) {
  FigureLines lines(&take);
  LineReader reader;
  reader.restart = [&] { lines = FigureLines(&take); };
  reader.take = [&](const char* at, const char* end) {
    while (at < end) {
      if (const char* next = lines.takeExpected(at, end)) {
        at = next;
        continue;
      }
      const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
      lines.take(std::string_view(at, static_cast<size_t>(newline - at)));
      at = newline + 1;
    }
  };
  reader.finish = [&](int) { lines.finish(); };
  reader.longestPiece = [&] { return lines.longest(); };
  return readProcessLines(key, "smaps", canceled, reader);
}

}  // namespace memglass
