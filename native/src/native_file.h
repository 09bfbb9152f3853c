#pragma once
// The NativeFile object of native/index.d.ts.

#include <napi.h>

#include <memory>

#include "calls.h"

namespace memglass {

/** `(offset, into)` */
Napi::Value readFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);

/** `(offset, bytes, rate, atMostMs, pagemap?)` */
Napi::Value waitForFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);

Napi::Object makeNativeFile(Napi::Env env, const std::shared_ptr<FileHandle>& file, const FileFacts& facts,
                            Strategy strategy);

}  // namespace memglass
