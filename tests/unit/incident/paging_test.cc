#include "incident/alerts/paging.h"

#include <gtest/gtest.h>

namespace firedrill::incident {
namespace {

TEST(PagingMatchers, AreAlertmanagersWithQuotes) {
  for (const char* text : {R"(severity="critical")", R"(severity=~"critical|page")", R"(team!="web")", R"(a!~"b.*")",
                           R"( severity = "#x" )", R"("a label"="x")"}) {
    EXPECT_TRUE(parse_paging_matcher(text)) << text;
  }
  EXPECT_EQ(parse_paging_matcher(R"(severity=~"critical|page")")->to_string(), R"(severity=~"critical|page")");
}

TEST(PagingMatchers, RefuseWhatIsMore) {
  for (const char* text : {"", "severity", "severity=critical", R"(a="b",c="d")", R"(a="b"} offset 5m #)",
                           R"(a="b"} #)", R"(a=~"(")", R"(a="b"} or up{c="d")"}) {
    EXPECT_FALSE(parse_paging_matcher(text)) << text;
  }
}

TEST(PagingMatchers, OfARecordThatCannotBeReadNothingPages) {
  record::Criteria declared;
  declared.paging = {"nonsense"};
  const auto matchers = paging_matchers(declared);
  ASSERT_EQ(matchers.size(), 1u);
  EXPECT_FALSE(matchers[0].matches(model::Labels{{"alertname", "Down"}, {"severity", "critical"}}));
}

}  // namespace
}  // namespace firedrill::incident
