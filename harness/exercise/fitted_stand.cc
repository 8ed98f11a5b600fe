#include "exercise/fitted_stand.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "base/contains.h"
#include "base/text/format.h"
#include "exercise/example_text.h"
#include "fake_services/exporters/exporter.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/exporters/signals.h"

namespace firedrill::exercise {
namespace {

namespace fs = fake_services;
using Names = std::vector<std::string>;

// What is attached where.
struct Attached {
  Names whole;
  std::map<std::string, Names> services;
  std::map<std::string, std::string> jobs;
  std::vector<output::File> files;  // of exporters that are made for the rules
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
  Names paths;
  for (const output::File& file : attached.files) paths.push_back(file.name);
  if (!paths.empty()) text += format("exporter_files: [{}]\n", list(paths));
  if (!attached.whole.empty()) text += format("exporters: [{}]\n", list(attached.whole));
  if (attached.jobs.empty()) return text;
  text += "exporter_jobs:\n";
  for (const auto& [exporter, job] : attached.jobs) text += format("  {}: {}\n", exporter, quoted_text(job));
  return text;
}

Result<Stand> stand_with(const Attached& attached) {
  return stand_of(make_source("topology.yaml", text_with(attached)), attached.files);
}
bool stands(const Attached& attached) {
  return stand_with(attached).has_value();
}

std::vector<model::Matcher> on_job(const promql::VectorSelector& selector) {
  std::vector<model::Matcher> jobs;
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() == "job") jobs.push_back(matcher);
  }
  return jobs;
}

bool accept(std::span<const model::Matcher> matchers, std::string_view text) {
  return std::ranges::all_of(matchers, [&](const model::Matcher& matcher) { return matcher.matches(text); });
}

