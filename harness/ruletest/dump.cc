#include "ruletest/dump.h"

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "template/values/go_time.h"

namespace firedrill::ruletest {

std::string dump_samples(const promql::Queryable& data, const promql::Options& options, Time start, Duration last) {
  const Duration range = last - last % 1s + 1s;
  const auto parsed = promql::parse_text(format("{{__name__=~\".+\"}}[{}]", format_duration(range)), {});
  if (!parsed) return {};
  promql::Query query(*parsed, data, options);
  const auto value = query.at(start + range);
  if (!value) return format("DEBUG: Failed executing the query of all data: {}\n", printable(value.error()));
  std::string out = format("DEBUG: Dump of all data (input_series and rules) at {}:\n",
                           templates::go_duration(range.count() * 1'000'000));
  const auto& matrix = std::get<promql::Matrix>(*value);
  for (const promql::Series& series : matrix) {
    out += printable(series.labels.to_string()) + " =>\n";
    for (const model::Sample& sample : series.samples) {
      out += format("{} @[{}]\n", format_go_f(sample.value), sample.t.time_since_epoch().count());
    }
  }
  return out;
}

}  // namespace firedrill::ruletest
