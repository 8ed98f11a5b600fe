#include "scenario/playbooks.h"

#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/actions/action_table.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".md";
// The name of a folder's own.
constexpr std::string_view kOwn = "playbook";
constexpr std::size_t kMaxPlaybooks = 500;
constexpr std::size_t kMostNames = 10'000;
constexpr std::array<std::string_view, 3> kAnnotations = {"runbook_url", "runbook", "playbook"};

class Loader {
 public:
  Loader(const ReadScope& scope, std::string folder, Diagnostics& diagnostics)
      : scope_(scope), folder_(std::move(folder)), diagnostics_(diagnostics) {}

  void add(const std::string& path, const Position& where) {
    const ReadScope::Place place = scope_.place(path);
    if (place == ReadScope::Place::outside) {
      return report(diagnostics_, where, format("'{}' {}", path, scope_.outside()), scope_.outside_remedy());
    }
    if (place != ReadScope::Place::inside) {
      return report(diagnostics_, where, format("there is no '{}'", path),
                    "name a playbook (…/name.md), or a folder of playbooks; paths count from the scenario's folder");
    }
    fs::path(path).extension() == kExtension ? add_file(path, where) : add_folder(path, where);
  }

  // What stands beside the scenario needs not be named.
  void add_own() {
    const fs::path path = std::string(kOwn) + std::string(kExtension);
    if (scope_.place(path) != ReadScope::Place::inside) return;
    const auto source = scope_.read_mentioned(path);
    if (source && oncall::is_playbook((*source)->text)) keep(*source, path, {});
  }

  std::vector<oncall::Playbook> take() { return std::move(playbooks_); }

 private:
  // The folder's name, by which its own playbook is known.
  std::string folder_of(const fs::path& path) const {
    const fs::path parent = path.lexically_normal().parent_path();
    return parent.empty() || parent == "." ? folder_ : parent.filename().string();
  }

  void add_file(const fs::path& path, const Position& where) {
    auto source = scope_.read_mentioned(path);
    if (!source) return append(std::move(source.error()));
    if (!oncall::is_playbook((*source)->text)) {
      return report(diagnostics_, where, format("'{}' is no playbook", path.generic_string()),
                    "its first line must be `# Playbook: …`");
    }
    keep(*source, path, where);
  }

  void add_folder(const fs::path& folder, const Position& where) {
    const std::size_t before = playbooks_.size();
    for (const ReadScope::Entry& entry : scope_.list(folder, kMostNames)) {
      const fs::path path = (folder / entry.name).lexically_normal();
      if (entry.kind == ReadScope::Entry::Kind::folder || path.extension() != kExtension) continue;
      const auto source = scope_.read_mentioned(path);
      if (source && oncall::is_playbook((*source)->text)) keep(*source, path, where);
    }
    if (playbooks_.size() == before) {
      report(diagnostics_, where, format("there is no playbook in '{}'", folder.generic_string()),
             "the first line of a playbook is `# Playbook: …`, and its name ends in .md");
    }
  }

  void keep(const SourcePtr& source, const fs::path& path, const Position& where) {
    if (playbooks_.size() == kMaxPlaybooks) {
      report(diagnostics_, where, format("there are more than {} playbooks", kMaxPlaybooks),
             "name folders that hold fewer");
    }
    if (playbooks_.size() >= kMaxPlaybooks) return;
    // It has proved to be what was expected: its text may be shown.
    const SourcePtr shown = make_source(source->name, source->text);
    Diagnostics found;
    oncall::Playbook playbook = load_playbook(shown, path, folder_of(path), found);
    const bool repeated =
        std::ranges::any_of(playbooks_, [&](const oncall::Playbook& each) { return each.file == playbook.file; });
    if (repeated) return;
    append(std::move(found));
    playbooks_.push_back(std::move(playbook));
  }

  void append(Diagnostics found) { std::ranges::move(found, std::back_inserter(diagnostics_)); }

  const ReadScope& scope_;
  std::string folder_;
  Diagnostics& diagnostics_;
  std::vector<oncall::Playbook> playbooks_;
};

// Alerting rules of the files, one after the other.
template <typename Call>
void for_each_alert(std::span<const alerting::RuleFile> files, const Call& call) {
  for (const alerting::RuleFile& file : files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (rule.alerting()) call(rule);
      }
    }
  }
}

