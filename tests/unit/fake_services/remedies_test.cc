// What people do against an incident: each action against the fault that it is for, and against one that it is not for;
// what it does by itself, what it is given, and why one cannot be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/duration.h"
#include "fake_services/actions/action_table.h"
#include "fault_script.h"
#include "probed_shop.h"

namespace firedrill::fake_services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using namespace std::chrono_literals;
using events::ActionKind;
using events::Arguments;

Fields of(std::string_view name, FieldValue value) {
  Fields fields;
  fields.set(name, std::move(value), {});
  return fields;
}

// The shop of the faults' scripts, where somebody works the incidents.
WorldSpec worked_shop(std::vector<FaultSpec> faults) {
  WorldSpec spec = drill_shop(std::move(faults));
  spec.people = true;
  spec.limited = {"catalogue", "checkout", "web"};
  ServiceSpec& catalogue = service_of(spec, "catalogue");
  EXPECT_TRUE(std::ranges::any_of(catalogue.dependencies, [](const auto& each) { return each.cache.has_value(); }));
  return spec;
}

std::expected<void, std::string> take(World& world, std::string_view name, std::string subject,
                                      const Arguments& arguments = {}) {
  const ActionSpec& spec = *find_action(name);
  const auto fields = read_arguments(spec, arguments);
  if (!fields) return std::unexpected(fields.error().front().what);
  events::Action action = make_action(spec, std::move(subject), *fields);
  action.t = world.now();
  action.by = "primary";
  return world.apply(action);
}

// What was said of actions and of faults' ends, with the time since the start.
std::vector<std::string> outcome(const Drill& drill) {
  std::vector<std::string> out;
  for (const events::Event& event : drill.events()) {
    using enum EventKind;
    const bool meant = event.kind == action_taken || event.kind == action_effective ||
                       event.kind == action_ineffective || event.kind == fault_recovered;
    if (!meant || event.text("by") == events::kByScenario) continue;
    out.push_back(format("{} {}", format_duration(event.t - *parse_instant("2026-03-03T13:30:00Z")),
                         event.kind == action_effective     ? event.subject + " helped"
                         : event.kind == action_ineffective ? event.subject + " did not help"
                                                            : events::describe(event)));
  }
  return out;
}

bool says(const Drill& drill, EventKind kind) {
  return std::ranges::any_of(drill.events(), [&](const events::Event& each) { return each.kind == kind; });
}

struct Cure {
  std::string action;
  std::string subject;
  Arguments arguments;
  FaultSpec fault;  // from the tenth minute on
};

FaultSpec endless(std::string kind, TargetSpec target, const Fields& fields = {}) {
  return fault("f", std::move(kind), std::move(target), 10min, {}, fields);
}

std::vector<Cure> cures_of_the_table() {
  FaultSpec leak = endless("pool_exhaustion", link("checkout", "postgres"), of("max", std::int64_t{0}));
  FaultSpec held = leak;
  FaultSpec slow = endless("latency", target_of("postgres"), of("p50", Duration(3s)));
  slow.cured_by = {"failover", "kill_query"};
  Fields deployed = of("version", std::string("2.0.0"));
  deployed.set("errors", 0.9, {});
  return {
      {"rollback", "checkout", {}, endless("bad_deploy", target_of("checkout"), deployed)},
      {"restart", "checkout", {}, leak},
      {"fix_config", "checkout", {}, endless("config_push", target_of("checkout"))},
      {"fix_config", "catalogue", {}, endless("rate_limit", target_of("catalogue"), of("rps", 5.0))},
      {"kill_query", "postgres", {}, held},
      {"kill_query", "postgres", {}, slow},
      {"free_disk", "checkout", {}, endless("disk_fill", target_of("checkout"))},
      {"warm_cache", "catalogue", {}, endless("cache_miss_storm", link("catalogue", "postgres"))},
      {"renew_certificate", "catalogue", {}, endless("tls", target_of("catalogue"))},
  };
}

TEST(Remedies, RemoveTheCausesThatTheyAreFor) {
  for (const Cure& cure : cures_of_the_table()) {
    SCOPED_TRACE(cure.action + " against " + std::string(cure.fault.kind->name));
    Drill drill(worked_shop({cure.fault}));
    drill.run_for(15min + 20s);
    const auto done = take(drill.world(), cure.action, cure.subject, cure.arguments);
    ASSERT_TRUE(done) << done.error();
    drill.run_for(20min);
    const auto states = drill.world().faults();
    EXPECT_TRUE(states.at(0).witness.observed) << states.at(0).witness.what;
    ASSERT_TRUE(states.at(0).ended) << testing::PrintToString(outcome(drill));
    EXPECT_LE(*states.at(0).ended - states.at(0).injected, 12min);
    EXPECT_TRUE(says(drill, EventKind::action_effective)) << testing::PrintToString(outcome(drill));
    EXPECT_FALSE(says(drill, EventKind::action_ineffective));
    EXPECT_LT(drill.error_ratio("web", 5), 2e-3);
  }
}

