// What the nodes of a plan share while it is evaluated: the time, and what may be read and held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bounds/budget.h"
#include "model/labels.h"
#include "promql/cost.h"
#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"
#include "promql/value.h"

namespace firedrill::promql {

// One of Prometheus's evaluators: of the query, or of a subquery and its steps.
struct Level {
  std::int64_t start = 0;  // the first step
  std::int64_t end = 0;    // the steps are up to here
  // Added to the times of @: Prometheus makes them offsets from the evaluator's start, and does not renew them for a
  // subquery that starts where what it stands in starts, whatever offset and @ the subquery has.
  std::int64_t at_shift = 0;
  // In a subquery with @ whose window moves on nonetheless (2.x): its storage is opened up to here only.
  std::optional<std::int64_t> seen_to;
};

// Buckets that had less than those below them: their bounds, and by how much at most.
struct Mending {
  double lowest = 0;
  double highest = 0;
  double difference = 0;
};

// What the nodes of one query share while it is evaluated.
struct Context {
  const Queryable* data;
  Options options;
  std::int64_t now = 0;    // the time of evaluation, in Unix milliseconds
  std::int64_t start = 0;  // of the query as a whole: what @ start() and @ end() mean
  std::int64_t end = 0;
  std::int64_t step = 0;  // 0 of an instant query
  Level level;
  // Where the selectors of the whole query look for samples, if there is an info(): the first and the last time.
  std::int64_t seen_from = 0;
  std::int64_t seen_to = 0;
  std::uint64_t range_run = 0;  // numbers the range evaluations: a query's own, and each subquery's
  std::uint64_t last_run = 0;   // the highest number given out
  bool collided = false;        // some series differ by name alone, and it matters over the whole range
  Annotations* annotations = nullptr;
  std::string error;
  std::int64_t held = 0;       // samples that subqueries and results have in memory
  std::int64_t work = 0;       // samples read by all evaluations so far
  std::int64_t work_from = 0;  // before the one at hand
  std::int64_t work_to = 0;    // so much may be read before it must be looked whether it is too much
  std::int64_t visited = 0;    // series, since it was last asked whether the evaluation is to end
  std::int64_t label_bytes = 0;
  // Of the whole command's bounds.
  Share held_share;
  Share read_share;
  Share label_share;

  // Samples, or series, between two such questions.
  static constexpr std::int64_t kBetweenLooks = 1 << 14;

  Context(const Queryable& from, const Options& of);

  bool v2() const { return options.version == Version::v2; }
  bool newest() const { return options.version == Version::v3; }
  bool failed() const { return !error.empty(); }
  // The first error counts.
  void fail(std::string what) {
    if (error.empty()) error = std::move(what);
  }
  // From here on it is another evaluation that reads: at one time, or over a whole range.
  void begin_reading() {
    work_from = work;
    set_work_to();
  }
  // Counts samples as read, or as held in memory (negative: let go), and fails where it is too much of them.
  void read(std::size_t samples) {
    work += static_cast<std::int64_t>(samples);
    if (work > work_to) look_at_work();
  }
  // Series that are looked at, with samples or without: they take time, too, of which only who interrupts asks.
  void visit(std::size_t series) {
    if (options.interrupt == nullptr) return;
    visited += static_cast<std::int64_t>(series);
    if (visited >= kBetweenLooks) look_at_clock();
  }
  void hold(std::int64_t samples) {
    held += samples;
    if (held > options.max_held) fail(std::string(kTooManyHeld));
    if (!held_share.use(held)) fail_of_budget();
  }
  // Counts a label set that a table keeps, and what a node keeps for each of them besides.
  void hold_labels(const model::Labels& labels);
  void hold_bytes(std::size_t bytes);
  void look_at_work();
  void look_at_clock();
  void set_work_to();
  void fail_of_budget();
  // Annotations, about what stands at `where`.
  void warn(std::string text, const Expr& where);
  // Of a subquery Prometheus has lost the place: `lost` makes it the text's first.
  void inform(std::string text, const Expr& where, bool lost = false);
  // Of a histogram at the present time whose buckets had to be made to rise. Texts are one for all that it concerns.
  void inform_of_mending(std::string text, const Mending& mending, const Expr& where);
};

}  // namespace firedrill::promql
