// The parts of exports and queries that programs cannot be asked about: notation, times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "base/maths.h"
#include "base/random.h"
#include "base/text/numbers.h"
#include "driver/export/series_notation.h"
#include "driver/outputs.h"
#include "driver/record_query.h"
#include "promql/parse/series_text.h"

namespace firedrill::driver {
namespace {

using Values = promql::SeriesValues;

std::vector<model::Sample> samples_of(const Values& values) {
  std::vector<model::Sample> samples;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i]) samples.push_back({Time(15s * i), *values[i]});
  }
  return samples;
}

TEST(SeriesNotation, IsShortWhereThatChangesNothing) {
  const double nan = maths::nan();
  const std::vector<std::pair<Values, std::string>> cases = {
      {{}, ""},
      {{1}, "1"},
      {{1, 2}, "1 2"},
      {{1, 2, 3, 4}, "1+1x3"},
      {{5, 3, 1, -1}, "5-2x3"},
      {{7, 7, 7, 7}, "7+0x3"},
      {{0.5, 0.5, 0.5}, "0.5+0x2"},
      {{0.1, 0.2, 0.3, 0.4}, "0.1 0.2 0.3 0.4"},
      {{{}, {}, 1, {}, 2}, "_x2 1 _ 2"},
      {{1, stale_marker(), {}, 1}, "1 stale _ 1"},
      {{nan, nan, nan, maths::infinity(), -maths::infinity()}, "NaN NaN NaN Inf -Inf"},
      {{9007199254740992, 9007199254740994, 9007199254740996}, "9007199254740992 9007199254740994 9007199254740996"},
      {{1, 2, 3, {}, 5}, "1+1x2 _ 5"},
  };
  for (const auto& [values, text] : cases) EXPECT_EQ(series_notation(samples_of(values), Time{}, 15s), text);
}

TEST(SeriesNotation, ReadsBackAsItWas) {
  RandomStream chance(1, "notation");
  for (int round = 0; round < 300; ++round) {
    Values values;
    double last = 0;
    for (int i = 0; i < 60; ++i) {
      const double die = chance.uniform();
      last = die < 0.3 ? last + 5 : die < 0.5 ? last : die < 0.6 ? -last : die < 0.7 ? chance.uniform() : last - 1;
      values.push_back(die > 0.97 ? std::nullopt : std::optional(die > 0.95 ? stale_marker() : last));
    }
    while (!values.empty() && !values.back()) values.pop_back();
    const auto read =
        promql::parse_series_values(series_notation(samples_of(values), Time{}, 15s), promql::Version::v3);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(values[i].has_value(), (*read)[i].has_value());
      if (!values[i]) continue;
      ASSERT_EQ(std::bit_cast<std::uint64_t>(*values[i]), std::bit_cast<std::uint64_t>(*(*read)[i]));
    }
  }
}

TEST(RecordTime, IsAbsoluteOrCountsFromTheRunsInstants) {
  record::Record record;
  record.started = *parse_instant("2026-03-03T13:30:00Z");
  record.judged_from = record.started + 30min;
  record.judged_to = record.judged_from + 60min;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026-03-03T14:00:00+01:00", "2026-03-03T13:00:00.000Z"},
      {"1772544600", "2026-03-03T13:30:00.000Z"},
      {"1772544600.5", "2026-03-03T13:30:00.500Z"},
      {"+5m", "2026-03-03T14:05:00.000Z"},
      {"-5m", "2026-03-03T13:55:00.000Z"},
      {"start", "2026-03-03T13:30:00.000Z"},
      {"start+1m30s", "2026-03-03T13:31:30.000Z"},
      {"end", "2026-03-03T15:00:00.000Z"},
      {"end-10m", "2026-03-03T14:50:00.000Z"},
  };
  for (const auto& [text, expected] : cases) {
    const auto time = parse_record_time(text, record);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_instant(*time), expected) << text;
  }
  for (const char* wrong : {"", "noon", "5m", "+5", "end5m", "start+", "NaN", "1e300", "2026-03-03", "+-5m"}) {
    EXPECT_FALSE(parse_record_time(wrong, record)) << wrong;
  }
  EXPECT_EQ(parse_step("30s"), 30s);
  EXPECT_EQ(parse_step("0.5"), 500ms);
  for (const char* wrong : {"", "0", "-5", "often", "Inf"}) EXPECT_FALSE(parse_step(wrong)) << wrong;
}

TEST(KeptInput, StaysInTheRecordsFolder) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"rules/a.yaml", "inputs/rules/a.yaml"},
      {"../../rules/a.yaml", "inputs/_up/_up/rules/a.yaml"},
      {"/etc/a.yaml", "inputs/_root/etc/a.yaml"},
      {"up/a.yaml", "inputs/up/a.yaml"},
      {"_up/a.yaml", "inputs/__up/a.yaml"},
      {"__up/a.yaml", "inputs/___up/a.yaml"},
      {"_root/etc/a.yaml", "inputs/__root/etc/a.yaml"},
      {"_/_a.yaml", "inputs/__/__a.yaml"},
      {"\xff\x01/a.yaml", "inputs/_xff01/a.yaml"},
  };
  // What is too long for a file's name is kept under its hash.
  const std::string longest(255, 'a');
  EXPECT_EQ(kept_input(longest), "inputs/" + longest);
  std::set<std::string> places;
  for (const std::string& name : {'_' + longest.substr(1), "_b" + longest.substr(2), '\xff' + longest.substr(1)}) {
    const std::string place = kept_input("rules/" + name);
    EXPECT_TRUE(place.starts_with("inputs/rules/_h")) << place;
    EXPECT_EQ(run_folder().use_of(place), output::NameUse::output);
    EXPECT_TRUE(places.insert(place).second) << "no input overwrites another";
  }
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += longest + '/';
  EXPECT_LT(kept_input(deep + "a.yaml").size(), 100u);
  EXPECT_NE(kept_input(deep + "a.yaml"), kept_input(deep + "b.yaml"));
  for (const auto& [name, place] : cases) {
    EXPECT_EQ(kept_input(name), place);
    EXPECT_EQ(run_folder().use_of(place), output::NameUse::output);
    EXPECT_TRUE(places.insert(place).second) << "no input overwrites another";
  }
}

}  // namespace
}  // namespace firedrill::driver
