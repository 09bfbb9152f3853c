#pragma once
// Between C++ values and JavaScript values; neither system calls nor threads.

#include <napi.h>

#include <string>

#include "calls.h"
#include "failure.h"
#include "file_facts.h"
#include "file_read.h"
#include "path_fate.h"
#include "residency.h"

namespace memglass {

/** Largest offset JavaScript can name exactly. */
constexpr uint64_t kMaxOffset = (uint64_t{1} << 53) - 1;

// Arguments. Each returns false with a TypeError or RangeError pending: a caller's bug must never be an
// assertion, which would take the extension host down.
bool takePath(const Napi::CallbackInfo& info, size_t index, std::string* path);
bool takeOffset(const Napi::CallbackInfo& info, size_t index, const char* name, uint64_t* offset);
bool takeBytes(const Napi::CallbackInfo& info, size_t index, size_t limit, Napi::Object* array,
               size_t* length);

/** The caller's array as it is now; null where it has been detached or has become shorter than it was. */
uint8_t* bytesStillThere(Napi::Env env, const PendingCall& call);

Napi::Uint8Array copyOf(Napi::Env env, const std::string& bytes);
Napi::Error toError(Napi::Env env, const Failure& failure, const std::string* path);
Napi::Object toObject(Napi::Env env, const FileFacts& facts);
Napi::Object toObject(Napi::Env env, const FileProbe& probe);
Napi::Object toObject(Napi::Env env, const ReadOutcome& outcome);
Napi::Object toObject(Napi::Env env, const ResidencyAnswer& answer);
const char* kindName(FileKind kind);

/** Settlements. */
Settle rejectWith(Failure failure);
/** Undefined, or the failure. */
Settle resolveUnless(Failure failure);
/** The same for a write, of which some may be done. */
Settle settleWrite(Failure failure, size_t written);
void rejectGone(Napi::Env env, PendingCall& call);

}  // namespace memglass