// Nothing in the traffic gets better: neither is the fault over, nor does anybody say that it helped.
TEST(Remedies, DoNotHelpAgainstWhatTheyAreNotFor) {
  const FaultSpec pushed = endless("config_push", target_of("checkout"));
  const FaultSpec refused = endless("connection_refused", target_of("postgres"));
  const Cure vain[] = {
      {"restart", "checkout", {}, pushed},     {"rollback", "checkout", {}, pushed},
      {"fix_config", "postgres", {}, refused}, {"scale", "checkout", {{"replicas", "6"}}, refused},
      {"free_disk", "checkout", {}, pushed},   {"warm_cache", "catalogue", {}, pushed},
      {"kill_query", "postgres", {}, pushed},  {"shed_load", "checkout", {{"share", "10%"}}, pushed},
  };
  for (const Cure& cure : vain) {
    SCOPED_TRACE(cure.action + " against " + std::string(cure.fault.kind->name));
    Drill drill(worked_shop({cure.fault}));
    drill.run_for(15min + 20s);
    ASSERT_TRUE(take(drill.world(), cure.action, cure.subject, cure.arguments));
    drill.run_for(20min);
    EXPECT_FALSE(drill.world().faults().at(0).ended);
    EXPECT_TRUE(says(drill, EventKind::action_ineffective)) << testing::PrintToString(outcome(drill));
    EXPECT_FALSE(says(drill, EventKind::action_effective)) << testing::PrintToString(outcome(drill));
  }
}

TEST(Remedies, CureWhatTheScenarioSaysTheyCure) {
  FaultSpec down = endless("connection_refused", target_of("postgres"));
  down.cured_by = {"failover"};
  WorldSpec spec = worked_shop({down});
  service_of(spec, "postgres").replicas = 2;
  Drill drill(std::move(spec));
  drill.run_for(12min);
  ASSERT_TRUE(take(drill.world(), "fix_config", "postgres"));
  ASSERT_TRUE(take(drill.world(), "failover", "postgres"));
  drill.run_for(15min);
  EXPECT_EQ(drill.world().faults().at(0).ended, *parse_instant("2026-03-03T13:42:30Z")) << "half a minute later";
}

// A process that hangs is well when it is a new one, whatever the others are.
TEST(Remedies, ARestartHelpsEachReplicaInItsTurn) {
  FaultSpec hangs = endless("thread_exhaustion", target_of("checkout"), of("left", 0.0));
  Drill drill(worked_shop({hangs}));
  drill.run_for(15min);
  const double before = drill.error_ratio("checkout", 2);
  ASSERT_TRUE(take(drill.world(), "restart", "checkout"));
  drill.run_for(20min);
  EXPECT_TRUE(drill.world().faults().at(0).ended) << testing::PrintToString(outcome(drill));
  EXPECT_LT(drill.error_ratio("checkout", 5), before);
}

TEST(Remedies, ShedAShareAndTakeItAgain) {
  Drill drill(worked_shop({}));
  drill.run_for(5min);
  ASSERT_TRUE(take(drill.world(), "shed_load", "web", {{"share", "40%"}}));
  drill.run_for(5min);
  EXPECT_NEAR(drill.error_ratio("web", 4), 0.4, 0.02);
  ASSERT_TRUE(take(drill.world(), "shed_load", "web", {{"share", "0%"}}));
  drill.run_for(5min);
  EXPECT_LT(drill.error_ratio("web", 4), 1e-3);
}

TEST(Remedies, LimitAndLiftTheLimit) {
  Drill drill(worked_shop({}));
  drill.run_for(5min);
  ASSERT_TRUE(take(drill.world(), "rate_limit", "web", {{"rps", "30"}}));
  drill.run_for(5min);
  EXPECT_NEAR(rate_of(drill, "web", "http_requests_total", {{"code", "200"}}), 30, 3);
  ASSERT_TRUE(take(drill.world(), "rate_limit", "web", {{"rps", "0"}}));
  drill.run_for(5min);
  EXPECT_GT(rate_of(drill, "web", "http_requests_total", {{"code", "200"}}), 80);
  WorldSpec other = worked_shop({});
  other.limited.clear();
  World unprepared(std::move(other));
  EXPECT_THAT(take(unprepared, "rate_limit", "web", {{"rps", "30"}}).error(), StartsWith("nothing was made ready"));
}

