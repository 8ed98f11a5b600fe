#include "driver/cluster_use.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fake_services/telemetry/cluster_targets.h"

namespace firedrill::driver {
namespace {

using Matchers = std::vector<model::Matcher>;

// What every target has: here the job alone says whose it is.
constexpr std::array<std::string_view, 5> kOfEveryTarget = {"up", "scrape_duration_seconds", "scrape_samples_scraped",
                                                            "scrape_samples_post_metric_relabeling",
                                                            "scrape_series_added"};

bool allow(const Matchers& matchers, std::string_view label, std::string_view value) {
  return std::ranges::all_of(matchers, [&](const auto& m) { return m.name() != label || m.matches(value); });
}

bool allow_any(const Matchers& matchers, std::string_view label, const auto& values) {
  return std::ranges::any_of(values, [&](std::string_view value) { return allow(matchers, label, value); });
}

bool names_a_job(const Matchers& matchers) {
  return std::ranges::any_of(matchers, [](const model::Matcher& m) {
    return m.name() == "job" && (m.op() == model::MatchOp::equal || m.op() == model::MatchOp::regex);
  });
}

bool reads_cluster(const promql::Expr& expression) {
  return std::ranges::any_of(promql::selectors(expression), [](const promql::VectorSelector* selector) {
    const Matchers& matchers = selector->matchers;
    if (!allow_any(matchers, "job", fake_services::cluster_jobs())) return false;
    if (allow_any(matchers, model::kMetricName, fake_services::cluster_metric_names())) return true;
    return names_a_job(matchers) && allow_any(matchers, model::kMetricName, kOfEveryTarget);
  });
}

}  // namespace

bool reads_cluster(std::span<const alerting::RuleFile> rule_files,
                   std::span<const std::shared_ptr<const promql::Expr>> expressions) {
  for (const alerting::RuleFile& file : rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      if (std::ranges::any_of(group.rules, [](const auto& rule) { return reads_cluster(*rule.expression); }))
        return true;
    }
  }
  return std::ranges::any_of(expressions, [](const auto& expression) { return reads_cluster(*expression); });
}

bool scrapes_cluster(std::span<const scenario::ScrapeJob> jobs) {
  const auto names = fake_services::cluster_jobs();
  return std::ranges::any_of(jobs, [&](const auto& job) { return std::ranges::find(names, job.name) != names.end(); });
}

}  // namespace firedrill::driver
