#include "alerting/analysis/nearest_miss.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/threshold.h"
#include "alerting/analysis/wanted_rows.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::BinaryOp;
using Whole = std::shared_ptr<const promql::Expr>;

// The observations at which something held, and for how long one series of it did at a stretch.
class Held {
 public:
  void note_row(std::uint32_t row, std::uint64_t round, Time t) {
    if (row >= stretches_.size()) stretches_.resize(row + 1);
    Stretch& stretch = stretches_[row];
    if (stretch.round == 0 || stretch.round + 1 != round) stretch.since = t;
    stretch.round = round;
    longest_ = std::max(longest_, t - stretch.since);
    if (last_round_ == round) return;
    if (count_++ == 0) first_ = t, first_round_ = round;
    last_ = t;
    last_round_ = round;
  }

  bool ever() const { return count_ > 0; }
  bool at(std::uint64_t round) const { return round > 0 && last_round_ == round; }
  std::uint64_t count() const { return count_; }
  Duration longest() const { return longest_; }
  Time first() const { return first_; }

  // "at 12:10:30", "from 12:10:30 to 12:20:00", "now and then from 12:10:30 to 12:20:00".
  std::string when(const ClockWords& clock) const {
    if (count_ == 1) return "at " + clock(first_);
    const std::string span = format("from {} to {}", clock(first_), clock(last_));
    return last_round_ - first_round_ + 1 == count_ ? span : "now and then " + span;
  }

 private:
  struct Stretch {
    std::uint64_t round = 0;
    Time since{};
  };
  std::vector<Stretch> stretches_;
  Duration longest_{};
  std::uint64_t count_ = 0;
  Time first_{};
  Time last_{};
  std::uint64_t first_round_ = 0;
  std::uint64_t last_round_ = 0;
};

// A comparison and the best it ever did.
class Leaf {
 public:
  // The parts of the expression share its ownership.
  Leaf(const Whole& whole, const Comparison& comparison, const promql::Queryable& data, const promql::Options& options,
       const model::Labels& labels)
      : source_(&comparison),
        wanted_(labels),
        value_({whole, comparison.value}, data, options),
        threshold_({whole, comparison.threshold}, data, options) {}

  void observe(Time t, std::uint64_t round, Held& held) {
    const auto threshold = threshold_.rows_at(t);
    if (!threshold || threshold->empty()) return;
    const double limit = threshold->front().value;
    const auto rows = value_.rows_at(t);
    if (!rows) return;
    for (const promql::RowSample& sample : *rows) {
      if (!wanted_.has(value_, sample.row)) continue;
      const bool met = holds(sample.value, source_->op, limit);
      if (met) held.note_row(sample.row, round, t);
      if (maths::is_nan(sample.value)) nan_ = true;
      (maths::is_nan(limit) ? nan_limit_ : number_limit_) = true;
      if (maths::is_nan(sample.value) || maths::is_nan(limit)) continue;
      const double by = margin(sample.value, source_->op, limit);
      if (seen_ && (met_ > met || (met_ == met && by <= best_margin_))) continue;
      seen_ = true;
      met_ = met;
      best_margin_ = by;
      best_ = sample.value;
      limit_ = limit;
      t_ = t;
      labels_ = value_.row_labels(sample.row).without_name();
    }
  }

  bool seen() const { return seen_; }
  bool met() const { return met_; }
  // It had values, none of them a number; or numbers, compared with none.
  bool nan() const { return nan_; }
  bool compared_with_nan() const { return nan_limit_ && !number_limit_; }
  const promql::Expr& value() const { return *source_->value; }

  // How far it was from the threshold, in proportion; 0 if it was met.
  double shortfall() const {
    if (met_) return 0;
    const double scale = std::max({distance(limit_, 0), distance(best_, 0), 1e-300});
    return distance(best_, limit_) / scale;
  }

  std::string text(const ClockWords& clock) const {
    const std::string of = labels_.empty() ? "" : " for " + labels_.to_string();
    return format("{} came to {}{} at {}, {} {} {}", promql::print(value()), in_digits(best_), of, clock(t_),
                  met_ ? "which is" : "needed", promql::to_string(source_->op), in_digits(limit_));
  }

  // Of a NaN that holds, as it does where `!=` is asked for.
  std::string text_of_nan() const {
    return format("{} was NaN, which is {} {}", promql::print(value()), promql::to_string(source_->op),
                  promql::print(*source_->threshold));
  }
  std::string text_of_nan_limit() const {
    const bool literal = promql::unwrap(*source_->threshold).kind == promql::Kind::number;
    return format("{} was compared with {}, {}", promql::print(value()), promql::print(*source_->threshold),
                  literal ? "which nothing is equal to, above or below" : "which was never anything but NaN");
  }

 private:
  const Comparison* source_;
  WantedRows wanted_;
  promql::Query value_;
  promql::Query threshold_;
  bool nan_ = false;
  bool nan_limit_ = false;
  bool number_limit_ = false;
  bool seen_ = false;  // from here on: the best
  bool met_ = false;
  double best_ = 0;
  double best_margin_ = 0;
  double limit_ = 0;
  Time t_{};
  model::Labels labels_;
};

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostTold = 4;  // of the conditions that `and` joins

