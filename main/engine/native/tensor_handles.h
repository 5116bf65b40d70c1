// Tensors of tfjs-node by their number. tfjs-node keeps them in a private map without an accessor; the standard lets an
// explicit instantiation name a private member ([temp.spec.general]/6), which is the way in without a changed copy of
// its sources. A release that renames the map fails to compile here, and nowhere else.
#ifndef SPECTROSCOPE_TENSOR_HANDLES_H_
#define SPECTROSCOPE_TENSOR_HANDLES_H_

#include <cstdint>
#include <unordered_map>

#include "binding/tfjs_backend.h"

namespace spectroscope {

using TensorHandles = std::unordered_map<int32_t, TFE_TensorHandle*>;
using TensorHandlesMember = TensorHandles tfnodejs::TFJSBackend::*;

TensorHandlesMember tensor_handles_member();

template <TensorHandlesMember member>
struct TensorHandlesAccess {
  friend TensorHandlesMember tensor_handles_member() { return member; }
};
template struct TensorHandlesAccess<&tfnodejs::TFJSBackend::tfe_handle_map_>;

// The handle of tensor `id`, borrowed; null when there is none.
inline TFE_TensorHandle* find_tensor(tfnodejs::TFJSBackend& backend, int32_t id) {
  const TensorHandles& handles = backend.*tensor_handles_member();
  const auto found = handles.find(id);
  return found == handles.end() ? nullptr : found->second;
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_TENSOR_HANDLES_H_
