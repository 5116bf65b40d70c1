#include "layer_spectra.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "blas.h"
#include "spectra_loops.h"

namespace spectroscope {
namespace {

constexpr float kAbsent = std::numeric_limits<float>::quiet_NaN();

double inner_product(const float* x, const float* y, std::size_t length) {
  return spectra_loops().inner_product(x, y, length);
}
double inner_product(const double* x, const double* y, std::size_t length) {
  return spectra_loops().inner_product_wide(x, y, length);
}

void copy_block(const double* gram, int64_t order, int64_t first, int64_t size, double* block) {
  for (int64_t i = 0; i < size; i++) {
    std::memcpy(block + i * size, gram + (first + i) * order + first, sizeof(double) * size);
  }
}

// The lower triangle of `sum` += that of K [order x order].
void add_lower(const double* k, int64_t order, double* sum) {
  for (int64_t i = 0; i < order; i++) {
    for (int64_t at = i * order; at <= i * order + i; at++) sum[at] += k[at];
  }
}

}  // namespace

std::size_t row_length(const LayerShape& shape, int groups) {
  const std::size_t values = static_cast<std::size_t>(shape.activations.values) + shape.adjoints.values +
                             shape.gradient.values;
  return values * (groups + 1) + static_cast<std::size_t>(groups) * (groups + 1) / 2;
}

bool LayerSpectra::open_row(const LayerShape& shape, const std::vector<int32_t>& group_sizes, float* row) {
  sets_.clear();
  int64_t samples = 0;
  for (const int32_t size : group_sizes) {
    sets_.push_back({samples, size});
    samples += size;
  }
  sets_.push_back({0, samples});
  std::fill(row, row + row_length(shape, groups()), kAbsent);
  return samples > 0;
}

void LayerSpectra::compute(const LayerShape& shape, const std::vector<int32_t>& group_sizes, const LayerData& data,
                           float* row) {
  if (!open_row(shape, group_sizes, row)) return;
  const double* gram_a = row_gram(shape, false, data, row_gram_a_);
  const double* gram_d = row_gram(shape, true, data, row_gram_d_);

  float* out = row;
  row_quantity(shape.activations, gram_a, data.known_activations, out, [&](int64_t first, int64_t last, double* gram) {
    if (shape.patch_view == 1) return patches_.gram_of_columns(shape.window, data.activations, first, last, gram);
    const int columns = shape.activations.columns;
    grams_.of_columns(data.activations + first * columns, last - first, columns, gram);
  });
  out += static_cast<std::size_t>(shape.activations.values) * sets_.size();
  row_quantity(shape.adjoints, gram_d, data.known_adjoints, out, [&](int64_t first, int64_t last, double* gram) {
    const int columns = shape.adjoints.columns;
    grams_.of_columns(data.adjoints + first * columns, last - first, columns, gram);
  });
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

void LayerSpectra::from_sample_grams(const LayerShape& shape, const std::vector<int32_t>& group_sizes,
                                     const double* gram_a, const double* gram_d, float* row) {
  if (!open_row(shape, group_sizes, row)) return;
  const auto refuse = [](int64_t, int64_t, double*) { throw std::logic_error("A Gram over samples was expected."); };
  float* out = row;
  if (shape.activations.side == Side::kSample) row_quantity(shape.activations, gram_a, nullptr, out, refuse);
  out += static_cast<std::size_t>(shape.activations.values) * sets_.size();
  if (shape.adjoints.side == Side::kSample) row_quantity(shape.adjoints, gram_d, nullptr, out, refuse);
  out += static_cast<std::size_t>(shape.adjoints.values) * sets_.size();
  float* products = out + static_cast<std::size_t>(shape.gradient.values) * sets_.size();
  if (shape.gradient.side == Side::kSample) gradient_by_samples(shape, gram_a, gram_d, out, products);
  solve();
}

void LayerSpectra::solve() { solver_.solve(); }

const double* LayerSpectra::row_gram(const LayerShape& shape, bool adjoints, const LayerData& data,
                                     Scratch<double>& memory) {
  const RowQuantity& quantity = adjoints ? shape.adjoints : shape.activations;
  const bool is_known = (adjoints ? data.known_adjoints : data.known_activations) != nullptr;
  if (shape.gradient.side != Side::kSample && (quantity.side != Side::kSample || is_known)) return nullptr;
  const int64_t rows = sets_.back().count * quantity.rows_per_sample;
  double* gram = memory.take(rows * rows);
  if (!adjoints && shape.patch_view == 1) {
    patches_.gram_of_rows(shape.window, data.activations, rows, gram);
  } else {
    grams_.of_rows(adjoints ? data.adjoints : data.activations, static_cast<int>(rows), quantity.columns, gram);
  }
  return gram;
}

template <typename Solve>
void LayerSpectra::each_set(int values, float* out, Solve solve) {
  const float* of_all_samples = nullptr;
  for (std::size_t set = 0; set < sets_.size(); set++, out += values) {
    if (sets_[set].count == 0) continue;
    if (of_all_samples != nullptr) {
      solver_.copy(of_all_samples, values, out);
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

template <typename GramOfColumns>
void LayerSpectra::row_quantity(const RowQuantity& quantity, const double* row_gram, const float* known, float* out,
                                GramOfColumns gram_of_columns) {
  if (quantity.side == Side::kNotCaptured) return;
  if (known != nullptr) {
    solver_.copy(known, static_cast<std::size_t>(quantity.values) * sets_.size(), out);
    return;
  }
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
    const int64_t first = sets_[set].first * quantity.rows_per_sample;
    gram_of_columns(first, first + rows, gram);
    add_lower(gram, columns, sum);
    solver_.from_gram(gram, static_cast<int>(columns), values_of(rows), 0, values);
  });
}

void LayerSpectra::gradient_by_samples(const LayerShape& shape, const double* gram_a, const double* gram_d, float* out,
                                       float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const int64_t per_sample = quantity.rows_per_sample;
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
  const int64_t per_sample = quantity.rows_per_sample;
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

// As gradient_by_forming, with patches in place of rows, which are multiplied in float32: half the time.
void LayerSpectra::gradient_by_patches(const LayerShape& shape, const LayerData& data, float* out, float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const int64_t per_sample = quantity.rows_per_sample;
  const std::size_t size = static_cast<std::size_t>(quantity.rows) * quantity.columns;
  double* gradients = gradients_.take(size * sets_.size());
  double* sum = gradients + size * groups();
  std::fill(gradients, gradients + size * sets_.size(), 0.0);
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    double* gradient = gradients + size * set;
    const int64_t first = sets_[set].first * per_sample;
    const int64_t rows = sets_[set].count * per_sample;
    if (gradient != sum) {
      patches_.add_product<float>(shape.window, data.activations, data.adjoints, quantity.columns, 0, quantity.columns,
                                  first, first + rows, gradient);
      for (std::size_t i = 0; i < size; i++) sum[i] += gradient[i];
    }
    matrix_spectrum(gradient, quantity, rows, values);
  });
  each_pair(products, [&](int g, int h) { return inner_product(gradients + g * size, gradients + h * size, size); });
}

void LayerSpectra::gradient_by_parts(const LayerShape& shape, const LayerData& data, float* out, float* products) {
  const GradientQuantity& quantity = shape.gradient;
  const std::size_t size = static_cast<std::size_t>(quantity.rows) * quantity.columns;
  each_set(quantity.values, out, [&](std::size_t set, float* values) {
    const int64_t rows = sets_[set].count * quantity.rows_per_sample * shape.convolution_groups;
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
