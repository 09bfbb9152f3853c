#pragma once
// The addon's functions about shared memory as a whole: native/sharedMemory.d.ts.

#include <napi.h>

namespace memglass {

void addSharedCalls(Napi::Env env, Napi::Object exports);

}  // namespace memglass
