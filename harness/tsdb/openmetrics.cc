#include "tsdb/openmetrics.h"

#include <map>
#include <utility>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "tsdb/series_file.h"

namespace firedrill::tsdb {
namespace {

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string label_name(const std::string& name) {
  return model::is_legacy_label_name(name) ? name : "\"" + escaped(name) + "\"";
}

}  // namespace

std::string openmetrics_series(const model::Labels& labels) {
  const std::string name(labels.metric_name());
  const bool classic = model::is_legacy_metric_name(name);
  std::string inside = classic ? "" : "\"" + escaped(name) + "\"";
  for (const model::Label& label : labels) {
    if (label.name == model::kMetricName) continue;
    if (!inside.empty()) inside += ',';
    inside += format("{}=\"{}\"", label_name(label.name), escaped(label.value));
  }
  if (inside.empty()) return name;
  return format("{}{{{}}}", classic ? name : "", inside);
}

// Prometheus computes a float of seconds times 1000 and cuts off what is behind the point (model/textparse/
// openmetricsparse.go): where that would lose a millisecond, a fourth decimal makes up for it.
std::string openmetrics_time(Time t) {
  const std::int64_t ms = t.time_since_epoch().count();
  const std::string sign = ms < 0 ? "-" : "";
  const std::uint64_t size = ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
  std::string text = format("{}{}", sign, size / 1000);
  if (size % 1000 != 0) text += format(".{:03}", size % 1000);
  // A float has no milliseconds any more, and its thousandfold may be no integer of 64 bits.
  constexpr std::uint64_t kWholeInFloats = std::uint64_t{1} << 53;
  if (size > kWholeInFloats) return text;
  const auto read = [](const std::string& written) {
    return static_cast<std::int64_t>(parse_float(written).value_or(0) * 1000);
  };
  return read(text) == ms ? text : text + "1";
}

std::string openmetrics_type(const std::string& metric) {
  return format("# TYPE {} unknown\n", openmetrics_series({{"__name__", metric}}));
}

std::vector<SeriesRef> openmetrics_order(const Store& store) {
  std::map<std::pair<std::string, model::Labels>, SeriesRef> ordered;
  for (const SeriesRef ref : store.select({})) {
    const model::Labels& labels = store.labels(ref);
    if (has_samples(store, ref)) ordered.emplace(std::pair(std::string(labels.metric_name()), labels), ref);
  }
  std::vector<SeriesRef> out;
  for (const auto& [key, ref] : ordered) out.push_back(ref);
  return out;
}

}  // namespace firedrill::tsdb
