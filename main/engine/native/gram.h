// Gram matrices in float64 of matrices stored by rows.
#ifndef SPECTROSCOPE_GRAM_H_
#define SPECTROSCOPE_GRAM_H_

#include <cstdint>

#include "scratch.h"

namespace spectroscope {

// Copies the lower triangle of K [order x order] to the upper one.
void mirror_lower(double* k, int order);

class GramBuilder {
 public:
  // K = X X', X [rows x columns], K [rows x rows], both triangles.
  void of_rows(const float* x, int rows, int64_t columns, double* k);
  void of_rows(const double* x, int rows, int64_t columns, double* k);

  // K = X'X, X [rows x columns], K [columns x columns], the lower triangle at least.
  void of_columns(const float* x, int64_t rows, int columns, double* k);
  void of_columns(const double* x, int64_t rows, int columns, double* k);

 private:
  template <typename T>
  void over_rows(const T* x, int rows, int64_t columns, double* k);
  template <typename T>
  void over_columns(const T* x, int64_t rows, int columns, double* k);

  Scratch<double> panel_, padded_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_GRAM_H_
