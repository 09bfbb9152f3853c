#pragma once
// The addon's functions about System V segments, and the NativeSegment object.

#include <napi.h>

namespace memglass {

void addSysvCalls(Napi::Env env, Napi::Object exports);

}  // namespace memglass
