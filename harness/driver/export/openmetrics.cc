// The samples of a record as OpenMetrics text. Stale markers have no form there: a series that ended is seen for five
// more minutes by whoever queries what was loaded.
#include <algorithm>
#include <map>

#include "base/bounds/budget.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "driver/export/exports.h"
#include "driver/outputs.h"
#include "tsdb/series_file.h"

namespace firedrill::driver::exports {
namespace {

// Prometheus computes a float of seconds times 1000 and cuts off what is behind the point (model/textparse/
// openmetricsparse.go): where that would lose a millisecond, a fourth decimal makes up for it.
std::string seconds_text(Time t) {
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

// up{job="a"} or, with a name that is not one of the classic ones, {"my.metric",job="a"}.
std::string metric_text(const model::Labels& labels) {
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

// A text that grows is held twice while it is moved. False if that is more than may be written down.
bool counted(Budget* budget, std::size_t bytes) {
  constexpr std::int64_t kCopies = 2;
  return budget == nullptr || budget->take(Bound::record_bytes, kCopies * static_cast<std::int64_t>(bytes));
}

Result<Export> make(const ExportContext& context) {
  const tsdb::Store& store = context.loaded.series;
  // A metric's series stand together.
  std::map<std::pair<std::string, model::Labels>, tsdb::SeriesRef> ordered;
  std::size_t left_out = 0;
  for (const tsdb::SeriesRef ref : store.select({})) {
    const model::Labels& labels = store.labels(ref);
    if (!tsdb::has_samples(store, ref)) {
      ++left_out;
    } else {
      ordered.emplace(std::pair(std::string(labels.metric_name()), labels), ref);
    }
  }
  Export result;
  std::string last;
  for (const auto& [key, ref] : ordered) {
    if (key.first != last) result.text += format("# TYPE {} unknown\n", metric_text({{"__name__", key.first}}));
    last = key.first;
    const std::string metric = metric_text(key.second);
    const std::size_t before = result.text.size();
    for (const model::Sample& sample : store.history(ref)) {
      if (is_stale(sample.value)) continue;
      result.text += format("{} {} {}\n", metric, format_go_f(sample.value), seconds_text(sample.t));
    }
    if (!counted(store.budget(), result.text.size() - before)) return failure({store.budget()->diagnostic()});
  }
  result.text += "# EOF\n";
  result.note = format("{} series", ordered.size());
  if (left_out > 0) {
    result.note +=
        format(", and {} that the record does not hold; `firedrill run --keep all` keeps everything", left_out);
  }
  return result;
}

}  // namespace

ExportKind openmetrics() {
  return {.name = "openmetrics",
          .doc =
              "The kept samples as OpenMetrics, which `promtool tsdb create-blocks-from openmetrics` loads, for "
              "Prometheus and Grafana.",
          .make = make};
}

}  // namespace firedrill::driver::exports
