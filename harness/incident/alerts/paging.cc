#include "incident/alerts/paging.h"

#include <utility>

#include "promql/parse/parser.h"

namespace firedrill::incident {
namespace {

// PromQL asks for a matcher that does not match the empty text beside this one: the name stands in for it.
constexpr std::string_view kName = "alert";

}  // namespace

std::expected<model::Matcher, std::string> parse_paging_matcher(std::string_view text) {
  const auto parsed = promql::parse_text(std::string(kName) + "{" + std::string(text) + "}", {});
  constexpr std::string_view kForm = R"(expected a matcher such as severity=~"critical|page")";
  if (!parsed) return std::unexpected(std::string(kForm));
  const auto selectors = promql::selectors(**parsed);
  if (selectors.size() != 1 || selectors.front() != parsed->get() || selectors.front()->matchers.size() != 2) {
    return std::unexpected(std::string(kForm));
  }
  for (const model::Matcher& matcher : selectors.front()->matchers) {
    if (matcher.name() != model::kMetricName) return matcher;
  }
  return std::unexpected(std::string(kForm));
}

std::vector<model::Matcher> paging_matchers(const record::Criteria& declared) {
  std::vector<model::Matcher> matchers;
  for (const std::string& text : declared.paging) {
    auto matcher = parse_paging_matcher(text);
    if (!matcher) return {*model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, "nothing")};
    matchers.push_back(std::move(*matcher));
  }
  return matchers;
}

}  // namespace firedrill::incident
