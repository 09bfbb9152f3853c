// Marshals; the system calls are in the files named after their subjects.

#include "process_calls.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "arguments.h"
#include "cancellable.h"
#include "guarded_copy.h"
#include "mapping_search.h"
#include "marshal.h"
#include "native_file.h"
#include "page_counts.h"
#include "process_list.h"
#include "process_memory.h"
#include "region_figures.h"
#include "region_list.h"
#include "typed_columns.h"

namespace memglass {
namespace {

Calls& callsOf(Napi::Env env) { return *env.GetInstanceData<Calls>(); }

Napi::Number count(Napi::Env env, size_t rows) { return Napi::Number::New(env, static_cast<double>(rows)); }

Napi::Object toObject(Napi::Env env, const ProcessTable& table) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("count", count(env, table.pids.size()));
  object.Set("pids", column(env, table.pids));
  object.Set("startTimes", column(env, table.startTimes));
  object.Set("parents", column(env, table.parents));
  object.Set("uids", column(env, table.uids));
  object.Set("states", column(env, table.states));
  object.Set("kernelThreads", column(env, table.kernelThreads));
  object.Set("threads", column(env, table.threads));
  object.Set("residents", column(env, table.residents));
  object.Set("names", column(env, table.names));
  object.Set("commands", column(env, table.commands));
  object.Set("executables", column(env, table.executables));
  object.Set("executableErrors", column(env, table.executableErrors));
  return object;
}

Napi::Object toObject(Napi::Env env, const RegionTable& table) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("count", count(env, table.starts.size()));
  object.Set("starts", column(env, table.starts));
  object.Set("ends", column(env, table.ends));
  object.Set("offsets", column(env, table.offsets));
  object.Set("devs", column(env, table.devs));
  object.Set("inos", column(env, table.inos));
  object.Set("rights", column(env, table.rights));
  object.Set("nameIndexes", column(env, table.nameIndexes));
  object.Set("maybeNewline", column(env, table.maybeNewline));
  object.Set("names", column(env, table.names.table));
  return object;
}

Napi::Object toObject(Napi::Env env, const FigurePart& part) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("first", count(env, part.first));
  object.Set("count", count(env, part.count));
  object.Set("isLast", Napi::Boolean::New(env, part.isLast));
  object.Set("bytes", copyOf(env, part.bytes));
  object.Set("flagSets", column(env, part.flagSets));
  return object;
}

Napi::Value processes(const Napi::CallbackInfo& info) {
  std::optional<std::vector<uint32_t>> pids;
  if (!takePids(info, 0, &pids)) return {};
  return startCancellable(info.Env(), [pids](const std::atomic<bool>& canceled) -> Settle {
    const auto table = std::make_shared<ProcessTable>();
    const Failure failure = scanProcesses(pids.has_value() ? &*pids : nullptr, canceled, table.get());
    if (failure) return rejectWith(failure);
    return [table](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *table)); };
  });
}

/** `(pid, startTime)` */
bool takeProcess(const Napi::CallbackInfo& info, ProcessKey* key) {
  double pid = 0;
  if (!takeInteger(info, 0, "pid", 1, 0x7fffffff, &pid)) return false;
  key->pid = static_cast<uint32_t>(pid);
  return takeOffset(info, 1, "startTime", &key->startTime);
}

Napi::Value regions(const Napi::CallbackInfo& info) {
  ProcessKey key;
  if (!takeProcess(info, &key)) return {};
  return startCancellable(info.Env(), [key](const std::atomic<bool>& canceled) -> Settle {
    const auto table = std::make_shared<RegionTable>();
    if (const Failure failure = readRegions(key, canceled, table.get())) return rejectWith(failure);
    return [table](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *table)); };
  });
}

/** `(pid, startTime, hear)` */
Napi::Value regionFigures(const Napi::CallbackInfo& info) {
  ProcessKey key;
  Napi::Function hear;
  if (!takeProcess(info, &key) || !takeFunction(info, 2, "hear", &hear)) return {};
  return startCancellable(info.Env(), hear, [key](const std::atomic<bool>& canceled, const Tell& tell) {
    return resolveUnless(readRegionFigures(key, canceled, [&](FigurePart part) {
      tell([part = std::make_shared<FigurePart>(std::move(part))](Napi::Env env, PendingCall& call) {
        call.hear.Call({toObject(env, *part)});
      });
    }));
  });
}

