// firedrill test playbooks [PATH...]: each playbook against the scenarios whose alerts lead to it.
#include "cli/commands/test_playbooks.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/bounds.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/library.h"
#include "cli/reading.h"
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
    std::error_code error;
    for (const std::string& path : options_.paths) {
      if (std::filesystem::path(path).extension() != ".md") {
        scenarios_.push_back(path);
      } else if (std::filesystem::exists(path, error)) {
        playbooks_.push_back(std::filesystem::weakly_canonical(path, error));
      } else {
        print_err(format("error: there is no playbook '{}'\n", printable(path)));
        return false;
      }
    }
    if (!scenarios_.empty()) return true;
    const bool usual = options_.folder == kLibrary && !std::filesystem::exists(kLibrary, error);
    scenarios_.push_back(usual ? installed_library().string() : options_.folder);
    return true;
  }

  bool is_meant(const oncall::Playbook& playbook) const {
    std::error_code error;
    const auto file = std::filesystem::weakly_canonical(playbook.file, error);
    return playbooks_.empty() || std::ranges::find(playbooks_, file) != playbooks_.end();
  }

  bool try_scenario(const suite::ScenarioFile& file) {
    auto loaded = scenario::load_scenario(file.file, promql::Version::v3);
    if (!loaded) {
      print_diagnostics(loaded.error());
      return false;
    }
    std::erase_if(loaded->playbooks, [&](const oncall::Playbook& each) { return !is_meant(each); });
    if (loaded->playbooks.empty()) return true;
    print_err(format("{} …\n", printable(file.name)));
    for (PlaybookTrial& trial : suite::try_playbooks(*loaded, options_.seed, &options_.bounds.budget())) {
      trials_[trial.file].push_back(std::move(trial));
    }
    return !options_.bounds.exceeded();
  }

  int print() const {
    if (trials_.empty()) {
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
    return failed ? kFailed : kPassed;
  }

  static void print_trial(const PlaybookTrial& trial) {
    print_out(format("  {}: {}\n", printable(trial.scenario), printable(describe(trial))));
  }

  Options& options_;
  std::vector<std::string> scenarios_;
  std::vector<std::filesystem::path> playbooks_;
  std::map<std::string, std::vector<PlaybookTrial>> trials_;  // by file
};

}  // namespace

void declare_test_playbooks(Arguments arguments) {
  auto options = std::make_shared<Options>();
  Arguments own = arguments.command("playbooks", "follow playbooks in the scenarios whose alerts lead to them");
  own.option("path", options->paths, "playbooks, scenarios, or folders of scenarios");
  own.option("--in", options->folder, "folder to look for scenarios in, where none is named").shows_default();
  own.option("--seed", options->seed, "of chance, in each run");
  own.flag("--json", options->json, "print the results as JSON");
  declare_reading(own, options->reads);
  options->bounds.declare(own);
  own.runs([options] { return PlaybooksRun(*options).run(); });
}

}  // namespace firedrill::cli
