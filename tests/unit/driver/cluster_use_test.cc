// Which expressions have kube-state-metrics and the kubelets scraped.
#include "driver/cluster_use.h"

#include <gtest/gtest.h>

#include "promql/parse/parser.h"

namespace firedrill::driver {
namespace {

TEST(ClusterUse, IsSeenInTheSelectors) {
  const struct {
    const char* expression;
    bool reads;
  } cases[] = {
      {"http_requests_total", false},
      {R"(http_requests_total{job=~".+"})", false},
      {"up == 0", false},
      {R"(count by (job) (up{job="checkout"} == 0))", false},
      {R"(up{job!="checkout"} == 0)", false},
      {R"(absent(up{job="kube-state-metrics"} == 1))", true},
      {R"(up{job=~"kubelet|node"} == 0)", true},
      {"increase(kube_pod_container_status_restarts_total[10m]) > 2", true},
      {R"(kube_pod_status_phase{job="kube-state-metrics", phase="Pending"})", true},
      {R"(kube_pod_status_phase{job="other"})", false},
      {R"(http_requests_total and on() rate(prober_probe_total{result="failed"}[5m]) > 0)", true},
      {R"({__name__=~"kube_deployment_.*"})", true},
      {R"({job="kubelet"})", true},
      {"kube_node_status_condition", false},  // no such series: nothing would be gained
      {"vector(1)", false},
  };
  for (const auto& c : cases) {
    const auto parsed = promql::parse_text(c.expression, {});
    ASSERT_TRUE(parsed) << c.expression;
    EXPECT_EQ(reads_cluster({}, std::vector<std::shared_ptr<const promql::Expr>>{*parsed}), c.reads) << c.expression;
  }
}

TEST(ClusterUse, IsSeenInTheConfiguration) {
  std::vector<scenario::ScrapeJob> jobs(2);
  jobs[0].name = "checkout";
  jobs[1].name = "kube-state-metric";
  EXPECT_FALSE(scrapes_cluster(jobs));
  jobs[1].name = "kube-state-metrics";
  EXPECT_TRUE(scrapes_cluster(jobs));
}

}  // namespace
}  // namespace firedrill::driver
