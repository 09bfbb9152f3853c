#pragma once
// Making a new file look like another: owner, mode, ACL and other extended attributes.

#include "failure.h"
#include "file_facts.h"

namespace memglass {

/** Both descriptors are open, `to` for writing. Fails where anything cannot be kept. */
Failure makeAlike(int from, const FileFacts& facts, int to);

}  // namespace memglass
