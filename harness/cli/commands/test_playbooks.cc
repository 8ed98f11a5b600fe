// firedrill test playbooks [PATH...]: each playbook against the scenarios whose alerts lead to it.
#include "cli/commands/test_playbooks.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/bounds.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/library.h"
#include "cli/reading.h"
#include "cli/scenario_path.h"
#include "scenario/playbooks.h"
#include "suite/find_scenarios.h"
#include "suite/playbook_trials.h"

namespace firedrill::cli {
namespace {

using suite::PlaybookTrial;
using Outcome = PlaybookTrial::Outcome;

struct Options {
  Bounds bounds;
  ReadOptions reads;
  std::vector<std::string> paths;
  std::string folder = kLibrary;
  unsigned seed = 1;
  bool json = false;
};

std::string_view word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::ended:
      return "ended";
    case Outcome::prevented:
      return "prevented";
    case Outcome::vain:
      return "vain";
    case Outcome::nothing_to_do:
      return "nothing_to_do";
    case Outcome::not_called:
      return "not_called";
    case Outcome::nothing_broke:
      return "nothing_broke";
    case Outcome::over_already:
      return "over_already";
  }
  std::unreachable();
}

std::string_view said_of(suite::PlaybookVerdict verdict) {
  switch (verdict) {
    case suite::PlaybookVerdict::good:
      return "good";
    case suite::PlaybookVerdict::bad:
      return "bad: followed, and it ended none of these incidents";
    case suite::PlaybookVerdict::untried:
      return "untried: none of its alerts was about an incident that broke something";
  }
  std::unreachable();
}

Colour colour_of(suite::PlaybookVerdict verdict) {
  if (verdict == suite::PlaybookVerdict::untried) return Colour::dim;
  return verdict == suite::PlaybookVerdict::good ? Colour::green : Colour::red;
}

json::object to_json(const PlaybookTrial& trial) {
  json::array steps;
  for (const PlaybookTrial::Step& step : trial.steps) {
    json::object out{{"action", step.action}};
    if (step.helped) out["helped"] = *step.helped;
    if (!step.why.empty()) out["why"] = step.why;
    steps.push_back(std::move(out));
  }
  json::object out{{"playbook", trial.playbook},
                   {"file", trial.file},
                   {"scenario", trial.scenario},
                   {"outcome", std::string(word_of(trial.outcome))},
                   {"steps", std::move(steps)}};
  if (!trial.incident.empty()) out["incident"] = trial.incident;
  if (trial.mitigated_after) out["mitigated_after_seconds"] = to_seconds(*trial.mitigated_after);
  if (trial.by_itself) out["by_itself_seconds"] = to_seconds(*trial.by_itself);
  return out;
}

class PlaybooksRun {
 public:
  explicit PlaybooksRun(Options& options) : options_(options) {}

  int run() {
    options_.bounds.start();
    if (!sort_paths()) return kBadInput;
    const auto found = suite::find_scenarios(scenarios_, options_.reads);
    if (!found) {
      print_diagnostics(found.error());
      return kBadInput;
    }
    for (const suite::ScenarioFile& file : *found) {
      if (!try_scenario(file)) return kBadInput;
    }
    return print();
  }

 private:
  // Playbooks end in .md; everything else holds scenarios.
  bool sort_paths() {
    for (const std::string& path : options_.paths) {
      if (std::filesystem::path(path).extension() != ".md") {
        scenarios_.push_back(found_scenario(path, options_.reads));
      } else if (!take_playbook(path)) {
        return false;
      }
    }
    if (!scenarios_.empty()) return true;
    const std::filesystem::path folder = usual_scenarios();
    if (folder.empty()) {
      print_err(
          format("error: there is no folder {}/ here{}\n      = help: name the scenarios, or their folder with --in\n",
                 kLibrary, playbooks_.empty() ? "" : ", and none beside the playbook or above it"));
      return false;
    }
    scenarios_.push_back(folder.string());
    return true;
  }

