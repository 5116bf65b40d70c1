#include "scan_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "scan_totals.h"

namespace spectroscope {
namespace {

constexpr std::size_t kSampledVoxels = 10'000;
constexpr std::size_t kRowsApart = 4;

// Rows as float32, decoded once where there is room for all.
class Rows {
 public:
  Rows(const StoredValues& stored, const Shape& shape, float* values)
      : stored_(stored), length_(shape[0]), values_(values), room_(values == nullptr ? shape[0] : 0) {}

  const float* first(std::size_t row) {
    if (values_ == nullptr) return stored_.piece(row * length_, length_, room_.data());
    float* const room = values_ + row * length_;
    const float* const there = stored_.piece(row * length_, length_, room);
    if (there != room) std::memcpy(room, there, length_ * sizeof(float));
    return room;
  }

  const float* again(std::size_t row) { return values_ == nullptr ? first(row) : values_ + row * length_; }

  float at(std::size_t index) const { return values_ == nullptr ? stored_.at(index) : values_[index]; }

 private:
  const StoredValues& stored_;
  const std::size_t length_;
  float* const values_;
  std::vector<float> room_;
};

// Bits whose order as whole numbers is that of the values, negative zero before zero; and back.
uint32_t to_key(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits ^ (bits >> 31 != 0 ? 0xffffffffu : 0x80000000u);
}

float from_key(uint32_t key) {
  const uint32_t bits = key ^ (key >> 31 != 0 ? 0x80000000u : 0xffffffffu);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// By radix, eleven bits at a time.
void sort_keys(std::vector<uint32_t>& keys) {
  constexpr int kBits = 11;
  constexpr uint32_t kMask = (1u << kBits) - 1;
  std::vector<uint32_t> other(keys.size());
  for (int shift = 0; shift < 32; shift += kBits) {
    std::vector<uint32_t> places(kMask + 1);
    for (const uint32_t key : keys) places[(key >> shift) & kMask]++;
    uint32_t before = 0;
    for (uint32_t& place : places) before += std::exchange(place, before);
    for (const uint32_t key : keys) other[places[(key >> shift) & kMask]++] = key;
    keys.swap(other);
  }
}

class Sample {
 public:
  Sample(const Rows& rows, std::size_t count) {
    const std::size_t stride = std::max<std::size_t>(1, count / kSampledVoxels);
    keys_.reserve(count / stride + 1);
    for (std::size_t index = 0; index < count; index += stride) {
      const float value = rows.at(index);
      if (std::isfinite(value)) keys_.push_back(to_key(value));
    }
    sort_keys(keys_);
  }

  double at(double share) const {
    if (keys_.empty()) return 0;
    const double last = static_cast<double>(keys_.size() - 1);
    return from_key(keys_[static_cast<std::size_t>(std::floor(share * last + 0.5))]);
  }

 private:
  std::vector<uint32_t> keys_;
};

// For a float, to be above the one is to be above the other.
float floor_to_float(double threshold) {
  const float nearest = static_cast<float>(threshold);
  const bool above = static_cast<double>(nearest) > threshold;
  return above ? std::nextafter(nearest, -std::numeric_limits<float>::infinity()) : nearest;
}

int32_t count_above(const float* values, int32_t count, float threshold) {
  int32_t above = 0;
  for (int32_t index = 0; index < count; index++) above += values[index] > threshold ? 1 : 0;
  return above;
}

int64_t sum_places_above(const float* values, int32_t count, float threshold) {
  int64_t sum = 0;
  // In pieces whose sums fit into 32 bits.
  constexpr int32_t kPiece = 1 << 12;
  for (int32_t from = 0; from < count; from += kPiece) {
    const int32_t length = std::min(kPiece, count - from);
    int32_t places = 0;
    int32_t above = 0;
    for (int32_t index = 0; index < length; index++) {
      const bool is_above = values[from + index] > threshold;
      places += is_above ? index : 0;
      above += is_above ? 1 : 0;
    }
    sum += places + static_cast<int64_t>(from) * above;
  }
  return sum;
}

struct Foreground {
  double voxels = 0;
  std::array<std::size_t, 3> centre;
};

Foreground foreground_of(Rows& rows, const Shape& shape, double threshold, const std::vector<bool>& empty) {
  const auto [ni, nj, nk] = shape;
  const float limit = floor_to_float(threshold);
  const int32_t length = static_cast<int32_t>(ni);
  double counted = 0;
  double sum_i = 0;
  double sum_j = 0;
  double sum_k = 0;
  Foreground found;
  for (std::size_t row = 0; row < nj * nk; row++) {
    if (empty[row] && threshold >= 0) continue;
    const float* const values = rows.again(row);
    const double in_row = count_above(values, length, limit);
    if (in_row == 0) continue;
    if (row % kRowsApart == 0 || counted == 0) {
      sum_i += static_cast<double>(sum_places_above(values, length, limit));
      counted += in_row;
    }
    found.voxels += in_row;
    sum_j += static_cast<double>(row % nj) * in_row;
    sum_k += static_cast<double>(row / nj) * in_row;
  }
  const auto rounded = [](double value) { return static_cast<std::size_t>(std::floor(value + 0.5)); };
  if (found.voxels == 0) {
    found.centre = {ni / 2, nj / 2, nk / 2};
  } else {
    found.centre = {rounded(sum_i / counted), rounded(sum_j / found.voxels), rounded(sum_k / found.voxels)};
  }
  return found;
}

}  // namespace

ScanValues scan_values(const StoredValues& stored, const Shape& shape, const std::vector<double>& shares, float* values) {
  const std::size_t count = shape[0] * shape[1] * shape[2];
  Rows rows(stored, shape, values);
  const float start = stored.at(0);
  ScanTotals totals(std::isfinite(start) ? start : 0);
  std::vector<bool> empty(shape[1] * shape[2]);
  for (std::size_t row = 0; row < empty.size(); row++) empty[row] = totals.add_row(rows.first(row), shape[0]);
  const bool none = totals.not_numbers() == static_cast<double>(count);
  // A negative zero becomes zero.
  const double minimum = none ? 0 : totals.minimum() + 0.0;
  const double maximum = none ? 0 : totals.maximum() + 0.0;
  const Sample sample(rows, count);
  const auto between = [&](double low, double high) {
    const std::pair<double, double> found = {sample.at(low), sample.at(high)};
    return found.second > found.first ? found : std::pair<double, double>{minimum, maximum};
  };
  const auto [low, high] = between(0.02, 0.98);
  const Foreground foreground = foreground_of(rows, shape, low + 0.1 * (high - low), empty);
  const auto [black, white] = between(0.005, 0.995);
  std::vector<double> percentiles;
  for (const double share : shares) percentiles.push_back(sample.at(share));
  return {totals.not_numbers(),
          totals.zeros(),
          minimum,
          maximum,
          totals.mean(),
          totals.standard_deviation(),
          percentiles,
          foreground.voxels,
          foreground.centre,
          black,
          white};
}

}  // namespace spectroscope
