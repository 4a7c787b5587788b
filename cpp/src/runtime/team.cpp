// The parallel region and its barrier: spin, then yield, then sleep; a member that throws releases the others.
#include "runtime/team.h"

#include <cxxabi.h>
#include <omp.h>
#include <sched.h>

#include <limits>
#include <mutex>

#include "runtime/cpu.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

struct Released {};  // thrown in members that wait when another member has failed

inline void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

class Team {
 public:
  void start(int size, bool oversubscribed) {
    size_ = size;
    // A pause takes 20 to 140 cycles: about 50 us of spinning, or almost none if threads share CPUs.
    spins_ = oversubscribed ? 16 : 4000;
  }

  void wait() {
    // Reads the phase, then the flag. fail() sets them in the opposite order, so one of the two is seen.
    const unsigned phase = phase_.load(std::memory_order_acquire);
    leave_if_failed();
    if (size_ == 1) return;
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
      arrived_.store(0, std::memory_order_relaxed);
      phase_.store(phase + 1, std::memory_order_release);
      phase_.notify_all();
    } else {
      for (int i = 0; i < spins_; ++i) {
        if (phase_.load(std::memory_order_acquire) != phase) return leave_if_failed();
        pause_cpu();
      }
      for (int i = 0; i < 64; ++i) {
        if (phase_.load(std::memory_order_acquire) != phase) return leave_if_failed();
        sched_yield();
      }
      phase_.wait(phase, std::memory_order_acquire);
    }
    leave_if_failed();
  }

  void fail(int rank, std::exception_ptr error) {
    {
      const std::lock_guard lock(mutex_);
      if (rank < rank_) error_ = std::move(error), rank_ = rank;
    }
    failed_.store(true, std::memory_order_release);
    // A new phase releases the waiting members; later ones leave by the flag.
    phase_.fetch_add(1, std::memory_order_acq_rel);
    phase_.notify_all();
  }

  void leave_if_failed() const {
    if (failed_.load(std::memory_order_acquire)) throw Released{};
  }

  // Rethrows the exception of the lowest rank, after the region.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  int size_ = 1, spins_ = 0;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> phase_{0};
  alignas(64) std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
  int rank_ = std::numeric_limits<int>::max();  // of error_
};

void Member::barrier() { team_.wait(); }
void Member::checkpoint() const { team_.leave_if_failed(); }

namespace {

void run_member(Team& team, int rank, int size, void (*body)(void*, Member&), void* context) {
  Member member(team, rank, size);
  try {
    body(context, member);
  } catch (const Released&) {
#ifdef __GLIBCXX__
  } catch (const abi::__forced_unwind&) {  // pthread_exit(): must be rethrown
    team.fail(rank, nullptr);
    throw;
#endif
  } catch (...) {
    team.fail(rank, std::current_exception());
  }
}

}  // namespace

void run_team(int threads, void (*body)(void*, Member&), void* context) {
  Team team;
  if (threads > 1) probe_threads(threads);
  if (threads <= 1) {
    team.start(1, false);
    run_member(team, 0, 1, body, context);
  } else {
    const bool oversubscribed = threads > usable_cpus();
#pragma omp parallel num_threads(threads)
    {
#pragma omp single
      team.start(omp_get_num_threads(), oversubscribed);
      run_member(team, omp_get_thread_num(), omp_get_num_threads(), body, context);
    }
  }
  team.rethrow();
}

}  // namespace proxnet
