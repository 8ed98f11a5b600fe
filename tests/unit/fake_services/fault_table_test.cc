// Every kind of fault by name: connection_refused, http_error, latency.
#include "fake_services/faults/fault_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "shop.h"

namespace firedrill::fake_services {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

std::vector<std::string> problems(const FaultSpec& fault) {
  std::vector<std::string> out;
  for (const auto& p : validate(fault, shop())) out.push_back(p.field + ": " + p.what + " (" + p.remedy + ")");
  return out;
}

TEST(FaultTable, RowsAreComplete) {
  std::set<std::string_view> names;
  for (const FaultKind& kind : fault_table()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_EQ(find_fault(kind.name)->name, kind.name);
    EXPECT_FALSE(kind.summary.empty()) << kind.name;
    EXPECT_THAT(std::string(kind.doc), testing::HasSubstr("Witness: ")) << kind.name;
    ASSERT_NE(kind.make, nullptr) << kind.name;
    std::set<std::string_view> fields;
    for (const FieldSpec& f : common_fault_fields()) fields.insert(f.name);
    for (const FieldSpec& f : kind.fields) {
      EXPECT_TRUE(fields.insert(f.name).second) << kind.name << "." << f.name;
      EXPECT_FALSE(f.doc.empty()) << kind.name << "." << f.name;
    }
  }
  EXPECT_EQ(find_fault("conection_refused"), nullptr);
}

TEST(FaultTable, ProblemsWithTheTopology) {
  EXPECT_THAT(problems(fault("f", "http_error", target_of("web"), 0s, {})), IsEmpty());
  EXPECT_THAT(problems(fault("f", "http_error", target_of("wed"), 0s, {})),
              ElementsAre("target: there is no service 'wed' (did you mean 'web'?)"));
  EXPECT_THAT(problems(fault("f", "http_error", {}, 0s, {})),
              ElementsAre("target: the target needs either a service or a zone (for example {service: checkout})"));
  EXPECT_THAT(problems(fault("f", "http_error", target_of("web", "fixed", 4), 0s, {})),
              ElementsAre("target: 4 replicas of web, which has 3 (ask for at most as many as there are)"));
  TargetSpec link = target_of("web");
  link.dependency = "postgres";
  EXPECT_THAT(problems(fault("f", "latency", link, 0s, {})),
              ElementsAre("target: web does not depend on 'postgres' (expected one of: catalogue, checkout)"));
  TargetSpec zone;
  zone.zone = "a";
  EXPECT_THAT(problems(fault("f", "latency", zone, 0s, {})),
              ElementsAre("target: no service is in a zone 'a' (give services a zone first)"));
  EXPECT_THAT(problems(fault("f", "http_error", target_of("web"), 0s, {}, {}, {.method = "GET", .path = "/cart"})),
              ElementsAre("match: no route of web matches (its routes are: GET /, POST /checkout)"));
  EXPECT_THAT(
      problems(fault("f", "connection_refused", target_of("web"), 0s, {}, {}, {.method = {}, .path = "/"})),
      ElementsAre(
          "match: 'match' makes no sense on connection_refused, which does not hit single requests (remove it)"));
}

TEST(FaultTable, MakesFaultsOfDecodedFields) {
  Fields fields;
  fields.set("id", std::string("f"), {});
  fields.set("kind", std::string("http_error"), {});
  fields.set("target", target_of("web"), {});
  fields.set("at", Duration(10min), {});
  fields.set("duration", Duration(5min), {});
  fields.set("probability", 0.25, {});
  fields.set("code", std::int64_t{429}, {});
  fields.set("retry_after", Duration(2s), {});
  const FaultSpec f = make_fault(*find_fault("http_error"), fields, {});
  EXPECT_EQ(f.id, "f");
  EXPECT_EQ(f.at, 10min);
  EXPECT_EQ(f.duration, 5min);
  RequestConditions conditions;
  f.behaviour->apply_to_requests(conditions, f.probability);
  EXPECT_EQ(conditions.replies[0], (InjectedReply{429, 0.25, 2}));
}

TEST(FaultMatch, MethodAndPath) {
  EXPECT_TRUE(FaultMatch{}.matches("GET", "/"));
  EXPECT_TRUE((FaultMatch{"", "/api/*"}).matches("GET", "/api/orders"));
  EXPECT_FALSE((FaultMatch{"", "/api/*"}).matches("GET", "/health"));
  EXPECT_FALSE((FaultMatch{"POST", ""}).matches("GET", "/api"));
  EXPECT_FALSE((FaultMatch{"", "/api"}).matches("GET", "/api/orders"));
}

TEST(Conditions, FaultsAddUp) {
  RequestConditions c;
  c.refuse(0.5);
  c.refuse(0.5);
  EXPECT_DOUBLE_EQ(c.failing_at(ConnectFailure::refused), 0.75);
  c.add_reply(500, 0.2, 0);
  c.add_reply(500, 0.3, 1);
  c.add_reply(503, 0.1, 0);
  EXPECT_DOUBLE_EQ(c.replies[0].share, 0.5);
  EXPECT_DOUBLE_EQ(c.replies[0].retry_after_s, 1);
  EXPECT_EQ(c.replies[1].code, 503);
  c.add_delay(1, 2, 0.5);
  c.add_delay(1, 1, 0.25);
  EXPECT_DOUBLE_EQ(c.delay.mean_s, 3);
  EXPECT_DOUBLE_EQ(c.delay.variance_s2, 0.75);
}

// As Chaos Mesh, whose words the modes are: 67 % of three replicas are two, and a tenth of them is none.
TEST(FaultTable, AShareOfReplicasRoundsDown) {
  Drill drill(shop_world({fault("f", "http_error", target_of("web", "fixed-percent", 0.67), 1min, {})}));
  drill.run_for(2min);
  ASSERT_EQ(drill.world().faults().size(), 1U);
  EXPECT_EQ(drill.world().faults()[0].pods.size(), 2U);
  EXPECT_THAT(problems(fault("f", "http_error", target_of("web", "fixed-percent", 0.1), 0s, {})),
              ElementsAre("target: 10 % of the 3 replicas of web is less than one (a share is rounded down; 33.3 % for "
                          "one replica)"));
}

Fields pattern_fields(std::int64_t every_n, double duty_cycle, Duration period) {
  Fields fields;
  if (every_n > 0) fields.set("every_n", every_n, {});
  if (duty_cycle > 0) fields.set("duty_cycle", duty_cycle, {});
  if (period > 0s) fields.set("period", period, {});
  return fields;
}

TEST(FaultPattern, HitsOneInSoManyRequests) {
  FaultSpec f = fault("f", "http_error", target_of("web"), 5min, {});
  f.pattern = make_fault_pattern(pattern_fields(5, 0, 0s));
  Drill drill(shop_world({f}));
  drill.run_for(15min);
  EXPECT_NEAR(drill.error_ratio("web", 8), 0.2, 0.02);
}

TEST(FaultPattern, ComesAndGoesByItsDutyCycle) {
  FaultSpec f = fault("f", "http_error", target_of("web"), 4min, 8min);
  f.pattern = make_fault_pattern(pattern_fields(0, 0.5, 2min));
  Drill drill(shop_world({f}));
  drill.run_for(14min);
  std::string errors;
  const auto& services = drill.world().topology().services;
  const auto web = static_cast<std::size_t>(std::ranges::find(services, "web", &ServiceSpec::name) - services.begin());
  for (const Minute& minute : drill.minutes()) {
    const ServiceMinute& m = minute.services[web];
    errors += m.errors > m.requests / 2 ? '#' : m.errors < m.requests / 20 ? '.' : '?';
  }
  EXPECT_EQ(errors, "....#.#.#.#...");
  EXPECT_TRUE(drill.world().faults()[0].witness.observed);
}

}  // namespace
}  // namespace firedrill::fake_services
