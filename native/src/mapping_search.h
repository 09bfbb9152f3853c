#pragma once
// Which processes map a file whose path holds a text, by the text of maps.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "process_folder.h"

namespace memglass {

enum class Mapped : uint8_t { kNo = 0, kYes = 1, kRefused = 2, kGone = 3 };

/** `text` in any case of ASCII's letters. A process that can be neither read nor found has gone. */
Mapped mapsFileNamed(const ProcessKey& key, const std::string& text, const std::atomic<bool>& canceled);

}  // namespace memglass
