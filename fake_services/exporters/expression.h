// Arithmetic over named signals, as an exporter's file writes it: `node_memory_total * (1 - node_memory_used)`.
// Numbers, names, + - * / ( ), min(a, b), max(a, b); comparisons > < give 1 or 0. What is divided by zero is zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::fake_services {

class Expression {
 public:
  // Nothing: it has no value.
  Expression() = default;
  struct Error {
    std::size_t at = 0;  // byte of the text
    std::string what;
    std::string remedy;
  };
  static std::expected<Expression, Error> parse(std::string_view text);

  bool empty() const { return steps_.empty(); }
  // Names that it reads, as indices of source_table(), each once.
  std::span<const std::uint16_t> sources() const { return sources_; }
  // `value_of` gives that of a source by its index.
  template <typename ValueOf>
  double evaluate(ValueOf&& value_of) const {
    double stack[kDepth];
    std::size_t top = 0;
    for (const Step& step : steps_) {
      if (step.op == Op::number) {
        stack[top++] = step.number;
      } else if (step.op == Op::source) {
        stack[top++] = value_of(step.source);
      } else {
        --top;
        stack[top - 1] = apply(step.op, stack[top - 1], stack[top]);
      }
    }
    return top == 0 ? 0 : stack[0];
  }

 private:
  static constexpr std::size_t kDepth = 16;
  enum class Op : std::uint8_t { number, source, add, subtract, multiply, divide, least, most, above, below };
  struct Step {
    Op op = Op::number;
    std::uint16_t source = 0;
    double number = 0;
  };
  static double apply(Op op, double a, double b);
  friend class ExpressionParser;

  std::vector<Step> steps_;  // in reverse Polish order
  std::vector<std::uint16_t> sources_;
};

}  // namespace firedrill::fake_services
