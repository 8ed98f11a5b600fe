#include "fake_services/exporters/attachment.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text/format.h"
#include "fake_services/exporters/exporter_table.h"

namespace firedrill::fake_services {
namespace {

using Path = std::vector<std::string>;

std::vector<std::string> attached(const Topology& topology) {
  std::vector<std::string> names = topology.exporters;
  for (const ServiceSpec& service : topology.services) {
    names.insert(names.end(), service.exporters.begin(), service.exporters.end());
  }
  return names;
}

class Attachments {
 public:
  explicit Attachments(const Topology& topology) : topology_(topology) {}

  std::vector<TopologyProblem> problems() {
    look_at(topology_.exporters, nullptr, {"exporters"});
    for (const ServiceSpec& service : topology_.services) {
      look_at(service.exporters, &service, {"services", service.name, "exporters"});
    }
    for (const auto& [name, job] : topology_.exporter_jobs) {
      if (job.empty()) {
        tell({"exporter_jobs", name}, format("the job of '{}' is empty", name),
             "name a job, or remove the line: it has one of its own");
      }
      if (attached_.contains(name)) continue;
      std::vector<std::string> names;
      for (const auto& [each, where] : attached_) names.push_back(each);
      tell({"exporter_jobs", name}, format("no exporter '{}' is attached", name),
           names.empty() ? "add it to `exporters`" : suggest(name, names));
    }
    return std::move(problems_);
  }

 private:
  void tell(Path path, std::string what, std::string remedy) {
    problems_.push_back({std::move(path), std::move(what), std::move(remedy), {}, true});
  }

  void look_at(const std::vector<std::string>& names, const ServiceSpec* service, const Path& list) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      Path path = list;
      path.push_back(std::to_string(i));
      if (std::ranges::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
          names.begin() + static_cast<std::ptrdiff_t>(i)) {
        tell(path, format("'{}' is attached twice", names[i]), "remove one of them");
        continue;
      }
      const auto exporter = find_exporter(topology_, names[i]);
      if (exporter == nullptr) {
        std::vector<std::string> known(exporter_names().begin(), exporter_names().end());
        for (const auto& own : topology_.own_exporters) known.push_back(own->name);
        tell(path, format("there is no exporter '{}'", names[i]), suggest(names[i], known));
        continue;
      }
      attached_.emplace(names[i], path);
      check_place(*exporter, service, path);
      check_types(*exporter, path);
    }
  }

  void check_place(const Exporter& exporter, const ServiceSpec* service, const Path& path) {
    if (!exporter.joins.empty() && topology_.exporter_jobs.contains(exporter.name)) {
      tell({"exporter_jobs", exporter.name}, format("'{}' has no targets of its own, and so no job", exporter.name),
           format("remove it: its series are those of the job {}", exporter.joins));
    }
    const bool of_service = exporter.watches == Watches::replica || exporter.watches == Watches::service;
    if (of_service != (service != nullptr)) {
      tell(path,
           of_service ? format("'{}' watches a service", exporter.name)
                      : format("'{}' watches {}, and no service", exporter.name,
                               exporter.watches == Watches::node ? "the nodes" : "the cluster"),
           of_service ? "write it below `exporters` of that service" : "write it below `exporters` of the topology");
      return;
    }
    if (service == nullptr) return;
    const auto lacks = [&](std::string_view need) {
      if (need == "consumer") return !service->consumer.has_value();
      if (need == "disk") return !service->disk.has_value();
      return need == "certificate" && !service->certificate.has_value();
    };
    for (const std::string& need : exporter.needs) {
      if (!lacks(need)) continue;
      tell(path, format("'{}' cannot watch {}, which has no {}", exporter.name, service->name, need),
           format("give the service `{}:`, or attach it to another", need));
    }
  }

  // What has one name has one type, wherever it comes from.
  void check_types(const Exporter& exporter, const Path& path) {
    const bool own = std::ranges::any_of(topology_.own_exporters, [&](const auto& e) { return e.get() == &exporter; });
    for (const ExportedMetric& metric : exporter.metrics) {
      for (const std::string& series : metric.series_names()) {
        const auto [known, fresh] = types_.try_emplace(series, metric.type, exporter.name);
        if (fresh || known->second.first == metric.type) continue;
        tell(path,
             format("{} is a {} of '{}', and a {} of '{}'", series, model::to_string(metric.type), exporter.name,
                    model::to_string(known->second.first), known->second.second),
             "give one of them another name, or the same type");
        if (own) problems_.back().at = metric.where;
        return;
      }
    }
  }

  const Topology& topology_;
  std::vector<TopologyProblem> problems_;
  std::map<std::string, Path, std::less<>> attached_;
  std::map<std::string, std::pair<model::MetricType, std::string>, std::less<>> types_;
};

}  // namespace

std::vector<std::string> exporter_jobs_of(const Topology& topology) {
  std::vector<std::string> jobs;
  for (const std::string& name : attached(topology)) {
    const auto named = topology.exporter_jobs.find(name);
    jobs.push_back(named != topology.exporter_jobs.end() ? named->second : find_exporter(topology, name)->job);
  }
  return jobs;
}

std::vector<std::string> exporter_series_names(const Topology& topology) {
  std::vector<std::string> all;
  for (const std::string& name : attached(topology)) {
    for (const ExportedMetric& metric : find_exporter(topology, name)->metrics) {
      for (std::string& series : metric.series_names()) all.push_back(std::move(series));
    }
  }
  return all;
}

std::vector<ExportedType> exported_types(const Topology& topology) {
  std::vector<ExportedType> all;
  for (const std::string& name : attached(topology)) {
    for (const ExportedMetric& metric : find_exporter(topology, name)->metrics) {
      for (std::string& series : metric.series_names()) all.push_back({std::move(series), metric.type, name});
    }
  }
  return all;
}

std::vector<TopologyProblem> exporter_problems(const Topology& topology) {
  if (!attaches_exporters(topology) && topology.exporter_jobs.empty()) return {};
  return Attachments(topology).problems();
}

}  // namespace firedrill::fake_services
