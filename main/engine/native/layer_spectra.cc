#include "layer_spectra.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "blas.h"
#include "wide_loops.h"

namespace spectroscope {
namespace {

// Elements of the patches that are formed at once: about what a core's second-level cache holds.
constexpr int64_t kPatchElements = 131072;
constexpr float kAbsent = std::numeric_limits<float>::quiet_NaN();

double inner_product(const float* x, const float* y, std::size_t length) {
  return wide_loops().inner_product(x, y, length);
}
double inner_product(const double* x, const double* y, std::size_t length) {
  return wide_loops().inner_product_wide(x, y, length);
}

// One row of P: the patch of the activations under the filter at an output position of a sample, zeros beyond its edge.
void copy_patch(const Window& window, int channels, const float* sample, const int64_t* position, double* patch) {
  int64_t first[3];
  for (int axis = 0; axis < 3; axis++) first[axis] = position[axis] * window.strides[axis] - window.before[axis];
  const int64_t low = std::clamp<int64_t>(-first[2], 0, window.kernel[2]);
  const int64_t high = std::clamp<int64_t>(window.inputs[2] - first[2], low, window.kernel[2]);
  const int64_t line = static_cast<int64_t>(window.kernel[2]) * channels;
  for (int64_t i = first[0]; i < first[0] + window.kernel[0]; i++) {
    for (int64_t j = first[1]; j < first[1] + window.kernel[1]; j++, patch += line) {
      const bool inside = i >= 0 && i < window.inputs[0] && j >= 0 && j < window.inputs[1];
      if (!inside || high - low < window.kernel[2]) std::fill(patch, patch + line, 0.0);
      if (!inside || high == low) continue;
      const float* from = sample + ((i * window.inputs[1] + j) * window.inputs[2] + first[2] + low) * channels;
      wide_loops().widen(from, (high - low) * channels, patch + low * channels);
    }
  }
}

void copy_block(const double* gram, int64_t order, int64_t first, int64_t size, double* block) {
  for (int64_t i = 0; i < size; i++) {
    std::memcpy(block + i * size, gram + (first + i) * order + first, sizeof(double) * size);
  }
}

}  // namespace

std::size_t row_length(const LayerShape& shape, int groups) {
  const std::size_t values = static_cast<std::size_t>(shape.activations.values) + shape.adjoints.values +
                             shape.gradient.values;
  return values * (groups + 1) + static_cast<std::size_t>(groups) * (groups + 1) / 2;
}

void LayerSpectra::compute(const LayerShape& shape, const std::vector<int32_t>& group_sizes, const LayerData& data,
                           float* row) {
  sets_.clear();
  int64_t samples = 0;
  for (const int32_t size : group_sizes) {
    sets_.push_back({samples, size});
    samples += size;
  }
  sets_.push_back({0, samples});
  std::fill(row, row + row_length(shape, groups()), kAbsent);
  if (samples == 0) return;

  const bool by_samples = shape.gradient.side == Side::kSample;
  const auto row_gram = [&](const RowQuantity& quantity, const float* matrix, Scratch<double>& memory) -> double* {
    if (quantity.side != Side::kSample && !by_samples) return nullptr;
    const int64_t rows = samples * quantity.rows_per_sample;
    double* gram = memory.take(rows * rows);
    grams_.of_rows(matrix, static_cast<int>(rows), quantity.columns, gram);
    return gram;
  };
  const double* gram_a = row_gram(shape.activations, data.activations, row_gram_a_);
  const double* gram_d = row_gram(shape.adjoints, data.adjoints, row_gram_d_);

  float* out = row;
  row_quantity(shape.activations, data.activations, gram_a, out);
  out += static_cast<std::size_t>(shape.activations.values) * sets_.size();
  row_quantity(shape.adjoints, data.adjoints, gram_d, out);
  out += static_cast<std::size_t>(shape.adjoints.values) * sets_.size();
  float* products = out + static_cast<std::size_t>(shape.gradient.values) * sets_.size();
  switch (shape.gradient.side) {
    case Side::kNotCaptured:
      return;
    case Side::kSample:
      return gradient_by_samples(shape, gram_a, gram_d, out, products);
    case Side::kFeature:
      return gradient_by_forming(shape, data, out, products);
    case Side::kPatches:
      return gradient_by_patches(shape, data, out, products);
    case Side::kParts:
      return gradient_by_parts(shape, data, out, products);
  }
}

template <typename Solve>
void LayerSpectra::each_set(int values, float* out, Solve solve) {
  const float* of_all_samples = nullptr;
  for (std::size_t set = 0; set < sets_.size(); set++, out += values) {
    if (sets_[set].count == 0) continue;
    if (of_all_samples != nullptr) {
      std::copy(of_all_samples, of_all_samples + values, out);
      continue;
    }
    solve(set, out);
    if (sets_[set].count == sets_.back().count) of_all_samples = out;
  }
}

template <typename Product>
void LayerSpectra::each_pair(float* products, Product product) {
  for (int g = 0; g < groups(); g++) {
    for (int h = g; h < groups(); h++, products++) {
      if (sets_[g].count > 0 && sets_[h].count > 0) *products = static_cast<float>(product(g, h));
    }
  }
}

void LayerSpectra::row_quantity(const RowQuantity& quantity, const float* matrix, const double* row_gram, float* out) {
  if (quantity.side == Side::kNotCaptured) return;
  const int64_t columns = quantity.columns;
  const auto values_of = [&](int64_t rows) { return static_cast<int>(std::min<int64_t>({rows, columns, quantity.values})); };
  if (quantity.side == Side::kSample) {
    const int64_t order = sets_.back().count * quantity.rows_per_sample;
    each_set(quantity.values, out, [&](std::size_t set, float* values) {
      const int64_t rows = sets_[set].count * quantity.rows_per_sample;
      double* block = gram_.take(rows * rows);
      copy_block(row_gram, order, sets_[set].first * quantity.rows_per_sample, rows, block);
      solver_.from_gram(block, static_cast<int>(rows), values_of(rows), 0, values);
    });
    return;
  }
  // Feature side: the Gram of all samples is the sum of those of the groups.
  const std::size_t size = static_cast<std::size_t>(columns) * columns;
  double* sum = sum_.take(size);
  std::fill(sum, sum + size, 0.0);
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    const int64_t rows = sets_[set].count * quantity.rows_per_sample;
    if (set + 1 == sets_.size()) return solver_.from_gram(sum, static_cast<int>(columns), values_of(rows), 0, values);
    double* gram = gram_.take(size);
    grams_.of_columns(matrix + sets_[set].first * quantity.rows_per_sample * columns, rows, static_cast<int>(columns),
                      gram);
    for (std::size_t i = 0; i < size; i++) sum[i] += gram[i];
    solver_.from_gram(gram, static_cast<int>(columns), values_of(rows), 0, values);
  });
}

