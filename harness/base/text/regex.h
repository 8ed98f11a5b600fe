// Regular expressions of Prometheus: RE2's syntax, as Go's regexp/syntax. This is the only file that knows RE2.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

class Budget;

enum class DotNewline { no, yes };  // Prometheus 3 lets `.` match a newline, 2.x does not

// A pattern that must match the whole text, as label matchers and relabelling do.
class Regex {
 public:
  // The error is RE2's reason. Memory is bounded (24 MiB a pattern). What has been compiled once is kept: the same
  // pattern costs nothing again.
  static std::expected<Regex, std::string> compile(std::string_view pattern, DotNewline dot = DotNewline::yes,
                                                   bool anchored = true);

  // From now on all that is compiled counts in this budget (Bound::regex_size), and what is matched
  // (Bound::regex_steps); null, as in the beginning: in none. Where it is exceeded, the error of compile() is what the
  // budget says, and nothing matches any more. Patterns are compiled wherever a file is read, a query prepared or a
  // template run: for the whole process, therefore, and not handed down to each of these places.
  static void count_in(Budget* counts);

  // Counts a text of so many bytes that is put together to be matched, as steps. False if that is too much.
  static bool count_text(std::size_t bytes);

  bool matches(std::string_view text) const;
  // label_replace and relabelling: if the whole text matches, `replacement` with $1, ${1}, $name, ${name} and $$
  // expanded as Go's Regexp.Expand does (an unknown group is empty); else nothing is done and false is returned.
  bool expand(std::string_view text, std::string_view replacement, std::string& out) const;
  // Go's ReplaceAllString, for the template function reReplaceAll (compile unanchored for that).
  std::string replace_all(std::string_view text, std::string_view replacement) const;

  const std::string& pattern() const;
  // The set of plain alternatives that the pattern stands for ("a|b|c" or a literal), so that a store can look them up
  // instead of matching; empty if it is not that simple.
  const std::vector<std::string>& literals() const;

 private:
  struct Impl;
  class Known;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace firedrill
