// LSTM, GRU and attention (recurrent.h, attention.h) as JavaScript functions on tensors.
#ifndef SPECTROSCOPE_SEQUENCE_FUNCTIONS_H_
#define SPECTROSCOPE_SEQUENCE_FUNCTIONS_H_

#include <node_api.h>

#include "binding/tfjs_backend.h"

namespace spectroscope {

// Adds recurrentForward, recurrentBackward, attentionForward and attentionBackward to `exports`: each takes an Int32Array
// of sizes and one of tensor numbers, and returns an Int32Array of the numbers of new tensors. Tensors must be float32 in
// the memory of the host. Returns false when a JavaScript exception is pending.
bool register_sequence_functions(napi_env env, napi_value exports, tfnodejs::TFJSBackend* backend);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SEQUENCE_FUNCTIONS_H_
