// Locks that are free after a fork(): it takes all of them first and releases them in parent and child.
#pragma once

#include <mutex>

namespace proxnet {

// The lock for data of `owner`. Code under it is a few instructions that copy a pointer or set a flag: it must not
// allocate, throw, fork, or take another lock.
std::mutex& fork_lock(const void* owner);

// The number of forks between the first process and this one. Flags set under a smaller number belong to threads of a
// parent.
unsigned fork_count();

}  // namespace proxnet