  // What is wrong with it is told before anything is run.
  bool take_playbook(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      print_err(format("error: there is no playbook '{}'\n", printable(path)));
      return false;
    }
    const auto source = FirstFile::named(path, options_.reads).read();
    if (!source) {
      print_diagnostics(source.error());
      return false;
    }
    if (!oncall::is_playbook((*source)->text)) {
      print_err(
          format("{}: error: this is no playbook\n      = help: begin it with `# Playbook: TITLE`\n", printable(path)));
      return false;
    }
    const std::filesystem::path file = std::filesystem::weakly_canonical(path, error);
    Diagnostics found;
    scenario::load_playbook(*source, file, file.parent_path().filename().string(), found);
    if (has_errors(found)) {
      print_diagnostics(found);
      return false;
    }
    playbooks_.push_back(file);
    named_as_.emplace_back(path);
    return true;
  }

  // Where no scenarios are named: those that --in says, those of the repository that the first playbook is in, those
  // here, those that are installed. Empty: there are none.
  std::filesystem::path usual_scenarios() {
    if (options_.folder != kLibrary) return options_.folder;
    if (!playbooks_.empty()) {
      if (std::filesystem::path beside = scenarios_around(playbooks_.front()); !beside.empty()) return beside;
    }
    std::error_code error;
    const std::string above = found_scenario(kLibrary, options_.reads);
    return std::filesystem::is_directory(above, error) ? std::filesystem::path(above) : installed_library();
  }

  // The nearest folder scenarios/ in which a file lies, or beside which it does, within its repository; else the
  // scenario's folder in which it lies.
  static std::filesystem::path scenarios_around(const std::filesystem::path& file) {
    std::error_code error;
    const auto top = repository_of(file.parent_path());
    std::filesystem::path drill;
    for (std::filesystem::path at = file.parent_path();; at = at.parent_path()) {
      if (at.filename() == kLibrary) return std::filesystem::proximate(at, error);
      if (std::filesystem::is_directory(at / kLibrary, error)) return std::filesystem::proximate(at / kLibrary, error);
      if (drill.empty() && std::filesystem::exists(at / "scenario.yaml", error)) drill = at;
      if (at == top || at == at.parent_path()) break;
    }
    return drill.empty() ? drill : std::filesystem::proximate(drill, error);
  }

  bool is_meant(const oncall::Playbook& playbook) const {
    return playbooks_.empty() || std::ranges::find(playbooks_, canonical(playbook.file)) != playbooks_.end();
  }

  static std::filesystem::path canonical(const std::string& file) {
    std::error_code error;
    return std::filesystem::weakly_canonical(file, error);
  }

  bool try_scenario(const suite::ScenarioFile& file) {
    auto loaded = scenario::load_scenario(file.file, promql::Version::v3);
    if (!loaded) {
      print_diagnostics(loaded.error());
      return false;
    }
    std::erase_if(loaded->playbooks, [&](const oncall::Playbook& each) { return !is_meant(each); });
    if (loaded->playbooks.empty()) return true;
    for (const oncall::Playbook& each : loaded->playbooks) held_.insert(canonical(each.file));
    print_err(format("{} …\n", printable(file.name)));
    for (PlaybookTrial& trial : suite::try_playbooks(*loaded, options_.seed, &options_.bounds.budget())) {
      tried_.insert(canonical(trial.file));
      trials_[trial.file].push_back(std::move(trial));
    }
    return !options_.bounds.exceeded();
  }

  int print() const {
    if (trials_.empty() && playbooks_.empty()) {
      print_err("error: no alert of these scenarios leads to a playbook of theirs\n");
      return kBadInput;
    }
    bool failed = false;
    json::array all;
    for (const auto& [file, trials] : trials_) {
      const suite::PlaybookVerdict verdict = suite::verdict_of(trials);
      failed = failed || verdict == suite::PlaybookVerdict::bad;
      if (!options_.json) {
        print_out(
            {{printable(file), Colour::bold}, {": "}, {std::string(said_of(verdict)), colour_of(verdict)}, {"\n"}});
      }
      for (const PlaybookTrial& trial : trials) {
        all.push_back(to_json(trial));
        if (!options_.json) print_trial(trial);
      }
    }
    if (options_.json) print_data(write_json(all, JsonStyle::pretty));
    if (!all_tried()) return kBadInput;
    return failed ? kFailed : kPassed;
  }

  // Tells of playbooks that were named and could not be tried.
  bool all_tried() const {
    bool all = true;
    for (std::size_t i = 0; i < playbooks_.size(); ++i) {
      if (tried_.contains(playbooks_[i])) continue;
      all = false;
      const bool held = held_.contains(playbooks_[i]);
      print_err(format(
          "{}: error: {}\n      = help: {}\n", printable(named_as_[i]),
          held ? "no alert of a scenario that names this playbook leads to it" : "no scenario names this playbook",
          held ? "give an alert the annotation `runbook_url: …/NAME`, with the playbook's name"
               : "name it in a scenario with `playbooks:`, or name the folder of other scenarios with --in"));
    }
    return all;
  }

  static void print_trial(const PlaybookTrial& trial) {
    print_out(format("  {}: {}\n", printable(trial.scenario), printable(describe(trial))));
  }

  Options& options_;
  std::vector<std::string> scenarios_;
  std::vector<std::filesystem::path> playbooks_;  // canonical
  std::vector<std::string> named_as_;             // the same as the user named them
  std::set<std::filesystem::path> held_;          // those that a scenario has
  std::set<std::filesystem::path> tried_;
  std::map<std::string, std::vector<PlaybookTrial>> trials_;  // by file
};

}  // namespace

void declare_test_playbooks(Arguments arguments) {
  auto options = std::make_shared<Options>();
  Arguments own = arguments.command("playbooks", "follow playbooks in the scenarios whose alerts lead to them");
  own.option("path", options->paths, "playbooks, scenarios, or folders of scenarios");
  own.option("--in", options->folder,
             "folder to look for scenarios in, where none is named: else the one in which a playbook lies, or that is "
             "beside or above it")
      .shows_default();
  own.option("--seed", options->seed, "of chance, in each run");
  own.flag("--json", options->json, "print the results as JSON");
  declare_reading(own, options->reads);
  options->bounds.declare(own);
  own.runs([options] { return PlaybooksRun(*options).run(); });
}

}  // namespace firedrill::cli
