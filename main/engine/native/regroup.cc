#include "regroup.h"

#include <numeric>
#include <stdexcept>
#include <vector>

#include "blas.h"
#include "js_values.h"
#include "layer_spectra.h"

namespace spectroscope {
namespace {

// spectraOfSampleGrams(shape: Int32Array, groupSizes: Int32Array, gramA: Float64Array, gramD: Float64Array): Float32Array
// The Grams are [samples x samples], sorted by group; the row is that of LayerSpectra::from_sample_grams.
napi_value spectra_of_sample_grams(napi_env env, napi_callback_info info) {
  try {
    constexpr std::size_t kArguments = 4;
    napi_value arguments[kArguments] = {};
    std::size_t given = kArguments;
    require_ok(napi_get_cb_info(env, info, &given, arguments, nullptr, nullptr));
    if (given < kArguments) throw std::runtime_error("4 arguments were expected.");
    const std::vector<LayerShape> shapes = to_shapes(env, arguments[0]);
    if (shapes.size() != 1) throw std::runtime_error("The shape of one layer was expected.");
    const std::vector<int32_t> sizes = to_ints(env, arguments[1]);
    const std::vector<double> gram_a = to_doubles(env, arguments[2]);
    const std::vector<double> gram_d = to_doubles(env, arguments[3]);
    const std::size_t samples = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
    if (gram_a.size() != samples * samples || gram_d.size() != samples * samples) {
      throw std::runtime_error("The Grams do not have the samples of the groups.");
    }
    scipy_openblas_set_num_threads(1);
    std::vector<float> row(row_length(shapes[0], static_cast<int>(sizes.size())));
    LayerSpectra().from_sample_grams(shapes[0], sizes, gram_a.data(), gram_d.data(), row.data());
    return to_js(env, row);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

bool register_regroup(napi_env env, napi_value exports) {
  constexpr char kName[] = "spectraOfSampleGrams";
  napi_value function = nullptr;
  return napi_create_function(env, kName, NAPI_AUTO_LENGTH, spectra_of_sample_grams, nullptr, &function) == napi_ok &&
         napi_set_named_property(env, exports, kName, function) == napi_ok;
}

}  // namespace spectroscope
