// The lists of a scenario whose entries have a kind each: faults and expectations; and metrics, whose parts exclude
// each other. Each kind's table decodes its entries.
#include <algorithm>
#include <array>

#include "base/report.h"
#include "base/text/format.h"
#include "fake_services/faults/fault_table.h"
#include "incident/expectations/expectation_table.h"
#include "promql/parse/expression_yaml.h"
#include "scenario/scenario_yaml.h"

namespace firedrill::scenario {
namespace {

using yaml::DecodedBlock;
using yaml::LaterKey;
using yaml::Node;
using yaml::Nulls;

constexpr LaterKey kLaterMatch[] = {{"header", "requests are simulated without headers"}};

// The kind of an entry, if it says one that there is. `what` is "fault" or "expectation".
template <typename Table>
std::optional<std::string> kind_of(const Node& entry, std::string_view what, std::string_view name, const Table& table,
                                   Diagnostics& diagnostics) {
  const Node::Entry* kind = entry.entry("kind");
  std::vector<std::string> known;
  for (const auto& row : table) known.emplace_back(row.name);
  const std::string list = format("`firedrill list {}s` names the kinds that there are", what);
  if (kind == nullptr) {
    report(diagnostics, entry.where(), format("{} lacks 'kind'", name), list);
    return std::nullopt;
  }
  if (!kind->value->is_scalar()) {
    report(diagnostics, kind->key_node->where(),
           format("'kind' must be the name of a kind of {}, found {}", what, kind->value->describe()), list);
    return std::nullopt;
  }
  const std::string& text = kind->value->text;
  if (std::find(known.begin(), known.end(), text) != known.end()) return text;
  const std::string near = nearest(text, known);
  report(diagnostics, kind->value->where(), format("there is no {} '{}'", what, text),
         near.empty() ? list : format("did you mean '{}'?", near));
  return std::nullopt;
}

// "fault 'db-refuses'", or "fault 3" where it has no id.
std::string name_of(const Node& entry, std::string_view what, std::size_t index) {
  const Node* id = entry.find("id");
  return id != nullptr && id->is_scalar() && !id->text.empty() ? format("{} '{}'", what, id->text)
                                                               : format("{} {}", what, index + 1);
}

void decode_fault(const Node& entry, std::size_t index, ScenarioFile& file, Diagnostics& diagnostics) {
  namespace fs = fake_services;
  const std::string name = name_of(entry, "fault", index);
  if (!expect_mapping(entry, name, diagnostics)) return;
  if (const Node* id = entry.find("id"); id != nullptr && id->is_scalar()) {
    if (std::find(file.fault_ids.begin(), file.fault_ids.end(), id->text) != file.fault_ids.end()) {
      report(diagnostics, id->where(), format("two faults have the id '{}'", id->text),
             "give each an id of its own: incidents and expectations refer to it");
    }
    file.fault_ids.push_back(id->text);
  }
  const auto kind = kind_of(entry, "fault", name, fs::fault_table(), diagnostics);
  if (!kind) return;
  const fs::FaultKind& row = *fs::find_fault(*kind);
  const std::vector<FieldSpec> table = fs::fault_fields(row);
  constexpr std::array<std::string_view, 2> kBlocks = {"match", "pattern"};
  const std::size_t before = diagnostics.size();
  Fields fields = decode_fields(entry, table, {kBlocks}, name, Nulls::strict, diagnostics);
  fs::FaultMatch match;
  if (const Node* node = entry.find("match"); node != nullptr && !node->is_null()) {
    match = fs::make_fault_match(decode_fields(*node, fs::fault_match_fields(), {{}, kLaterMatch},
                                               format("'match' of {}", name), Nulls::strict, diagnostics));
  }
  fs::FaultPattern pattern;
  if (const Node* node = entry.find("pattern"); node != nullptr && !node->is_null()) {
    pattern = fs::make_fault_pattern(decode_fields(*node, fs::fault_pattern_fields(), {},
                                                   format("'pattern' of {}", name), Nulls::strict, diagnostics));
  }
  if (diagnostics.size() != before) return;
  if (const auto problem = row.check != nullptr ? row.check(fields) : std::nullopt) {
    report(diagnostics, fields.where(problem->field), format("{}: {}", name, problem->what), problem->remedy);
    return;
  }
  file.faults.push_back({fs::make_fault(row, fields, match, pattern), &entry});
  file.scenario.faults.push_back({fields.text("id"), *kind, std::move(fields), entry.where()});
}

void decode_expectation(const Node& entry, std::size_t index, ScenarioFile& file, Diagnostics& diagnostics) {
  const std::string name = name_of(entry, "expectation", index);
  if (!expect_mapping(entry, name, diagnostics)) return;
  const auto kind = kind_of(entry, "expectation", name, incident::expectation_kinds(), diagnostics);
  if (!kind) return;
  const std::vector<FieldSpec> table = incident::fields_of(*incident::find_expectation_kind(*kind));
  const std::size_t before = diagnostics.size();
  Fields fields = decode_fields(entry, table, {}, name, Nulls::strict, diagnostics);
  // An expression is parsed here, where a place in a text of several lines can still be told.
  const Node* expr = entry.find("expr");
  std::shared_ptr<const promql::Expr> expression;
  if (fields.has("expr") && expr != nullptr) {
    expression = parse_expression(*expr, promql::ParseOptions{}, diagnostics);
  }
  if (diagnostics.size() != before) return;
  file.expectations.push_back({fields.text("id"), *kind, std::move(fields), std::move(expression)});
}

}  // namespace

void decode_faults(const Node& list, ScenarioFile& file, Diagnostics& diagnostics) {
  if (list.is_null() || !expect_sequence(list, "'faults'", diagnostics)) return;
  if (!expect_few(list, "'faults'", diagnostics)) return;
  for (std::size_t i = 0; i < list.items.size(); ++i) decode_fault(*list.items[i], i, file, diagnostics);
}

void decode_expectations(const Node& list, ScenarioFile& file, Diagnostics& diagnostics) {
  if (list.is_null() || !expect_sequence(list, "'expectations'", diagnostics)) return;
  if (!expect_few(list, "'expectations'", diagnostics)) return;
  for (std::size_t i = 0; i < list.items.size(); ++i) decode_expectation(*list.items[i], i, file, diagnostics);
}

namespace {

// One that names a file has nothing else to say but when it is.
void decode_recorded(const DecodedBlock& block, ScenarioFile& file, Diagnostics& diagnostics) {
  for (const std::string& name : block.fields.names()) {
    if (name == "file" || name == "at" || block.node->find(name) == nullptr) continue;  // the others are defaults
    report(diagnostics, block.fields.where(name), format("'{}' makes no sense on series that a file has", name),
           "remove it, or the file");
    return;
  }
  ScenarioFile::Recorded recorded{block.fields.text("file"), block.fields.where("file"), std::nullopt};
  if (block.fields.has("at")) recorded.at = block.fields.duration("at");
  file.recorded.push_back(std::move(recorded));
}

// What a metric of one's own has to say.
bool names_itself(const DecodedBlock& block, Diagnostics& diagnostics) {
  bool all = true;
  for (const char* field : {"name", "service"}) {
    if (block.fields.has(field)) continue;
    report(diagnostics, block.where, format("metric lacks '{}'", field),
           format("add `{}: …`, or name the `file` of recorded series", field));
    all = false;
  }
  if (block.fields.has("at")) {
    report(diagnostics, block.fields.where("at"), "'at' is when recorded series begin", "remove it, or add `file`");
    all = false;
  }
  return all;
}

}  // namespace

void decode_metrics(std::span<const DecodedBlock> blocks, ScenarioFile& file, Diagnostics& diagnostics) {
  namespace fs = fake_services;
  for (const DecodedBlock& block : blocks) {
    if (!block.sound) continue;
    if (block.fields.has("file")) {
      decode_recorded(block, file, diagnostics);
      continue;
    }
    if (!names_itself(block, diagnostics)) continue;
    fs::MetricSpec metric = fs::make_metric(block.fields);
    if (const DecodedBlock* value = block.one("value")) metric.value = fs::make_metric_value(value->fields);
    for (const DecodedBlock& effect : block.all("under")) {
      metric.under[effect.key] = fs::make_metric_effect(effect.fields);
    }
    if (const fs::MetricProblem problem = fs::problem_of(metric); !problem.what.empty()) {
      const Node* labels = block.node->find("labels");
      const Node::Entry* label = problem.label.empty() || labels == nullptr ? nullptr : labels->entry(problem.label);
      report(diagnostics, label != nullptr ? label->key_node->where() : block.where,
             format("metric '{}': {}", metric.name, problem.what), problem.remedy);
      continue;
    }
    file.metrics.push_back({std::move(metric), block.node});
  }
}

}  // namespace firedrill::scenario
