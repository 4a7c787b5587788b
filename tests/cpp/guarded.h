// Memory between two inaccessible pages: access past either end terminates the program.
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
    if (inside_ == 0) inside_ = page;  // qemu's mprotect accepts no empty range
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

  // `count` elements that end at the guard page.
  T* last(std::size_t count) const { return reinterpret_cast<T*>(first_ + inside_) - count; }
  // Elements that begin after the guard page.
  T* first() const { return reinterpret_cast<T*>(first_); }

 private:
  char *base_ = nullptr, *first_ = nullptr;
  std::size_t size_ = 0, inside_ = 0;
};
