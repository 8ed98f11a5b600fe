#include "incident/queries.h"

#include <algorithm>

#include "promql/engine.h"
#include "promql/parse/parser.h"

namespace firedrill::incident {
using namespace record;
namespace {

QueryRecord evaluate(const NamedExpression& query, const Record& record, const promql::Queryable& series) {
  QueryRecord out{query.name, query.expr, record.judged_to, {}, {}, {}, {}};
  const promql::Version version = record.promql_version == "2" ? promql::Version::v2 : promql::Version::v3;
  auto parsed = promql::parse_text(query.expr, {.version = version});
  if (!parsed) {
    out.error = parsed.error().front().what;
    return out;
  }
  const Duration run = record.judged_to - record.started;
  if (const auto reach = promql::Query::reach(**parsed, {.version = version}); reach && *reach > run) {
    out.looks_back = *reach;
    out.covered = run;
  }
  auto value = promql::Query(*parsed, series, {.version = version}).at(record.judged_to);
  if (!value) {
    out.error = value.error();
  } else if (const auto* scalar = std::get_if<promql::Scalar>(&*value)) {
    out.values.push_back({{}, scalar->value});
  } else if (const auto* vector = std::get_if<promql::Vector>(&*value)) {
    for (const auto& sample : *vector) out.values.push_back({sample.labels, sample.value});
    std::ranges::sort(out.values, {}, &QueryValue::labels);
  } else {
    out.error = "it gives neither an instant vector nor a scalar";
  }
  return out;
}

}  // namespace

std::vector<QueryRecord> evaluate_queries(const Record& record, const promql::Queryable& series) {
  std::vector<QueryRecord> out;
  for (const NamedExpression& query : record.declared.queries) out.push_back(evaluate(query, record, series));
  return out;
}

}  // namespace firedrill::incident
