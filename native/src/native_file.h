#pragma once
// The NativeFile object of native/index.d.ts.

#include <napi.h>

#include <memory>

#include "calls.h"

namespace memglass {

Napi::Object makeNativeFile(Napi::Env env, const std::shared_ptr<FileHandle>& file, const FileFacts& facts,
                            Strategy strategy);

}  // namespace memglass