// A condition with its parts. What is not a comparison is evaluated as a whole.
class Node {
 public:
  Node(const Whole& whole, const Condition& condition, const std::vector<Comparison>& comparisons,
       const promql::Queryable& data, const promql::Options& options, const model::Labels& labels,
       const ClockWords& clock)
      : condition_(&condition), wanted_(labels), clock_(&clock) {
    if (condition.kind == Condition::Kind::comparison) {
      leaf_.emplace(whole, comparisons[condition.comparison], data, options, labels);
    } else {
      query_.emplace(Whole(whole, condition.expression), data, options);
    }
    for (std::size_t i = 0; i < condition.parts.size(); ++i) {
      // The other side need not have the labels by which the two are not matched.
      const auto own = i == 0 ? labels : labels_of_right(condition, labels);
      parts_.emplace_back(whole, condition.parts[i], comparisons, data, options, own, clock);
    }
  }

  void observe(Time t, std::uint64_t round) {
    for (Node& part : parts_) part.observe(t, round);
    if (condition_->kind == Condition::Kind::all && !first_together_ && all_held_at(round)) first_together_ = t;
    if (leaf_) return leaf_->observe(t, round, held_);
    const auto rows = query_->rows_at(t);
    if (!rows) {
      failed_ = true;
      return;
    }
    any_ = any_ || !rows->empty();
    for (const promql::RowSample& sample : *rows) {
      if (wanted_.has(*query_, sample.row)) held_.note_row(sample.row, round, t);
    }
  }

  const Held& held() const { return held_; }

  // Infinite where nothing was near: a part had no value, or what takes away was there.
  double shortfall() const {
    using enum Condition::Kind;
    if (held_.ever()) return 0;
    if (condition_->kind == comparison) return leaf_->seen() ? leaf_->shortfall() : kNever;
    if (condition_->kind == any) return std::min(parts_[0].shortfall(), parts_[1].shortfall());
    if (condition_->kind == all) return std::max(parts_[0].shortfall(), parts_[1].shortfall());
    return condition_->kind == except ? parts_[0].shortfall() : kNever;
  }

  NearestMiss tell() const {
    NearestMiss miss;
    switch (condition_->kind) {
      using enum Condition::Kind;
      case comparison:
        miss = tell_compared();
        break;
      case any:
        miss = nearer().tell();
        break;
      case all:
        miss = tell_all();
        break;
      case except:
        miss = parts_[0].held_.ever() && !held_.ever() && !failed_ ? tell_taken_away() : parts_[0].tell();
        break;
      case absent:
        miss = any_ || failed_ ? tell_other() : tell_present();
        break;
      case other:
        miss = tell_other();
        break;
    }
    miss.held = held_.ever();
    miss.longest_held = held_.longest();
    return miss;
  }

 private:
  // Of several of which any would do: the one that came nearest, or held for the longest.
  const Node& nearer() const { return worse(parts_[1], parts_[0]) ? parts_[0] : parts_[1]; }
  // Of several that all must hold: the one farthest from holding, or, if each held at some time, the one that held for
  // the shortest.
  static bool worse(const Node& a, const Node& b) {
    if (a.shortfall() != b.shortfall()) return a.shortfall() > b.shortfall();
    return a.held_.longest() < b.held_.longest();
  }

  std::string text() const { return promql::print(*condition_->expression); }

  // Those that a chain of `and` joins: one condition to who reads it, however it is bracketed.
  void add_joined(std::vector<const Node*>& joined) const {
    for (const Node& part : parts_) {
      part.condition_->kind == Condition::Kind::all ? part.add_joined(joined) : joined.push_back(&part);
    }
  }
  bool all_held_at(std::uint64_t round) const {
    return std::ranges::all_of(parts_, [&](const Node& part) {
      return part.condition_->kind == Condition::Kind::all ? part.all_held_at(round) : part.held_.at(round);
    });
  }

  // That which is farthest from holding, and with it what else never held; where each did by itself, that they did not
  // together.
  NearestMiss tell_all() const {
    std::vector<const Node*> joined;
    add_joined(joined);
    std::ranges::stable_sort(joined, [](const Node* a, const Node* b) { return worse(*a, *b); });
    const bool each_held = std::ranges::all_of(joined, [](const Node* node) { return node->held_.ever(); });
    if (!held_.ever() && !failed_ && each_held) return tell_apart();
    NearestMiss miss = joined.front()->tell();
    if (held_.ever() || failed_ || miss.empty != nullptr) return miss;
    std::size_t told = 1, left_out = 0;
    for (const Node* node : std::span(joined).subspan(1)) {
      const NearestMiss told_of = node->held_.ever() ? NearestMiss() : node->tell();
      const std::string& text = told_of.text;
      if (text.empty()) continue;
      told == kMostTold ? ++left_out : ++told;
      if (left_out == 0) miss.text += "; and " + text;
      miss.of_all = miss.of_all || told_of.of_all;
    }
    miss.of_all = miss.of_all || left_out > 0;
    if (left_out > 0) miss.text += format("; and {} more condition{} never held", left_out, left_out == 1 ? "" : "s");
    return miss;
  }