// A cure must not kill the patient: only who says so turns kubelets away.
TEST(Remedies, TurnNoProbesAwayUnlessTold) {
  const std::pair<std::string_view, Arguments> cures[] = {{"rate_limit", {{"rps", "10"}}},
                                                          {"shed_load", {{"share", "90%"}}}};
  for (const auto& [action, arguments] : cures) {
    SCOPED_TRACE(action);
    Drill spared(worked_shop({}));
    Drill hit(worked_shop({}));
    Arguments told = arguments;
    told.emplace_back("probes", "true");
    for (Drill* drill : {&spared, &hit}) {
      drill->run_for(5min);
      ASSERT_TRUE(take(drill->world(), action, "web", drill == &hit ? told : arguments));
      drill->run_for(10min);
    }
    EXPECT_EQ(failed_probes(spared, "web", ProbeType::liveness), 0);
    EXPECT_EQ(failed_probes(spared, "web", ProbeType::readiness), 0);
    EXPECT_GT(failed_probes(hit, "web", ProbeType::liveness), 5);
    EXPECT_GT(failed_probes(hit, "web", ProbeType::readiness), 5);
    // Lifted without a word of probes, neither meets them any more.
    const Arguments lifted = {{arguments.front().first, "0"}};
    ASSERT_TRUE(take(hit.world(), action, "web", lifted));
    hit.run_for(10min);
    const auto failed = failed_probes(hit, "web", ProbeType::readiness);
    hit.run_for(10min);
    EXPECT_EQ(failed_probes(hit, "web", ProbeType::readiness), failed);
  }
}

TEST(Remedies, SwitchOffWhatADependencyIsNeededFor) {
  Drill drill(worked_shop({endless("connection_refused", target_of("payments"))}));
  drill.run_for(15min);
  EXPECT_GT(drill.error_ratio("checkout", 2), 0.9);
  ASSERT_TRUE(take(drill.world(), "disable_feature", "checkout", {{"dependency", "payments"}}));
  drill.run_for(6min);
  EXPECT_LT(drill.error_ratio("checkout", 4), 1e-3);
  EXPECT_TRUE(says(drill, EventKind::action_effective));
  ASSERT_TRUE(take(drill.world(), "disable_feature", "checkout", {{"dependency", "payments"}, {"on", "yes"}}));
  drill.run_for(5min);
  EXPECT_GT(drill.error_ratio("checkout", 2), 0.9);
}

// Who gets an answer that lacks what was asked for has none; of what can be done without the topology says so.
TEST(Remedies, SwitchingOffWhatIsNeededLeavesAnswersHollow) {
  const auto hollow_without = [](std::string_view service, std::string_view dependency, bool dispensable) {
    WorldSpec spec = worked_shop({});
    for (DependencySpec& each : service_of(spec, service).dependencies) {
      if (each.name == dependency) each.dispensable = dispensable;
    }
    Drill drill(std::move(spec));
    drill.run_for(5min);
    EXPECT_EQ(drill.truth("web", 4).hollow, 0);
    EXPECT_TRUE(
        take(drill.world(), "disable_feature", std::string(service), {{"dependency", std::string(dependency)}}));
    drill.run_for(6min);
    const ServiceMinute seen = drill.truth("web", 4);
    return seen.hollow / seen.requests;
  };
  Drill usual(worked_shop({}));
  usual.run_for(10min);
  const double orders = usual.truth("checkout", 8).requests / usual.truth("web", 8).requests;
  EXPECT_NEAR(hollow_without("checkout", "payments", false), orders, 0.1 * orders);
  EXPECT_NEAR(hollow_without("web", "checkout", false), orders, 0.1 * orders);
  EXPECT_EQ(hollow_without("checkout", "payments", true), 0);
  EXPECT_EQ(hollow_without("catalogue", "redis", false), 0) << "it is not critical";
}

