// The spectra of one weight layer at one step: what one row of the session file holds.
#ifndef SPECTROSCOPE_LAYER_SPECTRA_H_
#define SPECTROSCOPE_LAYER_SPECTRA_H_

#include <cstdint>
#include <vector>

#include "gram.h"
#include "patches.h"
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
  int32_t rows_per_sample;  // rows of one sample that A'D sums over
  int32_t rows;
  int32_t columns;
  int32_t values;
};

// Of which of a layer's arrays the gradient takes patches. The numbers are shared with capture.ts.
enum class PatchesOf : int32_t {
  kNothing = 0,
  kActivations = 1,  // a convolution
  kAdjoints = 2,     // a transposed convolution: its filter is laid over its output
};

// Stands for no layer.
constexpr int32_t kNotShared = -1;

struct LayerShape {
  RowQuantity activations;
  RowQuantity adjoints;
  GradientQuantity gradient;
  int32_t activation_numbers;  // of one sample, whatever the view of the activations
  int32_t patch_view;          // 1: the rows of the activations are patches
  PatchesOf patches_of;
  int32_t convolution_groups;  // parts of channels and filters that do not see each other; 1 elsewhere
  // The first layer of the plan with the very same activations or adjoints, on the same side; kNotShared: itself.
  int32_t shared_activations;
  int32_t shared_adjoints;
  int32_t keep_grams;  // 1: sample Grams are kept at the steps that ask for them
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
  // Values of all sets that another layer's row has of the same rows; null: to be computed.
  const float* known_activations;
  const float* known_adjoints;
};

// Computes rows. Holds memory that is used again, so each thread needs its own.
class LayerSpectra {
 public:
  // `row` has row_length numbers; those of absent groups and values become NaN. The singular values are there after
  // solve(), until which the row stays where it is.
  void compute(const LayerShape& shape, const std::vector<int32_t>& group_sizes, const LayerData& data, float* row);
  // Of all rows since the last call: many small matrices take little longer than one.
  void solve();

  // The row of a layer of one row per sample from its Grams over the samples, sorted by group, [samples x samples]. A
  // quantity whose side is not kSample is left out of the values: NaN. The products are those of the gradients.
  void from_sample_grams(const LayerShape& shape, const std::vector<int32_t>& group_sizes, const double* gram_a,
                         const double* gram_d, float* row);

 private:
  // Sets from groups; NaN in the row. False: there is no sample.
  bool open_row(const LayerShape& shape, const std::vector<int32_t>& group_sizes, float* row);

  // A group or, last, all samples: samples first .. first + count.
  struct Set {
    int64_t first;
    int64_t count;
  };

  // Gram over the rows of all samples, where a quantity or the gradient needs it; else null.
  const double* row_gram(const LayerShape& shape, bool adjoints, const LayerData& data, Scratch<double>& memory);
  // gram_of_columns(first, last, gram): over rows first .. last of the matrix.
  template <typename GramOfColumns>
  void row_quantity(const RowQuantity& quantity, const double* row_gram, const float* known, float* out,
                    GramOfColumns gram_of_columns);
  void gradient_by_samples(const LayerShape& shape, const double* gram_a, const double* gram_d, float* out,
                           float* products);
  void gradient_by_forming(const LayerShape& shape, const LayerData& data, float* out, float* products);
  void gradient_by_patches(const LayerShape& shape, const LayerData& data, float* out, float* products);
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
  Patches patches_;
  SpectrumSolver solver_;
  Scratch<double> row_gram_a_, row_gram_d_, gram_, block_d_, sum_, gradients_, rows_a_, rows_d_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_LAYER_SPECTRA_H_
