#include "stamps.h"

#include <algorithm>
#include <cmath>

namespace spectroscope {
namespace {

struct Span {
  int64_t from;
  int64_t to;
};

// Voxels that a pixel averages: at least one.
Span span(int64_t pixel, int64_t pixels, int64_t voxels) {
  const int64_t from = pixel * voxels / pixels;
  return {from, std::max(from + 1, (pixel + 1) * voxels / pixels)};
}

// As Math.round: halves upwards.
double rounded(double value) {
  const double below = std::floor(value);
  return value - below >= 0.5 ? below + 1 : below;
}

}  // namespace

std::vector<uint8_t> draw_stamps(const StoredValues& stored, const ScanValues& found, const StampGrid& grid) {
  const double scale = found.white > found.black ? 255 / (found.white - found.black) : 0;
  const auto& [origin, step, shape, axes, flipped, pixels] = grid;
  std::array<int64_t, 3> at;
  for (std::size_t axis = 0; axis < 3; axis++) {
    const int64_t index = static_cast<int64_t>(found.centre[static_cast<std::size_t>(axes[axis])]);
    at[axis] = flipped[axis] != 0 ? shape[axis] - 1 - index : index;
  }
  std::vector<uint8_t> drawn;
  for (const auto& [across, up] : {std::pair<std::size_t, std::size_t>{1, 2}, {0, 2}, {0, 1}}) {
    const std::size_t through = 3 - across - up;
    const int64_t start = origin + at[through] * step[through];
    for (int64_t row = 0; row < pixels[up]; row++) {
      const Span rows = span(pixels[up] - 1 - row, pixels[up], shape[up]);
      for (int64_t column = 0; column < pixels[across]; column++) {
        const Span columns = span(column, pixels[across], shape[across]);
        double sum = 0;
        for (int64_t v = rows.from; v < rows.to; v++) {
          for (int64_t u = columns.from; u < columns.to; u++) {
            const float value = stored.at(static_cast<std::size_t>(start + u * step[across] + v * step[up]));
            if (std::isfinite(value)) sum += value;
          }
        }
        const double mean = sum / static_cast<double>((rows.to - rows.from) * (columns.to - columns.from));
        drawn.push_back(static_cast<uint8_t>(std::clamp(rounded((mean - found.black) * scale), 0.0, 255.0)));
      }
    }
  }
  return drawn;
}

}  // namespace spectroscope
