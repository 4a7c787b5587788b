// Locks that a fork cannot leave locked: fork() takes all of them first, so that parent and child find them free.
#pragma once

#include <mutex>

namespace proxnet {

// The lock of what belongs to `owner`. Held for a few instructions, to copy a pointer or change a mark: what runs under
// it must not allocate, throw, fork, or take another one.
std::mutex& fork_lock(const void* owner);

// The number of forks from the first process to this one. Marks made under a smaller number are those of threads that
// exist in the parent alone.
unsigned fork_count();

}  // namespace proxnet
