// What a Prometheus is told of a topology that runs as processes, and which topologies cannot.
#include "driver/live/scrape_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/live/fitness.h"
#include "driver/live/status_page.h"
#include "http/client.h"

namespace firedrill::driver::live {
namespace {

using fake_services::ServiceSpec;
using fake_services::Topology;
using testing::HasSubstr;
using testing::Not;

Topology shop() {
  Topology topology;
  topology.services.resize(3);
  ServiceSpec& web = topology.services[0];
  web.name = "web";
  web.job = "front";
  web.replicas = 2;
  web.labels = {{"team", "a: b"}};
  ServiceSpec& cart = topology.services[1];
  cart.name = "cart";
  cart.name_space = "shop";
  cart.job = "front";
  cart.port = 9000;
  ServiceSpec& bank = topology.services[2];
  bank.name = bank.job = "bank";
  bank.external = true;
  return topology;
}

TEST(LiveScrapeConfig, HasTheTargetsByTheirJobs) {
  const std::vector<std::uint16_t> ports = {1001, 1002, 1003, 1004};
  EXPECT_EQ(scrape_config(shop(), ports), R"(scrape_configs:
  - job_name: front
    static_configs:
      - targets: ['127.0.0.1:1001']
        labels:
          instance: web-0:8080
          namespace: default
          pod: web-0
          service: web
          team: 'a: b'
      - targets: ['127.0.0.1:1002']
        labels:
          instance: web-1:8080
          namespace: default
          pod: web-1
          service: web
          team: 'a: b'
      - targets: ['127.0.0.1:1003']
        labels:
          instance: cart-0:9000
          namespace: shop
          pod: cart-0
          service: cart
)");
}

// Beyond those that the topology has from the start, too: somebody has scaled it.
TEST(LiveScrapeConfig, FollowsTheProcessesThatAreThere) {
  const auto view = [](const char* service, std::size_t slot, std::string pod, std::uint16_t port) {
    return ReplicaView{.service = service,
                       .slot = slot,
                       .pod = pod,
                       .instance = pod + ":8080",
                       .scraped_port = port,
                       .version = {},
                       .program = {},
                       .detail = {}};
  };
  const std::vector<ReplicaView> there = {view("web", 0, "web-0", 1001), view("web", 4, "web-4", 1002),
                                          view("bank", 0, "bank-0", 1003)};
  const auto found = scraped_processes(shop(), there);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].job, "front");
  EXPECT_EQ(found[1].port, 1002);
  EXPECT_EQ(found[1].labels.to_string(),
            R"({instance="web-4:8080", job="front", namespace="default", pod="web-4", service="web", team="a: b"})");
}

TEST(LiveScrapeConfig, SaysThatThereIsNothingToScrape) {
  Topology topology = shop();
  topology.services.erase(topology.services.begin(), topology.services.begin() + 2);
  const std::vector<std::uint16_t> ports = {1004};
  EXPECT_EQ(scrape_config(topology, ports), "scrape_configs: []\n");
}

TEST(LiveFitness, NamesWhatIsTooMuchForAProcess) {
  Topology topology = shop();
  EXPECT_TRUE(misfits(topology).empty());
  topology.services[0].queue = 4000;
  topology.services[1].replicas = 300;
  const auto found = misfits(topology);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].path, (std::vector<std::string>{"services", "web", "queue"}));
  EXPECT_THAT(found[1].what, HasSubstr("303 replicas"));
  topology = shop();
  topology.services[0].queue = 4000;
  topology.services[0].consumer.emplace();  // messages wait without a thread
  EXPECT_TRUE(misfits(topology).empty());
}

TEST(LiveStatusPage, ListsReplicasAndEscapesThem) {
  const ReplicaView view{.service = "web<b>",
                         .pod = "web-0",
                         .instance = "web-0:8080",
                         .port = 1001,
                         .pid = 7,
                         .version = {},
                         .program = {},
                         .state = ReplicaState::serving,
                         .ready = false,
                         .restarts = 2,
                         .detail = "<script>"};
  const auto page = StatusPage::open(0, "a & b", [&] { return std::vector{view}; });
  ASSERT_TRUE(page);
  const auto html = http::fetch(page->port(), {}, {});
  ASSERT_TRUE(html);
  EXPECT_THAT(html->body, HasSubstr("a &amp; b"));
  EXPECT_THAT(html->body, HasSubstr("127.0.0.1:1001"));
  EXPECT_THAT(html->body, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(html->body, Not(HasSubstr("<script")));
  const auto data = http::fetch(page->port(), {.path = "/replicas.json"}, {});
  ASSERT_TRUE(data);
  EXPECT_THAT(data->body, HasSubstr(R"("state": "serving")"));
  EXPECT_EQ(http::fetch(page->port(), {.path = "/other"}, {})->status, 404);
  EXPECT_EQ(http::fetch(page->port(), {.method = "DELETE"}, {})->status, 405);
}

TEST(LiveScrapeConfig, HasThePathOfAProgramOfTheUsersOwn) {
  Topology topology;
  topology.services.resize(1);
  ServiceSpec& web = topology.services[0];
  web.name = web.job = "web";
  web.program = fake_services::ProgramSpec{.url = "http://127.0.0.1:8080", .port = 8080, .metrics_path = "/stats"};
  const std::vector<std::uint16_t> ports = {8080};
  EXPECT_THAT(scrape_config(topology, ports), HasSubstr("__metrics_path__: '/stats'\n"));
  web.program->metrics_path = "/metrics";
  EXPECT_THAT(scrape_config(topology, ports), Not(HasSubstr("__metrics_path__")));
}

TEST(LiveFitness, RunsNoCommandsInAProgramOfTheUsersOwn) {
  Topology topology;
  topology.services.resize(1);
  ServiceSpec& web = topology.services[0];
  web.name = "web";
  web.concurrency = 100000;  // of no process of ours
  web.program = fake_services::ProgramSpec{.url = "http://127.0.0.1:8080", .port = 8080};
  EXPECT_THAT(misfits(topology), testing::IsEmpty());
  web.liveness_probe.emplace().exec.emplace().command = {"true"};
  ASSERT_EQ(misfits(topology).size(), 1U);
  EXPECT_THAT(misfits(topology)[0].what, HasSubstr("web is a program of your own"));
}

}  // namespace
}  // namespace firedrill::driver::live
