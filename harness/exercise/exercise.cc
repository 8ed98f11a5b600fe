#include "exercise/exercise.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/text/format.h"
#include "exercise/fitted_stand.h"
#include "exercise/search.h"
#include "exercise/solve.h"
#include "exercise/trial.h"
#include "promql/functions/functions.h"

namespace firedrill::exercise {
namespace {

// The service of ours with the fewest replicas: its targets show what is made up.
std::string shown_by(const fake_services::Topology& topology) {
  const fake_services::ServiceSpec* fewest = nullptr;
  for (const fake_services::ServiceSpec& service : topology.services) {
    if (service.external || service.replicas < 1) continue;
    if (fewest == nullptr || service.replicas < fewest->replicas) fewest = &service;
  }
  return fewest == nullptr ? std::string() : fewest->name;
}

// Whether some function gives it the time or what the calendar says of it.
bool reads_clock(const Subject& subject) {
  static const std::set<std::string_view> kOfTheTime = {
      "time", "minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"};
  bool reads = false;
  const auto look = [&](const promql::Expr& node) {
    if (node.kind != promql::Kind::call) return;
    reads = reads || kOfTheTime.contains(promql::as<promql::Call>(node).function->name);
  };
  promql::walk(*subject.rule->expression, look);
  for (const alerting::Rule* rule : subject.recorded) promql::walk(*rule->expression, look);
  return reads;
}

class Drill {
 public:
  Drill(const scenario::GivenRules& given, std::optional<Stand> stand, const Options& options) : options_(options) {
    for (const scenario::GivenRules::File& file : given.files) rules_.push_back(file.rules);
    for (std::size_t f = 0; f < rules_.size(); ++f)
      named_.push_back({given.files[f].path.generic_string(), &rules_[f]});
    subjects_ = subjects_of(named_, kEvaluationInterval);
    stand_ = stand ? *std::move(stand) : fitted_stand(subjects_);
  }

  Result<Exercise> run() {
    const std::string service = shown_by(stand_.topology);
    if (service.empty()) {
      return failure({}, "no service of the topology is scraped: nothing could show a metric",
                     "add a service of your own");
    }
    auto found = search(subjects_, rules_, stand_, options_.causes,
                        {options_.version, options_.budget, [this](double share) { tell(0.4 * share, "causes"); }});
    if (!found) return std::unexpected(found.error());
    choices_ = std::move(found->choices);
    begin_outcomes(*found);
    make_up();
    const std::vector<Part> parts = plan({subjects_, choices_, service});
    name_rules();
    for (std::size_t i = 0; i < parts.size() && !stopped(); ++i) {
      tell(0.7 + 0.3 * static_cast<double>(i) / static_cast<double>(parts.size()), "runs");
      const std::string name = parts.size() == 1 ? options_.name : format("part-{}", i + 1);
      if (auto proved = prove(parts[i], name, parts.size() == 1); !proved) return std::unexpected(proved.error());
    }
    if (auto proved = prove_alone(service); !proved) return std::unexpected(proved.error());
    return std::move(exercise_);
  }

 private:
  bool stopped() const { return options_.budget != nullptr && options_.budget->exceeded(); }
  void tell(double share, const std::string& what) const {
    if (options_.progress) options_.progress(share, what);
  }

  void begin_outcomes(const Found& found) {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      Outcome& outcome = exercise_.outcomes.emplace_back();
      outcome.alert = subjects_[i].rule->name();
      outcome.file = subjects_[i].file;
      outcome.line = subjects_[i].rule->where.line;
      outcome.noise = found.noise[i] && found.gaps[i].empty();
      outcome.gap = found.gaps[i];
    }
  }

  // Metrics of those for which there is no cause.
  void make_up() {
    for (std::size_t i = 0; i < subjects_.size() && !stopped(); ++i) {
      if (choices_[i]) continue;
      if (subjects_[i].scraped.empty() && reads_clock(subjects_[i])) {
        watch_clock(i);
        continue;
      }
      tell(0.4 + 0.3 * static_cast<double>(i) / static_cast<double>(subjects_.size()), "metrics");
      SolveOptions wanted;
      wanted.promql.version = options_.version;
      auto solution = solve(subjects_[i], wanted);
      if (!solution) {
        Outcome& outcome = exercise_.outcomes[i];
        outcome.why_not = std::move(solution.error().why);
        outcome.fires = outcome.noise || !outcome.gap.empty() || solution.error().fires;
        if (solution.error().fires) outcome.by = By::metric;
        outcome.always = outcome.noise && subjects_[i].scraped.empty();
        continue;
      }
      const Duration fires = solution->fires, clears = solution->clears;
      choices_[i] = Choice{std::nullopt, *std::move(solution), fires, clears};
    }
  }

  // Of what reads the clock alone, a week shows whether it fires, and one more whether it clears.
  void watch_clock(std::size_t i) {
    Outcome& outcome = exercise_.outcomes[i];
    promql::Options promql{};
    promql.version = options_.version;
    const Parts weeks{Duration(0), kWeek, kWeek};
    const TrialResult result = Trial(subjects_[i], promql, true).run({}, weeks);
    outcome.clock = true;
    outcome.fires = result.early || result.fires_after.has_value();
    outcome.clears = outcome.fires && result.clears_after.has_value();
    outcome.noise = false;
    outcome.always = outcome.fires && !outcome.clears;
    if (!outcome.fires) outcome.why_not = "it reads the clock alone, and did not fire in a week";
    if (outcome.always) outcome.why_not = "it reads the clock alone, and did not clear in a week";
  }

