// Which ReplicaSets a Deployment has, and which of them it goes back to.
#include "fake_services/pods/revisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "shop.h"

namespace firedrill::fake_services {
namespace {

using testing::ElementsAre;

const ServiceSpec kCheckout =
    service("checkout", 3, lognormal(std::chrono::milliseconds(10), std::chrono::milliseconds(60)));
constexpr Time kNow{};

// The revisions of those that are there, in the order in which they were made.
std::vector<std::int64_t> revisions(const Revisions& of) {
  std::vector<std::int64_t> out;
  for (const ReplicaSet& set : of.all()) {
    if (set.there) out.push_back(set.revision);
  }
  return out;
}

TEST(Revisions, AnUndoIsTheNewestRevision) {
  Revisions of(kCheckout, kNow, 3);
  EXPECT_THAT(revisions(of), ElementsAre(1, 2));
  const Release bad{.version = "2.0.0"};
  of.ask({.release = &bad}, kNow);
  EXPECT_THAT(revisions(of), ElementsAre(1, 2, 3));
  of.ask(of.at(*of.before()).pods, kNow);
  EXPECT_THAT(revisions(of), ElementsAre(1, 4, 3)) << "with the ReplicaSet of before";
  of.ask(of.at(*of.before()).pods, kNow);
  EXPECT_EQ(of.at(of.current()).pods.release, &bad) << "undone twice is done again";
  EXPECT_THAT(revisions(of), ElementsAre(1, 4, 5));
}

TEST(Revisions, ARestartIsATemplateOfTheSameVersion) {
  Revisions of(kCheckout, kNow, 3);
  const Release bad{.version = "2.0.0"};
  of.ask({.release = &bad}, kNow);
  of.restart(kNow);
  EXPECT_EQ(of.at(of.current()).pods.release, &bad);
  EXPECT_EQ(of.at(*of.before()).pods.release, &bad);
  EXPECT_NE(of.at(of.current()).name, of.at(*of.before()).name);
  EXPECT_EQ(of.at(*of.of_revision(2)).pods.release, nullptr);
  EXPECT_FALSE(of.of_revision(9));
}

TEST(Revisions, NoTwoHaveOneName) {
  Revisions of(kCheckout, kNow, 3);
  const Release same{.version = kCheckout.version};
  const Release bad{.version = "2.0.0"};
  const Release again{.version = "2.0.0"};
  of.ask({.release = &same}, kNow);
  of.ask({.release = &bad}, kNow);
  of.restart(kNow);
  of.ask({.former = true}, kNow);
  of.restart(kNow);
  std::set<std::string> names;
  for (const ReplicaSet& set : of.all()) EXPECT_TRUE(names.insert(set.name).second) << set.name;
  const std::size_t count = of.all().size();
  of.ask({.release = &again}, kNow);
  EXPECT_EQ(of.all().size(), count) << "a version that is rolled out again is the same template";
}

TEST(Revisions, TheOldestGoFirst) {
  Revisions of(kCheckout, kNow, 3);
  for (int i = 0; i < 4; ++i) {
    of.at(of.current()).wanted = 0;
    of.restart(kNow);
    of.at(of.current()).wanted = 3;
  }
  EXPECT_THAT(revisions(of), ElementsAre(1, 2, 3, 4, 5, 6));
  of.clean_up(2);
  EXPECT_THAT(revisions(of), ElementsAre(4, 5, 6));
  of.clean_up(0);
  EXPECT_THAT(revisions(of), ElementsAre(6));
  EXPECT_FALSE(of.before());
}

TEST(Revisions, ACanaryDoesNotTakeThePlace) {
  Revisions of(kCheckout, kNow, 3);
  const Release canary{.version = "2.0.0"};
  const std::size_t set = of.canary({.release = &canary}, kNow);
  EXPECT_EQ(of.newest(), set);
  EXPECT_NE(of.current(), set);
  EXPECT_EQ(*of.before(), of.current());
  EXPECT_EQ(of.canary({.release = &canary}, kNow), set);
  of.ask(of.at(of.current()).pods, kNow);
  EXPECT_EQ(of.newest(), of.current());
}

}  // namespace
}  // namespace firedrill::fake_services
