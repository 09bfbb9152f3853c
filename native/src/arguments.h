#pragma once
// Arguments of the calls about shared memory and processes. As in marshal.h, each returns false with a
// TypeError or RangeError pending.

#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "posix_object.h"

namespace memglass {

/** A bigint, 0 … 2^64-1. */
bool takeBigInt(const Napi::CallbackInfo& info, size_t index, const char* name, uint64_t* value);
/** A whole number from `least` to `most`. */
bool takeInteger(const Napi::CallbackInfo& info, size_t index, const char* name, double least, double most,
                 double* value);
bool takeBoolean(const Napi::CallbackInfo& info, size_t index, const char* name, bool* value);
/** The bytes as they are now, of 8 MiB at most: copying more would hold the JavaScript thread up. */
bool takeContents(const Napi::CallbackInfo& info, size_t index, std::shared_ptr<std::string>* bytes);
/** `{dev, ino, size}`; of `size` only where `sized`. */
bool takeExpected(const Napi::CallbackInfo& info, size_t index, bool sized, ExpectedObject* expected);
/** `{mode?, uid?, gid?}` */
bool takeChange(const Napi::CallbackInfo& info, size_t index, OwnerChange* change);
/** A Uint32Array of process ids, or nothing where the argument is left out. */
bool takePids(const Napi::CallbackInfo& info, size_t index, std::optional<std::vector<uint32_t>>* pids);
/** A Float64Array of clock ticks since boot. */
bool takeStartTimes(const Napi::CallbackInfo& info, size_t index, std::vector<double>* times);
/** A bigint property. */
bool takeBigIntField(Napi::Env env, const Napi::Object& object, const char* name, uint64_t* value);
/** An argument that is a function. */
bool takeFunction(const Napi::CallbackInfo& info, size_t index, const char* name, Napi::Function* function);
/** An argument that is an object. */
bool takeObject(const Napi::CallbackInfo& info, size_t index, const char* name, Napi::Object* object);

}  // namespace memglass
