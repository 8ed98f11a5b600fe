// An alert and the rules that it reads, tried on made-up series alone: does it fire, does it clear, and how soon. What
// is found here only says what is worth a run; a run proves it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "alerting/group.h"
#include "base/time.h"
#include "exercise/stage.h"
#include "exercise/subject.h"
#include "promql/options.h"

namespace firedrill::exercise {

// How long each part lasts: all is well, the alert is to fire, all is well again.
struct Parts {
  Duration lead{};
  Duration hot{};   // at most: over once it fires, unless something is to move all this time
  Duration tail{};  // at most: over once it has cleared
};

struct TrialResult {
  bool early = false;                    // it fired at the end of the time before
  std::optional<Duration> fires_after;   // since the beginning of the second part
  std::optional<Duration> clears_after;  // since its end
  Duration hot{};                        // how long the second part was
  std::size_t evaluations = 0;           // of rules: what it cost
};

class Trial {
 public:
  // The subject must outlive it. `with_for`: else the alert fires as soon as its expression holds, and clears as soon
  // as it does not.
  Trial(const Subject& subject, const promql::Options& promql, bool with_for);

  TrialResult run(std::span<const Prop> props, const Parts& parts) const;

  // So often series are scraped and rules evaluated.
  Duration step() const { return step_; }

 private:
  alerting::RuleGroup group_;
  alerting::Settings settings_;
  Duration step_;
  Duration scrape_;
};

// When the trial's time begins, as the scenario's does.
Time beginning();
// The intervals of the scenario that is made of it.
inline constexpr Duration kScrapeInterval = std::chrono::seconds(30);
inline constexpr Duration kEvaluationInterval = std::chrono::minutes(1);

// A bucket's share of what its histogram counts each second, for a bound (infinity: all).
double bucket_rate(const Value& value, double bound);

}  // namespace firedrill::exercise