TEST(Remedies, DrainWhatIsInAZone) {
  TargetSpec zone;
  zone.zone = "a";
  Drill drill(worked_shop({endless("http_error", zone, of("code", std::int64_t{500}))}));
  drill.run_for(15min);
  EXPECT_GT(drill.error_ratio("web", 2), 0.3);
  ASSERT_TRUE(take(drill.world(), "drain", "node-a"));
  drill.run_for(10min);
  EXPECT_LT(drill.error_ratio("web", 2), 0.01);
  EXPECT_FALSE(drill.world().faults().at(0).ended) << "the zone is as bad as before";
  EXPECT_TRUE(says(drill, EventKind::action_effective)) << testing::PrintToString(outcome(drill));
  EXPECT_EQ(take(drill.world(), "drain", "node-z").error(), "there is no node 'node-z'");
}

// Capacity comes when the pods are up, and not before.
TEST(Remedies, AScaleOutTakesItsStartUpTime) {
  WorldSpec spec = worked_shop({endless("traffic_surge", target_of("web"), of("factor", 6.0))});
  ServiceSpec& catalogue = service_of(spec, "catalogue");
  catalogue.concurrency = 2;
  catalogue.queue = 20;
  catalogue.startup = 90s;
  catalogue.liveness_probe.reset();  // which an overload lets fail
  catalogue.readiness_probe->timeout_seconds = 4;
  catalogue.readiness_probe->failure_threshold = 20;
  Drill drill(std::move(spec));
  drill.run_for(15min);
  ASSERT_GT(drill.error_ratio("web", 2), 0.02) << "it is too weak for the surge";
  ASSERT_TRUE(take(drill.world(), "scale", "catalogue", {{"replicas", "8"}}));
  drill.run_for(80s);
  EXPECT_EQ(ready(drill, "catalogue"), 2);
  drill.run_for(6min);
  EXPECT_EQ(ready(drill, "catalogue"), 8);
  EXPECT_TRUE(says(drill, EventKind::action_effective)) << testing::PrintToString(outcome(drill));
}

TEST(Remedies, TellWhenTheyHelpedAndBy) {
  Drill drill(worked_shop({endless("config_push", target_of("checkout"))}));
  drill.run_for(15min + 20s);
  ASSERT_TRUE(take(drill.world(), "fix_config", "checkout", {{"to", "last-good"}}));
  drill.run_for(20min);
  EXPECT_THAT(outcome(drill),
              ElementsAre("15m20s primary: fix_config checkout to=last-good",
                          "15m20s fault f removed (config_push on checkout)", "17m fix_config checkout helped"));
}

TEST(Remedies, CopiesGoOnAsTheOriginal) {
  WorldSpec spec = worked_shop({endless("thread_exhaustion", target_of("checkout"), of("left", 0.0))});
  const auto act = [](Drill& drill) {
    drill.run_for(12min);
    EXPECT_TRUE(take(drill.world(), "restart", "checkout"));
    EXPECT_TRUE(take(drill.world(), "warm_cache", "catalogue"));
    EXPECT_TRUE(take(drill.world(), "shed_load", "web", {{"share", "10%"}}));
    drill.run_for(15s);
  };
  Drill original(spec);
  act(original);
  Told told;
  World copy(original.world(), told);
  const std::size_t before = original.events().size();
  original.run_for(15min);
  std::vector<double> values;
  for (Time t = copy.now(), end = t + 15min; t < end;) {
    copy.advance_to(t += 15s);
    for (std::size_t i = 0; i < copy.targets().size(); ++i) copy.scrape(i, values);
  }
  EXPECT_EQ(std::vector(original.events().begin() + static_cast<std::ptrdiff_t>(before), original.events().end()),
            told.events);
}

std::vector<std::string> wrong(std::string_view action, const Arguments& arguments) {
  std::vector<std::string> out;
  const auto fields = read_arguments(*find_action(action), arguments);
  if (fields) return out;
  for (const ArgumentProblem& each : fields.error()) out.push_back(each.what + " (" + each.remedy + ")");
  return out;
}

