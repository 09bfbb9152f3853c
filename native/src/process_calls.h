#pragma once
// The addon's functions about processes: native/processes.d.ts.

#include <napi.h>

namespace memglass {

void addProcessCalls(Napi::Env env, Napi::Object exports);

}  // namespace memglass
