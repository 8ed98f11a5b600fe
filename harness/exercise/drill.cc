#include "exercise/drill.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "alerting/history/rule_history.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "driver/run.h"
#include "events/event.h"
#include "events/sink.h"
#include "exercise/trial.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/topology/topology_yaml.h"
#include "scenario/scenario_yaml.h"
#include "yaml/document.h"
#include "yaml/inputs.h"
#include "yaml/write.h"

namespace firedrill::exercise {
namespace {

// Faults that are no fault of this production.
void check_faults(const scenario::ScenarioFile& file, const fake_services::Topology& topology, Diagnostics& found) {
  for (const scenario::ScenarioFile::Fault& fault : file.faults) {
    for (const fake_services::FaultProblem& problem : validate(fault.spec, topology)) {
      found.push_back({Severity::error, fault.node->where(), problem.what, problem.remedy});
    }
  }
}

// The topology again, its exporters' files at other places.
std::string text_with_places(const yaml::Node& root, std::span<const std::string> places) {
  yaml::Document made(root.document->source());
  yaml::Node& list = made.add();
  list.kind = yaml::Node::Kind::sequence;
  for (const std::string& place : places) {
    yaml::Node& item = made.add();
    item.kind = yaml::Node::Kind::scalar;
    item.style = yaml::Node::Style::double_quoted;
    item.text = place;
    list.items.push_back(&item);
  }
  yaml::Node& topology = made.add();
  topology = root;
  for (yaml::Node::Entry& entry : topology.entries) {
    if (entry.key == "exporter_files") entry.value = &list;
  }
  return yaml::write(topology);
}

// Writes down when alerts fire, and which faults had no effect.
class Ledger final : public events::Sink {
 public:
  explicit Ledger(const scenario::LoadedScenario& scenario) {
    for (const alerting::RuleFile& file : scenario.rule_files) {
      for (const alerting::RuleGroup& group : file.groups) {
        for (const alerting::Rule& rule : group.rules) rules_.push_back(rule.where);
      }
    }
  }

  void on_event(events::Event event) override {
    if (event.kind == events::EventKind::fault_injected) unseen_.insert(event.subject);
    if (event.kind == events::EventKind::fault_witnessed) unseen_.erase(event.subject);
  }
  void on_transition(const events::AlertTransition& transition) override {
    const std::pair key(transition.rule, transition.labels);
    if (transition.to == events::AlertState::firing) {
      open_[key] = ran_.firings.size();
      ran_.firings.push_back({rules_[transition.rule], transition.labels, transition.t, std::nullopt});
    } else if (const auto open = open_.find(key);
               open != open_.end() && transition.to == events::AlertState::inactive) {
      ran_.firings[open->second].to = transition.t;
      open_.erase(open);
    }
  }

  Ran take() {
    ran_.unseen.assign(unseen_.begin(), unseen_.end());
    return std::move(ran_);
  }

