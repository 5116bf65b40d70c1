// What the values of a scan are like: the same numbers as `scanValues` in app/data/scan-statistics.ts, with its sources.
#ifndef SPECTROSCOPE_SCAN_VALUES_H_
#define SPECTROSCOPE_SCAN_VALUES_H_

#include <array>
#include <cstddef>
#include <vector>

#include "stored_values.h"

namespace spectroscope {

// Along i, j, k; i fastest.
using Shape = std::array<std::size_t, 3>;

struct ScanValues {
  double not_numbers;
  double zeros;
  double minimum;
  double maximum;
  double mean;
  double standard_deviation;
  // Of the shares that the TypeScript names.
  std::vector<double> percentiles;
  double foreground_voxels;
  std::array<std::size_t, 3> centre;
  double black;
  double white;
};

// values: null, or room for all values, which are then left there.
ScanValues scan_values(const StoredValues& stored, const Shape& shape, const std::vector<double>& shares, float* values);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SCAN_VALUES_H_
