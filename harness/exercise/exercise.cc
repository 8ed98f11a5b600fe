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
    begin_outcomes(found->noise);
    make_up();
    const std::vector<Part> parts = plan({subjects_, choices_, service});
    name_rules();
    for (std::size_t i = 0; i < parts.size() && !stopped(); ++i) {
      tell(0.7 + 0.3 * static_cast<double>(i) / static_cast<double>(parts.size()), "runs");
      if (auto proved = prove(parts[i], i, parts.size()); !proved) return std::unexpected(proved.error());
    }
    add_files(parts.empty());
    return std::move(exercise_);
  }

 private:
  bool stopped() const { return options_.budget != nullptr && options_.budget->exceeded(); }
  void tell(double share, const std::string& what) const {
    if (options_.progress) options_.progress(share, what);
  }

  void begin_outcomes(const std::vector<bool>& noise) {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      Outcome& outcome = exercise_.outcomes.emplace_back();
      outcome.alert = subjects_[i].rule->name();
      outcome.file = subjects_[i].file;
      outcome.line = subjects_[i].rule->where.line;
      outcome.noise = noise[i];
    }
  }

  // Metrics of those for which there is no cause.
  void make_up() {
    for (std::size_t i = 0; i < subjects_.size() && !stopped(); ++i) {
      if (choices_[i]) continue;
      tell(0.4 + 0.3 * static_cast<double>(i) / static_cast<double>(subjects_.size()), "metrics");
      SolveOptions wanted;
      wanted.promql.version = options_.version;
      auto solution = solve(subjects_[i], wanted);
      if (!solution) {
        Outcome& outcome = exercise_.outcomes[i];
        outcome.why_not = std::move(solution.error());
        outcome.fires = outcome.noise;
        outcome.always = outcome.noise && subjects_[i].scraped.empty();
        continue;
      }
      const Duration fires = solution->fires, clears = solution->clears;
      choices_[i] = Choice{std::nullopt, *std::move(solution), fires, clears};
    }
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

  Result<void> prove(const Part& part, std::size_t index, std::size_t parts) {
    const bool alone = parts == 1;
    const std::string name = alone ? options_.name : format("part-{}", index + 1);
    const std::string place = alone ? "scenario.yaml" : name + "/scenario.yaml";
    const std::vector<std::size_t> files = files_of(part);
    std::vector<std::string> paths;
    std::vector<alerting::RuleFile> rules;
    for (const std::size_t f : files) {
      paths.push_back(rule_names_[f]);
      rules.push_back(rules_[f]);
    }
    const std::string text = scenario_text(part, name, alone ? "" : "../", paths);
    auto scenario = assemble(text, stand_.topology, std::move(rules), name);
    if (!scenario) return std::unexpected(scenario.error());
    const Ran ran = exercise::run(*scenario, options_.version, options_.budget);
    for (const Section& section : part.sections) judge(section, ran, place);
    exercise_.scenarios.push_back(place);
    exercise_.files.emplace_back(place, text);
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

  void add_files(bool nothing) {
    if (nothing) return;
    exercise_.files.emplace_back("topology.yaml", stand_.text);
    for (std::size_t f = 0; f < rules_.size(); ++f)
      exercise_.files.emplace_back(rule_names_[f], rules_[f].source->text);
  }

  static constexpr Duration kGrace = std::chrono::minutes(5);

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
