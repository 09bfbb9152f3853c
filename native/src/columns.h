#pragma once
// Tables as columns: one typed array per property. Ten thousand rows reach JavaScript as a dozen memcpy's
// instead of ten thousand objects with a dozen properties each.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace memglass {

/** Names one after the other; name i is bytes[offsets[i] … offsets[i + 1]). */
struct NameTable {
  std::string bytes;
  std::vector<uint32_t> offsets{0};

  uint32_t add(const std::string& name) {
    bytes += name;
    offsets.push_back(static_cast<uint32_t>(bytes.size()));
    return static_cast<uint32_t>(offsets.size() - 2);
  }
  std::string_view at(size_t index) const {
    return std::string_view(bytes).substr(offsets[index], offsets[index + 1] - offsets[index]);
  }
};

/** A NameTable that holds each name once: a thousand processes map the same few objects. */
class UniqueNames {
 public:
  uint32_t add(const std::string& name) {
    const auto found = indexes_.try_emplace(name, 0);
    if (found.second) found.first->second = table.add(name);
    return found.first->second;
  }
  NameTable table;

 private:
  std::unordered_map<std::string, uint32_t> indexes_;
};

}  // namespace memglass