 private:
  std::vector<Position> rules_;  // in order of evaluation
  std::map<std::pair<std::size_t, model::Labels>, std::size_t> open_;
  std::set<std::string> unseen_;
  Ran ran_;
};

}  // namespace

Result<Stand> stand_of(const SourcePtr& source, const fake_services::ReadExporterFile& read) {
  Diagnostics found;
  const auto document = yaml::parse_as(fake_services::kTopologyForm, source, yaml::Dialect::strict, found);
  if (document == nullptr) return failure(std::move(found));
  Stand stand;
  std::vector<std::string> places;
  fake_services::ReadExporterFile keep;
  if (read) {
    keep = [&](const std::string& path, const Position& named_at, Diagnostics& diagnostics) {
      const yaml::Document* exporter = read(path, named_at, diagnostics);
      if (exporter != nullptr) {
        const std::string place =
            format("exporters/{}-{}", places.size() + 1, std::filesystem::path(path).filename().generic_string());
        places.push_back(place);
        stand.exporter_files.emplace_back(place, exporter->source()->text);
      }
      return exporter;
    };
  }
  auto topology = fake_services::decode_topology(document->root(), keep, found);
  if (!topology || has_errors(found)) return failure(std::move(found));
  stand.topology = *std::move(topology);
  stand.text = places.empty() ? source->text : text_with_places(document->root(), places);
  return stand;
}

Result<Stand> read_stand(const std::string& path, const ReadOptions& reads) {
  const FirstFile file = FirstFile::named(path, reads);
  const auto source = file.read();
  if (!source) return std::unexpected(source.error());
  yaml::Inputs inputs(file.scope);
  return stand_of(*source, fake_services::exporter_files_by(inputs, file.name));
}

Result<Stand> stand_of(const SourcePtr& source, std::span<const output::File> exporter_files) {
  std::vector<std::unique_ptr<yaml::Document>> documents;
  auto stand = stand_of(source, [&](const std::string& path, const Position&, Diagnostics& diagnostics) {
    const auto file = std::ranges::find(exporter_files, path, &output::File::name);
    const std::string text = file == exporter_files.end() ? std::string() : *file->content;
    documents.push_back(yaml::Document::parse(make_source(path, text), diagnostics, yaml::Dialect::strict));
    return documents.back().get();
  });
  if (stand) {
    stand->text = source->text;
    stand->exporter_files.assign(exporter_files.begin(), exporter_files.end());
  }
  return stand;
}

Result<scenario::LoadedScenario> assemble(const std::string& text, const fake_services::Topology& topology,
                                          std::vector<alerting::RuleFile> rules, std::string_view name) {
  Diagnostics found;
  const SourcePtr source = make_source("scenario.yaml", text);
  const auto document = yaml::Document::parse(source, found, yaml::Dialect::strict);
  if (document == nullptr) return failure(std::move(found));
  scenario::ScenarioFile file = scenario::decode_scenario_file(document->root(), name, found);
  check_faults(file, topology, found);
  if (has_errors(found)) return failure(std::move(found));
  scenario::LoadedScenario loaded;
  loaded.scenario = std::move(file.scenario);
  loaded.topology = topology;
  for (scenario::ScenarioFile::Fault& fault : file.faults) loaded.faults.push_back(std::move(fault.spec));
  loaded.rule_files = std::move(rules);
  const scenario::PrometheusSettings& prometheus = loaded.scenario.prometheus;
  loaded.looks_back =
      alerting::RuleHistory(loaded.rule_files, prometheus.evaluation_interval, prometheus.query_offset).needs();
  return loaded;
}

Ran run(const scenario::LoadedScenario& scenario, promql::Version version, Budget* budget) {
  Ledger ledger(scenario);
  driver::Run drill(scenario, {.promql = version, .keep = driver::Keep::none, .budget = budget}, {&ledger});
  drill.advance_to(drill.end());
  if (drill.stopped()) return {};
  Ran ran = ledger.take();
  ran.judged_from = scenario.scenario.start + scenario.scenario.warmup;
  ran.to = drill.end();
  return ran;
}

std::string quoted_text(std::string_view text) {
  return format("\"{}\"", escape_json(text));
}

std::string head_text(const Head& head) {
  std::string rules;
  for (const std::string& file : head.rule_files) rules += format("{}{}", rules.empty() ? "" : ", ", quoted_text(file));
  if (!rules.empty()) rules = format(", rule_files: [{}]", rules);
  return format(
      "version: 1\n"
      "name: {}\n"
      "summary: {}\n"
      "start: 2026-03-02T00:00:00Z\n"
      "warmup: {}\n"
      "duration: {}\n"
      "topology: {}\n"
      "prometheus: {{scrape_interval: {}, evaluation_interval: {}, kubernetes_targets: true{}}}\n",
      quoted_text(head.name), quoted_text(head.summary), format_duration(head.warmup), format_duration(head.duration),
      quoted_text(head.topology), format_duration(kScrapeInterval), format_duration(kEvaluationInterval), rules);
}

}  // namespace firedrill::exercise