  // What they are called beside the scenario: their own names, made one of a kind.
  void name_rules() {
    std::set<std::string> used;
    for (const NamedRules& file : named_) {
      const std::filesystem::path path(file.path);
      const std::string stem = path.stem().string(), suffix = path.extension().string();
      std::string parent = path.parent_path().filename().string();
      std::string name = format("rules/{}{}", stem, suffix);
      if (used.contains(name) && !parent.empty()) name = format("rules/{}-{}{}", parent, stem, suffix);
      for (int n = 2; used.contains(name); ++n) name = format("rules/{}-{}{}", stem, n, suffix);
      used.insert(name);
      rule_names_.push_back(std::move(name));
    }
  }

  // What happened before can keep an alert from firing that looks back far. Those that did not do in the run what they
  // did when their cause was tried get a scenario of their own, in which nothing was before.
  Result<void> prove_alone(const std::string& service) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < subjects_.size() && n < kMostAlone && !stopped(); ++i) {
      const Outcome before = exercise_.outcomes[i];
      if (!choices_[i] || !choices_[i]->cause || (before.fires && before.clears)) continue;
      std::vector<std::optional<Choice>> only(subjects_.size());
      only[i] = choices_[i];
      forget(exercise_.outcomes[i]);
      if (auto proved = prove(plan({subjects_, only, service}).front(), format("alone-{}", ++n), false); !proved) {
        return std::unexpected(proved.error());
      }
      const Outcome& after = exercise_.outcomes[i];
      if (before.fires && !after.fires) exercise_.outcomes[i] = before;
    }
    return {};
  }

  static void forget(Outcome& outcome) {
    outcome.fires = outcome.clears = false;
    outcome.after = outcome.clears_after = std::nullopt;
    outcome.why_not.clear();
  }

  // `alone` in the folder; else it has one of its own, with all that it needs.
  Result<void> prove(const Part& part, const std::string& name, bool alone) {
    const std::string folder = alone ? std::string() : name + "/";
    const std::string place = folder + "scenario.yaml";
    std::vector<std::string> paths;
    std::vector<alerting::RuleFile> rules;
    for (const std::size_t f : files_of(part)) {
      paths.push_back(rule_names_[f]);
      rules.push_back(rules_[f]);
      exercise_.files.emplace_back(folder + rule_names_[f], rules_[f].source->text);
    }
    const std::string text = scenario_text(part, name, paths);
    auto scenario = assemble(text, stand_.topology, std::move(rules), name);
    if (!scenario) return std::unexpected(scenario.error());
    const Ran ran = exercise::run(*scenario, options_.version, options_.budget);
    for (const Section& section : part.sections) judge(section, ran, place);
    exercise_.scenarios.push_back(place);
    exercise_.files.emplace_back(place, text);
    exercise_.files.emplace_back(folder + "topology.yaml", stand_.text);
    for (const output::File& file : stand_.exporter_files) {
      exercise_.files.emplace_back(folder + file.name, file.content);
    }
    return {};
  }

  // Those of its alerts, and those that record what they read.
  std::vector<std::size_t> files_of(const Part& part) const {
    std::set<std::size_t> files(part.files.begin(), part.files.end());
    for (const Section& section : part.sections) {
      for (const alerting::Rule* rule : subjects_[section.subject].recorded) files.insert(file_of(rule));
    }
    return {files.begin(), files.end()};
  }
  std::size_t file_of(const alerting::Rule* rule) const {
    for (std::size_t f = 0; f < rules_.size(); ++f) {
      for (const alerting::RuleGroup& group : rules_[f].groups) {
        if (!group.rules.empty() && rule >= group.rules.data() && rule < group.rules.data() + group.rules.size())
          return f;
      }
    }
    return 0;
  }

  // What the run says of the alert in its section.
  void judge(const Section& section, const Ran& ran, const std::string& place) {
    const Subject& subject = subjects_[section.subject];
    const Choice& choice = *choices_[section.subject];
    Outcome& outcome = exercise_.outcomes[section.subject];
    outcome.scenario = place;
    const Time hot_from = ran.judged_from + section.hot_from, hot_to = ran.judged_from + section.hot_to;
    const Time end = ran.judged_from + section.end;
    for (const Firing& firing : ran.firings) {
      if (!firing.is_of(*subject.rule) || firing.from < hot_from || firing.from >= end) continue;
      const Duration after = firing.from - hot_from;
      if (!outcome.after || after < *outcome.after) outcome.after = after;
      outcome.fires = true;
      if (!firing.to || *firing.to > end + kGrace) continue;
      outcome.clears = true;
      outcome.clears_after = std::max(Duration(0), *firing.to - hot_to);
    }
    const std::string how = choice.cause ? choice.cause->words() : std::string("metric");
    if (outcome.fires) {
      outcome.by = choice.cause ? By::cause : By::metric;
      outcome.cause = how;
      if (!outcome.clears)
        outcome.why_not = format("it fired, and had not cleared when its section was over ({})", place);
    } else {
      outcome.why_not = format("it was to fire by {}, and did not in the run ({})", how, place);
    }
  }

  static constexpr Duration kGrace = std::chrono::minutes(5);
  static constexpr Duration kWeek = std::chrono::hours(7 * 24);
  static constexpr std::size_t kMostAlone = 20;  // scenarios of one alert

  Stand stand_;
  const Options& options_;
  std::vector<alerting::RuleFile> rules_;
  std::vector<NamedRules> named_;
  std::vector<std::string> rule_names_;
  std::vector<Subject> subjects_;
  std::vector<std::optional<Choice>> choices_;
  Exercise exercise_;
};

}  // namespace

Result<Exercise> exercise(const scenario::GivenRules& rules, std::optional<Stand> stand, const Options& options) {
  return Drill(rules, std::move(stand), options).run();
}

}  // namespace firedrill::exercise
