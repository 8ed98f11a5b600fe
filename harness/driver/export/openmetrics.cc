// The samples of a record as OpenMetrics text. Stale markers have no form there: a series that ended is seen for five
// more minutes by whoever queries what was loaded.
#include "tsdb/openmetrics.h"

#include "base/bounds/budget.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "driver/export/exports.h"
#include "driver/outputs.h"

namespace firedrill::driver::exports {
namespace {

// A text that grows is held twice while it is moved. False if that is more than may be written down.
bool counted(Budget* budget, std::size_t bytes) {
  constexpr std::int64_t kCopies = 2;
  return budget == nullptr || budget->take(Bound::record_bytes, kCopies * static_cast<std::int64_t>(bytes));
}

Result<Export> make(const ExportContext& context) {
  const tsdb::Store& store = context.loaded.series;
  const std::vector<tsdb::SeriesRef> ordered = tsdb::openmetrics_order(store);
  const std::size_t left_out = store.select({}).size() - ordered.size();
  Export result;
  std::string last;
  for (const tsdb::SeriesRef ref : ordered) {
    const model::Labels& labels = store.labels(ref);
    const std::string name(labels.metric_name());
    if (name != last) result.text += tsdb::openmetrics_type(name);
    last = name;
    const std::string metric = tsdb::openmetrics_series(labels);
    const std::size_t before = result.text.size();
    for (const model::Sample& sample : store.history(ref)) {
      if (is_stale(sample.value)) continue;
      result.text += format("{} {} {}\n", metric, format_go_f(sample.value), tsdb::openmetrics_time(sample.t));
    }
    if (!counted(store.budget(), result.text.size() - before)) return failure({store.budget()->diagnostic()});
  }
  result.text += tsdb::kOpenMetricsEnd;
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
