#include "incident/expressions.h"

#include <algorithm>

#include "promql/parse/parser.h"

namespace firedrill::incident {

promql::Version version_of(const record::Record& record) {
  return promql::version_named(record.promql_version).value_or(promql::Version::v3);
}

std::expected<ExprRef, std::string> parsed(const record::Record& record, const std::string& text,
                                           const ExprRef& loaded) {
  const promql::Version version = version_of(record);
  if (loaded != nullptr && version != promql::Version::v2) return loaded;
  auto expression = promql::parse_text(text, {.version = version, .experimental_functions = true});
  if (!expression) return std::unexpected(std::move(expression.error().front().what));
  return *std::move(expression);
}

void parse_rules(record::Record& record) {
  for (record::RuleRecord& rule : record.rules) rule.parsed.expression = expression_of(record, rule);
}

ExprRef expression_of(const record::Record& record, const record::RuleRecord& rule) {
  return rule.parsed.expression != nullptr ? rule.parsed.expression : parsed(record, rule.expr).value_or(nullptr);
}

bool keeps_series(const promql::Expr& expression, const promql::Queryable& series) {
  const auto selectors = promql::selectors(expression);
  return selectors.empty() || std::ranges::any_of(selectors, [&](const promql::VectorSelector* selector) {
           return !series.select(selector->matchers).empty();
         });
}

}  // namespace firedrill::incident
