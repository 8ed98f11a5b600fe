#include "ruletest/evidence.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/parse/printer.h"

namespace firedrill::ruletest {
namespace {

constexpr std::size_t kExpressions = 8;
// Of what recording rules make the series of.
constexpr std::size_t kExpressionsBelow = 8;
constexpr std::size_t kSeriesOfOne = 4;

bool is_range(const promql::Expr& expr) {
  return expr.kind == promql::Kind::matrix_selector;
}

// What has a value at an instant that is not plain from the text.
bool is_telling(const promql::Expr& expr) {
  if (expr.kind == promql::Kind::number || expr.kind == promql::Kind::string || expr.kind == promql::Kind::paren) {
    return false;
  }
  return expr.type == promql::ValueType::vector || expr.type == promql::ValueType::scalar;
}

// 24 * 60 * 60.
bool is_constant(const promql::Expr& expr) {
  using promql::Kind;
  const bool made_of_parts = expr.kind == Kind::paren || expr.kind == Kind::unary || expr.kind == Kind::binary;
  return expr.kind == Kind::number ||
         (made_of_parts &&
          std::ranges::all_of(promql::children(expr), [](const auto* part) { return is_constant(*part); }));
}

// A part of an expression, and how much further back than an instant it is read: by the subqueries around it, and by
// what reads the series that it is recorded as.
struct Part {
  const promql::Expr* expr = nullptr;
  Duration back{};
};

Duration reads_back(const promql::Expr& expr) {
  if (is_range(expr)) return promql::as<promql::MatrixSelector>(expr).range;
  if (expr.kind == promql::Kind::subquery) return promql::as<promql::Subquery>(expr).range;
  return {};
}

// Breadth first, so that both sides of an operator stand before what the first of them is made of.
std::vector<Part> all_parts(const promql::Expr& whole, Duration back) {
  constexpr std::size_t kMost = 64;
  std::vector<Part> parts{{&whole, back}};
  for (std::size_t i = 0; i < parts.size() && parts.size() < kMost; ++i) {
    const Part part = parts[i];
    for (const promql::Expr* below : promql::children(*part.expr)) {
      parts.push_back({below, part.back + reads_back(*part.expr)});
    }
  }
  return parts;
}

std::vector<Part> telling_parts(const promql::Expr& whole, Duration back) {
  std::vector<Part> parts = all_parts(whole, back);
  std::erase_if(parts, [&](const Part& part) {
    return !is_range(*part.expr) && (!is_telling(*part.expr) || (part.expr != &whole && is_constant(*part.expr)));
  });
  return parts;
}

bool has_telling_parts(const promql::Expr& expr) {
  return std::ranges::any_of(promql::children(expr),
                             [](const promql::Expr* part) { return is_telling(*part) || has_telling_parts(*part); });
}

using Rows = std::map<model::Labels, std::vector<std::optional<double>>>;

void record(Rows& rows, const model::Labels& labels, double value, std::size_t column, std::size_t columns) {
  auto& row = rows[labels];
  row.resize(columns);
  row[column] = value;
}

// The samples up to a time, which may only move forward.
class SamplesUntil final : public promql::Queryable {
 public:
  explicit SamplesUntil(const promql::Queryable& all) : all_(all) {}
  void move(Time t) { until_ = t; }

  std::vector<promql::SeriesRef> select(std::span<const model::Matcher> matchers) const override {
    return all_.select(matchers);
  }
  std::uint64_t generation() const override { return all_.generation(); }
  const model::Labels& labels(promql::SeriesRef series) const override { return all_.labels(series); }
  Budget* budget() const override { return all_.budget(); }
  promql::Columns samples(promql::SeriesRef series) const override {
    promql::Columns columns = all_.samples(series);
    const auto end = std::ranges::upper_bound(columns.times, until_.time_since_epoch().count());
    const auto count = static_cast<std::size_t>(end - columns.times.begin());
    columns.times = columns.times.first(count);
    columns.values = columns.values.first(count);
    return columns;
  }

