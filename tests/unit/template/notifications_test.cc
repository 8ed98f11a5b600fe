// Templates over objects that a host hands in, and what amtool 0.33.1 renders them to: notifications.json was written
// by amtool itself (template render).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files/files.h"
#include "notification.h"

namespace firedrill::templates {
namespace {

struct FixedZone : Zone {
  FixedZone(std::int64_t offset_s, std::string name) : reading{offset_s, std::move(name)} {}
  Reading at(std::int64_t) const override { return reading; }
  Reading reading;
};

std::string rendered(TemplateSet set, const std::string& text, const Value& root) {
  notification::Host host;
  host.zones["Europe/Paris"] = std::make_shared<const FixedZone>(3600, "CET");
  host.zones["Asia/Kolkata"] = std::make_shared<const FixedZone>(19'800, "IST");
  if (const auto added = set.add("", text); !added) return "refused: " + added.error();
  const auto result = set.execute("", root, {.host = &host});
  return result ? *result : "refused: " + result.error();
}

TEST(Notifications, RenderAsAmtoolDoes) {
  const auto source = read_source(FIREDRILL_SOURCE_DIR "/tests/unit/template/notifications.json");
  ASSERT_TRUE(source) << render(source.error());
  const auto table = read_json(*source);
  ASSERT_TRUE(table) << render(table.error());
  const std::map<std::string, std::int64_t> times = {{"0001-01-01T00:00:00Z", kZeroTime},
                                                     {"2026-03-03T12:00:00Z", 1'772'539'200'000},
                                                     {"2026-03-03T13:00:00Z", 1'772'542'800'000},
                                                     {"2026-03-03T13:30:00.25Z", 1'772'544'600'250}};
  const Value root = notification::root_of(table->at("data"), times);
  TemplateSet files({.functions = notification::kFunctions});
  for (const json::value& file : table->at("files").as_array()) {
    const auto added = files.add("", std::string(file.as_string()));
    ASSERT_TRUE(added) << added.error();
  }
  ASSERT_GT(table->at("cases").as_array().size(), 50u);
  for (const json::value& c : table->at("cases").as_array()) {
    const std::string text(c.at("template").as_string());
    const json::value* gives = c.as_object().if_contains("gives");
    const std::string expected =
        gives ? std::string(gives->as_string()) : "refused: " + std::string(c.at("refused").as_string());
    std::string result = rendered(files, text, root);
    // amtool's last line end went with the table.
    if (result.ends_with('\n')) result.pop_back();
    EXPECT_EQ(result, expected) << text;
  }
}

}  // namespace
}  // namespace firedrill::templates
