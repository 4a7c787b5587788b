// A hang ends the program with SIGALRM instead of waiting for ever.
#pragma once

#include <unistd.h>

struct Watchdog {
  explicit Watchdog(unsigned seconds = 120) { alarm(seconds); }
  ~Watchdog() { alarm(0); }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
};
