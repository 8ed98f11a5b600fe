#include "oncall/roster.h"

#include "roster_fixture.h"

namespace firedrill::oncall {
namespace {

using record::SeverityLevel;

TEST(Roster, FindsTheScheduleThatAReceiverCalls) {
  const auto one = roster_of(kSeedFile);
  EXPECT_EQ(one->of_receiver("pager")->name, "API On-Call");
  const auto two = roster_of(R"(
schedules:
  - {name: API, tiers: [{name: primary, members: [alice]}]}
  - {name: Database, team: DBA, tiers: [{name: primary, members: [dora]}]}
receivers: {pager: API, dba-pager: Database}
)");
  EXPECT_EQ(two->of_receiver("dba-pager")->name, "Database");
  EXPECT_EQ(two->of_receiver("chat"), nullptr);
  EXPECT_EQ(two->of_team("dba")->name, "Database");
  EXPECT_EQ(two->of_team("api")->name, "API");
  EXPECT_EQ(two->of_team("platform"), nullptr);
  EXPECT_EQ(two->people(), (std::vector<std::string>{"alice", "dora"}));
}

TEST(ResponseTargets, AreTheSeedsUnlessTheFileSaysOtherwise) {
  const ResponseTargets usual = roster_of(kSeedFile)->targets;
  EXPECT_EQ(usual, ResponseTargets{});
  EXPECT_EQ(usual.of(SeverityLevel::p0), 15min);
  EXPECT_EQ(usual.of(SeverityLevel::p1), 30min);
  EXPECT_EQ(usual.of(SeverityLevel::p2), 4h);
  EXPECT_EQ(usual.of(SeverityLevel::p3), 24h);
  EXPECT_TRUE(usual.met(SeverityLevel::p0, 15min - Duration{1}));
  EXPECT_FALSE(usual.met(SeverityLevel::p0, 15min));
  const auto file = roster_of(kSeedFile + "response_targets: {P0: 5m, P2: 2h}\n");
  EXPECT_EQ(file->targets.of(SeverityLevel::p0), 5min);
  EXPECT_EQ(file->targets.of(SeverityLevel::p1), 30min);
  EXPECT_EQ(file->targets.of(SeverityLevel::p2), 2h);
}

}  // namespace
}  // namespace firedrill::oncall
