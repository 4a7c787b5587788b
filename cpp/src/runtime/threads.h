// How many threads a call may use, and whether that many can be had.
#pragma once

#include <chrono>

namespace proxnet {

// See set_poll_interval().
std::chrono::steady_clock::duration poll_interval();

// get_num_threads(), or 1 in a forked child, whose parent's threads do not exist any more.
int team_threads();

// Throws std::runtime_error if `count` - 1 threads beside the caller cannot be created. Asked before every team, tried
// where it is larger than this caller's last: OpenMP itself would end the process. Between the probe and the start
// another process may still take the last thread; nothing can be done about that race from outside libgomp.
void probe_threads(int count);

}  // namespace proxnet
