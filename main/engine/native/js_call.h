// What both bindings say to Node. A call that Node refuses throws std::runtime_error.
#ifndef SPECTROSCOPE_JS_CALL_H_
#define SPECTROSCOPE_JS_CALL_H_

#include <node_api.h>

#include <stdexcept>
#include <string>

namespace spectroscope {

inline void require_ok(napi_status status) {
  if (status != napi_ok) throw std::runtime_error("Node-API refused a call (status " + std::to_string(status) + ").");
}

inline napi_value to_js(napi_env env, double number) {
  napi_value value = nullptr;
  require_ok(napi_create_double(env, number, &value));
  return value;
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_JS_CALL_H_
