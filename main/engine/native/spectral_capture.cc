#include "spectral_capture.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "binding/tf_auto_status.h"
#include "capture_thread.h"
#include "js_values.h"
#include "tensor_handles.h"
#include "tensorflow/c/eager/c_api.h"

namespace spectroscope {
namespace {

// Stands for no tensor.
constexpr int32_t kNoTensor = -1;

struct Holder {
  tfnodejs::TFJSBackend* backend;
  std::unique_ptr<CaptureThread> thread;
};

// Our own reference to the buffer of tensor `id`. On a GPU this copies it to the host.
Tensor reference_tensor(tfnodejs::TFJSBackend& backend, int32_t id, int64_t elements, const std::string& what) {
  TFE_TensorHandle* const handle = find_tensor(backend, id);
  if (handle == nullptr) throw std::runtime_error(what + ": there is no tensor " + std::to_string(id) + ".");
  tfnodejs::TF_AutoStatus status;
  Tensor tensor(TFE_TensorHandleResolve(handle, status.status));
  if (TF_GetCode(status.status) != TF_OK) throw std::runtime_error(what + ": " + TF_Message(status.status));
  if (TF_TensorType(tensor.get()) != TF_FLOAT) throw std::runtime_error(what + " must be float32.");
  const int64_t found = TF_TensorElementCount(tensor.get());
  if (found != elements) {
    throw std::runtime_error(what + " hold " + std::to_string(found) + " numbers where the plan expects " +
                             std::to_string(elements) + ".");
  }
  return tensor;
}

// Of the tensors of a layer, those that its plan needs.
LayerTensors reference_tensors(const Holder& holder, int index, int32_t activations, int32_t adjoints,
                               const std::vector<int32_t>& parts, int32_t total) {
  const LayerShape& shape = holder.thread->layers()[index];
  const std::string of_layer = " of planned layer " + std::to_string(index);
  const Side gradient = shape.gradient.side;
  const bool from_rows = gradient != Side::kNotCaptured && gradient != Side::kParts;
  const bool for_grams = holder.thread->keeps_grams() && shape.keep_grams == 1;
  LayerTensors tensors;
  const auto rows = [&](const RowQuantity& quantity, int64_t numbers, int32_t id, const char* name) -> Tensor {
    if (quantity.side == Side::kNotCaptured && !from_rows && !for_grams) return nullptr;
    return reference_tensor(*holder.backend, id, holder.thread->samples() * numbers, name + of_layer);
  };
  const int64_t adjoint_numbers = int64_t{shape.adjoints.rows_per_sample} * shape.adjoints.columns;
  tensors.activations = rows(shape.activations, shape.activation_numbers, activations, "Activations");
  tensors.adjoints = rows(shape.adjoints, adjoint_numbers, adjoints, "Adjoints");
  if (gradient != Side::kParts) return tensors;

  const std::vector<int32_t>& sizes = holder.thread->group_sizes();
  if (parts.size() != sizes.size()) throw std::runtime_error("The gradient of each group" + of_layer + " is needed.");
  const int64_t elements = int64_t{shape.gradient.rows} * shape.gradient.columns;
  for (std::size_t group = 0; group < sizes.size(); group++) {
    if ((sizes[group] == 0) != (parts[group] == kNoTensor)) {
      throw std::runtime_error("Group " + std::to_string(group) + of_layer + " has " + std::to_string(sizes[group]) +
                               " samples and " + (sizes[group] == 0 ? "a" : "no") + " gradient.");
    }
    tensors.parts.push_back(sizes[group] == 0 ? nullptr
                                              : reference_tensor(*holder.backend, parts[group], elements,
                                                                 "Group gradients" + of_layer));
  }
  if (total != kNoTensor) tensors.total = reference_tensor(*holder.backend, total, elements, "Gradients" + of_layer);
  return tensors;
}

CaptureThread& living(Holder& holder) {
  if (holder.thread == nullptr) throw std::runtime_error("The capture was disposed.");
  return *holder.thread;
}

CaptureThread& open(Holder& holder) {
  CaptureThread& thread = living(holder);
  if (!thread.is_open()) throw std::runtime_error("No step of the capture is open.");
  return thread;
}

CaptureThread& closed(Holder& holder) {
  CaptureThread& thread = living(holder);
  if (thread.is_open()) throw std::runtime_error("A step of the capture is still open.");
  return thread;
}

using Arguments = const napi_value*;

// begin(step, groupSizes: Int32Array, keepsGrams: 0 or 1)
napi_value begin(napi_env env, Holder& holder, Arguments arguments) {
  CaptureThread& thread = closed(holder);
  std::vector<int32_t> sizes = to_ints(env, arguments[1]);
  if (sizes.size() != static_cast<std::size_t>(thread.groups())) {
    throw std::runtime_error("The capture was planned for " + std::to_string(thread.groups()) + " groups, not for " +
                             std::to_string(sizes.size()) + ".");
  }
  for (const int32_t size : sizes) {
    if (size < 0) throw std::runtime_error("A group cannot have fewer than no samples.");
  }
  thread.begin(to_int(env, arguments[0]), std::move(sizes), to_int(env, arguments[2]) == 1);
  return nullptr;
}

// layer(index, activations, adjoints, parts: Int32Array, total): numbers of tensors, -1 for none
napi_value layer(napi_env env, Holder& holder, Arguments arguments) {
  CaptureThread& thread = open(holder);
  const int32_t index = to_int(env, arguments[0]);
  if (index < 0 || static_cast<std::size_t>(index) >= thread.layers().size()) {
    throw std::runtime_error("The capture has no planned layer " + std::to_string(index) + ".");
  }
  thread.layer(index, reference_tensors(holder, index, to_int(env, arguments[1]), to_int(env, arguments[2]),
                                        to_ints(env, arguments[3]), to_int(env, arguments[4])));
  return nullptr;
}

napi_value end(napi_env, Holder& holder, Arguments) {
  open(holder).end();
  return nullptr;
}

// Arrays of numbers by layer; those without numbers as null unless `with_empty`.
template <typename T>
napi_value to_list(napi_env env, const std::vector<std::vector<T>>& arrays, bool with_empty) {
  napi_value list = nullptr;
  napi_value none = nullptr;
  require_ok(napi_create_array_with_length(env, arrays.size(), &list));
  require_ok(napi_get_null(env, &none));
  for (std::size_t i = 0; i < arrays.size(); i++) {
    const napi_value array = arrays[i].empty() && !with_empty ? none : to_js(env, arrays[i]);
    require_ok(napi_set_element(env, list, static_cast<uint32_t>(i), array));
  }
  return list;
}

// collect(): { step, rows: Float32Array[], grams: (Float64Array | null)[], sampleNorms: (Float32Array | null)[] }[]
napi_value collect(napi_env env, Holder& holder, Arguments) {
  const std::vector<FinishedStep> steps = living(holder).collect();
  napi_value list = nullptr;
  require_ok(napi_create_array_with_length(env, steps.size(), &list));
  for (std::size_t i = 0; i < steps.size(); i++) {
    const LayerResults& results = steps[i].results;
    napi_value step = nullptr;
    require_ok(napi_create_object(env, &step));
    require_ok(napi_set_named_property(env, step, "step", to_js(env, steps[i].step)));
    require_ok(napi_set_named_property(env, step, "rows", to_list(env, results.rows, true)));
    require_ok(napi_set_named_property(env, step, "grams", to_list(env, results.grams, false)));
    require_ok(napi_set_named_property(env, step, "sampleNorms", to_list(env, results.sample_norms, false)));
    require_ok(napi_set_element(env, list, static_cast<uint32_t>(i), step));
  }
  return list;
}

napi_value wait(napi_env, Holder& holder, Arguments) {
  closed(holder).wait();
  return nullptr;
}

// times(): { waitedMs, busyMs }
napi_value times(napi_env env, Holder& holder, Arguments) {
  const CaptureThread& thread = living(holder);
  napi_value result = nullptr;
  require_ok(napi_create_object(env, &result));
  require_ok(napi_set_named_property(env, result, "waitedMs", to_js(env, thread.waited_ms())));
  require_ok(napi_set_named_property(env, result, "busyMs", to_js(env, thread.busy_ms())));
  return result;
}

napi_value dispose(napi_env, Holder& holder, Arguments) {
  holder.thread.reset();
  return nullptr;
}

constexpr std::size_t kMostArguments = 5;

// Calls a method with as many arguments as it may read; a C++ exception becomes a JavaScript one.
template <napi_value (*method)(napi_env, Holder&, Arguments), std::size_t wanted>
napi_value call(napi_env env, napi_callback_info info) {
  try {
    napi_value arguments[kMostArguments] = {};
    std::size_t given = kMostArguments;
    napi_value self = nullptr;
    void* holder = nullptr;
    require_ok(napi_get_cb_info(env, info, &given, arguments, &self, nullptr));
    if (given < wanted) throw std::runtime_error(std::to_string(wanted) + " arguments were expected.");
    require_ok(napi_unwrap(env, self, &holder));
    return method(env, *static_cast<Holder*>(holder), arguments);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

void finalize(napi_env, void* holder, void*) { delete static_cast<Holder*>(holder); }

// new SpectralCapture(shapes: Int32Array, groups, queuedSteps)
napi_value construct(napi_env env, napi_callback_info info) {
  try {
    napi_value arguments[3] = {};
    std::size_t given = 3;
    napi_value self = nullptr;
    void* backend = nullptr;
    require_ok(napi_get_cb_info(env, info, &given, arguments, &self, &backend));
    if (given < 3) throw std::runtime_error("3 arguments were expected.");
    std::vector<LayerShape> layers = to_shapes(env, arguments[0]);
    const int32_t groups = to_int(env, arguments[1]);
    const int32_t queued_steps = to_int(env, arguments[2]);
    if (groups < 1 || queued_steps < 1) throw std::runtime_error("At least one group and one queued step are needed.");
    auto holder = std::make_unique<Holder>(Holder{
        static_cast<tfnodejs::TFJSBackend*>(backend),
        std::make_unique<CaptureThread>(std::move(layers), groups, queued_steps),
    });
    require_ok(napi_wrap(env, self, holder.get(), finalize, nullptr, nullptr));
    holder.release();
    return self;
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

bool register_spectral_capture(napi_env env, napi_value exports, tfnodejs::TFJSBackend* backend) {
  const auto method = [](const char* name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr, nullptr, napi_default, nullptr};
  };
  const napi_property_descriptor methods[] = {
      method("begin", call<begin, 3>),     method("layer", call<layer, 5>), method("end", call<end, 0>),
      method("collect", call<collect, 0>), method("wait", call<wait, 0>),   method("times", call<times, 0>),
      method("dispose", call<dispose, 0>),
  };
  constexpr char kName[] = "SpectralCapture";
  napi_value type = nullptr;
  return napi_define_class(env, kName, NAPI_AUTO_LENGTH, construct, backend, sizeof(methods) / sizeof(methods[0]),
                           methods, &type) == napi_ok &&
         napi_set_named_property(env, exports, kName, type) == napi_ok;
}

}  // namespace spectroscope