TEST(ActionTable, ReadsWhatAnActionIsGiven) {
  EXPECT_THAT(wrong("shed_load", {{"share", "50%"}}), IsEmpty());
  EXPECT_THAT(wrong("shed_load", {{"share", "0.5"}}), IsEmpty());
  EXPECT_THAT(wrong("shed_load", {{"share", "500%"}}), ElementsAre("'share' cannot be 500% (expected 0% to 100%)"));
  EXPECT_THAT(wrong("shed_load", {{"share", "NaN"}}), ElementsAre("'share' cannot be NaN (expected 0% to 100%)"));
  EXPECT_THAT(wrong("shed_load", {{"share", "half"}}), ElementsAre("'share' cannot be 'half' (expected 0% to 100%)"));
  EXPECT_THAT(wrong("shed_load", {}),
              ElementsAre("the action shed_load lacks 'share', share of the requests that is turned away (add share=…; "
                          "expected 0% to 100%)"));
  EXPECT_THAT(wrong("shed_load", {{"shares", "5%"}, {"share", "5%"}}),
              ElementsAre("the action shed_load takes no 'shares' (did you mean 'share'?)"));
  EXPECT_THAT(wrong("restart", {{"now", "yes"}}),
              ElementsAre("the action restart takes no 'now' (it takes nothing beside its target)"));
  EXPECT_THAT(wrong("scale", {{"replicas", "4.5"}}), ElementsAre("'replicas' cannot be '4.5' (expected 1 to 1000)"));
  EXPECT_THAT(wrong("scale", {{"replicas", "0"}}), ElementsAre("'replicas' cannot be 0 (expected 1 to 1000)"));
  EXPECT_THAT(wrong("rate_limit", {{"rps", "5"}, {"probes", "true"}}), IsEmpty());
  EXPECT_THAT(wrong("rate_limit", {{"rps", "5"}, {"probes", "yes"}}),
              ElementsAre("'probes' cannot be 'yes' (expected true or false)"));
  EXPECT_THAT(wrong("scale", {{"replicas", "4"}, {"replicas", "5"}}),
              ElementsAre("'replicas' is given twice (give it once)"));
  EXPECT_THAT(wrong("silence", {{"for", "10"}}), ElementsAre(StartsWith("'for' cannot be '10' (expected 1m to 30d)")));
  EXPECT_THAT(wrong("disable_feature", {{"dependency", "redis"}, {"on", "perhaps"}}),
              ElementsAre("'on' cannot be 'perhaps' (expected yes or no)"));
}

TEST(ActionTable, RowsAreComplete) {
  std::set<std::string_view> names;
  std::set<std::string_view> faults;
  for (const FaultKind& kind : fault_table()) faults.insert(kind.name);
  for (const ActionSpec& action : action_table()) {
    EXPECT_TRUE(names.insert(action.name).second) << action.name;
    EXPECT_EQ(to_string(action.kind), action.name);
    EXPECT_EQ(events::parse_action_kind(action.name), action.kind);
    EXPECT_EQ(find_action(action.kind), find_action(action.name));
    EXPECT_FALSE(action.summary.empty()) << action.name;
    EXPECT_EQ(action.symptom == nullptr, action.unseen == nullptr) << action.name;
    EXPECT_EQ(action.symptom != nullptr, action.is_of_world()) << action.name;
    if (action.is_of_world()) {
      EXPECT_THAT(std::string(action.doc), HasSubstr("It helped when ")) << action.name;
    }
    for (const std::string_view fault : action.cures)
      EXPECT_TRUE(faults.contains(fault)) << action.name << ": " << fault;
  }
  for (const ActionKind kind : events::kActionKinds) {
    const bool of_fault = kind == ActionKind::begin_fault || kind == ActionKind::end_fault;
    EXPECT_EQ(find_action(kind) == nullptr, of_fault) << to_string(kind);
  }
}

TEST(ActionTable, SaysWhatAServiceCannotTake) {
  const WorldSpec spec = worked_shop({});
  const auto why = [&](std::string_view action, const std::string& subject, const Arguments& arguments = {}) {
    const auto fields = read_arguments(*find_action(action), arguments);
    const auto found = misfit(*find_action(action), subject, fields.value_or(Fields{}), spec.topology);
    return found ? found->what + " (" + found->remedy + ")" : std::string();
  };
  EXPECT_EQ(why("free_disk", "checkout"), "");
  EXPECT_EQ(
      why("free_disk", "web"),
      "'web' cannot take the action free_disk: it has no disk (name a service with one (`disk:` in the topology))");
  EXPECT_THAT(why("restart", "chekout"), StartsWith("there is no service 'chekout' (did you mean 'checkout'?"));
  EXPECT_THAT(why("restart", "payments"),
              StartsWith("'payments' cannot take the action restart: it is a third party's"));
  EXPECT_THAT(why("warm_cache", "catalogue", {{"dependency", "redis"}}), HasSubstr("it has no cache before 'redis'"));
  EXPECT_THAT(why("disable_feature", "web", {{"dependency", "redis"}}), HasSubstr("it does not depend on 'redis'"));
  EXPECT_EQ(why("drain", "node-b"), "");
  EXPECT_THAT(why("drain", "b"), StartsWith("there is no node 'b'"));
}

}  // namespace
}  // namespace firedrill::fake_services
