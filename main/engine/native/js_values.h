// Numbers between JavaScript and C++. What does not fit throws std::runtime_error.
#ifndef SPECTROSCOPE_JS_VALUES_H_
#define SPECTROSCOPE_JS_VALUES_H_

#include <node_api.h>

#include <cstdint>
#include <vector>

#include "js_call.h"
#include "layer_spectra.h"

namespace spectroscope {

int32_t to_int(napi_env env, napi_value value);
// A copy of an Int32Array.
std::vector<int32_t> to_ints(napi_env env, napi_value value);
// A copy of a Float64Array.
std::vector<double> to_doubles(napi_env env, napi_value value);
// Shapes of layers, each as so many numbers in the order of the members.
std::vector<LayerShape> to_shapes(napi_env env, napi_value value);

// Typed arrays.
napi_value to_js(napi_env env, const std::vector<int32_t>& numbers);
napi_value to_js(napi_env env, const std::vector<float>& numbers);
napi_value to_js(napi_env env, const std::vector<double>& numbers);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_JS_VALUES_H_
