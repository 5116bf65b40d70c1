// Adds the functions of a training step (optimizer.h, rows_functions.h, dense.h) to the binding.
#ifndef SPECTROSCOPE_STEP_FUNCTIONS_H_
#define SPECTROSCOPE_STEP_FUNCTIONS_H_

#include <node_api.h>

#include "binding/tfjs_backend.h"

namespace spectroscope {

// Whether it succeeded.
bool register_step_functions(napi_env env, napi_value exports, tfnodejs::TFJSBackend* backend);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_STEP_FUNCTIONS_H_
