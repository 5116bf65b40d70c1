// Spectra from sample Grams that were kept, for JavaScript.
#ifndef SPECTROSCOPE_REGROUP_H_
#define SPECTROSCOPE_REGROUP_H_

#include <node_api.h>

namespace spectroscope {

// Adds the function `spectraOfSampleGrams` to what the binding exports. False: Node-API refused.
bool register_regroup(napi_env env, napi_value exports);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_REGROUP_H_
