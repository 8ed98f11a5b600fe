#include "incident/alerts/paging.h"

#include <utility>

#include "base/text/format.h"
#include "promql/parse/parser.h"

namespace firedrill::incident {
namespace {

// PromQL asks for a matcher that does not match the empty text beside this one: the name stands in for it.
constexpr std::string_view kName = "alert";
// And this one stands behind what is given, so that a text which closes the braces itself is seen.
constexpr std::string_view kEnd = "firedrill_end";

}  // namespace

std::expected<model::Matcher, std::string> parse_paging_matcher(std::string_view text) {
  constexpr std::string_view kForm = R"(expected a matcher such as severity=~"critical|page")";
  const auto parsed = promql::parse_text(format(R"({}{{{},{}="end"}})", kName, text, kEnd), {});
  if (!parsed) return std::unexpected(std::string(kForm));
  const auto selectors = promql::selectors(**parsed);
  if (selectors.size() != 1 || selectors.front() != parsed->get()) return std::unexpected(std::string(kForm));
  // The one that is meant, the one behind it, and the name.
  const std::vector<model::Matcher>& matchers = selectors.front()->matchers;
  if (matchers.size() != 3 || matchers[1].name() != kEnd) return std::unexpected(std::string(kForm));
  return matchers.front();
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
