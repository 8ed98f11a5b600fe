// A recording rule at work (Prometheus: rules/recording.go).
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "alerting/rule_series.h"
#include "promql/engine.h"

namespace firedrill::alerting {

class RecordingRule {
 public:
  RecordingRule(const Rule& rule, std::int64_t limit, tsdb::Store& store);
  // Goes on where the other stands, over a copy of its store.
  RecordingRule(const RecordingRule& other, tsdb::Store& store) : RecordingRule(other) { store_ = &store; }

  // Writes the expression's value at t. The number of samples, or why there are none; then nothing was written.
  // `refused` counts samples that the store would not take.
  std::expected<std::size_t, std::string> evaluate(Time t, promql::Query& query, std::size_t& refused);
  void mark_stale(Time t) { series_.finish(*store_, t); }
  void restart() { series_ = {}; }

 private:
  struct Output {
    tsdb::SeriesRef series = kNone;
    std::uint64_t round = 0;  // the last evaluation that had it
  };
  static constexpr tsdb::SeriesRef kNone = ~tsdb::SeriesRef{0};

  Output& output(std::uint32_t row, const promql::Query& query);

  std::string name_;
  std::vector<model::Label> labels_;
  std::int64_t limit_;
  tsdb::Store* store_;
  // The result's rows keep their labels, so each is translated into a series once.
  std::vector<std::uint32_t> output_of_row_;
  std::vector<Output> outputs_;
  std::uint64_t round_ = 0;
  RuleSeries series_;
};

}  // namespace firedrill::alerting
