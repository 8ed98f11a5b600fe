// What promtool says. A unit-test file whose expectations cannot be met makes it print what it got, for hundreds of
// expressions in one run.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "promql/options.h"
#include "random_series.h"

namespace firedrill::differential {

// The answer to one expression at one time. A scalar is one sample without labels, as promtool has it.
struct Answer {
  std::optional<std::string> error;
  std::vector<std::pair<std::string, double>> samples;  // label sets as Prometheus prints them, sorted
};

struct Case {
  std::string expression;
  Duration at{};
};
// Series, and expressions over them.
struct Group {
  const SeriesSet* set = nullptr;
  Duration horizon{};  // no case is later; decides, with the evaluation interval, how many samples promtool loads
  std::vector<Case> cases;
};
struct Options {
  promql::Version version = promql::Version::v3_5;
  Duration evaluation_interval = 1min;  // also the default step of subqueries
  bool delayed_name_removal = false;
};

// Samples after this are never loaded: the last of promtool's evaluation steps.
Time last_load(Duration horizon, const Options& options);

class Promtool {
 public:
  // Nothing if the program of that version is not installed: Prometheus 3 is looked for under $FIREDRILL_ORACLE
  // (default ~/.cache/firedrill-oracle), 2.x is Debian's.
  static std::optional<Promtool> find(promql::Version version);

  // Answers in the order of the groups and their cases. The error says why promtool's output could not be understood.
  std::expected<std::vector<std::vector<Answer>>, std::string> ask(const std::vector<Group>& groups,
                                                                   const Options& options) const;
  const std::string& path() const { return path_; }

 private:
  explicit Promtool(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace firedrill::differential
