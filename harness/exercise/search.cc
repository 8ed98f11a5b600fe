#include "exercise/search.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/duration.h"
#include "base/text/format.h"
#include "exercise/causes.h"
#include "exercise/fitted_stand.h"
#include "exercise/inventory.h"
#include "exercise/trial.h"
#include "promql/parse/printer.h"
#include "scenario/metric_inventory.h"

namespace firedrill::exercise {
namespace {

constexpr Duration kWarmUp = std::chrono::hours(1);
constexpr Duration kQuiet = std::chrono::minutes(10);
constexpr Duration kLasts = std::chrono::minutes(90);
constexpr Duration kRecovers = std::chrono::minutes(100);
constexpr Duration kLongest = std::chrono::hours(72);  // that a cause is tried for
constexpr std::size_t kMostRuns = 90;

// How long a cause is tried, and what is given to alerts to clear afterwards.
struct Times {
  Duration lasts = kLasts;
  Duration recovers = kRecovers;
};

std::string trial_text(const std::string& faults, const Times& times) {
  return head_text(
             {"exercise", "a cause, tried", kWarmUp, kQuiet + times.lasts + times.recovers, "topology.yaml", {}}) +
         (faults.empty() ? std::string() : "faults:\n" + faults);
}

// Of an alert that looks back far, or waits long: as long as it does, once more where something is to be left behind.
Times times_of(const Subject& subject) {
  const Duration hold = subject.rule->hold + subject.rule->keep_firing_for;
  return {std::min(kLongest, std::max(kLasts, subject.reach + hold + std::chrono::minutes(30))),
          std::min(kLongest, std::max(kRecovers, subject.reach + hold + std::chrono::minutes(30)))};
}

bool takes_longer(const Times& a, const Times& b) {
  return a.lasts > b.lasts || a.recovers > b.recovers;
}

class Search {
 public:
  Search(std::span<const Subject> subjects, std::span<const alerting::RuleFile> rules, const Stand& stand,
         const SearchOptions& options)
      : subjects_(subjects), rules_(rules.begin(), rules.end()), stand_(stand), options_(options) {
    found_.choices.resize(subjects.size());
    found_.noise.resize(subjects.size());
    found_.gaps.resize(subjects.size());
  }

  Result<Found> run(bool causes) {
    if (auto quiet = look_without(); !quiet) return std::unexpected(quiet.error());
    if (!causes) return std::move(found_);
    keep_live();
    try_states(false);
    try_states(true);
    keep_movable();
    const std::vector<Cause> all = causes_of(stand_.topology);
    const std::size_t runs = std::min(kMostRuns, all.size());
    for (std::size_t i = 0; i < runs && !open_.empty() && !stopped(); ++i) {
      tell(0.5 + 0.5 * static_cast<double>(i) / static_cast<double>(runs));
      Batch batch;
      batch.tried.push_back({all[i], {}});
      attempt(batch);
    }
    return std::move(found_);
  }

 private:
  bool stopped() const { return options_.budget != nullptr && options_.budget->exceeded(); }
  void tell(double share) const {
    if (options_.progress) options_.progress(share);
  }

  // A cause, and the subjects that it may be one of.
  struct Tried {
    Cause cause;
    std::set<std::size_t> subjects;
  };

  // What is tried at once: as long as the one of them that takes longest.
  struct Batch {
    std::vector<Tried> tried;
    Times times;
  };

  // Levels of trouble that what they read shows; as long as some alert that reads it has no cause. Those that no alert
  // reads together are tried at once. `longer`: alerts for which the usual time is too short, for the time that they
  // need.
  void try_states(bool longer) {
    std::map<ShownState, std::set<std::size_t>> readers;
    for (const std::size_t i : open_) {
      if (longer && !takes_longer(times_of(subjects_[i]), {})) continue;
      for (const ShownState& state : shown_states(subjects_[i], stand_.topology)) readers[state].insert(i);
    }
    const std::size_t all = std::max<std::size_t>(1, readers.size());
    while (!readers.empty() && !stopped()) {
      Batch batch;
      bool alone = false;
      std::set<std::size_t> taken;
      std::erase_if(readers, [&](const auto& each) {
        const auto& [state, subjects] = each;
        const auto is_open = [&](std::size_t i) { return std::ranges::find(open_, i) != open_.end(); };
        if (std::ranges::none_of(subjects, is_open)) return true;
        // What takes an exporter away takes from others what they read.
        if (alone || (state.silences && !batch.tried.empty())) return false;
        if (std::ranges::any_of(subjects, [&](std::size_t i) { return taken.contains(i); })) return false;
        if (auto cause = cause_of(state, stand_.topology)) {
          batch.tried.push_back({*std::move(cause), subjects});
          taken.insert(subjects.begin(), subjects.end());
          alone = state.silences;
          for (const std::size_t i : subjects) {
            if (longer && is_open(i)) batch.times = longest(batch.times, times_of(subjects_[i]));
          }
        }
        return true;
      });
      if (!batch.tried.empty()) attempt(batch);
      tell(0.5 - 0.5 * static_cast<double>(readers.size()) / static_cast<double>(all));
    }
  }

