#include "exercise/search.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "exercise/causes.h"
#include "exercise/fitted_stand.h"
#include "exercise/trial.h"
#include "scenario/metric_inventory.h"

namespace firedrill::exercise {
namespace {

constexpr Duration kWarmUp = std::chrono::hours(1);
constexpr Duration kQuiet = std::chrono::minutes(10);
constexpr Duration kLasts = std::chrono::minutes(90);
constexpr Duration kRecovers = std::chrono::minutes(100);
constexpr Duration kAll = kQuiet + kLasts + kRecovers;
constexpr std::size_t kMostRuns = 90;

std::string trial_text(const std::string& faults) {
  return head_text({"exercise", "a cause, tried", kWarmUp, kAll, "topology.yaml", {}}) +
         (faults.empty() ? std::string() : "faults:\n" + faults);
}

class Search {
 public:
  Search(std::span<const Subject> subjects, std::span<const alerting::RuleFile> rules, const Stand& stand,
         const SearchOptions& options)
      : subjects_(subjects), rules_(rules.begin(), rules.end()), stand_(stand), options_(options) {
    found_.choices.resize(subjects.size());
    found_.noise.resize(subjects.size());
  }

  Result<Found> run(bool causes) {
    if (auto quiet = look_without(); !quiet) return std::unexpected(quiet.error());
    if (!causes) return std::move(found_);
    keep_live();
    try_states();
    const std::vector<Cause> all = causes_of(stand_.topology);
    const std::size_t runs = std::min(kMostRuns, all.size());
    for (std::size_t i = 0; i < runs && !open_.empty() && !stopped(); ++i) {
      tell(0.5 + 0.5 * static_cast<double>(i) / static_cast<double>(runs));
      attempt({Tried{all[i], {}}});
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

  // Levels of trouble that what they read shows; as long as some alert that reads it has no cause. Those that no alert
  // reads together are tried at once.
  void try_states() {
    std::map<ShownState, std::set<std::size_t>> readers;
    for (const std::size_t i : open_) {
      for (const ShownState& state : shown_states(subjects_[i], stand_.topology)) readers[state].insert(i);
    }
    const std::size_t all = std::max<std::size_t>(1, readers.size());
    while (!readers.empty() && !stopped()) {
      std::vector<Tried> batch;
      std::set<std::size_t> taken;
      std::erase_if(readers, [&](const auto& each) {
        const auto& [state, subjects] = each;
        const auto is_open = [&](std::size_t i) { return std::ranges::find(open_, i) != open_.end(); };
        if (std::ranges::none_of(subjects, is_open)) return true;
        if (std::ranges::any_of(subjects, [&](std::size_t i) { return taken.contains(i); })) return false;
        if (auto cause = cause_of(state, stand_.topology)) {
          batch.push_back({*std::move(cause), subjects});
          taken.insert(subjects.begin(), subjects.end());
        }
        return true;
      });
      if (!batch.empty()) attempt(batch);
      tell(0.5 - 0.5 * static_cast<double>(readers.size()) / static_cast<double>(all));
    }
  }

  // While nothing is wrong.
  Result<void> look_without() {
    auto scenario = assemble(trial_text(""), stand_.topology, rules_);
    if (!scenario) return std::unexpected(scenario.error());
    const Ran ran = exercise::run(*scenario, options_.version, options_.budget);
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      found_.noise[i] =
          std::ranges::any_of(ran.firings, [&](const Firing& firing) { return firing.is_of(*subjects_[i].rule); });
    }
    note_metrics(*scenario);
    return {};
  }

  void note_metrics(const scenario::LoadedScenario& scenario) {
    const lint::MetricInventory inventory = scenario::metric_inventory(scenario::exposing_of(scenario));
    for (const model::Labels& labels : inventory.series) metrics_.emplace(labels.metric_name());
  }

  // Rules of alerts that have no series to look at are left out: they are not evaluated in vain.
  void keep_live() {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const Subject& subject = subjects_[i];
      const auto there = [&](const promql::VectorSelector* selector) {
        return metrics_.contains(metric_of(*selector));
      };
      const bool has = !subject.scraped.empty() && std::ranges::all_of(subject.needed, there);
      if (!has) continue;
      open_.push_back(i);
      live_.insert({subject.file_index, subject.group->name.value, subject.rule->name(), subject.rule->expr.value});
    }
    for (std::size_t f = 0; f < rules_.size(); ++f) {
      for (alerting::RuleGroup& group : rules_[f].groups) {
        std::erase_if(group.rules, [&](const alerting::Rule& rule) {
          return rule.alerting() && !live_.contains({f, group.name.value, rule.name(), rule.expr.value});
        });
      }
    }
  }

  void attempt(const std::vector<Tried>& batch) {
    std::string entries;
    for (std::size_t n = 0; n < batch.size(); ++n) {
      entries += format("  - {{id: cause-{}, {}, at: {}, duration: {}}}\n", n, batch[n].cause.fields,
                        format_duration(kQuiet), format_duration(kLasts));
    }
    const auto scenario = assemble(trial_text(entries), stand_.topology, rules_);
    if (!scenario) return;
    const Ran ran = exercise::run(*scenario, options_.version, options_.budget);
    for (std::size_t n = 0; n < batch.size(); ++n) {
      if (std::ranges::find(ran.unseen, format("cause-{}", n)) == ran.unseen.end()) take(batch[n], ran);
    }
  }

  // What of its subjects has fired by it, and cleared.
  void take(const Tried& tried, const Ran& ran) {
    const Time begin = ran.judged_from + kQuiet;
    const Time end = begin + kLasts;
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

  struct Key {
    std::size_t file;
    std::string group, name, expr;
    auto operator<=>(const Key&) const = default;
  };

  std::span<const Subject> subjects_;
  std::vector<alerting::RuleFile> rules_;
  const Stand& stand_;
  const SearchOptions& options_;
  std::set<std::string, std::less<>> metrics_;
  std::set<Key> live_;
  std::vector<std::size_t> open_;  // subjects that no cause is known of
  Found found_;
};

}  // namespace

Result<Found> search(std::span<const Subject> subjects, std::span<const alerting::RuleFile> rules, const Stand& stand,
                     bool causes, const SearchOptions& options) {
  return Search(subjects, rules, stand, options).run(causes);
}

}  // namespace firedrill::exercise
