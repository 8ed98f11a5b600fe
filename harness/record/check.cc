#include "record/check.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::record {
namespace {

// A scenario's warm-up and duration may be a year each.
constexpr Duration kLongestRun = 2 * 366 * 24h;

class Checker {
 public:
  explicit Checker(std::vector<std::string>& found) : found_(found) {}

  void above_zero(const std::string& path, Duration value) {
    if (value <= Duration(0)) found_.push_back(path + ": expected more than 0");
  }
  void not_negative(const std::string& path, Duration value) {
    if (value < Duration(0)) found_.push_back(path + ": expected 0 or more");
  }
  void holds(bool good, std::string what) {
    if (!good) found_.push_back(std::move(what));
  }

 private:
  std::vector<std::string>& found_;
};

void check_span(const Record& record, Checker& checker) {
  checker.holds(record.started <= record.judged_from, "judged_from: expected no earlier than started");
  checker.holds(record.judged_from <= record.judged_to, "judged_to: expected no earlier than judged_from");
  checker.holds(record.judged_to - record.started <= kLongestRun,
                format("judged_to: expected at most {} after started", describe_duration(kLongestRun)));
}

void check_expectations(const Record& record, Checker& checker) {
  for (std::size_t i = 0; i < record.declared.expectations.size(); ++i) {
    const Fields& fields = record.declared.expectations[i].fields;
    const FieldValue* step = fields.find("step");
    if (step == nullptr || !std::holds_alternative<Duration>(*step)) continue;
    checker.above_zero(format("declared.expectations[{}].step", i), std::get<Duration>(*step));
  }
}

}  // namespace

std::vector<std::string> check_times(const Record& record) {
  std::vector<std::string> found;
  Checker checker(found);
  check_span(record, checker);
  checker.above_zero("monitoring.scrape_interval_seconds", record.monitoring.scrape_interval);
  checker.above_zero("monitoring.evaluation_interval_seconds", record.monitoring.evaluation_interval);
  for (std::size_t i = 0; i < record.rules.size(); ++i) {
    checker.above_zero(format("rules[{}].interval_seconds", i), record.rules[i].interval);
    checker.not_negative(format("rules[{}].for_seconds", i), record.rules[i].hold);
    checker.not_negative(format("rules[{}].keep_firing_for_seconds", i), record.rules[i].keep_firing_for);
  }
  for (std::size_t i = 0; i < record.declared.slos.size(); ++i) {
    checker.above_zero(format("declared.slos[{}].window_seconds", i), record.declared.slos[i].window);
  }
  for (std::size_t i = 0; i < record.sends.size(); ++i) {
    checker.above_zero(format("sends[{}].spacing_seconds", i), record.sends[i].spacing);
  }
  checker.not_negative("declared.hold_seconds", record.declared.hold);
  check_expectations(record, checker);
  return found;
}

}  // namespace firedrill::record
