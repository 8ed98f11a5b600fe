#include "monitor/prometheus/prometheus_files.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/contains.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "http/loopback.h"
#include "monitor/prometheus/changing_jobs.h"
#include "monitor/speed/faster_rules.h"

namespace firedrill::monitor {
namespace {

using alerting::RelabelAction;
using alerting::RelabelStep;
using alerting::RelabelText;

std::vector<std::string> all_in_quotes(std::span<const std::string> texts) {
  std::vector<std::string> out;
  for (const std::string& text : texts) out.push_back(in_quotes(text));
  return out;
}

// Of a service's answer, as the embedded monitor takes it at most (http/client.h): Prometheus has no bound of its own.
constexpr std::string_view kLargestBody = "16MB";

std::string labels_of(const model::Labels& labels) {
  Printed entries;
  for (const model::Label& label : labels) entries.emplace_back(label.name, in_quotes(label.value));
  return map_of(entries);
}

// What is not as Prometheus has it by itself: some actions may have nothing else beside them.
std::string relabel_step(const RelabelStep& step) {
  const RelabelText& text = step.text();
  const RelabelText usual{};
  Printed entries{{"action", in_quotes(alerting::to_string(text.action))}};
  if (!text.source_labels.empty()) entries.emplace_back("source_labels", list_of(all_in_quotes(text.source_labels)));
  if (text.separator != usual.separator) entries.emplace_back("separator", in_quotes(text.separator));
  if (text.regex != usual.regex) entries.emplace_back("regex", in_quotes(text.regex));
  if (text.modulus != 0) entries.emplace_back("modulus", std::to_string(text.modulus));
  if (!text.target_label.empty()) entries.emplace_back("target_label", in_quotes(text.target_label));
  if (text.replacement != usual.replacement) entries.emplace_back("replacement", in_quotes(text.replacement));
  return map_of(entries);
}

std::string relabel_steps(std::span<const RelabelStep> steps) {
  std::vector<std::string> out;
  for (const RelabelStep& step : steps) out.push_back(relabel_step(step));
  return list_of(out);
}

std::string targets_of(const std::string& job, std::span<const ScrapedProcess> processes) {
  std::vector<std::string> targets;
  for (const ScrapedProcess& process : processes) {
    if (process.job != job) continue;
    model::Labels labels = process.labels;
    labels.remove("job");  // the job's name gives it
    targets.push_back(map_of({{"targets", list_of(std::vector<std::string>{in_quotes(http::address_of(process.port))})},
                              {"labels", labels_of(labels)}}));
  }
  return list_of(targets);
}

std::string target_file_name(std::size_t index) {
  return format("targets-{}.json", index);
}

// `discovery`: where its targets are from, as an entry of the configuration.
std::string job_of(const std::string& name, const std::pair<std::string, std::string>& discovery,
                   const scenario::PrometheusSettings& settings, const RunTimes& times) {
  const auto own = std::ranges::find(settings.jobs, name, &scenario::ScrapeJob::name);
  const bool has_own = own != settings.jobs.end();
  const scenario::ScrapeLimits& limits = has_own ? own->limits : settings.limits;
  const Duration interval = has_own ? own->scrape_interval : settings.scrape_interval;
  const Duration timeout = std::min(has_own ? own->scrape_timeout : settings.scrape_timeout, interval);
  Printed entries{{"job_name", in_quotes(name)},
                  {"scrape_interval", in_quotes(times.on_wall(interval))},
                  {"scrape_timeout", in_quotes(times.on_wall(timeout))},
                  discovery};
  const auto limit = [&](const char* key, std::int64_t value) {
    if (value > 0) entries.emplace_back(key, std::to_string(value));
  };
  const std::string_view body = limits.body_size;
  entries.emplace_back("body_size_limit", in_quotes(body.empty() ? kLargestBody : body));
  limit("sample_limit", limits.samples);
  limit("label_limit", limits.labels);
  limit("label_name_length_limit", limits.label_name_length);
  limit("label_value_length_limit", limits.label_value_length);
  limit("target_limit", limits.targets);
  if (has_own && !own->metric_relabel.empty()) {
    entries.emplace_back("metric_relabel_configs", relabel_steps(own->metric_relabel));
  }
  return map_of(entries);
}

std::string alertmanagers(std::span<const PostedTo> posted_to) {
  std::vector<std::string> out;
  for (const PostedTo& each : posted_to) {
    const std::string address = in_quotes(http::address_of(each.port));
    Printed entries{{"static_configs", list_of(std::vector{map_of({{"targets", list_of(std::vector{address})}})})}};
    if (!each.path.empty()) entries.emplace_back("path_prefix", in_quotes(each.path));
    if (!each.key.empty()) entries.emplace_back("authorization", map_of({{"credentials", in_quotes(each.key)}}));
    out.push_back(map_of(entries));
  }
  return list_of(out);
}

std::string texts_of(std::span<const alerting::NamedText> texts) {
  Printed entries;
  for (const alerting::NamedText& each : texts) entries.emplace_back(each.name, in_quotes(each.text.value));
  return map_of(entries);
}

std::string rule_of(const alerting::Rule& rule, const std::string& expression, const RunTimes& times) {
  Printed entries{{rule.alerting() ? "alert" : "record", in_quotes(rule.name())}, {"expr", in_quotes(expression)}};
  if (rule.hold > Duration(0)) entries.emplace_back("for", in_quotes(times.on_wall(rule.hold)));
  if (rule.keep_firing_for > Duration(0)) {
    entries.emplace_back("keep_firing_for", in_quotes(times.on_wall(rule.keep_firing_for)));
  }
  if (!rule.labels.empty()) entries.emplace_back("labels", texts_of(rule.labels));
  if (!rule.annotations.empty()) entries.emplace_back("annotations", texts_of(rule.annotations));
  return map_of(entries);
}

// Labels of a group are in its rules already.
std::string group_of(const alerting::RuleGroup& group, const RunTimes& times, const ScaleOfName& scale_of) {
  std::vector<std::string> rules;
  for (const alerting::Rule& rule : group.rules) {
    const bool as_written = times.speed == 1;
    rules.push_back(rule_of(
        rule,
        as_written ? rule.expr.value : faster_rule(group, rule, times, scale_of, Evaluator::prometheus).expression,
        times));
  }
  Printed entries{{"name", in_quotes(group.name.value)}, {"rules", list_of(rules)}};
  if (group.interval && *group.interval > Duration(0)) {
    entries.emplace_back("interval", in_quotes(times.on_wall(*group.interval)));
  }
  if (group.limit > 0) entries.emplace_back("limit", std::to_string(group.limit));
  if (group.query_offset) entries.emplace_back("query_offset", in_quotes(times.on_wall(*group.query_offset)));
  return map_of(entries);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  append_json_text(text, out);
  return out + "\"";
}

std::string in_quotes(Duration duration) {
  return format("\"{}ms\"", duration.count());
}

std::string list_of(std::span<const std::string> printed) {
  std::string out = "[";
  for (const std::string& each : printed) out += (out.size() == 1 ? "" : ",\n") + each;
  return out + "]";
}

std::string map_of(const Printed& entries) {
  std::string out = "{";
  for (const auto& [key, value] : entries) {
    if (!value.empty()) out += format("{}{}: {}", out.size() == 1 ? "" : ", ", in_quotes(key), value);
  }
  return out + "}";
}

std::string rule_file_name(std::size_t index) {
  return format("rules-{}.yaml", index);
}

std::vector<NamedFile> rule_files_for(const scenario::LoadedScenario& scenario, const RunTimes& times) {
  const ScaleOfName scale_of = scales_in(scenario);
  std::vector<NamedFile> out;
  for (const alerting::RuleFile& file : scenario.rule_files) {
    std::string text = file.source->text;
    if (file.resource || times.speed != 1) {
      std::vector<std::string> groups;
      for (const alerting::RuleGroup& group : file.groups) groups.push_back(group_of(group, times, scale_of));
      text = map_of({{"groups", list_of(groups)}}) + "\n";
    }
    out.push_back({rule_file_name(out.size()), std::move(text)});
  }
  return out;
}

std::vector<NamedFile> target_files_for(std::span<const std::string> changing_jobs,
                                        std::span<const ScrapedProcess> processes) {
  std::vector<NamedFile> out;
  for (const std::string& job : changing_jobs) {
    out.push_back({target_file_name(out.size()), targets_of(job, processes) + "\n"});
  }
  return out;
}

std::string prometheus_file(const scenario::LoadedScenario& scenario, std::span<const ScrapedProcess> processes,
                            std::span<const PostedTo> posted_to, const RunTimes& times) {
  const scenario::PrometheusSettings& settings = scenario.scenario.prometheus;
  const Duration timeout = std::min(settings.scrape_timeout, settings.scrape_interval);
  Printed global{{"scrape_interval", in_quotes(times.on_wall(settings.scrape_interval))},
                 {"scrape_timeout", in_quotes(times.on_wall(timeout))},
                 {"evaluation_interval", in_quotes(times.on_wall(settings.evaluation_interval))}};
  if (!settings.external_labels.empty()) global.emplace_back("external_labels", labels_of(settings.external_labels));
  if (settings.query_offset > Duration(0)) {
    global.emplace_back("rule_query_offset", in_quotes(times.on_wall(settings.query_offset)));
  }
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < scenario.rule_files.size(); ++i) rules.push_back(in_quotes(rule_file_name(i)));
  const std::vector<std::string> changing = changing_jobs(scenario);
  std::vector<std::string> names;
  for (const ScrapedProcess& process : processes) {
    if (!contains(names, process.job)) names.push_back(process.job);
  }
  // Of some there may be no process yet.
  std::ranges::copy_if(changing, std::back_inserter(names),
                       [&](const std::string& job) { return !contains(names, job); });
  std::vector<std::string> jobs;
  for (const std::string& name : names) {
    const auto at = std::ranges::find(changing, name);
    const std::string file = in_quotes(target_file_name(static_cast<std::size_t>(at - changing.begin())));
    jobs.push_back(job_of(
        name,
        at == changing.end()
            ? std::pair<std::string, std::string>{"static_configs", targets_of(name, processes)}
            : std::pair<std::string, std::string>{"file_sd_configs", list_of(std::vector{map_of(
                                                                         {{"files", list_of(std::vector{file})}})})},
        settings, times));
  }
  Printed alerts{{"alertmanagers", alertmanagers(posted_to)}};
  if (!settings.alert_relabel.empty())
    alerts.emplace_back("alert_relabel_configs", relabel_steps(settings.alert_relabel));
  return map_of({{"global", map_of(global)},
                 {"rule_files", list_of(rules)},
                 {"alerting", map_of(alerts)},
                 {"scrape_configs", list_of(jobs)}}) +
         "\n";
}

}  // namespace firedrill::monitor
