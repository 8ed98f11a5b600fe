// --run of the commands that run tests: only those whose name one of the regular expressions is found in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/text/regex.h"

namespace firedrill::cli {

class TestChoice {
 public:
  // Nothing if one of them is no regular expression, which is printed.
  static std::optional<TestChoice> read(const std::vector<std::string>& patterns);

  // Without patterns every test is meant.
  bool takes(const std::string& name) const;
  // To be called when no test was taken.
  void warn_of_none() const;

 private:
  std::vector<Regex> patterns_;
};

}  // namespace firedrill::cli
