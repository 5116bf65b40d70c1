#include "step_functions.h"

#include "convolution.h"
#include "dense.h"
#include "optimizer.h"
#include "rows_functions.h"
#include "tensor_call.h"

namespace spectroscope {

bool register_step_functions(napi_env env, napi_value exports, tfnodejs::TFJSBackend* backend) {
  const auto function = [backend](const char* name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr, nullptr, napi_enumerable, backend};
  };
  const napi_property_descriptor functions[] = {
      function("updateParameters", called<update_parameters>),
      function("ownTensor", called<own_tensor>),
      function("addBias", called<add_bias_in_place>),
      function("biasGradient", called<bias_gradient>),
      function("layerNorm", called<layer_norm>),
      function("layerNormGradient", called<layer_norm_gradient>),
      function("gelu", called<gelu>),
      function("geluGradient", called<gelu_gradient>),
      function("dropoutMask", called<dropout_mask>),
      function("sumOf", called<sum_of>),
      function("filterGradients", called<filter_gradients>),
      function("convolve", called<convolve>),
      function("convolveBack", called<convolve_back>),
      function("dense", called<dense>),
      function("denseInputGradient", called<dense_input_gradient>),
      function("denseWeightGradient", called<dense_weight_gradient>),
  };
  return napi_define_properties(env, exports, sizeof(functions) / sizeof(functions[0]), functions) == napi_ok;
}

}  // namespace spectroscope
