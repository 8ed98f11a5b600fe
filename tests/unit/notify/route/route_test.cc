#include "notify/route/route.h"

#include <gtest/gtest.h>

#include "notify/config/load.h"
#include "notify/route/explain.h"
#include "yaml/document.h"

namespace firedrill::notify {
namespace {

constexpr const char* kText = R"(
route:
  receiver: root
  routes:
    - {matchers: [severity=critical], receiver: pager, continue: true, mute_time_intervals: [weekends]}
    - matchers: [team=shop]
      receiver: shop
      active_time_intervals: [office]
      routes: [{matchers: [service=checkout], receiver: checkout}]
    - {matchers: [team=~"shop|pay"], receiver: money}
receivers: [{name: root}, {name: pager}, {name: shop}, {name: checkout}, {name: money}]
time_intervals:
  - {name: weekends, time_intervals: [{weekdays: ['saturday', 'sunday']}]}
  - {name: office, time_intervals: [{times: [{start_time: '09:00', end_time: '17:00'}]}]}
)";

Configuration load() {
  Diagnostics found;
  const auto document = yaml::Document::parse(make_source("am.yml", kText), found, yaml::Dialect::prometheus);
  auto configuration = decode_configuration(*document, {}, found);
  EXPECT_FALSE(has_errors(found)) << render(found);
  return configuration.value_or(Configuration{});
}

std::vector<std::string> receivers(const model::Labels& labels) {
  const Configuration configuration = load();
  std::vector<std::string> names;
  for (const std::size_t index : match(configuration.routes, labels))
    names.push_back(configuration.routes[index].receiver);
  return names;
}

using Names = std::vector<std::string>;

TEST(Match, TakesTheFirstSiblingAndGoesOnWhereItSaysSo) {
  EXPECT_EQ(receivers({{"severity", "critical"}}), Names{"pager"});
  EXPECT_EQ(receivers({{"severity", "critical"}, {"team", "shop"}}), (Names{"pager", "shop"}));
  EXPECT_EQ(receivers({{"team", "shop"}, {"service", "checkout"}}), Names{"checkout"});
  EXPECT_EQ(receivers({{"team", "pay"}}), Names{"money"});
  EXPECT_EQ(receivers({{"team", "none"}}), Names{"root"});
}

TEST(MutedBy, NamesIntervalsThatHoldAndActiveOnesOfWhichNoneDoes) {
  const Configuration configuration = load();
  const Time saturday_night = *parse_instant("2026-03-07T20:00:00Z");
  const Time tuesday_noon = *parse_instant("2026-03-03T12:00:00Z");
  EXPECT_EQ(muted_by(configuration, configuration.routes[1], saturday_night), Names{"weekends"});
  EXPECT_EQ(muted_by(configuration, configuration.routes[2], saturday_night), Names{"office"});
  EXPECT_EQ(muted_by(configuration, configuration.routes[1], tuesday_noon), Names{});
  EXPECT_EQ(muted_by(configuration, configuration.routes[2], tuesday_noon), Names{});
  EXPECT_EQ(muted_by(configuration, configuration.routes[0], saturday_night), Names{});
}

TEST(TreeText, DrawsTheTree) {
  EXPECT_EQ(tree_text(load()),
            "what no route below takes → root\n"
            "├─ severity=\"critical\" → pager, muted in weekends, and the search goes on\n"
            "├─ team=\"shop\" → shop, active in office\n"
            "│  └─ service=\"checkout\" → checkout\n"
            "└─ team=~\"shop|pay\" → money\n");
}

}  // namespace
}  // namespace firedrill::notify
