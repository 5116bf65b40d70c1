// Memory that is taken once and used again at every step.
#ifndef SPECTROSCOPE_SCRATCH_H_
#define SPECTROSCOPE_SCRATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace spectroscope {

// An uninitialised array that only grows, at the start of a line of the cache. What it held is lost when it grows.
template <typename T>
class Scratch {
 public:
  T* take(std::size_t size) {
    constexpr std::size_t kLine = 64;
    if (size > capacity_) {
      data_.reset();
      data_.reset(new T[size + kLine / sizeof(T)]);
      capacity_ = size;
    }
    const std::size_t past = reinterpret_cast<std::uintptr_t>(data_.get()) % kLine;
    return data_.get() + (kLine - past) % kLine / sizeof(T);
  }

 private:
  std::unique_ptr<T[]> data_;
  std::size_t capacity_ = 0;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SCRATCH_H_
