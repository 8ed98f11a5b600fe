#include "cli/commands/test_choice.h"

#include <algorithm>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/console.h"

namespace firedrill::cli {

std::optional<TestChoice> TestChoice::read(const std::vector<std::string>& patterns) {
  TestChoice choice;
  for (const std::string& pattern : patterns) {
    // Found anywhere in a name, as promtool does.
    const auto alone = Regex::compile(pattern, DotNewline::no, false);
    auto regex = Regex::compile(format("(?s:.*)(?:{})(?s:.*)", pattern), DotNewline::no);
    if (!alone || !regex) {
      print_err(format("firedrill: error: --run {}: {}\n      = help: expected a regular expression of RE2's\n",
                       printable(pattern), printable(alone ? regex.error() : alone.error())));
      return std::nullopt;
    }
    choice.patterns_.push_back(std::move(*regex));
  }
  return choice;
}

bool TestChoice::takes(const std::string& name) const {
  return patterns_.empty() || std::ranges::any_of(patterns_, [&](const Regex& each) { return each.matches(name); });
}

void TestChoice::warn_of_none() const {
  if (!patterns_.empty()) print_err("firedrill: warning: --run matches no test\n");
}

}  // namespace firedrill::cli
