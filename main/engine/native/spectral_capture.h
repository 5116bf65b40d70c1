// CaptureThread as the JavaScript class SpectralCapture.
#ifndef SPECTROSCOPE_SPECTRAL_CAPTURE_H_
#define SPECTROSCOPE_SPECTRAL_CAPTURE_H_

#include <node_api.h>

#include "binding/tfjs_backend.h"

namespace spectroscope {

// Adds the class to `exports`. `backend` is tfjs-node's, which outlives the module's objects.
// Returns false when a JavaScript exception is pending.
bool register_spectral_capture(napi_env env, napi_value exports, tfnodejs::TFJSBackend* backend);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SPECTRAL_CAPTURE_H_
