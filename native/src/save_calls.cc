// Marshals; the system calls are in the files named after their subjects.

#include "save_calls.h"

#include <cerrno>

#include "arguments.h"
#include "atomic_store.h"
#include "file_locks.h"
#include "marshal.h"
#include "save_arguments.h"
#include "save_beside.h"
#include "save_in_place.h"
#include "save_journal.h"
#include "typed_columns.h"
#include "whole_io.h"
#include "writability.h"

namespace memglass {
namespace {

using Handle = std::shared_ptr<FileHandle>;
using Save = std::function<Failure(OpenFile&, SaveProgress&, SaveOutcome*)>;

Calls& callsOf(Napi::Env env) { return *env.GetInstanceData<Calls>(); }

Settle settleSave(Failure failure, SaveOutcome outcome) {
  if (failure) return rejectWith(failure);
  return [outcome = std::move(outcome)](Napi::Env env, PendingCall& call) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("changed", column(env, outcome.changed));
    call.resolve(env, object);
  };
}

/** `{result, cancel, progress}` */
Napi::Value startSave(Napi::Env env, const Handle& file, Save save) {
  const auto progress = std::make_shared<SaveProgress>();
  const Napi::Value result =
      callsOf(env).start(env, file, {}, 0, [save = std::move(save), progress](OpenFile& open) {
        SaveOutcome outcome;
        const Failure failure = save(open, *progress, &outcome);
        return settleSave(failure, std::move(outcome));
      });
  if (result.IsEmpty()) return {};
  Napi::Object task = Napi::Object::New(env);
  task.Set("result", result);
  const auto cancel = [progress](const Napi::CallbackInfo& call) {
    progress->canceled = true;
    return call.Env().Undefined();
  };
  task.Set("cancel", Napi::Function::New(env, cancel, "cancel"));
  const auto tell = [progress](const Napi::CallbackInfo& call) {
    Napi::Object told = Napi::Object::New(call.Env());
    told.Set("done", Napi::Number::New(call.Env(), static_cast<double>(progress->done.load())));
    told.Set("total", Napi::Number::New(call.Env(), static_cast<double>(progress->total.load())));
    return told;
  };
  task.Set("progress", Napi::Function::New(env, tell, "progress"));
  return task;
}

Napi::Value replay(const Napi::CallbackInfo& info) {
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path](OpenFile&) {
    SaveProgress progress;
    return resolveUnless(replayJournal(path, progress));
  });
}

Napi::Value limit(const Napi::CallbackInfo& info) {
  uint64_t most = 0;
  if (takeOffset(info, 0, "most", &most)) limitWrites(most);
  return info.Env().Undefined();
}

bool takeRange(const Napi::CallbackInfo& info, uint64_t* offset, uint64_t* length) {
  return takeOffset(info, 0, "offset", offset) && takeOffset(info, 1, "length", length);
}

}  // namespace

bool takeNumberStore(const Napi::CallbackInfo& info, size_t index, NumberStore* store) {
  Napi::Object object;
  double width = 0;
  if (!takeOffset(info, index, "offset", &store->offset)) return false;
  if (!takeInteger(info, index + 1, "width", 1, 8, &width)) return false;
  if (!takeBigInt(info, index + 2, "value", &store->value)) return false;
  store->width = static_cast<uint32_t>(width);
  uint64_t still = 0;
  if (info.Length() > index + 3 && !info[index + 3].IsUndefined()) {
    if (!takeBigInt(info, index + 3, "ifStill", &still)) return false;
    store->ifStill = still;
  }
  const bool isPower = (store->width & (store->width - 1)) == 0;
  if (isPower && store->offset % store->width == 0) return true;
  Napi::RangeError::New(info.Env(), "only 1, 2, 4 or 8 bytes at a multiple of their number are stored as one")
      .ThrowAsJavaScriptException();
  return false;
}

Settle settleStore(Failure failure, bool stored, uint64_t found) {
  if (failure) return rejectWith(failure);
  return [stored, found](Napi::Env env, PendingCall& call) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("stored", Napi::Boolean::New(env, stored));
    object.Set("found", Napi::BigInt::New(env, found));
    call.resolve(env, object);
  };
}

