// A scan on a postage stamp: the same pixels as `thumbnailOf` in app/data/thumbnail.ts.
#ifndef SPECTROSCOPE_STAMPS_H_
#define SPECTROSCOPE_STAMPS_H_

#include <array>
#include <cstdint>
#include <vector>

#include "scan_values.h"
#include "stored_values.h"

namespace spectroscope {

// Along right, anterior, superior.
struct StampGrid {
  // Index of a voxel: origin + x step[0] + y step[1] + z step[2].
  int64_t origin;
  std::array<int64_t, 3> step;
  // Voxels.
  std::array<int64_t, 3> shape;
  // The axis of the file (0, 1, 2), and whether it runs the other way.
  std::array<int64_t, 3> axes;
  std::array<int64_t, 3> flipped;
  std::array<int64_t, 3> pixels;
};

// Sagittal, coronal, axial, one behind the other: 0 black to 255 white, first row on top.
std::vector<uint8_t> draw_stamps(const StoredValues& stored, const ScanValues& found, const StampGrid& grid);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_STAMPS_H_