// What a step is given is checked by the same table that the world obeys. What is left to be filled in is not missing.
void check_arguments(const oncall::Playbook& playbook, Diagnostics& diagnostics) {
  for (const oncall::PlaybookStep& step : playbook.steps) {
    if (!step.command.remedy) continue;
    const fake_services::ActionSpec& action = *fake_services::find_action(oncall::action_of(*step.command.remedy));
    const auto fields = fake_services::read_arguments(action, arguments_of(step.command));
    if (fields) continue;
    for (const fake_services::ArgumentProblem& problem : fields.error()) {
      if (problem.argument.empty() && step.command.has_blanks) continue;
      report(diagnostics, step.where, problem.what, problem.remedy);
    }
  }
}

std::string why_not(const oncall::Command& command, const std::string& service,
                    const fake_services::Topology& topology) {
  const fake_services::ActionSpec& action = *fake_services::find_action(oncall::action_of(*command.remedy));
  const auto fields = fake_services::read_arguments(action, arguments_of(command));
  if (!fields) return {};  // that is told already, or they are left to whoever reads it
  const auto found = fake_services::misfit(action, service, *fields, topology);
  return found ? found->what : std::string();
}

}  // namespace

oncall::Playbook load_playbook(const SourcePtr& source, const fs::path& path, const std::string& folder,
                               Diagnostics& diagnostics) {
  std::string name = path.stem().string();
  if (name == kOwn) name = folder;
  oncall::Playbook playbook = oncall::read_playbook(source, std::move(name), diagnostics);
  check_arguments(playbook, diagnostics);
  return playbook;
}

events::Arguments arguments_of(const oncall::Command& command) {
  events::Arguments arguments;
  for (const auto& [name, value] : command.parameters) {
    if (name != "namespace" && name != "severity") arguments.emplace_back(name, value);
  }
  return arguments;
}

std::vector<oncall::Playbook> load_playbooks(std::span<const std::string> paths, std::span<const Position> places,
                                             const ReadScope& scope, const std::string& folder,
                                             Diagnostics& diagnostics) {
  Loader loader(scope, folder, diagnostics);
  for (std::size_t i = 0; i < paths.size(); ++i) loader.add(paths[i], i < places.size() ? places[i] : Position{});
  loader.add_own();
  return loader.take();
}

std::vector<oncall::PlaybookUse> playbook_uses(std::span<const alerting::RuleFile> files) {
  std::vector<oncall::PlaybookUse> uses;
  for_each_alert(files, [&](const alerting::Rule& rule) {
    for (const alerting::NamedText& each : rule.annotations) {
      // What a template gives is not known here.
      const bool named = std::ranges::find(kAnnotations, each.name) != kAnnotations.end();
      if (!named || each.text.value.contains("{{")) continue;
      std::string playbook = oncall::playbook_named(each.text.value);
      if (!playbook.empty()) uses.push_back({rule.name(), std::move(playbook), each.text.where});
    }
  });
  return uses;
}

std::set<std::string, std::less<>> alert_names(std::span<const alerting::RuleFile> files) {
  std::set<std::string, std::less<>> names;
  for_each_alert(files, [&](const alerting::Rule& rule) { names.insert(rule.name()); });
  return names;
}

PlaybookFindings check_playbooks(std::span<const oncall::Playbook> playbooks,
                                 std::span<const alerting::RuleFile> rule_files,
                                 const fake_services::Topology& topology, const std::string& folder, bool all,
                                 const oncall::Roster* roster) {
  PlaybookFindings findings;
  std::vector<oncall::PlaybookUse> uses = playbook_uses(rule_files);
  std::set<std::string, std::less<>> ours{folder};
  for (const oncall::PlaybookUse& use : uses) ours.insert(use.playbook);
  std::vector<std::string> services;
  for (const fake_services::ServiceSpec& service : topology.services) services.push_back(service.name);
  const std::vector<std::string> nodes = fake_services::node_names(topology);
  const auto check = [&](const oncall::Command& command, const std::string& service) {
    return why_not(command, service, topology);
  };
  for (const oncall::Playbook& playbook : playbooks) {
    if (ours.contains(playbook.name)) oncall::check_steps(playbook, services, nodes, check, findings.errors);
  }
  if (!all) uses.clear();
  oncall::PlaybookLintInput input{.playbooks = playbooks, .uses = uses};
  input.looked_at = std::move(ours);
  if (roster != nullptr) input.rosters = std::span(roster, 1);
  findings.lints = oncall::lint_playbooks(input);
  return findings;
}

}  // namespace firedrill::scenario
