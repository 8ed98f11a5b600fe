// The input series of a test, written into the store as time goes on. The notation is never expanded: a series costs
// what its text costs, and what no evaluation reaches is never made.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "promql/parse/series_text.h"
#include "ruletest/unit_test_file.h"
#include "tsdb/store.h"

namespace firedrill::ruletest {

struct InputError {
  std::string what;
  std::string remedy;
  Position where;
};

// What Prometheus says of a series that has a label twice.
std::string not_unique(std::string_view label);

class SeriesFeed {
 public:
  // Of two entries for one series the later counts, and an empty line within a series or its values ends the input:
  // both as in promtool, where the input is a script (`cut_short` tells the latter's place).
  static std::expected<SeriesFeed, InputError> make(const Test& test, promql::Version version, tsdb::Store& store);

  // Appends all samples up to and including t. The error names a series that a rule has written too.
  std::expected<void, InputError> load_until(Time t);

  // The time of the last value of all series; nothing without any value.
  std::optional<Time> end() const { return end_; }
  const std::optional<Position>& cut_short() const { return cut_short_; }

 private:
  struct Cursor {
    tsdb::SeriesRef series = 0;
    promql::SeriesRuns runs;
    std::size_t run = 0;
    std::uint64_t left = 0;  // of the run
    double current = 0;
    Position where;
  };

  SeriesFeed(const Test& test, tsdb::Store& store) : store_(&store), next_(test.start), interval_(test.interval) {}
  // A line of an entry, which begins so many bytes behind the entry's beginning.
  std::expected<void, InputError> add(const InputSeries& input, std::string_view line, std::size_t offset,
                                      promql::Version version);
  static bool enter_run(Cursor& cursor, std::size_t run);
  // Appends the values at times_ of some of the cursors. An entry of `some` whose series ends is set to
  // cursors_.size().
  std::expected<void, InputError> feed_some(std::span<std::size_t> some, bool& ended);
  // Makes the cursor's values at times_, which are all of its run, and moves it on.
  void make_values(Cursor& cursor, std::size_t count);
  // Appends its values at times_, whatever runs they are of, and moves it on; false at the end of the series.
  bool feed(Cursor& cursor);
  void measure(const Test& test);
  void load_at_once();
  // Of the first series that lacks a value that was appended.
  InputError out_of_order() const;

  tsdb::Store* store_;
  std::vector<Cursor> cursors_;
  std::vector<std::size_t> active_;  // cursors with values left
  std::vector<std::int64_t> times_;  // of the block of samples at hand
  std::vector<tsdb::SeriesRef> refs_;
  std::vector<double> values_;
  Time next_;
  Duration interval_;
  std::optional<Time> end_;
  std::optional<Position> cut_short_;
};

}  // namespace firedrill::ruletest
