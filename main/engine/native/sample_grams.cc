#include "sample_grams.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "blas.h"
#include "spectra_loops.h"

namespace spectroscope {
namespace {

// Numbers of the samples' gradients that are in memory at once: of wider gradients, so many columns after one another.
constexpr int64_t kGradientElements = 1 << 22;

int64_t adjoint_numbers(const LayerShape& shape) {
  return static_cast<int64_t>(shape.adjoints.rows_per_sample) * shape.adjoints.columns;
}

void append_triangle(const double* k, int64_t order, std::vector<double>& packed) {
  for (int64_t row = 0; row < order; row++) packed.insert(packed.end(), k + row * order + row, k + (row + 1) * order);
}

// Filters of one part of a grouped convolution do not see the channels of another.
void erase_unseen(const LayerShape& shape, int column, int taken, double* gradient) {
  const int channels = shape.window.channels;
  const int channels_of_part = channels / shape.convolution_groups;
  const int filters_of_part = shape.gradient.columns / shape.convolution_groups;
  const int64_t rows = patch_size(shape.window);
  for (int64_t row = 0; row < rows; row++) {
    const int part = static_cast<int>(row % channels) / channels_of_part;
    for (int i = 0; i < taken; i++) {
      if ((column + i) / filters_of_part != part) gradient[row * taken + i] = 0;
    }
  }
}

}  // namespace

bool has_single_rows(const LayerShape& shape) {
  return shape.patches_of == PatchesOf::kNothing && shape.activations.rows_per_sample == 1 &&
         shape.adjoints.rows_per_sample == 1;
}

std::vector<float> sample_gradient_norms(const LayerShape& shape, int64_t samples, const LayerData& data) {
  std::vector<float> norms;
  if (!has_single_rows(shape) || shape.gradient.side == Side::kNotCaptured) return norms;
  const auto squared = [](const float* row, int64_t length) { return spectra_loops().inner_product(row, row, length); };
  for (int64_t i = 0; i < samples; i++) {
    const double a = squared(data.activations + i * shape.activations.columns, shape.activations.columns);
    const double d = squared(data.adjoints + i * shape.adjoints.columns, shape.adjoints.columns);
    norms.push_back(static_cast<float>(std::sqrt(a) * std::sqrt(d)));
  }
  return norms;
}

std::vector<double> SampleGrams::compute(const LayerShape& shape, int64_t samples, const LayerData& data) {
  std::vector<double> packed;
  if (samples == 0) return packed;
  packed.reserve(3 * samples * (samples + 1) / 2);
  double* gram = gram_.take(samples * samples);
  grams_.of_rows(data.activations, static_cast<int>(samples), shape.activation_numbers, gram);
  append_triangle(gram, samples, packed);
  grams_.of_rows(data.adjoints, static_cast<int>(samples), adjoint_numbers(shape), gram);
  append_triangle(gram, samples, packed);
  if (has_single_rows(shape)) return packed;

  const double rows = static_cast<double>(samples) * shape.gradient.rows_per_sample;
  const double numbers = static_cast<double>(shape.gradient.rows) * shape.gradient.columns;
  const double of_rows = rows * rows * (shape.gradient.rows + shape.gradient.columns);
  const double of_gradients = 2 * rows * numbers + static_cast<double>(samples) * samples * numbers;
  if (shape.patches_of == PatchesOf::kNothing && of_rows < of_gradients) {
    products_of_rows(shape, samples, data, gram);
  } else {
    products_of_gradients(shape, samples, data, gram);
  }
  append_triangle(gram, samples, packed);
  return packed;
}

// <G_i, G_j> = sum over rows r of i, s of j of (A A' o D D')[r, s].
void SampleGrams::products_of_rows(const LayerShape& shape, int64_t samples, const LayerData& data, double* p) {
  const int64_t per_sample = shape.gradient.rows_per_sample;
  const int64_t order = samples * per_sample;
  double* gram_a = rows_a_.take(order * order);
  double* gram_d = rows_d_.take(order * order);
  grams_.of_rows(data.activations, static_cast<int>(order), shape.activations.columns, gram_a);
  grams_.of_rows(data.adjoints, static_cast<int>(order), shape.adjoints.columns, gram_d);
  for (int64_t i = 0; i < samples; i++) {
    for (int64_t j = i; j < samples; j++) {
      double sum = 0;
      for (int64_t row = i * per_sample; row < (i + 1) * per_sample; row++) {
        const int64_t at = row * order + j * per_sample;
        sum += spectra_loops().inner_product_wide(gram_a + at, gram_d + at, per_sample);
      }
      p[i * samples + j] = sum;
    }
  }
}

void SampleGrams::products_of_gradients(const LayerShape& shape, int64_t samples, const LayerData& data, double* p) {
  const bool has_patches = shape.patches_of != PatchesOf::kNothing;
  const int64_t rows = has_patches ? patch_size(shape.window) : shape.gradient.rows;
  const int columns = shape.gradient.columns;
  const int64_t width = std::clamp<int64_t>(kGradientElements / (rows * samples), 1, columns);
  double* gradients = gradients_.take(samples * rows * width);
  std::memset(p, 0, sizeof(double) * samples * samples);
  for (int column = 0; column < columns; column += static_cast<int>(width)) {
    const int taken = static_cast<int>(std::min<int64_t>(width, columns - column));
    const int64_t size = rows * taken;
    std::fill(gradients, gradients + samples * size, 0.0);
    for (int64_t sample = 0; sample < samples; sample++) {
      gradient_columns(shape, data, sample, column, taken, gradients + sample * size);
    }
    double* of_columns = rows_a_.take(samples * samples);
    grams_.of_rows(gradients, static_cast<int>(samples), size, of_columns);
    for (int64_t i = 0; i < samples * samples; i++) p[i] += of_columns[i];
  }
}

void SampleGrams::gradient_columns(const LayerShape& shape, const LayerData& data, int64_t sample, int column, int taken,
                                   double* gradient) {
  const int64_t per_sample = shape.gradient.rows_per_sample;
  const int rows = shape.gradient.rows;
  const int columns = shape.gradient.columns;
  const int64_t first = sample * per_sample;
  if (shape.patches_of != PatchesOf::kNothing) {
    const bool of_activations = shape.patches_of == PatchesOf::kActivations;
    patches_.add_product<double>(shape.window, of_activations ? data.activations : data.adjoints,
                         of_activations ? data.adjoints : data.activations, columns, column, taken, first,
                         first + per_sample, gradient);
    if (shape.convolution_groups > 1) erase_unseen(shape, column, taken, gradient);
    return;
  }
  double* a = rows_a_.take(per_sample * rows);
  double* d = rows_d_.take(per_sample * columns);
  spectra_loops().widen(data.activations + first * rows, per_sample * rows, a);
  spectra_loops().widen(data.adjoints + first * columns, per_sample * columns, d);
  scipy_cblas_dgemm(kRowMajor, kTranspose, kNoTranspose, rows, taken, static_cast<int>(per_sample), 1, a, rows,
                    d + column, columns, 0, gradient, taken);
}

}  // namespace spectroscope
