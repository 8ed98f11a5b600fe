#include "notify/inhibit/inhibitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_fixture.h"

namespace firedrill::notify {
namespace {

AlertPtr made(model::Labels labels, double starts, double ends) {
  return std::make_shared<const Alert>(*alert_of(alert(std::move(labels), starts, ends), at(0), 5min, 1));
}

class InhibitorTest : public ::testing::TestWithParam<Version> {
 protected:
  Inhibitor with(std::vector<InhibitRule> rules) {
    Configuration configuration = simple_configuration(GetParam());
    configuration.inhibit_rules = std::move(rules);
    return Inhibitor(std::make_shared<const Configuration>(std::move(configuration)));
  }
  static InhibitRule down_inhibits_slow(std::vector<std::string> equal = {"cluster"}) {
    return {.name = "",
            .source_matchers = matchers({{"kind", "down"}}),
            .target_matchers = matchers({{"kind", "slow"}}),
            .equal = std::move(equal),
            .where = {}};
  }
  static bool inhibits(const Inhibitor& inhibitor, const AlertPtr& alert, double seconds) {
    return inhibitor.inhibited_by(*alert, at(seconds)).source != nullptr;
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, InhibitorTest, ::testing::Values(Version::v0_25, Version::v0_33),
                         [](const auto& each) { return each.param == Version::v0_25 ? "v0_25" : "v0_33"; });

TEST_P(InhibitorTest, HoldsBackWhileASourceIsNotOver) {
  Inhibitor inhibitor = with({down_inhibits_slow()});
  const AlertPtr slow = made({{"kind", "slow"}, {"cluster", "a"}}, 0, 100);
  inhibitor.take(made({{"kind", "down"}, {"cluster", "a"}}, 0, 50));
  EXPECT_TRUE(inhibits(inhibitor, slow, 49));
  EXPECT_FALSE(inhibits(inhibitor, slow, 50));
  EXPECT_FALSE(inhibits(inhibitor, made({{"kind", "slow"}, {"cluster", "b"}}, 0, 100), 10));
}

TEST_P(InhibitorTest, CountsAMissingLabelAsEmpty) {
  Inhibitor inhibitor = with({down_inhibits_slow()});
  inhibitor.take(made({{"kind", "down"}}, 0, 50));
  EXPECT_TRUE(inhibits(inhibitor, made({{"kind", "slow"}}, 0, 100), 10));
  EXPECT_FALSE(inhibits(inhibitor, made({{"kind", "slow"}, {"cluster", "a"}}, 0, 100), 10));
}

TEST_P(InhibitorTest, DoesNotLetAlertsThatMatchBothSidesInhibitEachOther) {
  InhibitRule rule = down_inhibits_slow();
  rule.target_matchers = matchers({{"team", "x"}});
  Inhibitor inhibitor = with({rule});
  const AlertPtr both = made({{"kind", "down"}, {"team", "x"}, {"n", "1"}}, 0, 50);
  inhibitor.take(both);
  inhibitor.take(made({{"kind", "down"}, {"team", "x"}, {"n", "2"}}, 0, 50));
  EXPECT_FALSE(inhibits(inhibitor, both, 10));
  // A target alone is inhibited by them.
  EXPECT_TRUE(inhibits(inhibitor, made({{"team", "x"}}, 0, 50), 10));
}

TEST_P(InhibitorTest, HidesASourceBehindATwoSidedOneThatEndsLaterFrom030On) {
  InhibitRule rule = down_inhibits_slow();
  rule.target_matchers = matchers({{"team", "x"}});
  Inhibitor inhibitor = with({rule});
  const AlertPtr both = made({{"kind", "down"}, {"team", "x"}, {"n", "1"}}, 0, 60);
  inhibitor.take(made({{"kind", "down"}}, 0, 50));
  inhibitor.take(made({{"kind", "down"}, {"team", "x"}, {"n", "2"}}, 0, 60));
  EXPECT_EQ(inhibits(inhibitor, both, 10), GetParam() == Version::v0_25);
}

TEST_P(InhibitorTest, LosesTheSetWhenOneOfItsSourcesIsCollectedFrom030On) {
  Inhibitor inhibitor = with({down_inhibits_slow()});
  const AlertPtr slow = made({{"kind", "slow"}, {"cluster", "a"}}, 0, 5000);
  const AlertPtr lasting = made({{"kind", "down"}, {"cluster", "a"}, {"n", "2"}}, 0, 5000);
  inhibitor.take(made({{"kind", "down"}, {"cluster", "a"}, {"n", "1"}}, 0, 50));
  inhibitor.take(lasting);
  inhibitor.collect(at(900));
  EXPECT_EQ(inhibits(inhibitor, slow, 901), GetParam() == Version::v0_25);
  inhibitor.take(lasting);
  EXPECT_TRUE(inhibits(inhibitor, slow, 902));
}

TEST_P(InhibitorTest, SaysByWhichRule) {
  Inhibitor inhibitor = with({down_inhibits_slow({"absent"}), down_inhibits_slow()});
  inhibitor.take(made({{"kind", "down"}, {"absent", "no"}, {"cluster", "a"}}, 0, 50));
  const auto verdict = inhibitor.inhibited_by(*made({{"kind", "slow"}, {"cluster", "a"}}, 0, 50), at(1));
  ASSERT_NE(verdict.source, nullptr);
  EXPECT_EQ(verdict.rule, 1U);
}

}  // namespace
}  // namespace firedrill::notify
