// Memory for kernels: zeroed, 64-byte aligned, of fixed size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "runtime/memory.h"
#include "runtime/poll_here.h"

namespace proxnet {

template <class T> class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t count) : size_(count) {
    if (count == 0) return;
    data_ = static_cast<T*>(allocate_array(count * sizeof(T)));
  }
  ~Buffer() {
    if (data_) release_array(data_, size_ * sizeof(T));
  }
  // Construction of a copy polls every 16 MB; assignment does not, so that it cannot stop halfway.
  Buffer(const Buffer& other) : Buffer(other.size_) {
    constexpr std::size_t kPiece = (std::size_t{1} << 24) / sizeof(T);
    for (std::size_t at = 0; at < size_; at += kPiece) {
      copy_array(data_ + at, other.data_ + at, std::min(kPiece, size_ - at) * sizeof(T));
      poll_here();
    }
  }
  Buffer& operator=(const Buffer& other) {
    if (size_ != other.size_) *this = Buffer(other.size_);
    copy_array(data_, other.data_, size_ * sizeof(T));
    return *this;
  }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

inline std::size_t round_up(std::size_t count, std::size_t step) { return (count + step - 1) / step * step; }

}  // namespace proxnet