  // While nothing is wrong.
  Result<void> look_without() {
    auto scenario = assemble(trial_text("", {}), stand_.topology, rules_);
    if (!scenario) return std::unexpected(scenario.error());
    const Ran ran = exercise::run(*scenario, options_.version, options_.budget);
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      found_.noise[i] =
          std::ranges::any_of(ran.firings, [&](const Firing& firing) { return firing.is_of(*subjects_[i].rule); });
    }
    note_metrics(*scenario);
    note_gaps();
    return {};
  }

  // Of what nothing is there that an alert reads, it fires for want of it: `absent` of what the topology does not have.
  void note_gaps() {
    const Inventory inventory(known_);
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const auto lacks = [&](const promql::VectorSelector* selector) {
        const std::string metric = metric_of(*selector);
        return metric != "ALERTS" && metric != "ALERTS_FOR_STATE" && !inventory.matches(*selector);
      };
      const auto& scraped = subjects_[i].scraped;
      if (!found_.noise[i] || scraped.empty() || !std::ranges::all_of(scraped, lacks)) continue;
      for (const promql::VectorSelector* selector : scraped) {
        found_.gaps[i] += (found_.gaps[i].empty() ? "" : ", ") + promql::print(*selector);
      }
    }
  }

  void note_metrics(const scenario::LoadedScenario& scenario) {
    known_ = scenario::metric_inventory(scenario::exposing_of(scenario));
  }

  // Alerts that have no series to look at are left out.
  void keep_live() {
    const Inventory inventory(known_);
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const auto there = [&](const promql::VectorSelector* selector) { return inventory.matches(*selector); };
      if (!subjects_[i].scraped.empty() && std::ranges::all_of(subjects_[i].needed, there)) open_.push_back(i);
    }
    keep_rules();
  }

  // And those that look at nothing which what happens to services could move: they depend on levels of trouble alone.
  void keep_movable() {
    std::erase_if(open_, [&](std::size_t i) { return !depends_on_services(subjects_[i], stand_.topology); });
    keep_rules();
  }

  // Rules of alerts for which no cause is looked for are not evaluated in vain, nor those that nobody reads.
  void keep_rules() {
    std::set<Position, Before> kept;
    for (const std::size_t i : open_) {
      kept.insert(subjects_[i].rule->where);
      for (const alerting::Rule* rule : subjects_[i].recorded) kept.insert(rule->where);
    }
    for (alerting::RuleFile& file : rules_) {
      for (alerting::RuleGroup& group : file.groups) {
        std::erase_if(group.rules, [&](const alerting::Rule& rule) { return !kept.contains(rule.where); });
      }
    }
  }

  static Times longest(const Times& a, const Times& b) {
    return {std::max(a.lasts, b.lasts), std::max(a.recovers, b.recovers)};
  }

  void attempt(const Batch& batch) {
    std::string entries;
    for (std::size_t n = 0; n < batch.tried.size(); ++n) {
      entries += format("  - {{id: cause-{}, {}, at: {}, duration: {}}}\n", n, batch.tried[n].cause.fields,
                        format_duration(kQuiet), format_duration(batch.times.lasts));
    }
    const auto scenario = assemble(trial_text(entries, batch.times), stand_.topology, rules_);
    if (!scenario) return;
    const Ran ran = exercise::run(*scenario, options_.version, options_.budget);
    for (std::size_t n = 0; n < batch.tried.size(); ++n) {
      const bool seen = std::ranges::find(ran.unseen, format("cause-{}", n)) == ran.unseen.end();
      if (seen) take(batch.tried[n], ran, batch.times);
    }
  }

  // What of its subjects has fired by it, and cleared.
  void take(const Tried& tried, const Ran& ran, const Times& times) {
    const Time begin = ran.judged_from + kQuiet;
    const Time end = begin + times.lasts;
    std::erase_if(open_, [&](std::size_t i) {
      if (!tried.subjects.empty() && !tried.subjects.contains(i)) return false;
      for (const Firing& firing : ran.firings) {
        if (!firing.is_of(*subjects_[i].rule) || !firing.to) continue;
        if (firing.from < begin || firing.from > end) continue;
        // What fired before has not fired by this cause.
        if (found_.noise[i] && fired_before(ran, firing, begin)) continue;
        found_.choices[i] =
            Choice{tried.cause, std::nullopt, firing.from - begin, std::max(Duration(0), *firing.to - end)};
        return true;
      }
      return false;
    });
  }

  static bool fired_before(const Ran& ran, const Firing& firing, Time begin) {
    return std::ranges::any_of(ran.firings, [&](const Firing& other) {
      return other.rule.source == firing.rule.source && other.rule.line == firing.rule.line &&
             other.labels == firing.labels && other.from < begin;
    });
  }

  struct Before {
    bool operator()(const Position& a, const Position& b) const {
      return std::tie(a.source, a.line, a.column) < std::tie(b.source, b.line, b.column);
    }
  };

  std::span<const Subject> subjects_;
  std::vector<alerting::RuleFile> rules_;
  const Stand& stand_;
  const SearchOptions& options_;
  lint::MetricInventory known_;
  std::vector<std::size_t> open_;  // subjects that no cause is known of
  Found found_;
};

}  // namespace

Result<Found> search(std::span<const Subject> subjects, std::span<const alerting::RuleFile> rules, const Stand& stand,
                     bool causes, const SearchOptions& options) {
  return Search(subjects, rules, stand, options).run(causes);
}

}  // namespace firedrill::exercise
