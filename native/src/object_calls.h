#pragma once
// The addon's functions that make, change and remove POSIX objects, and the writing methods of a NativeFile.

#include <napi.h>

#include <memory>

#include "calls.h"

namespace memglass {

void addObjectCalls(Napi::Env env, Napi::Object exports);

Napi::Value writeFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value resizeFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value flushFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value fileSeals(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);

}  // namespace memglass
