// tfjs-node's own binding, unchanged, with the spectral capture and layers over time beside its functions. Its source
// registers the module by a macro at its end; that macro is emptied while it is included, and the module is registered
// here.
#include <node_api.h>

#undef NAPI_MODULE
#define NAPI_MODULE(name, initialise)
#include "binding/tfjs_binding.cc"

#include "permutations.h"
#include "regroup.h"
#include "sequence_functions.h"
#include "spectral_capture.h"
#include "step_functions.h"

NAPI_MODULE_INIT() {
  const napi_value filled = tfnodejs::InitTFNodeJSBinding(env, exports);
  tfnodejs::TFJSBackend* const backend = filled == nullptr ? nullptr : tfnodejs::GetTFJSBackend(env);
  if (backend == nullptr) return nullptr;
  spectroscope::register_spectral_capture(env, exports, backend);
  spectroscope::register_regroup(env, exports);
  spectroscope::register_permutations(env, exports);
  spectroscope::register_sequence_functions(env, exports, backend);
  spectroscope::register_step_functions(env, exports, backend);
  return exports;
}