Napi::Value saveFileInPlace(const Napi::CallbackInfo& info, const Handle& file) {
  const auto request = std::make_shared<SaveRequest>();
  std::string journal;
  if (!takeSaveRequest(info, 0, Extent::kChanges, request.get())) return {};
  if (info.Length() > 1 && !info[1].IsUndefined() && !takePath(info, 1, &journal)) return {};
  return startSave(info.Env(), file,
                   [request, journal](OpenFile& open, SaveProgress& progress, SaveOutcome* outcome) {
                     return saveInPlace(open, *request, journal, progress, outcome);
                   });
}

Napi::Value saveFileBeside(const Napi::CallbackInfo& info, const Handle& file) {
  const auto request = std::make_shared<SaveRequest>();
  if (!takeSaveRequest(info, 0, Extent::kWhole, request.get())) return {};
  return startSave(info.Env(), file, [request](OpenFile& open, SaveProgress& progress, SaveOutcome* outcome) {
    return saveBeside(open, *request, progress, outcome);
  });
}

Napi::Value storeFileNumber(const Napi::CallbackInfo& info, const Handle& file) {
  NumberStore store;
  ExpectedObject expected;
  if (!takeExpected(info, 0, true, &expected) || !takeNumberStore(info, 1, &store)) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [store, expected](OpenFile& open) {
    bool stored = false;
    uint64_t found = 0;
    const Failure failure = storeNumber(open, store, expected, &stored, &found);
    return settleStore(failure, stored, found);
  });
}

Napi::Value findFileLock(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t offset = 0;
  uint64_t length = 0;
  if (!takeRange(info, &offset, &length)) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [offset, length](OpenFile& open) -> Settle {
    RangeLock lock;
    if (const Failure failure = findLock(open, offset, length, &lock)) return rejectWith(failure);
    return [lock](Napi::Env env, PendingCall& call) {
      Napi::Object object = Napi::Object::New(env);
      object.Set("isExclusive", Napi::Boolean::New(env, lock.isExclusive));
      object.Set("offset", Napi::BigInt::New(env, lock.offset));
      object.Set("length", Napi::BigInt::New(env, lock.length));
      if (lock.pid > 0) object.Set("pid", Napi::Number::New(env, static_cast<double>(lock.pid)));
      call.resolve(env, lock.isHeld ? object : env.Undefined());
    };
  });
}

Napi::Value lockFile(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t offset = 0;
  uint64_t length = 0;
  if (!takeRange(info, &offset, &length)) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [offset, length](OpenFile& open) -> Settle {
    const Failure failure = lockRange(open, offset, length);
    if (failure && failure.error != EAGAIN) return rejectWith(failure);
    const bool isOurs = !failure;
    return [isOurs](Napi::Env env, PendingCall& call) { call.resolve(env, Napi::Boolean::New(env, isOurs)); };
  });
}

Napi::Value unlockFile(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t offset = 0;
  uint64_t length = 0;
  if (!takeRange(info, &offset, &length)) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [offset, length](OpenFile& open) {
    return resolveUnless(unlockRange(open, offset, length));
  });
}

Napi::Value fileWritability(const Napi::CallbackInfo& info, const Handle& file) {
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [](OpenFile& open) -> Settle {
    Writability answer = Writability::kYes;
    if (const Failure failure = readWritability(open, &answer)) return rejectWith(failure);
    return [answer](Napi::Env env, PendingCall& call) {
      static constexpr const char* kNames[] = {"yes",    "mode",    "mount",  "immutable", "appendOnly",
                                               "sealed", "running", "device", "kind"};
      call.resolve(env, Napi::String::New(env, kNames[static_cast<size_t>(answer)]));
    };
  });
}

void addSaveCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("replayJournal", Napi::Function::New(env, &replay, "replayJournal"));
  exports.Set("limitWrites", Napi::Function::New(env, &limit, "limitWrites"));
}

}  // namespace memglass
