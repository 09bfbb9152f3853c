#pragma once
// Whether somebody writes to a file while we are at it.

#include "failure.h"
#include "file_facts.h"

namespace memglass {

/**
 * Whether anybody has it open for writing: mapped for writing counts. Where nobody can tell: no. `fd` must
 * not be open for writing itself.
 */
bool isOpenForWriting(int fd);

/**
 * The facts of a file as it is now, and not before any change from now on has another time: two within a tick
 * of the clock have the same.
 */
Failure readStatAndTick(int fd, FileFacts* facts);

/** Whether its time tells that nobody has written to it, or changed anything else of it, since `facts`. */
bool isUntouchedSince(int fd, const FileFacts& facts);

}  // namespace memglass
