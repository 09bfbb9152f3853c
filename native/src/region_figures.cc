#include "region_figures.h"

#include <cstring>
#include <string>
#include <string_view>

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
constexpr double kKilobyte = 1024;

bool startsWith(std::string_view line, std::string_view start) {
  return line.size() >= start.size() && std::memcmp(line.data(), start.data(), start.size()) == 0;
}

/** Takes one line after the other. A line it does not know is passed over. */
class FigureLines {
 public:
  explicit FigureLines(FigureTable* table) : table_(table) {}

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
    at += length;
    while (*at == ' ') ++at;
    const char* digits = at;
    uint64_t kilobytes = 0;
    for (; *at >= '0' && *at <= '9'; ++at) kilobytes = kilobytes * 10 + static_cast<uint64_t>(*at - '0');
    if (at == digits || static_cast<size_t>(end - at) < kUnit.size()) return nullptr;
    if (std::memcmp(at, kUnit.data(), kUnit.size()) != 0) return nullptr;
    if (slot.figure != kFigureCount) {
      table_->figures[slot.figure].back() += static_cast<double>(kilobytes) * kKilobyte;
    }
    ++place_;
    return at + kUnit.size();
  }

  void take(std::string_view line) {
    // Keys begin with a capital letter, heads with a small hex digit.
    const bool isKey = !line.empty() && line[0] >= 'A' && line[0] <= 'Z';
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
    MapsLine head;
    isOpen_ = parseMapsLine(line.data(), line.size(), &head);
    place_ = 0;
    if (!isOpen_) return;
    // See RegionTable: what has changed while the text was read may stand there twice.
    size_t count = table_->starts.size();
    while (count > 0 && table_->ends[count - 1] > head.start) --count;
    truncate(count);
    table_->starts.push_back(head.start);
    table_->ends.push_back(head.end);
    for (auto& figures : table_->figures) figures.push_back(0);
    table_->flags.push_back(noFlags());
  }

  void takeField(std::string_view line) {
    if (place_ == slots_.size()) slots_.push_back(slotOf(line));
    if (!startsWith(line, slots_[place_].text)) slots_[place_] = slotOf(line);
    const Slot& slot = slots_[place_++];
    line.remove_prefix(slot.text.size());
    if (slot.isFlags) {
      takeFlags(line);
    } else if (slot.figure != kFigureCount) {
      table_->figures[slot.figure].back() += numberOf(line) * kKilobyte;
    }
  }

  static Slot slotOf(std::string_view line) {
    const std::string text(line.substr(0, line.find(':') + 1));
    for (const Key& key : kKeys) {
      if (text == key.text) return {text, key.figure, false};
    }
    return {text, kFigureCount, text == kFlags};
  }

  static double numberOf(std::string_view line) {
    const size_t start = line.find_first_not_of(' ');
    uint64_t value = 0;
    for (size_t at = std::min(start, line.size()); at < line.size() && line[at] >= '0' && line[at] <= '9';
         ++at) {
      value = value * 10 + static_cast<uint64_t>(line[at] - '0');
    }
    return static_cast<double>(value);
  }

  void takeFlags(std::string_view line) {
    const size_t start = std::min(line.find_first_not_of(' '), line.size());
    line = line.substr(start, line.find_last_not_of(' ') + 1 - start);
    if (!knowsFlags_ || line != lastFlags_) {
      lastFlags_ = line;
      lastIndex_ = table_->flagSets.add(lastFlags_);
      knowsFlags_ = true;
    }
    table_->flags.back() = lastIndex_;
  }

  /** Before its line VmFlags, a region has none. */
  uint32_t noFlags() { return table_->flagSets.add(std::string()); }

  void truncate(size_t count) {
    if (count == table_->starts.size()) return;
    table_->starts.resize(count);
    table_->ends.resize(count);
    table_->flags.resize(count);
    for (auto& figures : table_->figures) figures.resize(count);
  }

  FigureTable* table_;
  std::vector<Slot> slots_;
  size_t place_ = 0;
  bool isOpen_ = false;
  bool knowsFlags_ = false;
  std::string lastFlags_;
  uint32_t lastIndex_ = 0;
};

}  // namespace

Failure readRegionFigures(const ProcessKey& key, const std::atomic<bool>& canceled, FigureTable* table) {
  FigureLines lines(table);
  LineReader reader;
  reader.restart = [&] {
    *table = {};
    lines = FigureLines(table);
  };
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
  reader.finish = [](int) {};
  return readProcessLines(key, "smaps", canceled, reader);
}

}  // namespace memglass
