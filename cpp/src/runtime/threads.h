// How many threads a call may use, and whether they can be created.
#pragma once

#include <chrono>

namespace proxnet {

// See set_poll_interval().
std::chrono::steady_clock::duration poll_interval();

// get_num_threads(), or 1 in a forked child, where the threads of OpenMP's pool do not exist.
int team_threads();

// Throws std::runtime_error if `count` - 1 threads cannot be created, where OpenMP would end the process. Called before
// every team; tries only if it is larger than the caller's last. Another process may still take the last thread between
// the probe and the start of the team: a race that only libgomp could prevent.
void probe_threads(int count);

}  // namespace proxnet
