// A lint: something that is allowed and probably not meant, and that is so of every production that the file may run
// in. Each is a row in the table of its subject: of rules in lint/rule_lints.h, of others beside the subject.
#pragma once

#include <string_view>
#include <vector>

namespace firedrill::lint {

// What people are told of it.
struct LintWords {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view doc;      // what is wrong: a paragraph
  std::string_view instead;  // what to write instead
  std::string_view why;      // why whoever reads the file behaves so
};

// What it looks at is an Input, what it says of it a finding of the type Input::Finding.
template <typename Input>
struct Lint : LintWords {
  void (*check)(const Input& input, std::vector<typename Input::Finding>& findings);
};

}  // namespace firedrill::lint