 private:
  const promql::Queryable& all_;
  Time until_{};
};

Rows rows_of(const std::shared_ptr<const promql::Expr>& part, const promql::Queryable& data,
             const promql::Options& options, const EvidencePlan& plan) {
  SamplesUntil seen(data);
  promql::Query query(part, seen, options);
  const std::vector<Time>& times = plan.times;
  Rows rows;
  for (std::size_t i = 0; i < times.size(); ++i) {
    seen.move(plan.until[i]);
    const auto value = query.at(times[i]);
    if (!value) continue;
    if (const auto* scalar = std::get_if<promql::Scalar>(&*value)) record(rows, {}, scalar->value, i, times.size());
    if (const auto* vector = std::get_if<promql::Vector>(&*value)) {
      for (const promql::VectorSample& sample : *vector) record(rows, sample.labels, sample.value, i, times.size());
    }
  }
  return rows;
}

// The samples that a range function reads, each at the first time of the table that is not before it.
Rows samples_of(const std::shared_ptr<const promql::Expr>& whole, const promql::MatrixSelector& range,
                const promql::Queryable& data, promql::Options options, const EvidencePlan& plan) {
  // Version 2 takes the sample at the beginning of the lookback too.
  options.lookback = options.version == promql::Version::v2 ? plan.step - 1ms : plan.step;
  return rows_of(std::shared_ptr<const promql::Expr>(whole, range.vector.get()), data, options, plan);
}

// Of series that begin within what the table's times read: functions of counters count from there.
std::map<model::Labels, std::string> beginnings(const promql::MatrixSelector& range, Duration around,
                                                const promql::Queryable& data, const EvidencePlan& plan) {
  std::map<model::Labels, std::string> found;
  const Duration back = range.range + range.vector->modifiers.offset + around;
  for (const promql::SeriesRef series : data.select(range.vector->matchers)) {
    const promql::Columns columns = data.samples(series);
    if (columns.first != 0 || columns.times.empty()) continue;
    const Time first{Duration(columns.times.front())};
    if (first <= plan.start || first < plan.times.front() - back || first > plan.times.back()) continue;
    found.emplace(data.labels(series), format("begins with {} at {}", format_go_g(columns.values.front()),
                                              format_duration(first - plan.start)));
  }
  return found;
}

// What there is to say of a part.
struct Told {
  Rows rows;
  std::map<model::Labels, std::string> notes;
};

Told tell(const std::shared_ptr<const promql::Expr>& whole, const Part& part, const promql::Queryable& data,
          const promql::Options& options, const EvidencePlan& plan) {
  if (!is_range(*part.expr)) {
    return {rows_of(std::shared_ptr<const promql::Expr>(whole, part.expr), data, options, plan), {}};
  }
  const auto& range = promql::as<promql::MatrixSelector>(*part.expr);
  return {samples_of(whole, range, data, options, plan), beginnings(range, part.back, data, plan)};
}

bool says_nothing_new(const promql::Expr& part, const Told& here, const std::vector<Rows>& told) {
  const bool known = std::ranges::find(told, here.rows) != told.end();
  if (is_range(part)) return here.rows.empty() || (known && here.notes.empty());
  return !told.empty() && (here.rows.empty() ? has_telling_parts(part) : known);
}

void add_rows(const std::string& text, const Told& here, const EvidencePlan& plan, Evidence& evidence) {
  std::size_t count = 0;
  for (const auto& [labels, values] : here.rows) {
    if (++count > kSeriesOfOne) break;
    const auto note = here.notes.find(labels);
    evidence.rows.push_back({text, labels.empty() ? std::string() : labels.to_string(), values,
                             note == here.notes.end() ? std::string() : note->second});
  }
  if (here.rows.empty()) {
    evidence.rows.push_back({text, {}, std::vector<std::optional<double>>(plan.times.size()), {}});
  }
  if (here.rows.size() > kSeriesOfOne) evidence.hidden += here.rows.size() - kSeriesOfOne;
}

// An expression whose parts are shown: the one that failed, or what a recording rule makes a series of that it reads.
struct Source {
  std::shared_ptr<const promql::Expr> expression;
  std::string recorded_as;  // empty: not by a rule
  Duration back{};
};

class Gatherer {
 public:
  Gatherer(const RecordedExpressions& records, const promql::Queryable& data, const promql::Options& options,
           const EvidencePlan& plan, Evidence& evidence)
      : records_(records), data_(data), options_(options), plan_(plan), evidence_(evidence) {
    for (const EvidenceRow& row : evidence.rows) shown_.insert(row.expression);
    most_ = kExpressions;
  }

  void gather(const std::shared_ptr<const promql::Expr>& expression) {
    std::vector<Source> sources{{expression, {}, {}}};
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (i == 1) most_ = shown_.size() + kExpressionsBelow;
      const Source source = sources[i];
      show(source);
      add_records(source, sources);
    }
  }

 private:
  void show(const Source& source) {
    for (const Part& part : telling_parts(*source.expression, source.back)) {
      std::string text = promql::print(*part.expr);
      if (shown_.contains(text)) continue;
      if (shown_.size() >= most_) {
        ++evidence_.hidden;
        continue;
      }
      Told here = tell(source.expression, part, data_, options_, plan_);
      if (says_nothing_new(*part.expr, here, told_)) continue;
      const bool recorded = part.expr == source.expression.get() && !source.recorded_as.empty();
      add_rows(recorded ? format("{} is {}", source.recorded_as, text) : text, here, plan_, evidence_);
      told_.push_back(std::move(here.rows));
      shown_.insert(std::move(text));
    }
  }

  // Each record once: rules that record each other's series end here.
  void add_records(const Source& source, std::vector<Source>& sources) {
    for (const Part& part : all_parts(*source.expression, source.back)) {
      if (part.expr->kind != promql::Kind::vector_selector && !is_range(*part.expr)) continue;
      const auto& selector = is_range(*part.expr) ? *promql::as<promql::MatrixSelector>(*part.expr).vector
                                                  : promql::as<promql::VectorSelector>(*part.expr);
      const auto record = records_.find(selector.name);
      if (record == records_.end() || !followed_.insert(record->first).second) continue;
      const Duration back = part.back + reads_back(*part.expr) + selector.modifiers.offset;
      for (const auto& expression : record->second) sources.push_back({expression, record->first, back});
    }
  }

  const RecordedExpressions& records_;
  const promql::Queryable& data_;
  const promql::Options& options_;
  const EvidencePlan& plan_;
  Evidence& evidence_;
  std::size_t most_ = 0;
  std::set<std::string> shown_;
  std::set<std::string, std::less<>> followed_;
  std::vector<Rows> told_;
};

}  // namespace

void add_evidence(const std::shared_ptr<const promql::Expr>& expression, const RecordedExpressions& records,
                  const promql::Queryable& data, const promql::Options& options, const EvidencePlan& plan,
                  Evidence& evidence) {
  evidence.at = plan.at;
  evidence.times.clear();
  for (const Time t : plan.times) evidence.times.push_back(t - plan.start);
  Gatherer(records, data, options, plan, evidence).gather(expression);
}

}  // namespace firedrill::ruletest
