// Which values are worth trying: those around the numbers that the expressions themselves have.
#include <algorithm>
#include <set>

#include "alerting/analysis/comparisons.h"
#include "base/maths.h"
#include "exercise/stage.h"
#include "promql/functions/functions.h"

namespace firedrill::exercise {
namespace {

using promql::Kind;

constexpr double kLargest = 1e15;
constexpr std::size_t kMostNumbers = 12;

struct Numbers {
  std::vector<double> literals;  // constant parts, the largest ones first; in the order of the text
  std::set<double> windows;      // of ranges, seconds
  bool instants = false;         // time() or timestamp() is called
};

void add(std::vector<double>& to, double value) {
  if (maths::is_finite(value) && maths::abs(value) <= kLargest && std::ranges::find(to, value) == to.end())
    to.push_back(value);
}

void note(const promql::Expr& expr, Numbers& numbers) {
  if (const auto value = alerting::constant(expr)) add(numbers.literals, *value);
  if (expr.kind == Kind::matrix_selector) {
    numbers.windows.insert(to_seconds(promql::as<promql::MatrixSelector>(expr).range));
  } else if (expr.kind == Kind::subquery) {
    numbers.windows.insert(to_seconds(promql::as<promql::Subquery>(expr).range));
  } else if (expr.kind == Kind::call) {
    const std::string_view name = promql::as<promql::Call>(expr).function->name;
    if (name == "time" || name == "timestamp") numbers.instants = true;
  }
}

Numbers numbers_of(const Subject& subject) {
  Numbers numbers;
  const auto look = [&](const promql::Expr& expression) {
    promql::walk(expression, [&](const promql::Expr& expr) { note(expr, numbers); });
  };
  look(*subject.rule->expression);
  for (const alerting::Rule* rule : subject.recorded) look(*rule->expression);
  if (numbers.literals.size() > kMostNumbers) numbers.literals.resize(kMostNumbers);
  return numbers;
}

class Choices {
 public:
  void put(double value) {
    if (!maths::is_finite(value) || maths::abs(value) > kLargest) return;
    put(Value(Level{value, false}));
  }
  void put(Value value) {
    if (std::ranges::find(values_, value) == values_.end()) values_.push_back(value);
  }
  std::vector<Value> take() { return std::move(values_); }

 private:
  std::vector<Value> values_;
};

std::vector<Value> levels(const Numbers& numbers) {
  Choices choices;
  choices.put(1);
  choices.put(0);
  for (const double c : numbers.literals) {
    for (const double value : {c, c * 1.25, c * 0.5, c + 1, c - 1, c * 3, c * 150, c * 50}) choices.put(value);
  }
  for (const double c : numbers.literals) {
    choices.put(1 - c);
    choices.put(c / 100);
    if (c != 0) choices.put(2 / c);
  }
  for (const double value : {100.0, 0.5, 0.02, 5.0, 50.0, 1000.0, 1e9, -1.0}) choices.put(value);
  return choices.take();
}

// Of metrics that are Unix times.
std::vector<Value> instants(const Numbers& numbers) {
  Choices choices;
  choices.put(Level{0, true});
  for (const double c : numbers.literals) {
    for (const double value : {-1.5 * c, 0.5 * c, -0.5 * c, 1.5 * c}) choices.put(Level{value, true});
  }
  for (const double value : {-3600.0, 86400.0 * 400, -86400.0 * 60, 3600.0}) choices.put(Level{value, true});
  return choices.take();
}

std::vector<Value> slopes(const Numbers& numbers) {
  Choices choices;
  choices.put(1);
  choices.put(0);
  for (const double c : numbers.literals) {
    for (const double value : {c * 1.25, c * 0.5, c * 3, c}) choices.put(value);
    for (const double window : numbers.windows) {
      choices.put(c * 1.5 / window);
      choices.put(c * 0.5 / window);
    }
    choices.put(1 - c);
  }
  for (const double value : {100.0, 0.1, 0.01, 1e-3, 10.0, 1e4, 1e8, -1.0}) choices.put(value);
  return choices.take();
}

std::vector<double> bounds_among(const Numbers& numbers) {
  std::vector<double> bounds = {0.1, 1, 10};
  for (const double c : numbers.literals) {
    if (c <= 0 || c > 1e6) continue;
    for (const double value : {c / 2, c, c * 2}) add(bounds, value);
  }
  std::ranges::sort(bounds);
  return bounds;
}

}  // namespace

std::vector<double> bounds_of(const Subject& subject) {
  return bounds_among(numbers_of(subject));
}

std::vector<std::vector<Value>> values_of(const Subject& subject, std::span<const Prop> props) {
  const Numbers numbers = numbers_of(subject);
  std::vector<std::vector<Value>> out;
  for (const Prop& prop : props) {
    std::vector<Value>& values = out.emplace_back();
    if (!prop.bounds.empty()) {
      for (const double bound : bounds_of(subject)) values.emplace_back(Level{bound, false});
      continue;
    }
    values = prop.motion == Motion::slope ? slopes(numbers) : levels(numbers);
    if (prop.motion == Motion::level && numbers.instants) {
      const std::vector<Value> more = instants(numbers);
      values.insert(values.begin() + 2, more.begin(), more.end());
    }
    values.insert(values.begin() + 2, Value());  // not there
  }
  return out;
}

}  // namespace firedrill::exercise
