#pragma once
// Waiting until bytes change that leave no trace of it but themselves: the file's thread looks, and
// JavaScript sleeps.

#include <napi.h>

#include <functional>

#include "calls.h"
#include "file_read.h"

namespace memglass {

/** How bytes are read on the file's thread. Pages that nobody ever touched may come as faults with ENODATA.
 */
using ReadBytes = std::function<ReadOutcome(OpenFile& file, uint64_t offset, uint8_t* into, size_t length)>;

/** `(offset, bytes, rate, atMostMs)`: a ChangeWait of index.d.ts. */
Napi::Value waitForChange(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file,
                          ReadBytes read);

}  // namespace memglass
