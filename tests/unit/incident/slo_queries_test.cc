// The error budget computed from the record's truth, and by PromQL from what was scraped of the same production.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"
#include "base/text/format.h"
#include "incident/slo/error_budget.h"
#include "incident/slo/slos_yaml.h"
#include "promql/engine.h"
#include "synthetic_traffic.h"

namespace firedrill::incident {
namespace {

using yaml::Document;

constexpr std::string_view kQueries =
    "burn_rate_1h:\n"
    "  sum(rate(http_requests_total{code=~\"5..\"}[1h])) / sum(rate(http_requests_total[1h])) / (1 - 0.999)\n"
    "\n"
    "remaining_budget_30d:\n"
    "  1 - (sum(increase(http_requests_total{code=~\"5..\"}[30d])) / sum(increase(http_requests_total[30d]))) / "
    "0.001\n";

SloFile read_queries(const std::string& text) {
  Diagnostics found;
  const auto document = Document::parse(make_source("slos.yaml", text), found);
  SloFile file;
  if (document != nullptr) file = decode_slo_file(*document, {}, found);
  EXPECT_TRUE(found.empty()) << render(found);
  return file;
}

// The fenced or indented text between two headings of a document, as the document has it.
std::string section(const std::string& text, std::string_view heading, std::string_view next) {
  const auto from = text.find(heading);
  if (from == std::string::npos) return "";
  const auto begin = from + heading.size();
  return text.substr(begin, text.find(next, begin) - begin);
}

double value_of(const SloFile& file, std::string_view name, const promql::Queryable& data, promql::Version version,
                Time t) {
  for (const record::NamedExpression& query : file.queries) {
    if (query.name != name) continue;
    promql::Options options;
    options.version = version;
    const auto value = promql::Query(query.expression, data, options).at(t);
    EXPECT_TRUE(value) << value.error();
    const auto& vector = std::get<promql::Vector>(*value);
    EXPECT_EQ(vector.size(), 1U) << name;
    return vector.empty() ? 0 : vector.front().value;
  }
  ADD_FAILURE() << "no query " << name;
  return 0;
}

record::Slo availability() {
  record::Slo slo;
  slo.name = "API Availability";
  slo.service = "web";
  return slo;
}

// An outage of ten minutes, a day of slow burn, another outage near the end of the 30 days.
double bad_month(std::size_t minute) {
  if (minute >= 3000 && minute < 3010) return 1;
  if (minute >= 20000 && minute < 21440) return 0.004;
  return minute >= 43150 && minute < 43155 ? 0.5 : 0.0001;
}

void expect_same_numbers(const SloFile& file) {
  constexpr std::size_t kMonth = 30 * 1440;
  const synthetic::Production made = synthetic::production(kMonth + 60, 1min, bad_month);
  const ErrorBudget budget(made.record, availability());
  for (const std::size_t minute : {60U, 3005U, 3040U, 20100U, 43160U, 43199U, 43259U}) {
    const Time t = budget.end_of(minute);
    const double rate = budget.burn_rate(minute, 1h);
    EXPECT_NEAR(value_of(file, "burn_rate_1h", made.store, promql::Version::v2, t), rate, 1e-9 * rate) << minute;
    // A range of Prometheus 3 is open on the left: of the sixty minutes it sees the increase over fifty-nine.
    EXPECT_NEAR(value_of(file, "burn_rate_1h", made.store, promql::Version::v3, t), rate, rate / 59) << minute;
  }
  for (const std::size_t minute : {kMonth - 1, kMonth + 59}) {
    const double left = budget.left(minute);
    const Time t = budget.end_of(minute);
    EXPECT_NEAR(value_of(file, "remaining_budget_30d", made.store, promql::Version::v2, t), left, 1e-9) << minute;
    EXPECT_NEAR(value_of(file, "remaining_budget_30d", made.store, promql::Version::v3, t), left, 1e-4) << minute;
  }
}

TEST(SloQueries, GiveTheNumbersOfTheTruth) {
  expect_same_numbers(read_queries(std::string(kQueries)));
}

TEST(SloQueries, AsTheSeedWritesThemToo) {
  const std::filesystem::path path =
      std::filesystem::path(FIREDRILL_SOURCE_DIR) / "../shared/seed/observability-and-incident-management.md";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto seed = read_source(path);
  ASSERT_TRUE(seed) << render(seed.error());
  const std::string block = section((*seed)->text, "### Error Budget Tracking (PromQL)\n", "\n###");
  ASSERT_NE(block, "");
  expect_same_numbers(read_queries(block));
}

// Where the data do not reach back over the range, PromQL takes the rest to be like what there is.
TEST(SloQueries, OfAShortHistoryTakeTheRestToBeAlike) {
  const SloFile file = read_queries(std::string(kQueries));
  const synthetic::Production made =
      synthetic::production(20, 15s, [](std::size_t minute) { return minute >= 10 ? 0.02 : 0; });
  const ErrorBudget budget(made.record, availability());
  const double rate = value_of(file, "burn_rate_1h", made.store, promql::Version::v2, made.end);
  EXPECT_NEAR(rate, budget.burn_rate(19, 1h, Before::alike), 1e-9);
  EXPECT_NEAR(rate, 10, 1e-9);
  EXPECT_NEAR(budget.burn_rate(19, 1h), 10.0 / 3, 1e-9);
  EXPECT_NEAR(value_of(file, "remaining_budget_30d", made.store, promql::Version::v2, made.end),
              budget.left(19, Before::alike), 1e-9);
}

}  // namespace
}  // namespace firedrill::incident