/** `(pid, startTime, start, end)` */
Napi::Value regionsIn(const Napi::CallbackInfo& info) {
  ProcessKey key;
  uint64_t start = 0;
  uint64_t end = 0;
  if (!takeProcess(info, &key) || !takeBigInt(info, 2, "start", &start) ||
      !takeBigInt(info, 3, "end", &end)) {
    return {};
  }
  return startCancellable(info.Env(), [=](const std::atomic<bool>& canceled) -> Settle {
    const auto table = std::make_shared<RegionTable>();
    const Failure failure = readRegionsIn(key, start, end, canceled, table.get());
    if (failure) return rejectWith(failure);
    return [table](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *table)); };
  });
}

using Handle = std::shared_ptr<FileHandle>;

/** `{starts, ends, offsets, devs, inos, rights}`, or nothing where the argument is left out. */
bool takeMapped(const Napi::CallbackInfo& info, size_t index, MemoryWrite* wanted) {
  if (info.Length() <= index || info[index].IsUndefined()) return true;
  Napi::Object columns;
  if (!takeObject(info, index, "mapped", &columns)) return false;
  std::vector<uint64_t> starts, ends, offsets, devs, inos;
  std::vector<uint8_t> rights;
  if (!takeColumn(columns, "starts", &starts) || !takeColumn(columns, "ends", &ends) ||
      !takeColumn(columns, "offsets", &offsets) || !takeColumn(columns, "devs", &devs) ||
      !takeColumn(columns, "inos", &inos) || !takeColumn(columns, "rights", &rights)) {
    return false;
  }
  const size_t rows = starts.size();
  if (ends.size() != rows || offsets.size() != rows || devs.size() != rows || inos.size() != rows ||
      rights.size() != rows) {
    Napi::RangeError::New(info.Env(), "the columns of mapped must be of one length")
        .ThrowAsJavaScriptException();
    return false;
  }
  wanted->mapped.emplace(wanted->address, wanted->address + wanted->bytes.size());
  for (size_t row = 0; row < rows; ++row) {
    wanted->mapped->add({starts[row], ends[row], offsets[row], devs[row], inos[row], rights[row]});
  }
  return true;
}

/** `(address, expected | undefined, bytes, mapped?)` */
Napi::Value write(const Napi::CallbackInfo& info, const Handle& memory) {
  const auto wanted = std::make_shared<MemoryWrite>();
  std::shared_ptr<std::string> expected;
  std::shared_ptr<std::string> bytes;
  if (!takeBigInt(info, 0, "address", &wanted->address) || !takeContents(info, 2, &bytes)) return {};
  const bool isAny = info[1].IsUndefined();
  if (!isAny && !takeContents(info, 1, &expected)) return {};
  if ((!isAny && expected->size() != bytes->size()) || wanted->address + bytes->size() < wanted->address) {
    Napi::RangeError::New(info.Env(), "expected and bytes must be of one length, and end below 2^64")
        .ThrowAsJavaScriptException();
    return {};
  }
  wanted->bytes = std::move(*bytes);
  if (!isAny) wanted->expected = std::move(*expected);
  if (!takeMapped(info, 3, wanted.get())) return {};
  return callsOf(info.Env()).start(info.Env(), memory, {}, 0, [wanted](OpenFile& open) -> Settle {
    MemoryWritten written;
    const Failure failure = writeMemory(open, *wanted, &written);
    if (failure || written.now.empty()) return settleWrite(failure, written.count);
    return [now = std::move(written.now)](Napi::Env env, PendingCall& call) {
      call.resolve(env, copyOf(env, now));
    };
  });
}

Napi::Object makeMemory(Napi::Env env, const Handle& memory, bool isWritable) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("isWritable", Napi::Boolean::New(env, isWritable));
  const auto method = [&](const char* name, Napi::Value (*body)(const Napi::CallbackInfo&, const Handle&)) {
    object.Set(name,
               Napi::Function::New(
                   env, [memory, body](const Napi::CallbackInfo& info) { return body(info, memory); }, name));
  };
  method("read", &readFile);
  method("waitForChange", &waitForFile);
  method("write", &write);
  method("close", [](const Napi::CallbackInfo& info, const Handle& closing) -> Napi::Value {
    closing->worker->close();
    return info.Env().Undefined();
  });
  return object;
}

