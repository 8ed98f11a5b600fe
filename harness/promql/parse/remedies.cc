#include "promql/parse/remedies.h"

#include <algorithm>
#include <vector>

#include "base/diagnostic.h"
#include "base/text/format.h"
#include "promql/functions/functions.h"

namespace firedrill::promql {
namespace {

// The text in the last pair of double quotes.
std::string_view quoted(std::string_view error) {
  const std::size_t end = error.rfind('"');
  if (end == std::string_view::npos || end == 0) return {};
  const std::size_t begin = error.rfind('"', end - 1);
  return begin == std::string_view::npos ? std::string_view() : error.substr(begin + 1, end - begin - 1);
}

std::string nearest_function(std::string_view name) {
  std::vector<std::string> names;
  for (const Function& function : functions()) names.emplace_back(function.name);
  for (int op = 0; op <= static_cast<int>(AggregateOp::limit_ratio); ++op) {
    names.emplace_back(to_string(static_cast<AggregateOp>(op)));
  }
  const std::string near = nearest(name, names);
  return near.empty() ? "`firedrill list functions` names all of them" : format("did you mean '{}'?", near);
}

}  // namespace

std::string remedy_for(std::string_view error) {
  if (error.starts_with("unknown function")) return nearest_function(quoted(error));
  if (error.starts_with("unclosed left parenthesis")) return "add the missing `)`";
  if (error.starts_with("unexpected end of input")) return "the expression stops too early; complete it";
  if (error.ends_with(" in @, expected timestamp")) {
    return "`@` takes a time in seconds, start() or end(); nothing is calculated behind it, as it is in ranges, "
           "subqueries "
           "and behind `offset`";
  }
  if (error.contains("regexp"))
    return "expected a regular expression of RE2's: https://github.com/google/re2/wiki/Syntax";
  return "PromQL's grammar: https://prometheus.io/docs/prometheus/latest/querying/basics/";
}

}  // namespace firedrill::promql