void LayerSpectra::gradient_by_samples(const LayerShape& shape, const double* gram_a, const double* gram_d, float* out,
                                       float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const int64_t per_sample = shape.activations.rows_per_sample;
  const int64_t order = sets_.back().count * per_sample;
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    const int64_t first = sets_[set].first * per_sample;
    const int64_t rows = sets_[set].count * per_sample;
    double* block_a = gram_.take(rows * rows);
    double* block_d = block_d_.take(rows * rows);
    copy_block(gram_a, order, first, rows, block_a);
    copy_block(gram_d, order, first, rows, block_d);
    const int64_t count = std::min<int64_t>({rows, quantity.rows, quantity.columns, quantity.values});
    solver_.from_factors(block_a, block_d, static_cast<int>(rows), static_cast<int>(count), values);
  });
  // <G_g, G_h> = sum over rows i of g, j of h of (K_A o K_D)[i, j].
  each_pair(products, [&](int g, int h) {
    double sum = 0;
    for (int64_t i = sets_[g].first * per_sample; i < (sets_[g].first + sets_[g].count) * per_sample; i++) {
      const int64_t start = i * order + sets_[h].first * per_sample;
      sum += inner_product(gram_a + start, gram_d + start, sets_[h].count * per_sample);
    }
    return sum;
  });
}

// G_g = A_g' D_g in float64 for each group, then their sum.
void LayerSpectra::gradient_by_forming(const LayerShape& shape, const LayerData& data, float* out, float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const int inputs = quantity.rows;
  const int outputs = quantity.columns;
  const int64_t per_sample = shape.activations.rows_per_sample;
  const int64_t all_rows = sets_.back().count * per_sample;
  double* rows_a = rows_a_.take(all_rows * inputs);
  double* rows_d = rows_d_.take(all_rows * outputs);
  std::copy(data.activations, data.activations + all_rows * inputs, rows_a);
  std::copy(data.adjoints, data.adjoints + all_rows * outputs, rows_d);

  const std::size_t size = static_cast<std::size_t>(inputs) * outputs;
  double* gradients = gradients_.take(size * sets_.size());
  double* sum = gradients + size * groups();
  std::fill(sum, sum + size, 0.0);
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    double* gradient = gradients + size * set;
    const int64_t first = sets_[set].first * per_sample;
    const int64_t rows = sets_[set].count * per_sample;
    if (gradient != sum) {
      scipy_cblas_dgemm(kRowMajor, kTranspose, kNoTranspose, inputs, outputs, static_cast<int>(rows), 1,
                        rows_a + first * inputs, inputs, rows_d + first * outputs, outputs, 0, gradient, outputs);
      for (std::size_t i = 0; i < size; i++) sum[i] += gradient[i];
    }
    matrix_spectrum(gradient, quantity, rows, values);
  });
  each_pair(products, [&](int g, int h) { return inner_product(gradients + g * size, gradients + h * size, size); });
}

