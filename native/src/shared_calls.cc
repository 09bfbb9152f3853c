// Marshals; the system calls are in the files named after their subjects.

#include "shared_calls.h"

#include <memory>

#include "arguments.h"
#include "cancellable.h"
#include "folder_list.h"
#include "marshal.h"
#include "process_scan.h"
#include "typed_columns.h"

namespace memglass {
namespace {

template <size_t N>
Napi::Array nameList(Napi::Env env, const char* const (&names)[N]) {
  Napi::Array list = Napi::Array::New(env, N);
  for (size_t i = 0; i < N; ++i) list.Set(static_cast<uint32_t>(i), Napi::String::New(env, names[i]));
  return list;
}

Napi::Object toObject(Napi::Env env, const FolderSpace& space) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("fileSystem", Napi::String::New(env, fileSystemName(space.type)));
  object.Set("bytes", Napi::BigInt::New(env, space.bytes));
  object.Set("freeBytes", Napi::BigInt::New(env, space.freeBytes));
  return object;
}

Napi::Object toObject(Napi::Env env, const FolderListing& listing) {
  Napi::Array refused = Napi::Array::New(env, listing.refused.size());
  for (size_t i = 0; i < listing.refused.size(); ++i) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("folder", copyOf(env, listing.refused[i].folder));
    entry.Set("code", Napi::String::New(env, errnoName(listing.refused[i].error)));
    refused.Set(static_cast<uint32_t>(i), entry);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("count", Napi::Number::New(env, static_cast<double>(listing.kinds.size())));
  object.Set("names", column(env, listing.names));
  object.Set("kinds", column(env, listing.kinds));
  object.Set("devs", column(env, listing.devs));
  object.Set("inos", column(env, listing.inos));
  object.Set("sizes", column(env, listing.sizes));
  object.Set("allocated", column(env, listing.allocated));
  object.Set("modes", column(env, listing.modes));
  object.Set("uids", column(env, listing.uids));
  object.Set("gids", column(env, listing.gids));
  object.Set("modifiedNs", column(env, listing.modified));
  object.Set("changedNs", column(env, listing.changed));
  object.Set("bornNs", column(env, listing.born));
  object.Set("refused", refused);
  object.Set("truncated", Napi::Boolean::New(env, listing.truncated));
  object.Set("space", toObject(env, listing.space));
  return object;
}

Napi::Value listSharedMemoryFolder(const Napi::CallbackInfo& info) {
  std::string path = "/dev/shm";
  if (info.Length() > 0 && !info[0].IsUndefined() && !takePath(info, 0, &path)) return {};
  return info.Env().GetInstanceData<Calls>()->startAlone(info.Env(), path, [path](OpenFile&) -> Settle {
    const auto listing = std::make_shared<FolderListing>();
    if (const Failure failure = listFolder(path, listing.get())) return rejectWith(failure);
    return [listing](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *listing)); };
  });
}

Napi::Object toObject(Napi::Env env, const SharedUsers& users) {
  Napi::Object processes = Napi::Object::New(env);
  processes.Set("count", Napi::Number::New(env, static_cast<double>(users.processes.pids.size())));
  processes.Set("pids", column(env, users.processes.pids));
  processes.Set("startTimes", column(env, users.processes.startTimes));
  processes.Set("names", column(env, users.processes.names));
  processes.Set("ipcNamespaces", column(env, users.processes.ipcNamespaces));
  processes.Set("mapsErrors", column(env, users.processes.mapsErrors));
  processes.Set("fdsErrors", column(env, users.processes.fdsErrors));
  processes.Set("byText", column(env, users.processes.byText));
  Napi::Object mappings = Napi::Object::New(env);
  mappings.Set("count", Napi::Number::New(env, static_cast<double>(users.mappings.starts.size())));
  mappings.Set("processes", column(env, users.mappings.processes));
  mappings.Set("starts", column(env, users.mappings.starts));
  mappings.Set("ends", column(env, users.mappings.ends));
  mappings.Set("offsets", column(env, users.mappings.offsets));
  mappings.Set("devs", column(env, users.mappings.devs));
  mappings.Set("inos", column(env, users.mappings.inos));
  mappings.Set("rights", column(env, users.mappings.rights));
  mappings.Set("names", column(env, users.mappings.names));
  Napi::Object descriptors = Napi::Object::New(env);
  descriptors.Set("count", Napi::Number::New(env, static_cast<double>(users.descriptors.fds.size())));
  descriptors.Set("processes", column(env, users.descriptors.processes));
  descriptors.Set("fds", column(env, users.descriptors.fds));
  descriptors.Set("accesses", column(env, users.descriptors.accesses));
  descriptors.Set("links", column(env, users.descriptors.links));
  descriptors.Set("devs", column(env, users.descriptors.devs));
  descriptors.Set("inos", column(env, users.descriptors.inos));
  descriptors.Set("sizes", column(env, users.descriptors.sizes));
  descriptors.Set("allocated", column(env, users.descriptors.allocated));
  descriptors.Set("names", column(env, users.descriptors.names));
  Napi::Object object = Napi::Object::New(env);
  object.Set("processes", processes);
  object.Set("mappings", mappings);
  object.Set("descriptors", descriptors);
  object.Set("names", column(env, users.names.table));
  object.Set("kernelDev", Napi::BigInt::New(env, users.kernelDev));
  return object;
}

/** `(pids?: Uint32Array)` */
Napi::Value scan(const Napi::CallbackInfo& info) {
  std::optional<std::vector<uint32_t>> pids;
  ScanOptions options;
  if (!takePids(info, 0, &pids)) return {};
  options.everyone = !pids.has_value();
  if (pids.has_value()) options.pids = std::move(*pids);
  return startCancellable(info.Env(), [options](const std::atomic<bool>& canceled) -> Settle {
    const auto users = std::make_shared<SharedUsers>();
    if (const Failure failure = scanSharedUsers(options, canceled, users.get())) return rejectWith(failure);
    return [users](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *users)); };
  });
}

}  // namespace

void addSharedCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("entryKinds", nameList(env, kEntryKindNames));
  exports.Set("listSharedMemoryFolder",
              Napi::Function::New(env, &listSharedMemoryFolder, "listSharedMemoryFolder"));
  exports.Set("scanSharedUsers", Napi::Function::New(env, &scan, "scanSharedUsers"));
}

}  // namespace memglass
