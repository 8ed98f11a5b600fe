// Plan nodes of function calls and signs.
#pragma once

#include "promql/eval/node.h"
#include "promql/functions/functions.h"

namespace firedrill::promql {

// A function of a range vector (rate, avg_over_time, …).
class RangeCall final : public OwningVector {
 public:
  RangeCall(const Call& call, RangePtr range, std::vector<ScalarPtr> arguments);
  const Points& eval(Context& ctx) override;

 private:
  const Call& call_;
  RangePtr range_;
  std::vector<ScalarPtr> arguments_;
  std::vector<double> values_;
  NameDropper names_;
};

class AbsentOverTime final : public OwningVector {
 public:
  AbsentOverTime(const Call& call, RangePtr range);
  const Points& eval(Context& ctx) override;

 private:
  RangePtr range_;
};

class Absent final : public OwningVector {
 public:
  Absent(const Call& call, VectorPtr input);
  const Points& eval(Context& ctx) override;

 private:
  VectorPtr input_;
};

// A function of each sample's value (abs, round, hour, …).
class MapCall final : public OwningVector {
 public:
  MapCall(const Call& call, VectorPtr input, std::vector<ScalarPtr> arguments);
  const Points& eval(Context& ctx) override;

 private:
  const Call& call_;
  bool is_clamp_;
  VectorPtr input_;
  std::vector<ScalarPtr> arguments_;
  std::vector<double> values_;
  NameDropper names_;
};

// timestamp() of anything but a selector: the evaluation time.
class TimestampCall final : public OwningVector {
 public:
  // `selector`: the input's values are the samples' times already.
  TimestampCall(VectorPtr input, bool selector);
  const Points& eval(Context& ctx) override;

 private:
  VectorPtr input_;
  bool selector_;
  NameDropper names_;
};

// A calendar function of the evaluation time.
class CalendarNow final : public OwningVector {
 public:
  explicit CalendarNow(ValueFunction function);
  const Points& eval(Context& ctx) override;

 private:
  ValueFunction function_;
};

// vector(s)
class VectorOf final : public OwningVector {
 public:
  explicit VectorOf(ScalarPtr scalar);
  const Points& eval(Context& ctx) override;

 private:
  ScalarPtr scalar_;
};

class Negation final : public OwningVector {
 public:
  explicit Negation(VectorPtr input);
  const Points& eval(Context& ctx) override;

 private:
  VectorPtr input_;
  NameDropper names_;
};

// sort and sort_desc: NaN last.
class SortCall final : public FilteringVector {
 public:
  SortCall(const Call& call, VectorPtr input, bool descending)
      : FilteringVector(std::move(input)), call_(call), descending_(descending) {}
  const Points& eval(Context& ctx) override;

 private:
  const Call& call_;
  bool descending_;
};

// sort_by_label and sort_by_label_desc: natural order of the labels' values.
class SortByLabelCall final : public FilteringVector {
 public:
  SortByLabelCall(const Call& call, VectorPtr input, std::vector<std::string> labels, bool descending)
      : FilteringVector(std::move(input)), call_(call), labels_(std::move(labels)), descending_(descending) {}
  const Points& eval(Context& ctx) override;

 private:
  const Call& call_;
  std::vector<std::string> labels_;
  bool descending_;
};

// Refuses to evaluate.
class Refused final : public OwningVector {
 public:
  explicit Refused(std::string what) : what_(std::move(what)) {}
  const Points& eval(Context& ctx) override {
    ctx.fail(what_);
    return out_;
  }

 private:
  std::string what_;
};

// What reads native histograms alone: nothing, since the samples of all series are numbers.
class NothingOfNumbers final : public OwningVector {
 public:
  explicit NothingOfNumbers(VectorPtr input) : input_(std::move(input)) {}
  const Points& eval(Context& ctx) override {
    input_->eval(ctx);
    return out_;
  }

 private:
  VectorPtr input_;
};

class Constant final : public ScalarNode {
 public:
  explicit Constant(double value) : value_(value) {}
  double eval(Context&) override { return value_; }

 private:
  double value_;
};

class TimeCall final : public ScalarNode {
 public:
  double eval(Context& ctx) override { return static_cast<double>(ctx.now) / 1000; }
};

// start(), end(), range() and step(): the query's, in subqueries too.
class QueryTimeCall final : public ScalarNode {
 public:
  explicit QueryTimeCall(Special which) : which_(which) {}
  double eval(Context& ctx) override;

 private:
  Special which_;
};

// min_of(a, b) and max_of(a, b)
class ExtremeCall final : public ScalarNode {
 public:
  ExtremeCall(ScalarPtr a, ScalarPtr b, bool smallest) : a_(std::move(a)), b_(std::move(b)), smallest_(smallest) {}
  double eval(Context& ctx) override;

 private:
  ScalarPtr a_;
  ScalarPtr b_;
  bool smallest_;
};

// scalar(v)
class ScalarOf final : public ScalarNode {
 public:
  explicit ScalarOf(VectorPtr input) : input_(std::move(input)) {}
  double eval(Context& ctx) override;

 private:
  VectorPtr input_;
};

class ScalarNegation final : public ScalarNode {
 public:
  explicit ScalarNegation(ScalarPtr inner) : inner_(std::move(inner)) {}
  double eval(Context& ctx) override { return -inner_->eval(ctx); }

 private:
  ScalarPtr inner_;
};

// The labels that absent() gives its sample: what the argument's equality matchers say, a label named twice left out.
model::Labels absent_labels(const Expr& argument);

// Annotates a sort of what a range query or subquery orders by labels.
void warn_of_sorting(Context& ctx, const Call& call);

// Annotates rate() and increase() of a metric whose name is not a counter's.
void doubt_counter(Context& ctx, const Call& call, const model::Labels& labels);

// Go's %g of a quantile in an annotation's text.
std::string quantile_warning(double q);

}  // namespace firedrill::promql
