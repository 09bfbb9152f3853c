#pragma once
// Saving by way of a new file beside the old one, which takes its name in one step: for insertions and
// deletions, after which most of a file stands elsewhere.

#include "file_open.h"
#include "save_request.h"

namespace memglass {

/**
 * The pieces must make the whole new file. It gets the owner, the mode, the ACL and the attributes of the old
 * one, is on the disk before it takes the name, and holes stay holes. A symlink is followed. Can be canceled
 * until it takes the name; where it fails nothing is left and the old file is as it was.
 *
 * EMLINK: the file has other hard links, which would keep the old one. EBUSY by fcntl: others have it open
 * for writing, and would go on with the old one. EPERM or EACCES by fchown or fsetxattr: what the old one has
 * cannot be given to another. ESTALE: somebody wrote to it meanwhile.
 */
Failure saveBeside(OpenFile& file, const SaveRequest& request, SaveProgress& progress, SaveOutcome* outcome);

}  // namespace memglass
