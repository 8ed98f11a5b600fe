#include "exercise/fitted_stand.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/text/format.h"
#include "exercise/example_text.h"
#include "fake_services/exporters/exporter.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/exporters/signals.h"

namespace firedrill::exercise {
namespace {

namespace fs = fake_services;
using Names = std::vector<std::string>;

// By the names of their series, all exporters of ours.
const std::map<std::string, Names, std::less<>>& exporters_by_metric() {
  static const std::map<std::string, Names, std::less<>> all = [] {
    std::map<std::string, Names, std::less<>> out;
    for (const std::string_view name : fs::exporter_names()) {
      for (const fs::ExportedMetric& metric : fs::find_exporter(name)->metrics) {
        for (const std::string& series : metric.series_names()) out[series].emplace_back(name);
      }
    }
    return out;
  }();
  return all;
}

// What is attached where.
struct Attached {
  Names whole;
  std::map<std::string, Names> services;
  std::map<std::string, std::string> jobs;
};

std::string list(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// The text of the own stand with them in it.
std::string text_with(const Attached& attached) {
  std::string text = own_stand()->text;
  for (const auto& [service, names] : attached.services) {
    const std::string head = format("\n  {}:\n", service);
    const std::size_t at = text.find(head);
    if (at != std::string::npos) text.insert(at + head.size(), format("    exporters: [{}]\n", list(names)));
  }
  if (!attached.whole.empty()) text += format("exporters: [{}]\n", list(attached.whole));
  if (attached.jobs.empty()) return text;
  text += "exporter_jobs:\n";
  for (const auto& [exporter, job] : attached.jobs) text += format("  {}: {}\n", exporter, quoted_text(job));
  return text;
}

bool stands(const Attached& attached) {
  return stand_of(make_source("topology.yaml", text_with(attached))).has_value();
}

class Fitting {
 public:
  explicit Fitting(std::span<const Subject> subjects) {
    for (const Subject& subject : subjects) {
      for (const promql::VectorSelector* selector : subject.scraped) look_at(*selector);
    }
  }

  Stand stand() {
    for (const auto& [exporter, jobs] : wanted_) attach(exporter);
    for (const auto& [exporter, jobs] : wanted_) name_job(exporter, jobs);
    auto stand = stand_of(make_source("topology.yaml", text_with(attached_)));
    return stand ? *std::move(stand) : *stand_of(own_stand());
  }

 private:
  void look_at(const promql::VectorSelector& selector) {
    const auto known = exporters_by_metric().find(metric_of(selector));
    if (known == exporters_by_metric().end()) return;
    std::vector<model::Matcher> jobs;
    for (const model::Matcher& matcher : selector.matchers) {
      if (matcher.name() == "job") jobs.push_back(matcher);
    }
    for (const std::string& exporter : known->second) {
      std::map<std::string, std::size_t>& votes = wanted_[exporter];
      if (jobs.empty()) continue;
      if (const auto job = example_of(jobs, std::vector{fs::find_exporter(exporter)->job})) ++votes[*job];
    }
  }

  // At the first place where it may stand: at the service of its name, else at any.
  void attach(const std::string& exporter) {
    const fs::Watches watches = fs::find_exporter(exporter)->watches;
    if (watches == fs::Watches::node || watches == fs::Watches::cluster) {
      attached_.whole.push_back(exporter);
      if (!stands(attached_)) attached_.whole.pop_back();
      return;
    }
    Names places = {"checkout", "mailer", "web", "postgres", "redis"};
    std::ranges::stable_partition(places, [&](const std::string& place) { return exporter.starts_with(place); });
    for (const std::string& place : places) {
      Attached with = attached_;
      with.services[place].push_back(exporter);
      if (!stands(with)) continue;
      attached_ = std::move(with);
      return;
    }
  }

  // The job that most selectors ask for.
  void name_job(const std::string& exporter, const std::map<std::string, std::size_t>& votes) {
    const auto most = std::ranges::max_element(votes, {}, &std::pair<const std::string, std::size_t>::second);
    if (most == votes.end() || most->first == fs::find_exporter(exporter)->job || most->first.empty()) return;
    Attached with = attached_;
    with.jobs[exporter] = most->first;
    if (stands(with)) attached_ = std::move(with);
  }

  std::map<std::string, std::map<std::string, std::size_t>> wanted_;  // by exporter: jobs, and how often
  Attached attached_;
};

}  // namespace

Stand fitted_stand(std::span<const Subject> subjects) {
  return Fitting(subjects).stand();
}

std::string exporter_with(const std::string& metric) {
  const auto known = exporters_by_metric().find(metric);
  return known == exporters_by_metric().end() ? std::string() : known->second.front();
}

std::set<ShownState> shown_states(const Subject& subject, const fs::Topology& topology) {
  std::set<ShownState> shown;
  const auto look = [&](const fs::Exporter& exporter, const std::string& service) {
    for (const fs::ExportedMetric& metric : exporter.metrics) {
      const bool read = std::ranges::any_of(
          metric.series_names(), [&](const std::string& series) { return subject.metrics.contains(series); });
      if (!read) continue;
      for (const std::string_view source : metric.sources()) {
        for (const fs::MovedBy& moved : fs::moved_by(source)) {
          shown.insert({std::string(moved.fault), std::string(moved.what), service});
        }
      }
    }
    // Whether it answers is what `up` tells.
    if (!subject.metrics.contains("up")) return;
    for (const fs::Expression* expression : {&exporter.down, &exporter.unlisted}) {
      for (const std::uint16_t source : expression->sources()) {
        for (const fs::MovedBy& moved : fs::moved_by(fs::source_name(source))) {
          shown.insert({std::string(moved.fault), std::string(moved.what), service});
        }
      }
    }
  };
  for (const std::string& name : topology.exporters) {
    if (const auto exporter = fs::find_exporter(topology, name)) look(*exporter, "");
  }
  for (const fs::ServiceSpec& service : topology.services) {
    for (const std::string& name : service.exporters) {
      if (const auto exporter = fs::find_exporter(topology, name)) look(*exporter, service.name);
    }
  }
  return shown;
}

}  // namespace firedrill::exercise