/** `(pid, startTime)` */
Napi::Value memory(const Napi::CallbackInfo& info) {
  ProcessKey key;
  if (!takeProcess(info, &key)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), {}, [key](OpenFile& open) -> Settle {
    if (const Failure failure = openMemory(key, &open)) return rejectWith(failure);
    const bool isWritable = isWritableMemory(open);
    return [isWritable](Napi::Env env, PendingCall& call) {
      call.resolve(env, makeMemory(env, call.file, isWritable));
    };
  });
}

struct PageSpan {
  ProcessKey key;
  uint64_t start = 0;
  uint64_t pages = 0;
};

/** `(pid, startTime, start, pages)` */
bool takePages(const Napi::CallbackInfo& info, PageSpan* span) {
  double pages = 0;
  if (!takeProcess(info, &span->key) || !takeBigInt(info, 2, "start", &span->start) ||
      !takeInteger(info, 3, "pages", 0, kMostPagesCounted, &pages)) {
    return false;
  }
  span->pages = static_cast<uint64_t>(pages);
  const uint64_t pagesToEnd = (UINT64_MAX - span->start) / pageSize() + 1;
  if (span->start % pageSize() == 0 && span->pages < pagesToEnd) return true;
  Napi::RangeError::New(info.Env(), "start must be the address of a page, and the pages end below 2^64")
      .ThrowAsJavaScriptException();
  return false;
}

constexpr std::array<const char*, kPageCounts> kPageCountNames = {
    "anonymous", "file", "zero", "swapped", "guard", "exclusive", "softDirty", "huge",
};

/** `(pid, startTime, start, pages, parts)` */
Napi::Value pageCounts(const Napi::CallbackInfo& info) {
  PageSpan span;
  double parts = 0;
  if (!takePages(info, &span) || !takeInteger(info, 4, "parts", 1, kMostParts, &parts)) return {};
  return startCancellable(info.Env(), [span, parts](const std::atomic<bool>& canceled) -> Settle {
    const auto counts = std::make_shared<PageCountColumns>();
    const Failure failure =
        countPages(span.key, span.start, span.pages, static_cast<size_t>(parts), canceled, counts.get());
    if (failure) return rejectWith(failure);
    return [counts](Napi::Env env, PendingCall& call) {
      Napi::Object object = Napi::Object::New(env);
      for (size_t i = 0; i < kPageCounts; ++i) object.Set(kPageCountNames[i], column(env, (*counts)[i]));
      call.resolve(env, object);
    };
  });
}

/** `(pids: Uint32Array, startTimes: Float64Array, text: Uint8Array)` */
Napi::Value searchMaps(const Napi::CallbackInfo& info) {
  std::optional<std::vector<uint32_t>> pids;
  std::vector<double> startTimes;
  std::shared_ptr<std::string> text;
  if (!takePids(info, 0, &pids) || !takeStartTimes(info, 1, &startTimes) || !takeContents(info, 2, &text)) {
    return {};
  }
  if (!pids.has_value() || pids->size() != startTimes.size() || text->empty()) {
    Napi::RangeError::New(info.Env(), "each pid needs its start time, and text must not be empty")
        .ThrowAsJavaScriptException();
    return {};
  }
  return startCancellable(info.Env(), [=](const std::atomic<bool>& canceled) -> Settle {
    const auto answers = std::make_shared<std::string>();
    for (size_t i = 0; i < pids->size(); ++i) {
      const ProcessKey key{(*pids)[i], static_cast<uint64_t>(startTimes[i])};
      answers->push_back(static_cast<char>(mapsFileNamed(key, *text, canceled)));
      if (canceled) return rejectWith({ECANCELED, "read"});
    }
    return [answers](Napi::Env env, PendingCall& call) { call.resolve(env, copyOf(env, *answers)); };
  });
}

}  // namespace

void addProcessCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("scanProcesses", Napi::Function::New(env, &processes, "scanProcesses"));
  exports.Set("readRegions", Napi::Function::New(env, &regions, "readRegions"));
  exports.Set("readRegionFigures", Napi::Function::New(env, &regionFigures, "readRegionFigures"));
  exports.Set("searchMaps", Napi::Function::New(env, &searchMaps, "searchMaps"));
  exports.Set("readRegionsIn", Napi::Function::New(env, &regionsIn, "readRegionsIn"));
  exports.Set("openMemory", Napi::Function::New(env, &memory, "openMemory"));
  exports.Set("countPagemap", Napi::Function::New(env, &pageCounts, "countPagemap"));
}

}  // namespace memglass
