#include "fake_services/exporters/expression.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/contains.h"
#include "base/diagnostic.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/exporters/signals.h"

namespace firedrill::fake_services {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || c == '_' || is_digit(c);
}

}  // namespace

// By descent: sums of products of what stands alone, and one comparison at the outside, in each pair of parentheses and
// in each argument.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  std::expected<Expression, Expression::Error> parse() {
    comparison();
    skip();
    if (!error_ && at_ < text_.size())
      fail(format("'{}' makes no sense here", text_[at_]), "expected + - * / or the end");
    if (error_) return std::unexpected(*std::move(error_));
    for (const auto& step : out_.steps_) {
      if (step.op != Expression::Op::source || contains(out_.sources_, step.source)) continue;
      out_.sources_.push_back(step.source);
    }
    return std::move(out_);
  }

 private:
  using Op = Expression::Op;

  void comparison() {
    sum();
    skip();
    if (!take('>') && !take('<')) return;
    const Op op = text_[at_ - 1] == '>' ? Op::above : Op::below;
    sum();
    push(op);
  }
  void sum() {
    product();
    for (skip(); !error_ && (take('+') || take('-')); skip()) {
      const Op op = text_[at_ - 1] == '+' ? Op::add : Op::subtract;
      product();
      push(op);
    }
  }
  void product() {
    alone();
    for (skip(); !error_ && (take('*') || take('/')); skip()) {
      const Op op = text_[at_ - 1] == '*' ? Op::multiply : Op::divide;
      alone();
      push(op);
    }
  }
  void alone() {
    skip();
    if (error_) return;
    if (take('(')) {
      comparison();
      expect(')');
    } else if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.' || text_[at_] == '-')) {
      number();
    } else if (at_ < text_.size() && is_name(text_[at_])) {
      name();
    } else {
      fail("an expression ends too early", "expected a number, a signal or (");
    }
  }
  void number() {
    const std::size_t begin = at_++;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool sign = (c == '-' || c == '+') && text_[at_ - 1] == 'e';
      if (!is_digit(c) && c != '.' && c != 'e' && !sign) break;
      ++at_;
    }
    const auto value = parse_float(text_.substr(begin, at_ - begin));
    if (!value)
      return fail_at(begin, format("'{}' is no number", text_.substr(begin, at_ - begin)), "such as 0.5 or 1e6");
    push(Op::number, 0, *value);
  }
  void name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "min" || word == "max") return call(word == "min" ? Op::least : Op::most);
    const auto source = find_source(word);
    if (source) return push(Op::source, *source);
    fail_at(begin, format("there is no signal '{}'", word), suggest(word, source_names()));
  }
  void call(Op op) {
    expect('(');
    comparison();
    expect(',');
    comparison();
    expect(')');
    push(op);
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    if (error_ || at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    skip();
    if (!take(c)) fail(format("a '{}' is missing", c), "each ( needs its ), and min and max take two values");
  }
  // Whatever is not of two values raises the stack.
  void push(Op op, std::uint16_t source = 0, double number = 0) {
    if (error_) return;
    depth_ += op == Op::number || op == Op::source ? 1 : -1;
    if (depth_ > static_cast<int>(Expression::kDepth))
      return fail("the expression is nested too deeply", "write it out");
    out_.steps_.push_back({op, source, number});
  }
  void fail(std::string what, std::string remedy) {
    fail_at(std::min(at_, text_.size()), std::move(what), std::move(remedy));
  }
  void fail_at(std::size_t at, std::string what, std::string remedy) {
    if (!error_) error_ = Expression::Error{at, std::move(what), std::move(remedy)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Expression out_;
  std::optional<Expression::Error> error_;
};

std::expected<Expression, Expression::Error> Expression::parse(std::string_view text) {
  constexpr std::size_t kMostBytes = 400;
  if (text.size() > kMostBytes) {
    return std::unexpected(Error{0, "the expression is too long", format("at most {} bytes are read", kMostBytes)});
  }
  return ExpressionParser(text).parse();
}

double Expression::apply(Op op, double a, double b) {
  switch (op) {
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return b == 0 ? 0 : a / b;
    case Op::least:
      return std::min(a, b);
    case Op::most:
      return std::max(a, b);
    case Op::above:
      return a > b ? 1 : 0;
    case Op::below:
      return a < b ? 1 : 0;
    case Op::number:
    case Op::source:
      break;
  }
  return 0;
}

}  // namespace firedrill::fake_services