// As gradient_by_forming, with patches in place of rows.
void LayerSpectra::gradient_by_patches(const LayerShape& shape, const LayerData& data, float* out, float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const int64_t per_sample = shape.adjoints.rows_per_sample;
  const std::size_t size = static_cast<std::size_t>(quantity.rows) * quantity.columns;
  double* gradients = gradients_.take(size * sets_.size());
  double* sum = gradients + size * groups();
  std::fill(gradients, gradients + size * sets_.size(), 0.0);
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    double* gradient = gradients + size * set;
    const int64_t first = sets_[set].first * per_sample;
    const int64_t rows = sets_[set].count * per_sample;
    if (gradient != sum) {
      add_patch_products(shape, data, first, first + rows, gradient);
      for (std::size_t i = 0; i < size; i++) sum[i] += gradient[i];
    }
    matrix_spectrum(gradient, quantity, rows, values);
  });
  each_pair(products, [&](int g, int h) { return inner_product(gradients + g * size, gradients + h * size, size); });
}

void LayerSpectra::add_patch_products(const LayerShape& shape, const LayerData& data, int64_t first, int64_t last,
                                      double* gradient) {
  const Window& window = shape.window;
  const int channels = shape.activations.columns;
  const int patch = shape.gradient.rows;
  const int filters = shape.gradient.columns;
  const int64_t per_sample = shape.adjoints.rows_per_sample;
  const int64_t sample_size = static_cast<int64_t>(shape.activations.rows_per_sample) * channels;
  const int64_t height = std::max<int64_t>(64, kPatchElements / patch);
  double* patches = rows_a_.take(height * patch);
  double* adjoints = rows_d_.take(height * filters);
  for (; first < last; first += height) {
    const int taken = static_cast<int>(std::min(height, last - first));
    for (int row = 0; row < taken; row++) {
      const int64_t at = (first + row) % per_sample;
      const int64_t position[3] = {at / (static_cast<int64_t>(window.outputs[1]) * window.outputs[2]),
                                   at / window.outputs[2] % window.outputs[1], at % window.outputs[2]};
      const float* sample = data.activations + (first + row) / per_sample * sample_size;
      copy_patch(window, channels, sample, position, patches + static_cast<std::size_t>(row) * patch);
    }
    wide_loops().widen(data.adjoints + first * filters, static_cast<std::size_t>(taken) * filters, adjoints);
    scipy_cblas_dgemm(kRowMajor, kTranspose, kNoTranspose, patch, filters, taken, 1, patches, patch, adjoints, filters,
                      1, gradient, filters);
  }
}

void LayerSpectra::gradient_by_parts(const LayerShape& shape, const LayerData& data, float* out, float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const std::size_t size = static_cast<std::size_t>(quantity.rows) * quantity.columns;
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    const int64_t rows = sets_[set].count * shape.adjoints.rows_per_sample;
    if (set + 1 < sets_.size()) return matrix_spectrum(data.parts[set], quantity, rows, values);
    if (data.total != nullptr) return matrix_spectrum(data.total, quantity, rows, values);
    double* sum = gradients_.take(size);
    std::fill(sum, sum + size, 0.0);
    for (const float* part : data.parts) {
      for (std::size_t i = 0; part != nullptr && i < size; i++) sum[i] += part[i];
    }
    matrix_spectrum(sum, quantity, rows, values);
  });
  each_pair(products, [&](int g, int h) { return inner_product(data.parts[g], data.parts[h], size); });
}

template <typename T>
void LayerSpectra::matrix_spectrum(const T* matrix, const GradientQuantity& quantity, int64_t rows, float* out) {
  const int order = std::min(quantity.rows, quantity.columns);
  double* gram = gram_.take(static_cast<std::size_t>(order) * order);
  if (quantity.rows < quantity.columns) {
    grams_.of_rows(matrix, quantity.rows, quantity.columns, gram);
  } else {
    grams_.of_columns(matrix, quantity.rows, quantity.columns, gram);
  }
  // A matrix of the set's `rows` rows has no more singular values than rows.
  const int64_t count = std::min<int64_t>({rows, order, quantity.values});
  solver_.from_gram(gram, order, static_cast<int>(count), 0, out);
}

}  // namespace spectroscope
