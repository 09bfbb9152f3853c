#pragma once
// Saving into the file itself, whose identity, links and mappings stay.

#include "file_open.h"
#include "save_request.h"

namespace memglass {

/**
 * Checks, and writes the pieces of the request: by way of a journal at `journal`, or straight where that is
 * empty. Flushed to the disk. Can be canceled until the first byte is written. Where it fails after that,
 * the journal stays. A failure by unlink before that: nothing is written, but by whoever finds the journal.
 */
Failure saveInPlace(OpenFile& file, const SaveRequest& request, const std::string& journal,
                    SaveProgress& progress, SaveOutcome* outcome);

/** The inode behind the descriptor, for a single save: one that stays open keeps others from running it. */
Failure openToSave(const OpenFile& file, Descriptor* opened);

}  // namespace memglass