// A part of a name: small letters, digits and hyphens.
std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool capital = c >= 'A' && c <= 'Z';
    if (plain || capital) {
      out += capital ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

class Fitting {
 public:
  explicit Fitting(std::span<const Subject> subjects) {
    for (const Subject& subject : subjects) {
      selectors_.insert(selectors_.end(), subject.scraped.begin(), subject.scraped.end());
    }
    choose();
  }

  Stand stand() {
    for (const auto& [exporter, jobs] : wanted_) attach(exporter);
    for (const auto& [exporter, jobs] : wanted_) name_job(exporter, jobs);
    for (const auto& [job, exporters] : unknown_jobs()) add_component(job, exporters);
    auto stand = stand_with(attached_);
    return stand ? *std::move(stand) : *stand_of(own_stand());
  }

 private:
  // The exporters that have what is read: of several the one of the job that is asked for, else those that are there
  // for something else anyway, else one of them.
  void choose() {
    std::vector<const promql::VectorSelector*> unsure;
    for (const promql::VectorSelector* selector : selectors_) {
      const std::vector<model::Matcher> jobs = on_job(*selector);
      Names candidates = candidates_of(*selector);
      if (candidates.size() > 1 && !jobs.empty()) {
        const auto other = [&](const std::string& e) { return !accept(jobs, fs::find_exporter(e)->job); };
        if (!std::ranges::all_of(candidates, other)) std::erase_if(candidates, other);
      }
      if (candidates.size() == 1) {
        want(candidates.front(), *selector);
      } else if (!candidates.empty()) {
        unsure.push_back(selector);
      }
    }
    for (const promql::VectorSelector* selector : unsure) {
      const Names candidates = candidates_of(*selector);
      const auto there = std::ranges::find_if(candidates, [&](const auto& each) { return wanted_.contains(each); });
      want(there == candidates.end() ? candidates.front() : *there, *selector);
    }
  }

  static Names candidates_of(const promql::VectorSelector& selector) {
    const auto known = fs::exporters_with(metric_of(selector));
    if (!known.empty()) return Names(known.begin(), known.end());
    // Of a target's health: those whose job is asked for.
    Names candidates;
    const std::vector<model::Matcher> jobs = on_job(selector);
    if (metric_of(selector) != "up" || jobs.empty()) return candidates;
    for (const std::string_view name : fs::exporter_names()) {
      const bool certain = accept(jobs, fs::find_exporter(name)->job) && !accept(jobs, "");
      if (certain) candidates.emplace_back(name);
    }
    return candidates.size() == 1 ? candidates : Names();
  }

  void want(const std::string& exporter, const promql::VectorSelector& selector) {
    std::map<std::string, std::size_t>& votes = wanted_[exporter];
    const std::vector<model::Matcher> jobs = on_job(selector);
    if (jobs.empty()) return;
    if (const auto job = example_of(jobs, std::vector{fs::find_exporter(exporter)->job})) ++votes[*job];
  }

  // At the first place where it may stand: at the service of its name, else at any.
  void attach(const std::string& exporter) {
    Names places = kPlaces;
    std::ranges::stable_partition(places, [&](const std::string& place) { return exporter.starts_with(place); });
    attached_ = placed(attached_, exporter, fs::find_exporter(exporter)->watches, places).value_or(attached_);
  }

  // Nothing: it can stand nowhere.
  static std::optional<Attached> placed(const Attached& attached, const std::string& exporter, fs::Watches watches,
                                        const Names& places) {
    const bool whole = watches == fs::Watches::node || watches == fs::Watches::cluster;
    for (const std::string& place : whole ? Names{""} : places) {
      Attached with = attached;
      (whole ? with.whole : with.services[place]).push_back(exporter);
      if (stands(with)) return with;
    }
    return std::nullopt;
  }

  // Jobs that rules ask for and nothing of the production has, with the exporters whose metrics they read of them.
  std::map<std::string, std::set<std::string>> unknown_jobs() const {
    std::map<std::string, std::set<std::string>> unknown;
    for (const promql::VectorSelector* selector : selectors_) {
      const std::vector<model::Matcher> jobs = on_job(*selector);
      const std::string metric = metric_of(*selector);
      const auto known = fs::exporters_with(metric);
      const bool health = metric == "up";
      if (jobs.empty() || (!health && known.empty())) continue;
      const auto serves = [&](std::string_view exporter) { return accept(jobs, job_of(std::string(exporter))); };
      const bool served = health ? std::ranges::any_of(all_jobs(), [&](const auto& job) { return accept(jobs, job); })
                                 : std::ranges::any_of(known, serves);
      const auto job = served ? std::nullopt : example_of(jobs, {});
      if (!job || job->empty()) continue;
      std::set<std::string>& exporters = unknown[*job];
      if (!health) exporters.emplace(known.front());
    }
    return unknown;
  }

  std::string job_of(const std::string& exporter) const {
    const auto named = attached_.jobs.find(exporter);
    const auto known = fs::find_exporter(exporter);
    return named != attached_.jobs.end() ? named->second : known == nullptr ? std::string() : known->job;
  }
  std::set<std::string> all_jobs() const {
    std::set<std::string> jobs(kPlaces.begin(), kPlaces.end());
    jobs.insert({"kube-state-metrics", "kubelet"});
    for (const std::string& exporter : attached_.whole) jobs.insert(job_of(exporter));
    for (const auto& [service, exporters] : attached_.services) {
      for (const std::string& exporter : exporters) jobs.insert(job_of(exporter));
    }
    return jobs;
  }

  // A program of that job: with the metrics that are read of it, else one of which no more is known than that it runs.
  void add_component(const std::string& job, const std::set<std::string>& read) {
    if (attached_.files.size() >= kMostComponents) return;
    Names like(read.begin(), read.end());
    if (like.empty()) like = {"go"};
    const fs::Watches watches = fs::find_exporter(like.front())->watches;
    std::erase_if(like, [&](const std::string& each) { return fs::find_exporter(each)->watches != watches; });
    const std::string name = format("component-{}-{}", attached_.files.size() + 1, slug(job));
    Attached with = attached_;
    with.files.emplace_back(format("exporters/{}.yaml", name),
                            format("exporter: {}\nsummary: {}\nwatches: {}\nlike: [{}]\n"
                                   "job: {}\nport: 9464\n",
                                   name, quoted_text("what rules know by the job " + job), to_string(watches),
                                   list(like), quoted_text(job)));
    // One after the other at another service, so that they go down apart.
    Names places = kPlaces;
    std::ranges::rotate(places, places.begin() + static_cast<std::ptrdiff_t>(attached_.files.size() % places.size()));
    attached_ = placed(with, name, watches, places).value_or(attached_);
  }

  // The job that most selectors ask for.
  void name_job(const std::string& exporter, const std::map<std::string, std::size_t>& votes) {
    const auto most = std::ranges::max_element(votes, {}, &std::pair<const std::string, std::size_t>::second);
    if (most == votes.end() || most->first == fs::find_exporter(exporter)->job || most->first.empty()) return;
    Attached with = attached_;
    with.jobs[exporter] = most->first;
    if (stands(with)) attached_ = std::move(with);
  }

  // Services of the stand at which an exporter may be.
  inline static const Names kPlaces = {"checkout", "mailer", "web", "postgres", "redis"};
  static constexpr std::size_t kMostComponents = 24;

  std::vector<const promql::VectorSelector*> selectors_;
  std::map<std::string, std::map<std::string, std::size_t>> wanted_;  // by exporter: jobs, and how often
  Attached attached_;
};

}  // namespace

