#include "model/matcher.h"

namespace firedrill::model {

std::expected<Matcher, std::string> Matcher::make(std::string name, MatchOp op, std::string value, DotNewline dot) {
  Matcher matcher(std::move(name), op, std::move(value));
  if (op == MatchOp::regex || op == MatchOp::not_regex) {
    auto regex = Regex::compile(matcher.value_, dot);
    if (!regex) return std::unexpected(regex.error());
    matcher.regex_ = std::move(*regex);
  }
  return matcher;
}

bool Matcher::matches(std::string_view value) const {
  switch (op_) {
    case MatchOp::equal:
      return value == value_;
    case MatchOp::not_equal:
      return value != value_;
    case MatchOp::regex:
      return regex_->matches(value);
    case MatchOp::not_regex:
      return !regex_->matches(value);
  }
  return false;
}

std::string Matcher::to_string() const {
  const std::string left = is_legacy_label_name(name_) ? name_ : quote(name_);
  return left + std::string(model::to_string(op_)) + quote(value_);
}

std::string_view to_string(MatchOp op) {
  switch (op) {
    case MatchOp::equal:
      return "=";
    case MatchOp::not_equal:
      return "!=";
    case MatchOp::regex:
      return "=~";
    case MatchOp::not_regex:
      return "!~";
  }
  return "";
}

}  // namespace firedrill::model
