#include "exercise/coverage.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "exercise/inventory.h"
#include "promql/parse/printer.h"

namespace firedrill::exercise {
namespace {

class Counting {
 public:
  Counting(std::span<const Subject> subjects, const Inventory& inventory, const ExporterOf& exporter_of)
      : inventory_(inventory), exporter_of_(exporter_of) {
    for (const Subject& subject : subjects) alerts_.insert(subject.rule->name());
  }

  void count(const Subject& subject) {
    if (coverage_.files.empty() || coverage_.files.back().file != subject.file) {
      coverage_.files.push_back({subject.file, 0, 0});
    }
    bool can = true;
    std::set<std::string> exporters;
    for (const promql::VectorSelector* selector : subject.scraped) {
      const std::string exporter = exporter_of(metric_of(*selector));
      if (!exporter.empty()) exporters.insert(exporter);
      const std::string gap = inventory_.gap(*selector);
      const bool needed = subject.needed.contains(selector);
      if (inventory_.matches(*selector) || written_by_prometheus(*selector)) continue;
      if (needed) can = false;
      if (needed || !gap.empty()) note(subject, *selector, exporter, gap);
    }
    add(coverage_.files.back(), can);
    for (const std::string& exporter : exporters) {
      CoveredFile& row = coverage_.exporters[exporter];
      row.file = exporter;
      add(row, can);
    }
    ++coverage_.alerts;
    coverage_.complete += can ? 1 : 0;
  }

  Coverage take() {
    for (auto& [key, lack] : lacks_) coverage_.lacks.push_back(std::move(lack));
    std::ranges::stable_sort(coverage_.lacks,
                             [](const Lack& a, const Lack& b) { return a.alerts.size() > b.alerts.size(); });
    return std::move(coverage_);
  }

 private:
  // Prometheus itself writes ALERTS and ALERTS_FOR_STATE, of the alerts of the rule files.
  bool written_by_prometheus(const promql::VectorSelector& selector) const {
    const std::string metric = metric_of(selector);
    return (metric == "ALERTS" || metric == "ALERTS_FOR_STATE") &&
           std::ranges::any_of(alerts_, [&](const std::string& alert) {
             return std::ranges::all_of(selector.matchers, [&](const model::Matcher& matcher) {
               return matcher.name() != "alertname" || matcher.matches(alert);
             });
           });
  }

  static void add(CoveredFile& row, bool can) {
    ++row.alerts;
    row.complete += can ? 1 : 0;
  }

  const std::string& exporter_of(const std::string& metric) {
    const auto [known, fresh] = known_.try_emplace(metric);
    if (fresh && exporter_of_) known->second = exporter_of_(metric);
    return known->second;
  }

  void note(const Subject& subject, const promql::VectorSelector& selector, const std::string& exporter,
            const std::string& gap) {
    const std::string metric = metric_of(selector);
    const std::string text = inventory_.has_name(metric) || metric.empty() ? promql::print(selector) : std::string();
    Lack& lack = lacks_[metric + "\n" + text];
    lack.metric = metric;
    lack.selector = text;
    lack.exporter = exporter;
    lack.gap = gap;
    if (lack.alerts.empty() || lack.alerts.back() != subject.rule->name()) lack.alerts.push_back(subject.rule->name());
  }

  const Inventory& inventory_;
  const ExporterOf& exporter_of_;
  std::set<std::string> alerts_;  // their names
  std::map<std::string, std::string> known_;
  std::map<std::string, Lack> lacks_;
  Coverage coverage_;
};

std::string percent(const CoveredFile& row) {
  return format("{:5.1f} %",
                row.alerts == 0 ? 0.0 : 100.0 * static_cast<double>(row.complete) / static_cast<double>(row.alerts));
}

std::string row_text(const CoveredFile& row) {
  return format("  {}  {} of {}  {}\n", percent(row), row.complete, row.alerts, printable(row.file));
}

std::string what_lacks(const Lack& lack) {
  std::string text = lack.selector.empty() ? lack.metric : format("{} (there are series of that name)", lack.selector);
  if (lack.metric == "ALERTS" || lack.metric == "ALERTS_FOR_STATE") {
    text += ": Prometheus writes it of alerts, and these files have none of that name";
  } else if (!lack.gap.empty()) {
    text += ": " + lack.gap;
  } else if (!lack.exporter.empty()) {
    text += format(": the exporter {} would bring it", lack.exporter);
  } else if (lack.selector.empty()) {
    text += ": no exporter that is known has it";
  }
  return text;
}

json::value row_json(const CoveredFile& row, const char* name) {
  return json::object{{name, row.file}, {"alerts", row.alerts}, {"have_all_series", row.complete}};
}

}  // namespace

Coverage coverage_of(std::span<const Subject> subjects, const lint::MetricInventory& inventory,
                     const ExporterOf& exporter_of) {
  const Inventory known(inventory);
  Counting counting(subjects, known, exporter_of);
  for (const Subject& subject : subjects) counting.count(subject);
  return counting.take();
}

void merge(Coverage& all, Coverage more) {
  std::ranges::move(more.files, std::back_inserter(all.files));
  for (auto& [name, row] : more.exporters) {
    CoveredFile& into = all.exporters[name];
    into.file = name;
    into.alerts += row.alerts;
    into.complete += row.complete;
  }
  std::ranges::move(more.lacks, std::back_inserter(all.lacks));
  all.alerts += more.alerts;
  all.complete += more.complete;
}

std::string to_text(const Coverage& coverage) {
  std::string text = "alerts that have all their series, by rule file:\n";
  for (const CoveredFile& row : coverage.files) text += row_text(row);
  if (!coverage.exporters.empty()) text += "by exporter:\n";
  for (const auto& [name, row] : coverage.exporters) text += row_text(row);
  if (!coverage.lacks.empty()) text += "what the others lack:\n";
  for (const Lack& lack : coverage.lacks) {
    text += format("  {}\n", printable(what_lacks(lack)));
    for (const std::string& alert : lack.alerts) text += format("      {}\n", printable(alert));
  }
  return text + format("total: {} of {} alerts have all their series\n", coverage.complete, coverage.alerts);
}

json::value to_json(const Coverage& coverage) {
  json::array files, exporters, lacks;
  for (const CoveredFile& row : coverage.files) files.push_back(row_json(row, "file"));
  for (const auto& [name, row] : coverage.exporters) exporters.push_back(row_json(row, "exporter"));
  const auto text_or_null = [](const std::string& text) { return text.empty() ? json::value() : json::value(text); };
  for (const Lack& lack : coverage.lacks) {
    json::array alerts;
    for (const std::string& alert : lack.alerts) alerts.push_back(json::value(alert));
    lacks.push_back(json::object{{"metric", lack.metric},
                                 {"selector", text_or_null(lack.selector)},
                                 {"exporter", text_or_null(lack.exporter)},
                                 {"gap", text_or_null(lack.gap)},
                                 {"alerts", alerts}});
  }
  return json::object{{"files", files},
                      {"exporters", exporters},
                      {"lacks", lacks},
                      {"total", json::object{{"alerts", coverage.alerts}, {"have_all_series", coverage.complete}}}};
}

}  // namespace firedrill::exercise
