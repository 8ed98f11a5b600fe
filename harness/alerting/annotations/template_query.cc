#include "alerting/annotations/template_query.h"

#include <algorithm>
#include <string_view>

#include "base/text/format.h"
#include "promql/parse/parser.h"

namespace firedrill::alerting {
namespace {

// Expressions made from labels are as many as there are label sets; beyond this they are prepared again.
constexpr std::size_t kMaxPrepared = 1000;

std::string in_prometheus_words(std::string_view expression, const promql::ParseError& error, promql::Version version) {
  if (expression.empty() && version != promql::Version::v2) return "unknown position: parse error: " + error.what;
  const std::string_view before = expression.substr(0, error.where.begin);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return format("{}:{}: parse error: {}", 1 + std::ranges::count(before, '\n'), column, error.what);
}

}  // namespace

std::expected<promql::Vector, std::string> TemplateQuery::operator()(const std::string& expression, Time t) {
  if (at_ != t) read_ = 0;
  at_ = t;
  if (read_ > options_.max_read) return std::unexpected("the queries of the templates read too many samples together");
  auto it = prepared_.find(expression);
  if (it == prepared_.end()) {
    auto parsed = promql::parse_text(expression, options_.parsing());
    if (!parsed) return std::unexpected(in_prometheus_words(expression, parsed.error().front(), options_.version));
    if (prepared_.size() >= kMaxPrepared) prepared_.clear();
    it = prepared_.emplace(expression, promql::Query(std::move(*parsed), data_, options_)).first;
  }
  auto value = it->second.at(t);
  read_ += it->second.samples_read() + 1;
  if (!value) return std::unexpected(value.error());
  if (auto* vector = std::get_if<promql::Vector>(&*value)) return std::move(*vector);
  if (const auto* scalar = std::get_if<promql::Scalar>(&*value)) return promql::Vector{{{}, scalar->value}};
  return std::unexpected("rule result is not a vector or scalar");
}

}  // namespace firedrill::alerting
