#include "ruletest/evidence.h"

#include <map>
#include <set>

#include "promql/printer.h"

namespace firedrill::ruletest {
namespace {

constexpr std::size_t kExpressions = 8;
constexpr std::size_t kSeriesOfOne = 4;

// What has a value at an instant that is not plain from the text.
bool is_telling(const promql::Expr& expr) {
  if (expr.kind == promql::Kind::number || expr.kind == promql::Kind::string || expr.kind == promql::Kind::paren) {
    return false;
  }
  return expr.type == promql::ValueType::vector || expr.type == promql::ValueType::scalar;
}

using Rows = std::map<model::Labels, std::vector<std::optional<double>>>;

void record(Rows& rows, const model::Labels& labels, double value, std::size_t column, std::size_t columns) {
  auto& row = rows[labels];
  row.resize(columns);
  row[column] = value;
}

Rows rows_of(promql::Query& query, const std::vector<Time>& times) {
  Rows rows;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto value = query.at(times[i]);
    if (!value) continue;
    if (const auto* scalar = std::get_if<promql::Scalar>(&*value)) record(rows, {}, scalar->value, i, times.size());
    if (const auto* vector = std::get_if<promql::Vector>(&*value)) {
      for (const promql::VectorSample& sample : *vector) record(rows, sample.labels, sample.value, i, times.size());
    }
  }
  return rows;
}

}  // namespace

void add_evidence(const std::shared_ptr<const promql::Expr>& expression, const promql::Queryable& data,
                  const promql::Options& options, const EvidencePlan& plan, Evidence& evidence) {
  evidence.at = plan.at;
  evidence.times.clear();
  for (const Time t : plan.times) evidence.times.push_back(t - plan.start);
  std::set<std::string> shown;
  for (const EvidenceRow& row : evidence.rows) shown.insert(row.expression);
  std::vector<const promql::Expr*> parts;
  promql::walk(*expression, [&](const promql::Expr& part) {
    if (is_telling(part) && parts.size() < 64) parts.push_back(&part);
  });
  for (const promql::Expr* part : parts) {
    std::string text = promql::print(*part);
    if (shown.contains(text)) continue;
    if (shown.size() >= kExpressions) {
      ++evidence.hidden;
      continue;
    }
    promql::Query query(std::shared_ptr<const promql::Expr>(expression, part), data, options);
    const Rows rows = rows_of(query, plan.times);
    std::size_t count = 0;
    for (const auto& [labels, values] : rows) {
      if (++count > kSeriesOfOne) break;
      evidence.rows.push_back({text, labels.empty() ? std::string() : labels.to_string(), values});
    }
    if (rows.empty()) evidence.rows.push_back({text, {}, std::vector<std::optional<double>>(plan.times.size())});
    if (rows.size() > kSeriesOfOne) evidence.hidden += rows.size() - kSeriesOfOne;
    shown.insert(std::move(text));
  }
}

}  // namespace firedrill::ruletest
