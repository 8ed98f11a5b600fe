// Answers of Prometheus's API: its JSON, and the status for each kind of error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "base/time.h"
#include "http/message.h"
#include "model/labels.h"

namespace firedrill::console {

enum class ApiFault { bad_data, execution, timeout, internal, not_found };

http::Response api_fault(ApiFault fault, std::string_view what);
// {"status":"success","data":…}
http::Response api_data(json::value data, const std::vector<std::string>& warnings = {});
http::Response json_response(int status, std::string body);

json::object labels_json(const model::Labels& labels);
// Labels or annotations as they are written: of one name that is there twice the last.
json::object texts_json(const std::vector<model::Label>& texts);
// Go's RFC3339Nano: no more digits of a second's fraction than there are.
std::string go_time(Time t);
// strconv.FormatFloat(v, 'e', -1, 64), the form of an alert's value.
std::string go_exponent(double value);

inline constexpr std::string_view kTruncated = "results truncated due to limit";
// What Go's zero time prints as: it never was.
inline constexpr std::string_view kNever = "0001-01-01T00:00:00Z";

}  // namespace firedrill::console
