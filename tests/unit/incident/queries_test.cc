// The SLO files' `queries:`: what they gave at the end of the run is part of the record.
#include "incident/queries.h"

#include <gtest/gtest.h>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/judge.h"
#include "sample_record.h"
#include "tsdb/store.h"

namespace firedrill::incident {
using namespace record;
namespace {

std::string told(const QueryRecord& query) {
  std::string out = query.name + ":";
  for (const QueryValue& value : query.values) {
    out += format(" {} {}", value.labels.to_string(), format_number(value.value));
  }
  return query.error.empty() ? out : out + " " + query.error;
}

TEST(Queries, AreEvaluatedAtTheEndOfTheRun) {
  tsdb::Store series;
  for (const char* code : {"200", "500"}) {
    const auto one = series.series({{"__name__", "requests_total"}, {"code", code}});
    for (int i = 0; i <= 60; ++i) series.append(one, sample::at(std::chrono::minutes(i)), code[0] == '2' ? i * 60 : i);
  }
  Record record = sample::quiet();
  record.declared.queries = {{"rate", "rate(requests_total[10m])"},
                             {"remaining", "1 - 0.25"},
                             {"nothing", "nosuch"},
                             {"wrong", "requests_total[5m]"},
                             {"month", "increase(requests_total[30d])"}};
  judge(record, series);
  ASSERT_EQ(record.queries.size(), 5U);
  EXPECT_EQ(record.queries[0].at, record.judged_to);
  EXPECT_EQ(told(record.queries[0]), "rate: {code=\"200\"} 1 {code=\"500\"} 0.0166666666667");
  EXPECT_EQ(told(record.queries[1]), "remaining: {} 0.75");
  EXPECT_EQ(told(record.queries[2]), "nothing:");
  EXPECT_EQ(told(record.queries[3]), "wrong: it gives neither an instant vector nor a scalar");
  EXPECT_EQ(record.queries[0].covered, std::nullopt);
  ASSERT_TRUE(record.queries[4].looks_back && record.queries[4].covered);
  EXPECT_EQ(*record.queries[4].looks_back, 30 * 24h);
  EXPECT_EQ(*record.queries[4].covered, 90min) << "of a run with half an hour of warm-up";
}

}  // namespace
}  // namespace firedrill::incident
