#include "patches.h"

#include <algorithm>
#include <cstring>

#include "blas.h"
#include "gram.h"
#include "spectra_loops.h"

namespace spectroscope {
namespace {

// Elements of the patches that are formed at once: about what a core's second-level cache holds.
constexpr int64_t kPatchElements = 131072;

int64_t panel_height(int64_t width) { return std::max<int64_t>(64, kPatchElements / width); }

// Where the filter's first number lies, at a position counted over all images.
struct Place {
  const float* image;
  int64_t first[3];
};

Place place_of(const Window& window, const float* images, int64_t position) {
  const int64_t plane = static_cast<int64_t>(window.outputs[1]) * window.outputs[2];
  const int64_t in_image = position % (plane * window.outputs[0]);
  const int64_t image_size =
      static_cast<int64_t>(window.inputs[0]) * window.inputs[1] * window.inputs[2] * window.channels;
  const int64_t at[3] = {in_image / plane, in_image / window.outputs[2] % window.outputs[1],
                         in_image % window.outputs[2]};
  Place place{images + position / (plane * window.outputs[0]) * image_size, {}};
  for (int axis = 0; axis < 3; axis++) place.first[axis] = at[axis] * window.strides[axis] - window.before[axis];
  return place;
}

void copy(const float* from, std::size_t length, double* to) { spectra_loops().widen(from, length, to); }
void copy(const float* from, std::size_t length, float* to) { std::copy(from, from + length, to); }

// C = A'B, A [k x m], B [k x n] in rows of `ldb`.
void multiply(int m, int n, int k, const double* a, const double* b, int ldb, double* c) {
  scipy_cblas_dgemm(kRowMajor, kTranspose, kNoTranspose, m, n, k, 1, a, m, b, ldb, 0, c, n);
}
void multiply(int m, int n, int k, const float* a, const float* b, int ldb, float* c) {
  scipy_cblas_sgemm(kRowMajor, kTranspose, kNoTranspose, m, n, k, 1, a, m, b, ldb, 0, c, n);
}

// The numbers under the filter's line (i, j) along the last axis, zeros beyond the image's edge.
template <typename T>
void copy_line(const Window& window, const Place& place, int i, int j, T* line) {
  const int channels = window.channels;
  const int kernel = window.kernel[2];
  const int64_t x = place.first[0] + static_cast<int64_t>(i) * window.dilations[0];
  const int64_t y = place.first[1] + static_cast<int64_t>(j) * window.dilations[1];
  if (x < 0 || x >= window.inputs[0] || y < 0 || y >= window.inputs[1]) {
    std::fill(line, line + static_cast<std::size_t>(kernel) * channels, T{0});
    return;
  }
  const float* from = place.image + (x * window.inputs[1] + y) * window.inputs[2] * channels;
  if (window.dilations[2] > 1) {
    for (int k = 0; k < kernel; k++, line += channels) {
      const int64_t z = place.first[2] + static_cast<int64_t>(k) * window.dilations[2];
      if (z < 0 || z >= window.inputs[2]) {
        std::fill(line, line + channels, T{0});
      } else {
        std::copy(from + z * channels, from + (z + 1) * channels, line);
      }
    }
    return;
  }
  const int64_t low = std::clamp<int64_t>(-place.first[2], 0, kernel);
  const int64_t high = std::clamp<int64_t>(window.inputs[2] - place.first[2], low, kernel);
  std::fill(line, line + low * channels, T{0});
  std::fill(line + high * channels, line + static_cast<std::size_t>(kernel) * channels, T{0});
  if (high > low) {
    copy(from + (place.first[2] + low) * channels, (high - low) * channels, line + low * channels);
  }
}

template <typename T>
void copy_patch(const Window& window, const Place& place, T* patch) {
  const int64_t line = static_cast<int64_t>(window.kernel[2]) * window.channels;
  for (int i = 0; i < window.kernel[0]; i++) {
    for (int j = 0; j < window.kernel[1]; j++, patch += line) copy_line(window, place, i, j, patch);
  }
}

}  // namespace

int64_t patch_size(const Window& window) {
  return static_cast<int64_t>(window.kernel[0]) * window.kernel[1] * window.kernel[2] * window.channels;
}

template <typename T>
void Patches::add_product(const Window& window, const float* images, const float* y, int columns, int column, int taken,
                          int64_t first, int64_t last, double* gradient) {
  const int64_t patch = patch_size(window);
  const int64_t height = panel_height(patch);
  Panels<T>& memory = panels(T{});
  T* patches = memory.patches.take(height * patch);
  T* others = memory.others.take(height * columns);
  T* product = memory.product.take(patch * taken);
  for (; first < last; first += height) {
    const int rows = static_cast<int>(std::min(height, last - first));
    for (int row = 0; row < rows; row++) {
      copy_patch(window, place_of(window, images, first + row), patches + row * patch);
    }
    copy(y + first * columns, static_cast<std::size_t>(rows) * columns, others);
    multiply(static_cast<int>(patch), taken, rows, patches, others + column, columns, product);
    for (int64_t i = 0; i < patch * taken; i++) gradient[i] += product[i];
  }
}

void Patches::gram_of_columns(const Window& window, const float* images, int64_t first, int64_t last, double* k) {
  const int64_t patch = patch_size(window);
  const int64_t height = panel_height(patch);
  double* patches = wide_.patches.take(height * patch);
  std::memset(k, 0, sizeof(double) * patch * patch);
  for (; first < last; first += height) {
    const int rows = static_cast<int>(std::min(height, last - first));
    for (int row = 0; row < rows; row++) {
      copy_patch(window, place_of(window, images, first + row), patches + row * patch);
    }
    scipy_cblas_dsyrk(kRowMajor, kLower, kTranspose, static_cast<int>(patch), rows, 1, patches,
                      static_cast<int>(patch), 1, k, static_cast<int>(patch));
  }
  mirror_lower(k, static_cast<int>(patch));
}

// A sum over the filter's lines, so that of many columns only those of a line are in memory at once.
void Patches::gram_of_rows(const Window& window, const float* images, int64_t rows, double* k) {
  const int64_t width = static_cast<int64_t>(window.kernel[2]) * window.channels;
  double* lines = wide_.patches.take(rows * width);
  std::memset(k, 0, sizeof(double) * rows * rows);
  for (int i = 0; i < window.kernel[0]; i++) {
    for (int j = 0; j < window.kernel[1]; j++) {
      for (int64_t row = 0; row < rows; row++) {
        copy_line(window, place_of(window, images, row), i, j, lines + row * width);
      }
      scipy_cblas_dsyrk(kRowMajor, kLower, kNoTranspose, static_cast<int>(rows), static_cast<int>(width), 1, lines,
                        static_cast<int>(width), 1, k, static_cast<int>(rows));
    }
  }
  mirror_lower(k, static_cast<int>(rows));
}

template void Patches::add_product<double>(const Window&, const float*, const float*, int, int, int, int64_t, int64_t,
                                           double*);
template void Patches::add_product<float>(const Window&, const float*, const float*, int, int, int, int64_t, int64_t,
                                          double*);

}  // namespace spectroscope
