// Rates of many series that are sampled together are computed for several evaluations at once where later samples are
// there already: they must be what a query gives that is asked once only, bit by bit.
#include <gtest/gtest.h>

#include <bit>

#include "base/random.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "tsdb/store.h"

namespace firedrill::tsdb {
namespace {

constexpr std::int64_t kSpacing = 15'000;
constexpr int kSeries = 300;

class Fleet {
 public:
  Fleet() {
    for (int s = 0; s < kSeries; ++s) add(s);
  }
  void add(int s) {
    refs_.push_back(store.series({{"__name__", "c_total"}, {"s", std::to_string(s)}}));
    last_.push_back(0);
  }
  // Samples of all series, up to `until`. Now and then one is reset, or goes stale; `gaps`: or misses a sample, after
  // which it shares no column with the others.
  void feed(std::int64_t until, bool gaps = false) {
    for (; next_ <= until; next_ += kSpacing) {
      for (std::size_t s = 0; s < refs_.size(); ++s) {
        last_[s] = chance_.below(4000) == 0 ? 0 : last_[s] + static_cast<double>(chance_.below(50)) / 8;
        if (gaps && chance_.below(2000) == 0) continue;
        store.append(refs_[s], Time(Duration(next_)), chance_.below(8000) == 0 ? stale_marker() : last_[s]);
      }
    }
  }

  Store store;

 private:
  RandomStream chance_{7, "fleet"};
  std::vector<SeriesRef> refs_;
  std::vector<double> last_;
  std::int64_t next_ = 0;
};

using Expression = std::shared_ptr<const promql::Expr>;

// What `query`, which has been asked before, gives at t is what another gives that is new.
void expect_same(promql::Query& query, const Expression& expression, const Store& store, const promql::Options& options,
                 std::int64_t at) {
  const Time t(Duration{at});
  promql::Query alone(expression, store, options);
  const auto one = query.rows_at(t);
  const auto two = alone.rows_at(t);
  ASSERT_TRUE(one && two);
  ASSERT_EQ(one->size(), two->size()) << at;
  for (std::size_t i = 0; i < one->size(); ++i) {
    ASSERT_EQ(query.row_labels((*one)[i].row), alone.row_labels((*two)[i].row)) << at;
    ASSERT_EQ(std::bit_cast<std::uint64_t>((*one)[i].value), std::bit_cast<std::uint64_t>((*two)[i].value)) << at;
  }
}

class RatesAhead : public testing::TestWithParam<const char*> {
 protected:
  Expression expression() const { return *promql::parse_text(GetParam(), {}); }
};

TEST_P(RatesAhead, WithAllSamplesThere) {
  for (const bool gaps : {false, true}) {
    Fleet fleet;
    fleet.feed(4 * 3600'000, gaps);
    promql::Query query(expression(), fleet.store, {});
    // Steps of one length, then of another, backwards, and beyond the end of the samples.
    for (std::int64_t t = 0; t < 3600'000; t += 60'000) expect_same(query, expression(), fleet.store, {}, t);
    for (std::int64_t t = 3600'000; t < 3 * 3600'000; t += 77'000) expect_same(query, expression(), fleet.store, {}, t);
    for (std::int64_t t = 2 * 3600'000; t > 3600'000; t -= 300'000) {
      expect_same(query, expression(), fleet.store, {}, t);
    }
    for (std::int64_t t = 3600'000 * 7 / 2; t < 5 * 3600'000; t += 60'000) {
      expect_same(query, expression(), fleet.store, {}, t);
    }
  }
}

TEST_P(RatesAhead, WithSamplesThatComeInPortions) {
  Fleet fleet;
  promql::Query query(expression(), fleet.store, {});
  for (std::int64_t t = 0; t < 3 * 3600'000; t += 60'000) {
    // Sixteen minutes ahead, then none.
    if (t < 5400'000 && t % 960'000 == 0) fleet.feed(t + 960'000);
    if (t >= 5400'000) fleet.feed(t);
    if (t == 1'500'000) fleet.add(kSeries);
    if (t > 3600'000) fleet.store.drop_before(Time(Duration(t - 3600'000)));
    // A second time, as a rule's series that is new makes a subquery ask for its steps again.
    for (int again = 0; again < 2; ++again) expect_same(query, expression(), fleet.store, {}, t);
  }
}

TEST_P(RatesAhead, WithClosedRanges) {
  Fleet fleet;
  fleet.feed(2 * 3600'000);
  promql::Options options;
  options.version = promql::Version::v2;
  promql::Query query(expression(), fleet.store, options);
  for (std::int64_t t = 0; t < 2 * 3600'000; t += 60'000) expect_same(query, expression(), fleet.store, options, t);
}

INSTANTIATE_TEST_SUITE_P(Of, RatesAhead,
                         testing::Values("rate(c_total[5m])", "increase(c_total[45m] offset 3m)", "delta(c_total[1m])",
                                         "sum(rate(c_total[10m]))", "rate(c_total[15s])",
                                         "max_over_time(rate(c_total[2m])[10m:1m])", "rate(c_total[5m] @ 3000)"));

}  // namespace
}  // namespace firedrill::tsdb
