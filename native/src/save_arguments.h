#pragma once
// The SaveRequest of native/saves.d.ts.

#include <napi.h>

#include "save_request.h"

namespace memglass {

/** Whether the pieces of a request are all of the new file, or what differs from the old one. */
enum class Extent { kWhole, kChanges };

/** False with a TypeError or RangeError pending: nothing that cannot be meant gets to a file. */
bool takeSaveRequest(const Napi::CallbackInfo& info, size_t index, Extent extent, SaveRequest* request);
/** Blocks of a file, none of them empty. */
bool takeBlocks(const Napi::CallbackInfo& info, size_t index, std::vector<SaveBlock>* blocks);

}  // namespace memglass
