#include "suite/compare.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::suite {
namespace {

using record::Verdict;

constexpr std::string_view kNotRun = "is in the baseline and was not run";

using reports::suite::Change;
using reports::suite::Comparison;
using reports::suite::Incident;
using reports::suite::Page;
using reports::suite::ScenarioRun;
using reports::suite::Trend;

std::string times(std::int64_t count) {
  return count == 1 ? "once" : format("{} times", count);
}

// "for db-outage", "for no incident".
std::string whose(std::string_view incident) {
  return incident.empty() ? "for no incident" : format("for {}", incident);
}

std::string by(std::string_view alert) {
  return alert.empty() ? "" : format(", by {}", alert);
}

class RunComparison {
 public:
  RunComparison(const Baseline& baseline, const ScenarioRun& run, Duration slower_by, Comparison& out)
      : run_(run), slower_by_(slower_by), out_(out) {
    before_ = baseline.find(run.scenario, run.seed);
    for (const Baseline::Detection& each : baseline.detections) {
      if (each.scenario == run.scenario && each.seed == run.seed) detections_.push_back(&each);
    }
    for (const Baseline::Page& each : baseline.pages) {
      if (each.scenario == run.scenario && each.seed == run.seed) pages_.push_back(&each);
    }
  }

  void compare() {
    if (before_ == nullptr) {
      return say(Trend::added, false, format("is not in the baseline; {}", run_.verdict_why), run_.file);
    }
    if (!run_.faults_seen) {
      return say(Trend::worse, false, format("was not compared: {}", run_.verdict_why), run_.file);
    }
    compare_verdicts();
    compare_detections();
    compare_pages();
  }

 private:
  void say(Trend trend, bool fails, std::string what, const Position& where) {
    out_.changes.push_back({trend, fails, run_.scenario, run_.seed, std::move(what), where});
  }

  // What was not met fails the suite by itself.
  void compare_verdicts() {
    const bool passed = before_->verdict == Verdict::pass;
    const bool passes = run_.verdict == Verdict::pass;
    if (passed && !passes) say(Trend::worse, false, format("passed; now {}", run_.verdict_why), run_.file);
    if (!passed && passes) say(Trend::better, false, "passes, and did not", run_.file);
  }

  const Baseline::Detection* detection(std::string_view incident) const {
    const auto found = std::ranges::find(detections_, incident, &Baseline::Detection::incident);
    return found == detections_.end() ? nullptr : *found;
  }

  Position rule_of(std::string_view alert) const {
    const auto found = std::ranges::find(run_.pages, alert, &Page::alert);
    return found == run_.pages.end() || found->rule.source == nullptr ? run_.file : found->rule;
  }

  void compare_detections() {
    for (const Incident& incident : run_.incidents) {
      const Baseline::Detection* before = detection(incident.id);
      if (before == nullptr) {
        say(Trend::added, false,
            incident.detected_after ? format("{} is a new incident; it is detected after {}{}", incident.id,
                                             describe_duration(*incident.detected_after), by(incident.alert))
                                    : format("{} is a new incident; it is not detected", incident.id),
            run_.file);
      } else {
        compare_detection(*before, incident);
      }
    }
    for (const Baseline::Detection* before : detections_) {
      if (std::ranges::find(run_.incidents, before->incident, &Incident::id) != run_.incidents.end()) continue;
      say(Trend::removed, false, format("the scenario has no incident {} any more", before->incident), run_.file);
    }
  }

