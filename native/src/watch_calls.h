#pragma once
// The addon's watchFolder, and the FolderWatch object.

#include <napi.h>

namespace memglass {

void addWatchCalls(Napi::Env env, Napi::Object exports);

}  // namespace memglass
