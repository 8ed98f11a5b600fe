// Alerts of every form, solved: whatever is found makes the alert fire and clear, tried with the rules themselves.
#include "exercise/solve.h"

#include <gtest/gtest.h>

#include "../alerting/rule_builder.h"

namespace firedrill::exercise {
namespace {

using alerting::alert;

struct Rules {
  explicit Rules(std::vector<alerting::Rule> rules) {
    file.source = make_source("rules.yml", "");
    file.groups.push_back(alerting::group_of("group", std::move(rules)));
    const Diagnostics found = alerting::finish(file, {});
    EXPECT_FALSE(has_errors(found)) << render(found);
    named.push_back({"rules.yml", &file});
    subjects = subjects_of(named, kEvaluationInterval);
  }
  alerting::RuleFile file;
  std::vector<NamedRules> named;
  std::vector<Subject> subjects;
};

TEST(Solve, FindsValuesForAlertsOfEveryForm) {
  for (
      const char* expr : {
          "up == 0",
          "node_load1 > 4",
          "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1",
          "(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) * 100 > 90",
          "rate(errors_total[5m]) > 0.5",
          "increase(restarts_total[10m]) > 3",
          R"(sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05)",
          R"(histogram_quantile(0.99, sum by (le) (rate(request_duration_seconds_bucket[5m]))) > 2)",
          R"(absent(up{job="etcd"}))",
          "time() - last_success_timestamp_seconds > 86400",
          "certificate_not_after_seconds - time() < 7 * 24 * 3600",
          R"(kube_pod_status_phase{phase=~"Pending|Unknown"} * on (namespace, pod) group_left (owner) kube_pod_owner{kind!="Job"} > 0)",
          "predict_linear(node_filesystem_free_bytes[1h], 4 * 3600) < 0",
          R"(count(up{job="alertmanager"} == 1) < 3)",
          "max(members) - min(members) > 0",
          "a > 5 and on (instance) b < 2",
          "a > 5 unless on (instance) b > 0",
          R"(avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100 < 10)",
          "changes(process_start_time_seconds[15m]) > 2",
          "min_over_time(a[10m]) > 80",
          R"({__name__=~"job:.+:rate5m"} > 3)",
      }) {
    Rules rules({alert("Alert", expr)});
    ASSERT_EQ(rules.subjects.size(), 1u) << expr;
    const auto solution = solve(rules.subjects.front(), {});
    EXPECT_TRUE(solution.has_value()) << expr << ": " << (solution ? std::string() : solution.error().why);
  }
}

TEST(Solve, SaysWhyThereIsNone) {
  Rules rules({alert("Always", "vector(1)"), alert("Never", R"(count(up{job="x"}) == 0)"),
               alert("Nothing", R"(up{job="x",job="y"} == 0)")});
  const auto why = [&](std::size_t i) { return solve(rules.subjects[i], {}).error().why; };
  EXPECT_NE(why(0).find("it reads no metric"), std::string::npos) << why(0);
  EXPECT_NE(why(1).find("made it fire"), std::string::npos) << why(1);
  EXPECT_NE(why(2).find("no series that one can make up matches"), std::string::npos) << why(2);
}

TEST(Solve, GivesTheSameTwice) {
  Rules rules({alert("Alert", "a / b > 0.3 and rate(c[5m]) < 1")});
  const auto one = solve(rules.subjects.front(), {});
  const auto two = solve(rules.subjects.front(), {});
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->fires, two->fires);
  EXPECT_EQ(one->clears, two->clears);
}

}  // namespace
}  // namespace firedrill::exercise
