// Voxel values as scans store them, made into float32 piece by piece: what main/engine/read/stored-values.ts does in whole.
#ifndef SPECTROSCOPE_STORED_VALUES_H_
#define SPECTROSCOPE_STORED_VALUES_H_

#include <cstddef>
#include <cstdint>

namespace spectroscope {

// `count` values from `stored` on: slope x value + intercept in double, rounded once.
using Decoder = void (*)(const uint8_t* stored, std::size_t count, double slope, double intercept, float* values);

struct StoredFormat {
  // By the header's `datatype` (NIfTI).
  int type_code;
  bool little_endian;
  double slope;
  double intercept;
};

class StoredValues {
 public:
  // Throws std::runtime_error for a data type that no scan may have. `stored` must outlive this.
  StoredValues(const uint8_t* stored, const StoredFormat& format);

  // Bytes of one value, as stored.
  std::size_t bytes() const { return bytes_; }

  // `count` values from the one at `first` on, in `room` or where they lie if they are float32 already.
  const float* piece(std::size_t first, std::size_t count, float* room) const {
    const uint8_t* from = stored_ + first * bytes_;
    if (in_place_) return reinterpret_cast<const float*>(from);
    decode_(from, count, slope_, intercept_, room);
    return room;
  }

  float at(std::size_t index) const {
    float room;
    return *piece(index, 1, &room);
  }

 private:
  const uint8_t* stored_;
  std::size_t bytes_;
  double slope_;
  double intercept_;
  Decoder decode_;
  bool in_place_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_STORED_VALUES_H_
