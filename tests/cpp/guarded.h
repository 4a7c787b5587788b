// Memory that ends, and begins, at a page nobody may touch: reading or writing past it ends the program.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <new>

template <class T> class Guarded {
 public:
  explicit Guarded(std::size_t most) {
    const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    inside_ = (most * sizeof(T) + page - 1) / page * page;
    if (inside_ == 0) inside_ = page;  // qemu's mprotect refuses no bytes
    size_ = inside_ + 2 * page;
    void* all = mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<char*>(all);
    first_ = base_ + page;
    if (mprotect(first_, inside_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  }
  ~Guarded() { munmap(base_, size_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  // `count` elements whose last is the last before the guard.
  T* last(std::size_t count) const { return reinterpret_cast<T*>(first_ + inside_) - count; }
  // Elements whose first is the first after the guard.
  T* first() const { return reinterpret_cast<T*>(first_); }

 private:
  char *base_ = nullptr, *first_ = nullptr;
  std::size_t size_ = 0, inside_ = 0;
};