Stand fitted_stand(std::span<const Subject> subjects) {
  return Fitting(subjects).stand();
}

std::string exporter_with(const std::string& metric) {
  const auto known = fs::exporters_with(metric);
  return known.empty() ? std::string() : std::string(known.front());
}

bool depends_on_services(const Subject& subject, const fs::Topology& topology) {
  // Series that end make it fire.
  if (subject.needed.size() != subject.scraped.size()) return true;
  Names attached = topology.exporters;
  for (const fs::ServiceSpec& service : topology.services) {
    attached.insert(attached.end(), service.exporters.begin(), service.exporters.end());
  }
  const auto moves = [](std::string_view source) {
    const auto signal = std::ranges::find(fs::world_signals(), source, &fs::WorldSignal::name);
    return signal != fs::world_signals().end() && signal->of != fs::SignalOf::any;
  };
  return std::ranges::any_of(subject.metrics, [&](const std::string& metric) {
    bool exported = false;
    for (const std::string& name : attached) {
      const auto exporter = fs::find_exporter(topology, name);
      for (const fs::ExportedMetric& each : exporter->metrics) {
        if (!contains(each.series_names(), metric)) continue;
        if (std::ranges::any_of(each.sources(), moves)) return true;
        exported = true;
      }
    }
    return !exported;
  });
}

std::set<ShownState> shown_states(const Subject& subject, const fs::Topology& topology) {
  std::set<ShownState> shown;
  const auto show = [&](std::string_view source, const std::string& service, bool silences) {
    for (const fs::MovedBy& moved : fs::moved_by(source)) {
      shown.insert({std::string(moved.fault), std::string(moved.what), service, silences});
    }
  };
  const auto look = [&](const fs::Exporter& exporter, const std::string& service) {
    const auto named = topology.exporter_jobs.find(exporter.name);
    const std::string& job = !exporter.joins.empty()                 ? exporter.joins
                             : named != topology.exporter_jobs.end() ? named->second
                                                                     : exporter.job;
    const auto asks_for = [&](const std::string& series) {
      return std::ranges::any_of(subject.scraped, [&](const promql::VectorSelector* selector) {
        return metric_of(*selector) == series && accept(on_job(*selector), job);
      });
    };
    for (const fs::ExportedMetric& metric : exporter.metrics) {
      if (!std::ranges::any_of(metric.series_names(), asks_for)) continue;
      for (const std::string_view source : metric.sources()) show(source, service, false);
    }
    // Whether it answers is what `up` tells.
    if (!asks_for("up")) return;
    for (const fs::Expression* expression : {&exporter.down, &exporter.unlisted}) {
      for (const std::uint16_t source : expression->sources()) show(fs::source_name(source), service, true);
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
