// Results in the form of Prometheus's HTTP API (web/api/v1/api.go and json_codec.go, util/jsonutil/marshal.go): what
// /api/v1/query and /api/v1/query_range answer, byte for byte but for the order of an instant vector's samples, which
// Prometheus leaves open, too.
#pragma once

#include <string>
#include <string_view>

#include "promql/value.h"

namespace firedrill::promql {

// A sample's value as the API writes it: shortest digits, no exponent between 1e-6 and 1e21. (A scalar has none at
// all.)
std::string api_number(double value);
// Unix seconds, with three decimals if it is no whole second.
std::string api_time(Time t);

// {"status":"success","data":{…}}; `t` is the time of scalars, strings and vectors.
std::string api_success(const Value& value, Time t, const Annotations& annotations);
// {"status":"error","errorType":"bad_data","error":…}
std::string api_error(std::string_view type, std::string_view what);

}  // namespace firedrill::promql
