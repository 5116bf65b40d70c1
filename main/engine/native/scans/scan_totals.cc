#include "scan_totals.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace spectroscope {
namespace {

// Vectors of the compiler (GCC and Clang), as wide as every processor of 64 bits has them: wider ones fall apart into
// single numbers where the processor is not told of.
constexpr std::size_t kLanes = 4;
typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
typedef int32_t Ints __attribute__((vector_size(kLanes * sizeof(int32_t))));
typedef float FloatPair __attribute__((vector_size(2 * sizeof(float))));
typedef double Pair __attribute__((vector_size(2 * sizeof(double))));

template <typename Vector>
inline void load(const float* from, Vector& loaded) {
  std::memcpy(&loaded, from, sizeof loaded);
}

bool is_empty(const float* values, std::size_t count) {
  std::size_t index = 0;
  constexpr std::size_t kParts = 8;
  for (; index + kParts * kLanes <= count; index += kParts * kLanes) {
    Ints any = {};
    for (std::size_t part = 0; part < kParts; part++) {
      Ints words;
      load(values + index + part * kLanes, words);
      any |= words;
    }
    uint64_t halves[2];
    std::memcpy(halves, &any, sizeof halves);
    if ((halves[0] | halves[1]) != 0) return false;
  }
  for (; index < count; index++) {
    uint32_t word;
    std::memcpy(&word, values + index, sizeof word);
    if (word != 0) return false;
  }
  return true;
}

struct Extremes {
  float low;
  float high;
  int32_t zeros;
};

Extremes extremes_of(const float* values, std::size_t count) {
  Extremes found = {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), 0};
  std::size_t index = 0;
  if (count >= kLanes) {
    Floats low;
    load(values, low);
    Floats high = low;
    Ints zeros = {};
    for (; index + kLanes <= count; index += kLanes) {
      Floats value;
      load(values + index, value);
      low = value < low ? value : low;
      high = value > high ? value : high;
      zeros -= value == Floats{};
    }
    for (std::size_t lane = 0; lane < kLanes; lane++) {
      found.low = std::min(found.low, low[lane]);
      found.high = std::max(found.high, high[lane]);
      found.zeros += zeros[lane];
    }
  }
  for (; index < count; index++) {
    found.low = std::min(found.low, values[index]);
    found.high = std::max(found.high, values[index]);
    found.zeros += values[index] == 0 ? 1 : 0;
  }
  return found;
}

}  // namespace

bool ScanTotals::add_row(const float* values, std::size_t count) {
  if (is_empty(values, count)) {
    zeros_ += static_cast<double>(count);
    minimum_ = std::min(minimum_, 0.0f);
    maximum_ = std::max(maximum_, 0.0f);
    return true;
  }
  // Two sums side by side, even and odd places: the order of additions that the TypeScript has.
  Pair sums = {};
  Pair products = {};
  const Pair shift = {shift_, shift_};
  const std::size_t even = count & ~std::size_t{1};
  for (std::size_t index = 0; index < even; index += 2) {
    FloatPair two;
    load(values + index, two);
    const Pair rest = __builtin_convertvector(two, Pair) - shift;
    sums += rest;
    products += rest * rest;
  }
  double sum = sums[0] + sums[1];
  double squares = products[0] + products[1];
  if (even < count) {
    const double rest = static_cast<double>(values[even]) - shift_;
    sum += rest;
    squares += rest * rest;
  }
  // What is no number shows in the sum, and the row is added value by value.
  if (!std::isfinite(sum)) {
    add_one_by_one(values, count);
    return false;
  }
  const Extremes extremes = extremes_of(values, count);
  minimum_ = std::min(minimum_, extremes.low);
  maximum_ = std::max(maximum_, extremes.high);
  const double zeros = extremes.zeros;
  zeros_ += zeros;
  // The zeros of the row are taken out again: all zeros together are put in at the end.
  sum_ += sum + zeros * shift_;
  squares_ += squares - zeros * shift_ * shift_;
  others_ += static_cast<double>(count) - zeros;
  return false;
}

void ScanTotals::add_one_by_one(const float* values, std::size_t count) {
  for (std::size_t index = 0; index < count; index++) {
    const float value = values[index];
    if (!std::isfinite(value)) {
      not_numbers_++;
      continue;
    }
    minimum_ = std::min(minimum_, value);
    maximum_ = std::max(maximum_, value);
    if (value == 0) {
      zeros_++;
      continue;
    }
    const double rest = static_cast<double>(value) - shift_;
    sum_ += rest;
    squares_ += rest * rest;
    others_++;
  }
}

double ScanTotals::mean_rest() const { return numbers() == 0 ? 0 : (sum_ - zeros_ * shift_) / numbers(); }

double ScanTotals::mean() const { return numbers() == 0 ? 0 : shift_ + mean_rest(); }

double ScanTotals::standard_deviation() const {
  if (numbers() == 0) return 0;
  const double mean_square = (squares_ + zeros_ * (shift_ * shift_)) / numbers();
  const double rest = mean_rest();
  return std::sqrt(std::max(0.0, mean_square - rest * rest));
}

}  // namespace spectroscope
