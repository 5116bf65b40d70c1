// The spectra of one weight layer at one step: what one row of the session file holds.
#ifndef SPECTROSCOPE_LAYER_SPECTRA_H_
#define SPECTROSCOPE_LAYER_SPECTRA_H_

#include <cstdint>
#include <vector>

#include "gram.h"
#include "scratch.h"
#include "spectrum.h"

namespace spectroscope {

// How the singular values of a quantity are reached. The numbers are shared with capture.ts.
enum class Side : int32_t {
  kNotCaptured = 0,
  kSample = 1,   // Gram over the rows
  kFeature = 2,  // Gram over the columns; for a gradient: its matrix is formed here, from the rows
  kParts = 3,    // a gradient whose matrix for each group comes from the backward pass
  kPatches = 4,  // the gradient of a convolution's filter, formed here from patches of the activations
};

// Activations or adjoints: samples x rows_per_sample rows.
struct RowQuantity {
  Side side;
  int32_t rows_per_sample;
  int32_t columns;
  int32_t values;  // singular values in the row for each set
};

struct GradientQuantity {
  Side side;
  int32_t rows;
  int32_t columns;
  int32_t values;
};

// Where a convolution's filter is laid: for each of three axes, in stored order. Zeros for other layers.
struct Window {
  int32_t inputs[3];
  int32_t outputs[3];
  int32_t kernel[3];
  int32_t strides[3];
  int32_t before[3];  // padding
};

struct LayerShape {
  RowQuantity activations;
  RowQuantity adjoints;
  GradientQuantity gradient;
  Window window;
};

// Numbers in the row of a layer (app/spectra/layout.ts).
std::size_t row_length(const LayerShape& shape, int groups);

// What the backward pass hands over, float32 by rows, samples sorted by group.
struct LayerData {
  const float* activations;
  const float* adjoints;
  std::vector<const float*> parts;  // for each group, null for an absent one; empty unless the side is kParts
  const float* total;               // null: the sum of the parts
};

// Computes rows. Holds memory that is used again, so each thread needs its own.
class LayerSpectra {
 public:
  // `row` has row_length numbers; those of absent groups and values become NaN.
  void compute(const LayerShape& shape, const std::vector<int32_t>& group_sizes, const LayerData& data, float* row);

 private:
  // A group or, last, all samples: samples first .. first + count.
  struct Set {
    int64_t first;
    int64_t count;
  };

  void row_quantity(const RowQuantity& quantity, const float* matrix, const double* row_gram, float* out);
  void gradient_by_samples(const LayerShape& shape, const double* gram_a, const double* gram_d, float* out,
                           float* products);
  void gradient_by_forming(const LayerShape& shape, const LayerData& data, float* out, float* products);
  void gradient_by_patches(const LayerShape& shape, const LayerData& data, float* out, float* products);
  // Adds P'D of output positions first .. last of the batch to `gradient`; P [positions x kernel positions * channels].
  void add_patch_products(const LayerShape& shape, const LayerData& data, int64_t first, int64_t last,
                          double* gradient);
  void gradient_by_parts(const LayerShape& shape, const LayerData& data, float* out, float* products);
  // Values of each present set: solve(set, out). A group that holds all samples is solved once.
  template <typename Solve>
  void each_set(int values, float* out, Solve solve);
  // Inner products of the gradients of each two present groups: product(g, h), packed as the row wants them.
  template <typename Product>
  void each_pair(float* products, Product product);
  template <typename T>
  void matrix_spectrum(const T* matrix, const GradientQuantity& quantity, int64_t rows, float* out);
  int groups() const { return static_cast<int>(sets_.size()) - 1; }

  std::vector<Set> sets_;
  GramBuilder grams_;
  SpectrumSolver solver_;
  Scratch<double> row_gram_a_, row_gram_d_, gram_, block_d_, sum_, gradients_, rows_a_, rows_d_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_LAYER_SPECTRA_H_
