#include "console/prometheus_api/answers.h"

#include <charconv>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/api_json.h"

namespace firedrill::console {
namespace {

struct FaultRow {
  ApiFault fault;
  std::string_view type;
  int status;
};
constexpr FaultRow kFaults[] = {{ApiFault::bad_data, "bad_data", 400},
                                {ApiFault::execution, "execution", 422},
                                {ApiFault::timeout, "timeout", 503},
                                {ApiFault::internal, "internal", 500},
                                {ApiFault::not_found, "not_found", 404}};

}  // namespace

http::Response json_response(int status, std::string body) {
  return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

http::Response api_fault(ApiFault fault, std::string_view what) {
  for (const FaultRow& row : kFaults) {
    if (row.fault == fault) return json_response(row.status, promql::api_error(row.type, what));
  }
  return json_response(500, promql::api_error("internal", what));
}

http::Response api_data(json::value data, const std::vector<std::string>& warnings) {
  json::object answer{{"status", "success"}, {"data", std::move(data)}};
  if (!warnings.empty()) answer["warnings"] = json::array(warnings.begin(), warnings.end());
  std::string body = write_json(answer, JsonStyle::compact);
  if (body.ends_with('\n')) body.pop_back();
  return json_response(200, std::move(body));
}

json::object labels_json(const model::Labels& labels) {
  json::object out;
  for (const model::Label& label : labels) out[label.name] = label.value;
  return out;
}

json::object texts_json(const std::vector<model::Label>& texts) {
  json::object out;
  for (const model::Label& text : texts) out[text.name] = text.value;
  return out;
}

std::string go_time(Time t) {
  std::string out = format_instant(t);
  if (!out.ends_with("Z")) return out;
  out.pop_back();
  while (out.ends_with('0')) out.pop_back();
  if (out.ends_with('.')) out.pop_back();
  return out + "Z";
}

std::string go_exponent(double value) {
  if (maths::is_nan(value) || maths::is_inf(value)) return format_go_f(value);
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  return std::string(text, end);
}

}  // namespace firedrill::console
