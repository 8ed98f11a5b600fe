// What faults are in the live world: each kind has its row, and what cannot be had is refused by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>

#include "base/clock.h"
#include "fake_services/faults/allowances.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/faults/live_forms.h"
#include "fake_services/process/account.h"
#include "fake_services/process/process_conditions.h"

namespace firedrill::fake_services {
namespace {

TEST(LiveForms, HaveARowForEachKindInItsOrder) {
  std::vector<std::string_view> kinds;
  for (const FaultKind& kind : fault_table()) kinds.push_back(kind.name);
  std::vector<std::string_view> rows;
  for (const LiveFormRow& row : live_forms()) {
    rows.push_back(row.kind);
    EXPECT_FALSE(row.what.empty()) << row.kind;
  }
  EXPECT_EQ(rows, kinds);
}

TEST(LiveForms, OfTheMonitorAreThoseOfTheMonitorAndOfScrapes) {
  for (const FaultKind& kind : fault_table()) {
    if (kind.aims != Aims(Aim::monitor)) continue;
    EXPECT_EQ(live_form(kind.name).form, kind.states == nullptr ? LiveForm::monitor : LiveForm::none) << kind.name;
  }
}

FaultSpec fault(std::string_view kind) {
  FaultSpec spec;
  spec.id = "it";
  spec.kind = find_fault(kind);
  spec.target.service = "web";
  return spec;
}

TEST(LiveMisfit, NamesWhatHasNoForm) {
  const auto misfit = live_misfit(fault("tls"), Topology{});
  ASSERT_TRUE(misfit);
  EXPECT_THAT(misfit->what, testing::HasSubstr("tls has no live form"));
  EXPECT_FALSE(live_misfit(fault("blackhole"), Topology{}));
}

TEST(LiveMisfit, LeavesProgramsOfTheUsersOwnAlone) {
  Topology topology;
  topology.services.resize(2);
  topology.services[0].name = "web";
  topology.services[0].zones = {"a"};
  topology.services[0].program = ProgramSpec{.url = "http://127.0.0.1:8080", .port = 8080};
  topology.services[1].name = "db";
  for (const std::string_view kind : {"http_error", "latency", "crash", "liveness_deadlock", "dns"}) {
    const auto misfit = live_misfit(fault(kind), topology);
    ASSERT_TRUE(misfit) << kind;
    EXPECT_THAT(misfit->what, testing::HasSubstr("web is a program of your own")) << kind;
    FaultSpec elsewhere = fault(kind);
    elsewhere.target.service = "db";
    EXPECT_FALSE(live_misfit(elsewhere, topology)) << kind;
    FaultSpec zone = fault(kind);
    zone.target.service.clear();
    zone.target.zone = "a";
    EXPECT_TRUE(live_misfit(zone, topology)) << kind;
  }
  for (const std::string_view kind : {"blackhole", "reset", "traffic_surge", "scrape_timeout", "zone_down"}) {
    EXPECT_FALSE(live_misfit(fault(kind), topology)) << kind;
  }
}

TEST(LiveMisfit, RefusesWhatALineCannotTell) {
  FaultSpec matched = fault("bandwidth");
  matched.match.path = "/pay";
  EXPECT_TRUE(live_misfit(matched, Topology{}));
  FaultSpec partly = fault("connection_refused");
  partly.probability = 0.5;
  EXPECT_TRUE(live_misfit(partly, Topology{}));
  FaultSpec first = fault("connection_refused");
  first.pattern.first = 10;
  EXPECT_TRUE(live_misfit(first, Topology{}));
  first.kind = find_fault("reset");
  EXPECT_FALSE(live_misfit(first, Topology{}));
}

TEST(LiveForm, IsOnTheLineWhereOneCallerIsNamed) {
  FaultSpec late = fault("latency");
  EXPECT_EQ(live_form(late), LiveForm::service);
  late.target.dependency = "db";
  EXPECT_EQ(live_form(late), LiveForm::line);
  EXPECT_FALSE(live_misfit(late, Topology{}));
  late.kind = find_fault("cpu_throttle");
  EXPECT_TRUE(live_misfit(late, Topology{}));
}

TEST(SimulatedForm, IsThereOfConnectionsWhereAllAreHit) {
  FaultSpec some = fault("reset");
  some.per_connection = true;
  EXPECT_FALSE(simulated_misfit(some));
  EXPECT_FALSE(live_misfit(some, Topology{}));
  some.probability = 0.4;
  const auto misfit = simulated_misfit(some);
  ASSERT_TRUE(misfit);
  EXPECT_NE(misfit->what.find("reset of single connections"), std::string::npos) << misfit->what;
  EXPECT_FALSE(live_misfit(some, Topology{}));
  some.probability = 1;
  some.ramp = 10s;
  EXPECT_TRUE(simulated_misfit(some));
  some.per_connection = false;
  EXPECT_FALSE(simulated_misfit(some));
}

TEST(SimulatedForm, IsNamedForEachKindThatLacksIt) {
  for (const FaultKind& kind : fault_table()) {
    FaultSpec some;
    some.kind = &kind;
    some.per_connection = kind.per_connection;
    some.probability = 0.5;
    EXPECT_EQ(simulated_misfit(some).has_value(), !not_simulated(kind).empty()) << kind.name;
  }
}

TEST(AllowancesTest, AreUsedUpByAllTogether) {
  const auto made = Allowances::make(2);
  ASSERT_TRUE(made) << made.error();
  (*made)->grant(1, 3);
  const auto other = Allowances::of(Descriptor(::dup((*made)->descriptor())));
  ASSERT_NE(other, nullptr);
  EXPECT_TRUE(other->take(1));
  EXPECT_TRUE((*made)->take(1));
  EXPECT_TRUE(other->take(1));
  EXPECT_FALSE((*made)->take(1));
  EXPECT_FALSE(other->take(0));
  EXPECT_FALSE(other->take(100));
  EXPECT_EQ((*made)->left(1), 0U);
  EXPECT_EQ(Allowances::of(Descriptor(-1)), nullptr);
}

TEST(AllowancesTest, TellUntilWhenSomeWasLeft) {
  const auto allowances = *Allowances::make(2);
  allowances->grant(1, 2);
  const double before = stopwatch_seconds();
  ASSERT_EQ(allowances->granted().size(), 1U);
  EXPECT_TRUE(allowances->take(1));
  EXPECT_GT(allowances->granted().front().until_s, before + 1e6);
  EXPECT_TRUE(allowances->take(1));
  EXPECT_FALSE(allowances->take(1));
  EXPECT_EQ(allowances->granted().front().fault, 1U);
  EXPECT_GE(allowances->granted().front().until_s, before);
  EXPECT_LE(allowances->granted().front().until_s, stopwatch_seconds());
}

TEST(AllowancesTest, AreOfTheTimeFromWhichTheyAreGranted) {
  const auto allowances = *Allowances::make(1);
  EXPECT_FALSE(allowances->take(0));
  EXPECT_FALSE(allowances->is_used_up(0));
  const double before = stopwatch_seconds();
  allowances->grant(0, 1);
  ASSERT_EQ(allowances->granted().size(), 1U);
  const Allowances::Granted granted = allowances->granted().front();
  EXPECT_GE(granted.from_s, before);
  EXPECT_FALSE(granted.covers(before - 0.001));
  EXPECT_TRUE(granted.covers(stopwatch_seconds()));
  EXPECT_FALSE(allowances->is_used_up(0));
  EXPECT_TRUE(allowances->take(0));
  EXPECT_TRUE(allowances->is_used_up(0));
  sleep_seconds(0.001);
  EXPECT_FALSE(allowances->granted().front().covers(stopwatch_seconds()));
}

TEST(AccountTest, CountsApartWhatBeganWhileSomeWasLeft) {
  const std::shared_ptr<Allowances> allowances = *Allowances::make(1);
  AccountKeeper keeper(2);
  keeper.set_allowances(allowances);
  keeper.called(1, CallOutcome::success, 200, 0);
  const double granted_s = stopwatch_seconds();
  allowances->grant(0, 1);
  keeper.called(1, CallOutcome::success, 200, 5);  // it began before there were any
  keeper.called(1, CallOutcome::success, 200, 0);
  sleep_seconds(0.01);
  EXPECT_TRUE(allowances->take(0));
  keeper.called(1, CallOutcome::timeout, 0, stopwatch_seconds() - granted_s - 0.005);  // it began while there were
  sleep_seconds(0.01);
  for (int i = 0; i < 10; ++i) keeper.called(1, CallOutcome::success, 200, 0);
  const auto told = read_account(to_json(keeper.account()), 2);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->edges[1].attempts, 14);
  ASSERT_EQ(told->while_left.size(), 1U);
  EXPECT_EQ(told->while_left.at(0)[1].attempts, 2);
  EXPECT_EQ(told->while_left.at(0)[1].timed_out, 1);
}

TEST(AccountTest, HasNoLevelsOfAProcessThatIsGone) {
  Account last;
  last.own.served = 7;
  last.own.disk_used = last.own.disk_bytes = last.own.memory_bytes = last.own.measured = 1;
  Account all;
  all.add(last.counts());
  EXPECT_EQ(all.own.served, 7);
  EXPECT_EQ(all.own.disk_used, 0);
  EXPECT_EQ(all.own.disk_bytes, 0);
  EXPECT_EQ(all.own.memory_bytes, 0);
  EXPECT_EQ(all.own.measured, 0);
}

ServiceModel model() {
  ServiceModel service;
  service.routes.resize(2);
  service.edges.resize(1);
  return service;
}

TEST(ProcessConditions, AreReadAsTheyWereTold) {
  ProcessConditions told = conditions_for(model());
  told.routes[1].add_reply(503, 0.25, 7);
  told.routes[0].delay = {0.5, 0.2, 0.01};
  told.health[2].silent = 1;
  told.cpu_factor = 3;
  told.concurrency_factor = 0.5;
  told.calls[0] = {.pool_leak = 0.5, .pool_left = 2, .cache_lost = 0.1, .off = true, .unresolved = 1, .misled = 0.5};
  told.forced[1] = false;
  told.limit = {10, 20, 429, 3, true};
  told.consuming = 0;
  told.foreign_messages = 3;
  told.leak = 1024;
  told.memory_limit = 1e9;
  told.disk_level = 0.5;
  told.calls[0].extra = 2;
  told.first.push_back({4, told.routes});
  EXPECT_EQ(read_conditions(to_json(told), model()), told);
}

TEST(ProcessConditions, AreNeutralWhereNothingIsSaid) {
  EXPECT_EQ(read_conditions({}, model()), conditions_for(model()));
  EXPECT_EQ(read_conditions({{"routes", 3}, {"calls", json::array{1, 2, 3}}, {"limit", "x"}}, model()),
            conditions_for(model()));
}

TEST(Accounts, AreReadAsTheyWereTold) {
  AccountKeeper keeper(1);
  keeper.answered(0.02);
  keeper.called(0, CallOutcome::error, 503, 0.1);
  keeper.called(0, CallOutcome::refused, 0, 0);
  keeper.called(0, CallOutcome::pool_timeout, 0, 1);
  keeper.operated(0, 3);
  keeper.asked_cache(0, true);
  const Account told = keeper.account();
  const auto read = read_account(to_json(told), 1);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->latency, told.latency);
  EXPECT_EQ(read->own.served, 1);
  const Observation& edge = read->edges[0];
  EXPECT_EQ(edge.attempts, 2);
  EXPECT_EQ(edge.refused, 1);
  EXPECT_EQ(edge.by_code.at(503), 1);
  EXPECT_EQ(edge.pool_timeouts, 1);
  EXPECT_EQ(edge.calls, 1);
  EXPECT_EQ(edge.retries, 2);
  EXPECT_EQ(edge.cache_hits, 1);
  EXPECT_EQ(edge.latency_count, 1);
  EXPECT_FALSE(read_account(to_json(told), 2));
  EXPECT_FALSE(read_account({}, 1));
}

}  // namespace
}  // namespace firedrill::fake_services
