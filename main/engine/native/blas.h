// The routines of OpenBLAS and LAPACK that spectra need, as `scipy-openblas32` exports them (prefix `scipy_`, 32-bit
// integers). Declared here so that a build needs the library alone.
#ifndef SPECTROSCOPE_BLAS_H_
#define SPECTROSCOPE_BLAS_H_

#include <cstddef>

extern "C" {
void scipy_openblas_set_num_threads(int threads);

// C = alpha A A' + beta C (or A' A), one triangle.
void scipy_cblas_dsyrk(int order, int triangle, int transpose, int n, int k, double alpha, const double* a, int lda,
                       double beta, double* c, int ldc);
// C = alpha op(A) op(B) + beta C.
void scipy_cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double* a,
                       int lda, const double* b, int ldb, double beta, double* c, int ldc);
void scipy_cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float* a,
                       int lda, const float* b, int ldb, float beta, float* c, int ldc);
// B = alpha op(A) B or alpha B op(A), A triangular.
void scipy_cblas_dtrmm(int order, int side, int triangle, int transpose, int diagonal, int m, int n, double alpha,
                       const double* a, int lda, double* b, int ldb);
// Cholesky factor of a semidefinite matrix with complete pivoting.
void scipy_dpstrf_(const char* triangle, const int* n, double* a, const int* lda, int* pivots, int* rank,
                   const double* tolerance, double* work, int* info, std::size_t triangle_length);
// Reduction of a symmetric matrix to tridiagonal form.
void scipy_dsytrd_(const char* triangle, const int* n, double* a, const int* lda, double* diagonal,
                   double* off_diagonal, double* tau, double* work, const int* lwork, int* info,
                   std::size_t triangle_length);
// Eigenvalues of a tridiagonal matrix, in place of its diagonal, ascending.
void scipy_dsterf_(const int* n, double* diagonal, double* off_diagonal, int* info);
}

namespace spectroscope {

enum Cblas {
  kRowMajor = 101,
  kNoTranspose = 111,
  kTranspose = 112,
  kUpper = 121,
  kLower = 122,
  kNonUnit = 131,
  kLeft = 141,
  kRight = 142,
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_BLAS_H_
