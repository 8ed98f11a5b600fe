// Budgets of a whole command: what they count, what they say, and the place that they name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>
#include <vector>

#include "base/bounds/activity.h"
#include "base/bounds/budget.h"
#include "base/bounds/process_memory.h"

namespace firedrill {
namespace {

using testing::HasSubstr;

TEST(Budget, TakesUpToItsBoundAndRefusesFromThenOn) {
  Budget budget;
  budget.limit(Bound::series, 10);
  EXPECT_TRUE(budget.take(Bound::series, 4));
  EXPECT_TRUE(budget.take(Bound::series, 6));
  EXPECT_FALSE(budget.exceeded());
  EXPECT_FALSE(budget.take(Bound::series, 1));
  EXPECT_TRUE(budget.exceeded());
  EXPECT_FALSE(budget.take(Bound::evaluations, 1)) << "whatever is asked for: the command ends";
}

TEST(Budget, WhatIsGivenBackMayBeTakenAgain) {
  Budget budget;
  budget.limit(Bound::samples_held, 10);
  EXPECT_TRUE(budget.take(Bound::samples_held, 10));
  budget.give_back(Bound::samples_held, 3);
  EXPECT_TRUE(budget.take(Bound::samples_held, 3));
  EXPECT_FALSE(budget.take(Bound::samples_held, 1));
}

TEST(Budget, LooksAheadWithoutCounting) {
  Budget budget;
  budget.limit(Bound::samples_loaded, 10);
  EXPECT_TRUE(budget.would_take(Bound::samples_loaded, 10));
  EXPECT_TRUE(budget.would_take(Bound::samples_loaded, 10));
  EXPECT_FALSE(budget.would_take(Bound::samples_loaded, 11));
  EXPECT_TRUE(budget.exceeded());
}

TEST(Budget, ZeroIsNoBoundAndHugeCountsDoNotWrapAround) {
  Budget budget;
  budget.limit(Bound::series, 0);
  EXPECT_TRUE(budget.take(Bound::series, INT64_MAX));
  budget.limit(Bound::evaluations, 100);
  EXPECT_TRUE(budget.take(Bound::evaluations, 100));
  EXPECT_FALSE(budget.take(Bound::evaluations, INT64_MAX));
  EXPECT_THAT(budget.summary(), HasSubstr("evaluations"));
}

TEST(Budget, SaysWhatWasExceededFirstWhereAndWhatToDo) {
  const Position rule = position_at(make_source("rules.yaml", "groups:\n- expr: up\n"), 16, 2);
  const Position other = position_at(make_source("other.yaml", "x"), 0);
  Budget budget;
  budget.limit(Bound::samples_held, 2'000'000);
  budget.limit(Bound::series, 1);
  {
    const Activity activity(rule);
    EXPECT_TRUE(budget.take(Bound::samples_held, 1'500'000));
    EXPECT_FALSE(budget.take(Bound::samples_held, 1'500'000));
  }
  const Activity activity(other);
  EXPECT_FALSE(budget.take(Bound::series, 2));
  const Diagnostic diagnostic = budget.diagnostic();
  EXPECT_EQ(diagnostic.where.source->name, "rules.yaml");
  EXPECT_EQ(diagnostic.where.line, 2U);
  EXPECT_EQ(diagnostic.what, "3 M samples would be held by expressions at once, and a whole command may have 2 M");
  EXPECT_EQ(diagnostic.remedy,
            "shorten the ranges of the subqueries, or lengthen their steps; --limit samples-held=N sets another bound, "
            "0 none");
}

TEST(Budget, DoesNotSayTwiceTheSameNumber) {
  Budget budget;
  budget.limit(Bound::series, 1'000'000);
  EXPECT_FALSE(budget.take(Bound::series, 1'000'001));
  EXPECT_EQ(budget.summary(), "more than 1 M series would be stored at once, and a whole command may have 1 M");
}

TEST(Budget, EveryBoundIsInTheTableInItsPlace) {
  std::size_t i = 0;
  for (const BoundInfo& info : bound_table()) {
    EXPECT_EQ(static_cast<std::size_t>(info.bound), i++);
    EXPECT_EQ(info_of(info.bound).name, info.name);
    EXPECT_FALSE(info.remedy.empty() || info.doc.empty() || info.what.empty()) << info.name;
    EXPECT_GT(info.most, 0) << info.name;
  }
  EXPECT_EQ(i, kBounds);
}

TEST(Share, TakesInPortionsAndGivesBackWhatIsThereAtOnce) {
  Budget budget;
  budget.limit(Bound::samples_held, 100);
  {
    Share share(&budget, Bound::samples_held, 10);
    EXPECT_TRUE(share.use(1));
    EXPECT_EQ(share.have(), 10);
    EXPECT_TRUE(share.use(95));
    EXPECT_FALSE(budget.exceeded());
    EXPECT_TRUE(share.use(5)) << "most has gone";
    EXPECT_LE(share.have(), 15);
  }
  EXPECT_TRUE(budget.take(Bound::samples_held, 100)) << "with its owner the share has gone";
}

TEST(Share, OfWhatHasBeenStaysTaken) {
  Budget budget;
  budget.limit(Bound::samples_read, 100);
  {
    Share share(&budget, Bound::samples_read, 10);
    EXPECT_TRUE(share.use(60));
  }
  EXPECT_FALSE(budget.take(Bound::samples_read, 41));
}

TEST(Share, WithoutABudgetIsWithoutBound) {
  Share share(nullptr, Bound::samples_held, 10);
  EXPECT_TRUE(share.use(INT64_MAX / 2));
  EXPECT_TRUE(share.use(0));
}

TEST(Share, MovesWithItsOwner) {
  Budget budget;
  budget.limit(Bound::series, 10);
  {
    Share share(&budget, Bound::series, 1);
    EXPECT_TRUE(share.use(6));
    Share moved(std::move(share));
    EXPECT_TRUE(moved.use(10));
  }
  EXPECT_TRUE(budget.take(Bound::series, 10));
}

TEST(Activity, OfAScopeIsThatOfTheOuterOneAgain) {
  const Position outer_place = position_at(make_source("outer", "x"), 0);
  const Position inner_place = position_at(make_source("inner", "x"), 0);
  EXPECT_EQ(Activity::here().where, nullptr);
  {
    const Activity outer(outer_place);
    {
      const Activity inner("thinking");
      EXPECT_STREQ(Activity::here().doing, "thinking");
      EXPECT_EQ(Activity::here().where, nullptr);
    }
    {
      Activity inner(outer_place);
      inner.at(inner_place);
      EXPECT_EQ(Activity::here().where, &inner_place) << "on to another place";
    }
    EXPECT_EQ(Activity::here().where, &outer_place);
    EXPECT_EQ(Activity::here().doing, nullptr);
  }
  EXPECT_EQ(Activity::here().where, nullptr);
}

TEST(Activity, OfOtherThreadsIsSeenWhileTheyAreAtIt) {
  const Position place = position_at(make_source("rules.yaml", "x"), 0);
  std::atomic<bool> working = false;
  std::atomic<bool> seen = false;
  std::thread worker([&] {
    const Activity activity(place);
    working = true;
    while (!seen) std::this_thread::yield();
  });
  while (!working) std::this_thread::yield();
  std::array<Activity::Saying, 4> at_work;
  EXPECT_EQ(Activity::everywhere(at_work), 1U);
  EXPECT_EQ(at_work[0].where, &place);
  seen = true;
  worker.join();
  EXPECT_EQ(Activity::everywhere(at_work), 0U);
}

// The narrowest of several limits counts: a little less than the machine has, for as long as the test takes.
TEST(MemoryLimit, IsTheNarrowest) {
#ifdef FIREDRILL_ADDRESS_SANITIZER
  GTEST_SKIP() << "the sanitizer maps more than any machine has";
#endif
  const auto before = memory_limit();
  rlimit own{};
  ASSERT_EQ(::getrlimit(RLIMIT_DATA, &own), 0);
  if (!before || *before > own.rlim_cur) GTEST_SKIP() << "nothing to narrow";
  rlimit narrowed = own;
  narrowed.rlim_cur = *before - 4096;
  ASSERT_EQ(::setrlimit(RLIMIT_DATA, &narrowed), 0);
  const auto now = memory_limit();
  ASSERT_EQ(::setrlimit(RLIMIT_DATA, &own), 0);
  EXPECT_EQ(now, *before - 4096);
}

}  // namespace
}  // namespace firedrill
