// Label matchers of selectors, silences and routes: name = value, !=, =~, !~ (regular expressions match the whole
// value).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/regex.h"
#include "model/labels.h"

namespace firedrill::model {

enum class MatchOp { equal, not_equal, regex, not_regex };

class Matcher {
 public:
  // The error is the regular expression's.
  static std::expected<Matcher, std::string> make(std::string name, MatchOp op, std::string value,
                                                  DotNewline dot = DotNewline::yes);

  // An absent label is matched as the empty text.
  bool matches(std::string_view value) const;
  bool matches(const Labels& labels) const { return matches(labels.get(name_)); }

  const std::string& name() const { return name_; }
  MatchOp op() const { return op_; }
  const std::string& value() const { return value_; }
  const std::optional<Regex>& regex() const { return regex_; }
  bool operator==(const Matcher& other) const {
    return op_ == other.op_ && name_ == other.name_ && value_ == other.value_;
  }
  // name="value", as PromQL writes it.
  std::string to_string() const;

 private:
  Matcher(std::string name, MatchOp op, std::string value)
      : name_(std::move(name)), op_(op), value_(std::move(value)) {}
  std::string name_;
  MatchOp op_;
  std::string value_;
  std::optional<Regex> regex_;
};

std::string_view to_string(MatchOp op);

}  // namespace firedrill::model