  NearestMiss tell_apart() const {
    std::vector<const Node*> joined;
    add_joined(joined);
    std::string sides;
    for (std::size_t i = 0; i < joined.size(); ++i) {
      if (i == kMostTold) {
        sides += format(" and {} more", joined.size() - i);
        break;
      }
      const std::string times = first_together_ ? std::string() : " " + joined[i]->held_.when(*clock_);
      sides += (i == 0 ? "" : ", ") + joined[i]->text() + times;
    }
    const std::string count = joined.size() == 2 ? std::string("two") : std::to_string(joined.size());
    NearestMiss miss;
    miss.of_all = true;
    if (!first_together_) {
      miss.text =
          format("the {} sides of `and` held, and never {}at once: {}", count, joined.size() > 2 ? "all " : "", sides);
    } else if (joined.size() == 2) {
      miss.text =
          format("the two sides of `and` held, as at {}, and no series of one has the labels of one of the other: {}",
                 (*clock_)(*first_together_), sides);
    } else {
      miss.text = format("the {} sides of `and` held, as at {}, and for no series in common: {}", count,
                         (*clock_)(*first_together_), sides);
    }
    return miss;
  }

  NearestMiss tell_taken_away() const {
    NearestMiss miss;
    miss.of_all = true;
    const auto& binary = promql::as<promql::Binary>(*condition_->expression);
    miss.text = format("{} held {}, and `unless` took it away each time: {} was there", parts_[0].text(),
                       parts_[0].held_.when(*clock_), promql::print(promql::unwrap(*binary.rhs)));
    return miss;
  }

  NearestMiss tell_compared() const {
    NearestMiss miss;
    if (leaf_->seen() && (leaf_->met() || !held_.ever())) {
      miss.text = leaf_->text(*clock_);
    } else if (held_.ever()) {
      miss.of_all = true;
      miss.text = leaf_->compared_with_nan() ? leaf_->text_of_nan_limit() : leaf_->text_of_nan();
    } else if (leaf_->compared_with_nan()) {
      miss.of_all = true;
      miss.text = leaf_->text_of_nan_limit();
    } else {
      miss.empty = &leaf_->value();
      miss.nan = leaf_->nan();
    }
    return miss;
  }

  NearestMiss tell_present() const {
    NearestMiss miss;
    miss.of_all = true;
    const auto& call = promql::as<promql::Call>(*condition_->expression);
    miss.text = format("{} was there at every evaluation, and `{}` asks for none of it",
                       promql::print(*call.arguments.front()), call.function->name);
    return miss;
  }

  NearestMiss tell_other() const {
    NearestMiss miss;
    if (held_.ever()) {
      miss.of_all = true;
      miss.text = format("{} had a value {}", text(), held_.when(*clock_));
    } else if (!failed_) {
      miss.empty = condition_->expression;
    }
    return miss;
  }

  const Condition* condition_;
  WantedRows wanted_;
  const ClockWords* clock_;
  std::optional<Leaf> leaf_;
  std::optional<promql::Query> query_;
  std::vector<Node> parts_;
  Held held_;
  bool any_ = false;                    // it had a value, of whatever labels
  bool failed_ = false;                 // some evaluation of it did
  std::optional<Time> first_together_;  // of `and`: when all that it joins held
};

}  // namespace

struct NearestMissWatch::Impl {
  ClockWords clock;
  Conditions conditions;
  std::optional<Node> root;
  std::uint64_t round = 0;
};

NearestMissWatch::NearestMissWatch(const Whole& expression, const promql::Queryable& data,
                                   const promql::Options& options, const model::Labels& labels, ClockWords clock)
    : impl_(std::make_unique<Impl>()) {
  impl_->clock = std::move(clock);
  impl_->conditions = find_conditions(*expression);
  impl_->root.emplace(expression, impl_->conditions.root, impl_->conditions.comparisons, data, options, labels,
                      impl_->clock);
}

NearestMissWatch::NearestMissWatch(NearestMissWatch&&) noexcept = default;
NearestMissWatch& NearestMissWatch::operator=(NearestMissWatch&&) noexcept = default;
NearestMissWatch::~NearestMissWatch() = default;

void NearestMissWatch::observe(Time t) {
  impl_->root->observe(t, ++impl_->round);
}

std::optional<NearestMiss> NearestMissWatch::best() const {
  if (impl_->round == 0) return std::nullopt;
  return impl_->root->tell();
}

std::optional<NearestMiss> nearest_miss(const Whole& expression, const promql::Queryable& data,
                                        const promql::Options& options, Time from, Time to, Duration step,
                                        const model::Labels& labels, const ClockWords& clock) {
  NearestMissWatch watch(expression, data, options, labels, clock);
  for (Time t = from; t <= to; t += step) watch.observe(t);
  return watch.best();
}

}  // namespace firedrill::alerting
