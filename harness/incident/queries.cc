#include "incident/queries.h"

#include <algorithm>

#include "incident/expressions.h"
#include "promql/engine.h"

namespace firedrill::incident {
using namespace record;
namespace {

QueryRecord evaluate(const NamedExpression& query, const Record& record, const promql::Queryable& series) {
  QueryRecord out{query.name, query.expr, record.judged_to, {}, {}, {}, {}};
  const promql::Version version = version_of(record);
  const auto expression = parsed(record, query.expr, query.expression);
  if (!expression) {
    out.error = expression.error();
    return out;
  }
  const Duration run = record.judged_to - record.watched_from();
  if (const auto reach = promql::Query::reach(**expression, {.version = version}); reach && *reach > run) {
    out.looks_back = *reach;
    out.covered = run;
  }
  auto value = promql::Query(*expression, series, {.version = version}).at(record.judged_to);
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
