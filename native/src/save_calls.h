#pragma once
// The methods of a NativeFile, and the addon's functions, that native/saves.d.ts describes.

#include <napi.h>

#include <memory>

#include "calls.h"

namespace memglass {

void addSaveCalls(Napi::Env env, Napi::Object exports);

Napi::Value saveFileInPlace(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value saveFileBeside(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value digestFileBlocks(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value makeFileAlike(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value storeFileBytes(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value findFileLock(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value lockFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value unlockFile(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);
Napi::Value fileWritability(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file);

}  // namespace memglass
