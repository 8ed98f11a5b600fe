#include "incident/slo/foreign_slo.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "model/labels.h"

namespace firedrill::incident {
namespace {

constexpr const char* kSayItOtherwise =
    "for the scenario, state the SLO in an SLO file: `sli: success_rate` or `sli: p99_latency`";

// What the world counts of the indicator: the SLO's kind and threshold, or why it counts nothing of it.
void count(SloFile::Entry& entry, DeclaredSlo& declared) {
  if (declared.indicator.empty() || !declared.uncounted.empty()) return;
  const auto counted = counted_by(declared.indicator);
  if (!counted) {
    declared.uncounted.push_back({Severity::error, entry.where,
                                  format("the simulated world cannot count '{}': {}", entry.slo.name, counted.error()),
                                  kSayItOtherwise});
    return;
  }
  entry.slo.sli = counted->kind;
  entry.slo.threshold = counted->threshold;
  if (counted->kind == record::SliKind::latency) {
    entry.slo.sli_name = format("p{}_latency", format_number(entry.slo.objective * 100));
  }
  if (counted->differs.empty()) return;
  declared.counted_otherwise.push_back({Severity::warning, entry.where,
                                        format("in the simulated world of '{}', {}", entry.slo.name, counted->differs),
                                        "a request fails there if it is answered with 5xx, or not at all"});
}

}  // namespace

Texts merged(Texts labels, const Texts& later) {
  for (const auto& [name, value] : later) labels[name] = value;
  return labels;
}

void check_label_names(const yaml::Node* mapping, Diagnostics& diagnostics) {
  if (mapping == nullptr || !mapping->is_mapping()) return;
  for (const yaml::Node::Entry& entry : mapping->entries) {
    if (model::is_legacy_label_name(entry.key) && entry.key != model::kMetricName) continue;
    report(diagnostics, entry.key_node->where(), format("'{}' is no name of a label", entry.key),
           "letters, digits and underscores, not a digit first");
  }
}

void read_windowed_query(const yaml::Node& query, const promql::ParseOptions& options, Diagnostics& diagnostics) {
  if (!check_query(query, options, diagnostics) || has_window(query.text)) return;
  report(diagnostics, query.where(), "the query does not say where the window stands",
         "write `[{{.window}}]` for the range: the rules look back over several");
}

void add_foreign_slo(SloFile::Entry entry, const Position& objective, SloFile& file, Diagnostics& diagnostics) {
  if (!(entry.slo.objective > 0 && entry.slo.objective < 1)) {
    return report(diagnostics, objective, format("the objective of '{}' must lie between 0 and 100 %", entry.slo.name),
                  "an objective of 100 % leaves no error budget; for example 99.9 %");
  }
  const bool repeated =
      std::ranges::any_of(file.slos, [&](const SloFile::Entry& other) { return other.slo.name == entry.slo.name; });
  if (repeated) {
    return report(diagnostics, entry.where, format("two SLOs are called '{}'", entry.slo.name), "rename one of them");
  }
  auto declared = std::make_shared<DeclaredSlo>(*entry.declared);
  count(entry, *declared);
  entry.declared = std::move(declared);
  file.slos.push_back(std::move(entry));
}

void report_uncounted(const SloFile& file, Diagnostics& diagnostics) {
  for (const SloFile::Entry& entry : file.slos) {
    if (entry.declared == nullptr) continue;
    for (const Diagnostic& each : entry.declared->uncounted) diagnostics.push_back(each);
    for (const Diagnostic& each : entry.declared->counted_otherwise) diagnostics.push_back(each);
  }
}

void warn_of_unread(const SloFile& file, Diagnostics& diagnostics) {
  for (const SloFile::Entry& entry : file.slos) {
    if (entry.declared == nullptr) continue;
    for (const auto* told : {&entry.declared->unwritten, &entry.declared->uncounted}) {
      for (const Diagnostic& each : *told) warn(diagnostics, each.where, each.what, each.remedy);
    }
  }
}

}  // namespace firedrill::incident