  void compare_detection(const Baseline::Detection& before, const Incident& now) {
    if (!before.detected_after && !now.detected_after) return;
    if (before.detected_after && !now.detected_after) {
      return say(Trend::worse, true,
                 format("{} is not detected any more; it took {}{}", now.id, describe_duration(*before.detected_after),
                        by(before.alert)),
                 run_.file);
    }
    const Position where = rule_of(now.alert);
    const std::string took = format("{}{}", describe_duration(*now.detected_after), by(now.alert));
    if (!before.detected_after) {
      return say(Trend::better, false, format("{} is detected now, after {}; it was not", now.id, took), where);
    }
    const Duration later = *now.detected_after - *before.detected_after;
    const std::string was = format("{}{}", describe_duration(*before.detected_after), by(before.alert));
    if (later > slower_by_) {
      say(Trend::worse, true,
          format("{} is detected {} later, after {}; it took {}", now.id, describe_duration(later), took, was), where);
    } else if (-later > slower_by_) {
      say(Trend::better, false,
          format("{} is detected {} earlier, after {}; it took {}", now.id, describe_duration(-later), took, was),
          where);
    }
  }

  // Whether it is what an incident is detected by that was not detected.
  bool detects(const Page& page) const {
    if (page.incident.empty()) return false;
    const Baseline::Detection* before = detection(page.incident);
    return before == nullptr || !before->detected_after;
  }

  void compare_pages() {
    for (const Page& page : run_.pages) {
      const auto before = std::ranges::find_if(pages_, [&](const Baseline::Page* each) {
        return each->alert == page.alert && each->incident == page.incident;
      });
      const std::int64_t was = before == pages_.end() ? 0 : (*before)->times;
      const Position& where = page.rule.source == nullptr ? run_.file : page.rule;
      if (page.times < was) say_fewer(page.alert, page.incident, was, page.times);
      if (page.times <= was || detects(page)) continue;
      say(Trend::worse, true,
          was == 0
              ? format("{} pages {}, {}; it did not", page.alert, times(page.times), whose(page.incident))
              : format("{} pages {}, {}; it did {}", page.alert, times(page.times), whose(page.incident), times(was)),
          where);
    }
    for (const Baseline::Page* before : pages_) {
      const bool there = std::ranges::any_of(run_.pages, [&](const Page& page) {
        return page.alert == before->alert && page.incident == before->incident;
      });
      if (!there) say_fewer(before->alert, before->incident, before->times, 0);
    }
  }

  // A page that belonged to no incident is missed by nobody; of an incident, that it is detected is what counts.
  void say_fewer(std::string_view alert, std::string_view incident, std::int64_t was, std::int64_t now) {
    say(incident.empty() ? Trend::better : Trend::removed, false,
        now == 0 ? format("{} does not page any more {}; it did {}", alert, whose(incident), times(was))
                 : format("{} pages {}, {}; it did {}", alert, times(now), whose(incident), times(was)),
        run_.file);
  }

  const ScenarioRun& run_;
  Duration slower_by_;
  Comparison& out_;
  const Baseline::Scenario* before_ = nullptr;
  std::vector<const Baseline::Detection*> detections_;
  std::vector<const Baseline::Page*> pages_;
};

}  // namespace

void tell_what_became(Comparison& comparison, const NotRun& others) {
  const auto tell = [&](const std::vector<Baseline::Scenario>& scenarios, std::string_view what) {
    for (const Baseline::Scenario& each : scenarios) {
      for (Change& change : comparison.changes) {
        if (change.scenario == each.scenario && change.seed == each.seed && change.what == kNotRun) change.what = what;
      }
    }
  };
  tell(others.kept, "was not run; its lines of the baseline stay");
  tell(others.dropped, "does not exist any more; its lines are gone from the baseline");
}

Comparison compare(const Baseline& baseline, std::span<const ScenarioRun> runs, Duration slower_by, std::string name) {
  Comparison out;
  out.baseline = std::move(name);
  out.slower_by = slower_by;
  for (const ScenarioRun& run : runs) {
    if (run.ran()) RunComparison(baseline, run, slower_by, out).compare();
  }
  for (const Baseline::Scenario& each : baseline.scenarios) {
    const bool there = std::ranges::any_of(
        runs, [&](const ScenarioRun& run) { return run.scenario == each.scenario && run.seed == each.seed; });
    if (!there) {
      out.changes.push_back({Trend::removed, false, each.scenario, each.seed, std::string(kNotRun), {}});
    }
  }
  return out;
}

}  // namespace firedrill::suite
