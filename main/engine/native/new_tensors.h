// Gives tfjs-node's backend a tensor that native code made. Its function for that is private: see tensor_handles.h for
// the way in.
#ifndef SPECTROSCOPE_NEW_TENSORS_H_
#define SPECTROSCOPE_NEW_TENSORS_H_

#include <cstdint>

#include "binding/tfjs_backend.h"

namespace spectroscope {

using InsertHandleMember = int32_t (tfnodejs::TFJSBackend::*)(TFE_TensorHandle*);

InsertHandleMember insert_handle_member();

template <InsertHandleMember member>
struct InsertHandleAccess {
  friend InsertHandleMember insert_handle_member() { return member; }
};
template struct InsertHandleAccess<&tfnodejs::TFJSBackend::InsertHandle>;

// The number of `handle`, which the backend owns from now on.
inline int32_t insert_tensor(tfnodejs::TFJSBackend& backend, TFE_TensorHandle* handle) {
  return (backend.*insert_handle_member())(handle);
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_NEW_TENSORS_H_
