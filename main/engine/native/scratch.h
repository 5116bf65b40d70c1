// Memory that is taken once and used again at every step.
#ifndef SPECTROSCOPE_SCRATCH_H_
#define SPECTROSCOPE_SCRATCH_H_

#include <cstddef>
#include <memory>

namespace spectroscope {

// An uninitialised array that only grows. What it held is lost when it grows.
template <typename T>
class Scratch {
 public:
  T* take(std::size_t size) {
    if (size > capacity_) {
      data_.reset();
      data_.reset(new T[size]);
      capacity_ = size;
    }
    return data_.get();
  }

 private:
  std::unique_ptr<T[]> data_;
  std::size_t capacity_ = 0;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SCRATCH_H_
