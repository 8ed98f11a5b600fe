#include "promql/api_json.h"

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/numbers.h"

namespace firedrill::promql {
namespace {

std::string text(std::string_view value) {
  return "\"" + escape_json(value) + "\"";
}

std::string point(Time t, std::string_view quoted) {
  return format("[{},{}]", api_time(t), quoted);
}

std::string number(double value) {
  return "\"" + api_number(value) + "\"";
}

std::string metric(const model::Labels& labels) {
  std::string out = "{";
  for (const model::Label& label : labels) {
    if (out.size() > 1) out += ',';
    out += text(label.name) + ":" + text(label.value);
  }
  return out + "}";
}

// The one number that never has an exponent.
std::string result(const Scalar& scalar, Time t) {
  return point(t, text(format_go_f(scalar.value)));
}
std::string result(const String& string, Time t) {
  return point(t, text(string.value));
}

std::string result(const Vector& vector, Time t) {
  std::string out = "[";
  for (const VectorSample& sample : vector) {
    if (out.size() > 1) out += ',';
    out += format("{{\"metric\":{},\"value\":{}}}", metric(sample.labels), point(t, number(sample.value)));
  }
  return out + "]";
}

std::string result(const Matrix& matrix, Time) {
  std::string out = "[";
  for (const Series& series : matrix) {
    if (out.size() > 1) out += ',';
    out += format("{{\"metric\":{},\"values\":[", metric(series.labels));
    for (std::size_t i = 0; i < series.samples.size(); ++i) {
      if (i > 0) out += ',';
      out += point(series.samples[i].t, number(series.samples[i].value));
    }
    out += "]}";
  }
  return out + "]";
}

struct TypeName {
  std::string_view operator()(const Scalar&) const { return "scalar"; }
  std::string_view operator()(const Vector&) const { return "vector"; }
  std::string_view operator()(const Matrix&) const { return "matrix"; }
  std::string_view operator()(const String&) const { return "string"; }
};

// Left out if there are none.
std::string list(std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ",") + text(each);
  return format(",\"{}\":[{}]", name, out);
}

}  // namespace

std::string api_number(double value) {
  const double size = value < 0 ? -value : value;
  const bool exponent = !maths::is_nan(value) && !maths::is_inf(value) && size != 0 && (size < 1e-6 || size >= 1e21);
  // The two agree where both use an exponent.
  return exponent ? format_go_g(value) : format_go_f(value);
}

std::string api_time(Time t) {
  const std::int64_t ms = t.time_since_epoch().count();
  const std::int64_t size = ms < 0 ? -ms : ms;
  std::string out = format("{}{}", ms < 0 ? "-" : "", size / 1000);
  if (size % 1000 != 0) out += format(".{:03}", size % 1000);
  return out;
}

std::string api_success(const Value& value, Time t, const Annotations& annotations) {
  return format("{{\"status\":\"success\",\"data\":{{\"resultType\":\"{}\",\"result\":{}}}{}{}}}",
                std::visit(TypeName(), value), std::visit([&](const auto& each) { return result(each, t); }, value),
                list("warnings", annotations.warnings), list("infos", annotations.infos));
}

std::string api_error(std::string_view type, std::string_view what) {
  return format("{{\"status\":\"error\",\"errorType\":{},\"error\":{}}}", text(type), text(what));
}

}  // namespace firedrill::promql
