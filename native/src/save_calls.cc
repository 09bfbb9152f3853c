// Marshals; the system calls are in the files named after their subjects.

#include "save_calls.h"

#include <cerrno>

#include "arguments.h"
#include "block_digests.h"
#include "file_likeness.h"
#include "file_locks.h"
#include "marshal.h"
#include "save_arguments.h"
#include "save_beside.h"
#include "save_in_place.h"
#include "save_journal.h"
#include "store_arguments.h"
#include "typed_columns.h"
#include "whole_io.h"
#include "writability.h"

namespace memglass {
namespace {

using Handle = std::shared_ptr<FileHandle>;
using Save = std::function<Failure(OpenFile&, SaveProgress&, SaveOutcome*)>;
using Running = std::function<Settle(OpenFile&, SaveProgress&)>;

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
Napi::Value startTask(Napi::Env env, const Handle& file, Running run) {
  const auto progress = std::make_shared<SaveProgress>();
  const Napi::Value result = callsOf(env).start(
      env, file, {}, 0, [run = std::move(run), progress](OpenFile& open) { return run(open, *progress); });
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
    told.Set("hasJournal", Napi::Boolean::New(call.Env(), progress->hasJournal.load()));
    return told;
  };
  task.Set("progress", Napi::Function::New(env, tell, "progress"));
  return task;
}

Napi::Value startSave(Napi::Env env, const Handle& file, Save save) {
  return startTask(env, file, [save = std::move(save)](OpenFile& open, SaveProgress& progress) {
    SaveOutcome outcome;
    const Failure failure = save(open, progress, &outcome);
    return settleSave(failure, std::move(outcome));
  });
}

Napi::Value replay(const Napi::CallbackInfo& info) {
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path](OpenFile&) {
    SaveProgress progress;
    return resolveUnless(replayJournal(path, progress));
  });
}

Napi::Value force(const Napi::CallbackInfo& info) {
  std::string path;
  std::string file;
  if (!takePath(info, 0, &path) || !takePath(info, 1, &file)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path, file](OpenFile&) {
    SaveProgress progress;
    return resolveUnless(forceJournal(path, file, progress));
  });
}

Napi::Value read(const Napi::CallbackInfo& info) {
  std::string path;
  uint64_t most = 0;
  if (!takePath(info, 0, &path) || !takeOffset(info, 1, "mostBytes", &most)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path, most](OpenFile&) -> Settle {
    const auto contents = std::make_shared<JournalContents>();
    if (const Failure failure = readJournal(path, most, contents.get())) return rejectWith(failure);
    return [contents](Napi::Env env, PendingCall& call) {
      const JournalHeader& header = contents->header;
      Napi::Object object = Napi::Object::New(env);
      object.Set("path", copyOf(env, contents->filePath));
      object.Set("dev", Napi::BigInt::New(env, header.dev));
      object.Set("ino", Napi::BigInt::New(env, header.ino));
      object.Set("oldSize", Napi::BigInt::New(env, header.oldSize));
      object.Set("newSize", Napi::BigInt::New(env, header.newSize));
      object.Set("isWhole", Napi::Boolean::New(env, contents->isWhole));
      object.Set("offsets", column(env, contents->offsets));
      object.Set("lengths", column(env, contents->lengths));
      if (contents->hasBytes) object.Set("bytes", column(env, contents->bytes));
      call.resolve(env, object);
    };
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

Napi::Value digestFileBlocks(const Napi::CallbackInfo& info, const Handle& file) {
  const auto blocks = std::make_shared<std::vector<SaveBlock>>();
  if (!takeBlocks(info, 0, blocks.get())) return {};
  return startTask(info.Env(), file, [blocks](OpenFile& open, SaveProgress& progress) -> Settle {
    std::vector<uint8_t> digests;
    if (const Failure failure = takeDigests(open, *blocks, progress, &digests)) return rejectWith(failure);
    return [digests = std::move(digests)](Napi::Env env, PendingCall& call) {
      call.resolve(env, column(env, digests));
    };
  });
}

Napi::Value makeFileAlike(const Napi::CallbackInfo& info, const Handle& file) {
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [path](OpenFile& open) {
    return resolveUnless(makeAlike(path, open));
  });
}

Napi::Value storeFileBytes(const Napi::CallbackInfo& info, const Handle& file) {
  const auto store = std::make_shared<Store>();
  if (!takeStore(info, 0, store.get())) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [store](OpenFile& open) {
    Stored stored;
    const Failure failure = storeInFile(open, *store, &stored);
    return settleStore(failure, std::move(stored));
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
  exports.Set("forceJournal", Napi::Function::New(env, &force, "forceJournal"));
  exports.Set("readJournal", Napi::Function::New(env, &read, "readJournal"));
  exports.Set("limitWrites", Napi::Function::New(env, &limit, "limitWrites"));
}

}  // namespace memglass
