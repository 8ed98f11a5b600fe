#include "base/text/yaml_text.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace firedrill {
namespace {

TEST(YamlText, QuotesWhatIsNotSafePlain) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"API Availability", "API Availability"},
      {"slo:sli_error:ratio_rate5m", "slo:sli_error:ratio_rate5m"},
      {"https://wiki/runbooks/slo-fast-burn", "https://wiki/runbooks/slo-fast-burn"},
      {"", "''"},
      {"true", "'true'"},
      {"No", "'No'"},
      {"5m", "'5m'"},
      {"99.9 %", "'99.9 %'"},
      {"it's", "'it''s'"},
      {"key: value", "'key: value'"},
      {"ends:", "'ends:'"},
      {"ends ", "'ends '"},
      {"- list", "'- list'"},
      {"a #b", "'a #b'"},
      {"{{ $labels.slo }}", "'{{ $labels.slo }}'"},
      {"\xc3\xa9t\xc3\xa9", "'\xc3\xa9t\xc3\xa9'"},
      {"a\nb", "\"a\\nb\""},
      {"a\t\"\\\x01", "\"a\\u0009\\\"\\\\\\u0001\""},
      {"a\xc2\x85\xe2\x80\xa8z", "\"a\\u0085\\u2028z\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(yaml_scalar(text), expected);
}

TEST(YamlText, WritesSeveralLinesAsABlock) {
  EXPECT_EQ(yaml_block("sum(x)\n/\n  y", 4), "|-\n    sum(x)\n    /\n      y");
  EXPECT_EQ(yaml_block("a\n\nb", 2), "|-\n  a\n\n  b");
  EXPECT_EQ(yaml_block(" a\nb", 2), "\" a\\nb\"");
  EXPECT_EQ(yaml_block("a\xc2\x85\nb", 2), "\"a\\u0085\\nb\"");
  EXPECT_EQ(yaml_block("a\n  ::error::b", 2), "\"a\\n  ::error::b\"") << "a line of it would be a runner's command";
  EXPECT_EQ(yaml_block("a\n##[b]", 2), "\"a\\n##\\x5bb]\"");
}

}  // namespace
}  // namespace firedrill
