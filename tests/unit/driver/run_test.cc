// Whole runs of a shipped scenario, as a program that embeds the driver would make them.
#include <gtest/gtest.h>

#include <set>

#include "base/duration.h"
#include "base/files/files.h"
#include "base/text/format.h"
#include "driver/outputs.h"
#include "driver/run.h"
#include "incident/expectations/expectation_table.h"
#include "incident/judge.h"
#include "incident/slo/error_budget.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "record/record_json.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

const scenario::LoadedScenario& outage() {
  static const auto loaded = scenario::load_scenario(FIREDRILL_SOURCE_DIR "/scenarios/checkout-database-outage");
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *loaded;
}

Finished run(RunOptions options, Duration stride) {
  Run drill(outage(), std::move(options));
  while (!drill.finished()) {
    stride > 0ms ? drill.advance_to(drill.now() + stride) : drill.step();
  }
  return drill.finish();
}

TEST(Run, PassesAndSaysHow) {
  const Finished done = run({.seed = 1}, 1h);
  EXPECT_EQ(done.record.verdict, record::Verdict::pass) << done.record.verdict_why;
  ASSERT_EQ(done.record.faults.size(), 1u);
  EXPECT_TRUE(done.record.faults[0].witness.seen_at);
  EXPECT_EQ(done.record.incidents.at(0).detected_by, "alert");
}

TEST(Run, IsTheSameInWhateverStepsItIsDriven) {
  const Finished whole = run({.seed = 3}, 24h);
  for (const Duration stride : {Duration(0), Duration(7s), Duration(61001ms)}) {
    const Finished stepped = run({.seed = 3}, stride);
    EXPECT_EQ(record::write_record(stepped.record), record::write_record(whole.record)) << stride.count();
    EXPECT_EQ(*stepped.series_file, *whole.series_file) << stride.count();
  }
  EXPECT_NE(record::write_record(run({.seed = 4}, 24h).record), record::write_record(whole.record));
}

// Somebody restarts the service in the middle of the outage, and says that the fault is to end in a while; what the
// record says of that, read back, gives the same run again.
TEST(Run, ReplaysFromItsRecord) {
  const auto with = [](std::span<const record::ActionRecord> log) {
    driver::Run drill(outage(), {.seed = 3});
    EXPECT_TRUE(replay(drill, log));
    drill.advance_to(drill.end());
    const Finished done = drill.finish();
    return record::write_record(done.record) + *done.series_file;
  };
  driver::Run drill(outage(), {.seed = 3});
  const Time began = blank_record(outage(), {}).faults.at(0).at;
  const Time acts = began + 3min + 7s;
  drill.advance_to(acts);
  EXPECT_TRUE(drill.apply({acts, events::ActionKind::restart, "checkout", "ada"}));
  EXPECT_TRUE(drill.apply({acts + 53s, events::ActionKind::end_fault, "db-refuses"}));
  drill.advance_to(drill.end());
  const Finished done = drill.finish();
  const auto text = record::write_record(done.record);
  const auto read = record::read_record(make_source("record.json", text), incident::expectation_forms());
  ASSERT_TRUE(read) << render(read.error());
  ASSERT_EQ(read->actions.size(), 2u);
  EXPECT_EQ(read->actions[1].given_at, acts);
  EXPECT_EQ(read->actions[1].action.t, acts + 53s);
  EXPECT_TRUE(with(read->actions) == text + *done.series_file);
  EXPECT_FALSE(with({}) == text + *done.series_file);
  std::vector<std::string> told;
  for (const events::Event& event : done.record.timeline) {
    if (event.kind == events::EventKind::action_taken)
      told.push_back(format("{} {}", format_duration(event.t - acts), events::describe(event)));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"0s ada: restart checkout", "53s end fault db-refuses"}));
}

// Everybody who listens hears what the record's timeline has, as it happens, and what the scenario does itself besides.
TEST(Run, TellsSeveralListeners) {
  struct Listener final : events::Sink {
    std::vector<events::Event> heard;
    std::size_t minutes = 0;
    void on_event(events::Event event) override { heard.push_back(std::move(event)); }
    void on_minute(const events::Minute&) override { ++minutes; }
  };
  Listener first, second;
  driver::Run drill(outage(), {.seed = 3}, {&first, &second});
  drill.advance_to(drill.end());
  const Finished done = drill.finish();
  EXPECT_EQ(first.heard, second.heard);
  EXPECT_GT(first.minutes, 60u);
  EXPECT_EQ(first.minutes, second.minutes);
  const auto count = [](const std::vector<events::Event>& events, events::EventKind kind) {
    return std::ranges::count(events, kind, &events::Event::kind);
  };
  using enum events::EventKind;
  for (const events::EventKind kind : {alert_pending, alert_firing, alert_resolved, fault_injected, endpoint_ready}) {
    EXPECT_EQ(count(first.heard, kind), count(done.record.timeline, kind)) << to_string(kind);
  }
  EXPECT_GT(count(first.heard, alert_firing), 0);
  EXPECT_EQ(count(first.heard, action_taken), 1) << "the scenario's fault";
  EXPECT_EQ(count(done.record.timeline, action_taken), 0);
}

// The components are in the middle of something when they tell of it.
TEST(Run, IsNotActedOnWithinAStep) {
  struct Hasty final : events::Sink {
    driver::Run* run = nullptr;
    std::vector<std::string> refusals;
    void on_event(events::Event event) override {
      if (event.kind != events::EventKind::fault_injected) return;
      const auto done = run->apply({event.t, events::ActionKind::end_fault, event.subject, "ada"});
      refusals.push_back(done ? "none" : done.error());
    }
  };
  Hasty hasty;
  driver::Run drill(outage(), {.seed = 3}, {&hasty});
  hasty.run = &drill;
  drill.advance_to(drill.end());
  EXPECT_EQ(hasty.refusals, std::vector<std::string>{"a run is acted on between two of its steps, and not within one"});
  EXPECT_TRUE(drill.actions().empty());
}

// A record without series says all that one with series says but where the series are.
TEST(Run, IsJudgedAlikeWhateverItKeeps) {
  record::Record kept = run({.seed = 1}, 24h).record;
  const Finished done = run({.seed = 1, .keep = Keep::none}, 24h);
  EXPECT_EQ(done.series_file, nullptr);
  EXPECT_TRUE(done.record.truth.empty());
  kept.series_hash.clear();
  kept.logs_hash.reset();
  kept.monitoring.keep = "none";
  EXPECT_EQ(record::write_record(done.record), record::write_record(kept));
}

// The injector says that the fault is on, but it turns nothing: only the traffic can tell.
TEST(Run, IsInvalidWhenAFaultHadNoEffect) {
  const Finished done = run({.seed = 1, .disable_faults = true}, 1h);
  EXPECT_EQ(done.record.verdict, record::Verdict::invalid);
  EXPECT_TRUE(done.record.faults.at(0).injected_at);
  EXPECT_FALSE(done.record.faults.at(0).witness.seen_at);
  EXPECT_NE(done.record.verdict_why.find("db-refuses"), std::string::npos) << done.record.verdict_why;
}

// How far an incident reaches follows from what the record says of its faults.
TEST(Run, SaysWhatItsFaultsReach) {
  const auto fault_of = [](const char* name, std::size_t fault = 0) {
    const auto loaded = scenario::load_scenario(std::string(FIREDRILL_SOURCE_DIR "/scenarios/") + name);
    return loaded ? blank_record(*loaded, {}).faults.at(fault) : record::FaultRecord{};
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(fault_of("zone-down").nodes, Names{"node-eu1-b"});
  EXPECT_EQ(fault_of("zone-down").loads, Names{});
  EXPECT_EQ(fault_of("cache-loss").loads, Names{"postgres"}) << "the dependency that it names";
  EXPECT_EQ(fault_of("black-friday-surge").loads, (Names{"catalogue", "checkout", "payments", "postgres", "redis"}));
  EXPECT_EQ(fault_of("replay-as-second-incident", 1).loads, Names{"extraction"}) << "what its consumers call";
}

// The seed's expressions over what was scraped, and the record's own figures over all requests of the world.
TEST(Run, TheSeedsBurnRateIsTheRecords) {
  const Finished done = run({.seed = 1}, 1h);
  const std::string text = "sum(rate(http_requests{status=~\"5..\"}[1h])) / sum(rate(http_requests[1h])) / (1 - 0.999)";
  const auto parsed = promql::parse_text(text, {});
  ASSERT_TRUE(parsed);
  promql::Query query(*parsed, done.series, {});
  const auto value = query.at(done.record.judged_to);
  ASSERT_TRUE(value) << value.error();
  const double scraped = std::get<promql::Vector>(*value).at(0).value;
  const incident::ErrorBudget budget(done.record, *done.record.slo("API Availability"));
  const double known = budget.burn_rate(budget.minutes() - 1, 1h);
  EXPECT_GT(known, 100);
  EXPECT_NEAR(scraped, known, 0.02 * known);
}

TEST(Run, WritesDownWhatADeadMansSwitchHears) {
  scenario::LoadedScenario watched = outage();
  record::Expectation expectation{"watched", "dead_mans_switch", {}};
  expectation.fields.set("alert", std::string("Watchdog"), {});
  expectation.fields.set("within", Duration(5min), {});
  expectation.fields.set("trips", false, {});
  watched.declared.expectations.push_back(expectation);
  driver::Run drill(watched, {.seed = 1});
  drill.advance_to(drill.end());
  const Finished done = drill.finish();
  // An evaluation every 30 s: a send every 90 s, for 90 minutes, none of them lost.
  ASSERT_EQ(done.record.sends.size(), 1u);
  EXPECT_EQ(done.record.sends[0].spacing, 90s);
  ASSERT_EQ(done.record.sends[0].stretches.size(), 1u);
  EXPECT_EQ(done.record.sends[0].stretches[0].sends, 60u);
  EXPECT_EQ(done.record.sends[0].labels.get("cluster"), "eu1");
  EXPECT_EQ(done.record.expectations.back().outcome.observed, "it was received every 1 m 30 s");
}

bool write_run(const Finished& done, const std::filesystem::path& folder) {
  return output::OutputFolder(folder, run_folder()).write(output_files(done, {})).has_value();
}

std::set<std::string> files_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.insert(entry.path().lexically_relative(folder).generic_string());
  }
  return names;
}

// The reports of two runs must not be mixed in one folder, and what people put there is theirs.
TEST(Run, LeavesNothingOfAnEarlierRunInItsFolder) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_run_test_stale";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(write_run(run({.seed = 2}, 1h), folder));
  EXPECT_TRUE(std::filesystem::exists(folder / "postmortem.md"));
  ASSERT_TRUE(write_file(folder / "notes.txt", "somebody's own"));
  ASSERT_TRUE(write_file(folder / "inputs/own.yaml", "somebody's own"));
  const Finished done = run({.seed = 2, .disable_faults = true}, 1h);
  ASSERT_TRUE(write_run(done, folder));
  std::set<std::string> expected = {"notes.txt", "inputs/own.yaml", "manifest.json"};
  const auto files = output_files(done, {});
  for (const output::File& file : files) expected.insert(file.name);
  EXPECT_EQ(files_in(folder), expected);
  EXPECT_FALSE(expected.contains("postmortem.md"));
}

// Who is told beforehand that a run can be written is not told otherwise afterwards.
TEST(Run, WritesOnlyNamesThatItsFolderMayHold) {
  const std::vector<std::string> names = output_names(outage());
  const auto files = output_files(run({.seed = 2}, 1h), {});
  for (const output::File& file : files) {
    EXPECT_NE(std::ranges::find(names, file.name), names.end()) << file.name;
    EXPECT_NE(run_folder().use_of(file.name), output::NameUse::foreign) << file.name;
  }
  for (const char* foreign : {"manifest.json", "notes.txt", "inputs", "postmortem", "record.json/x"}) {
    EXPECT_EQ(run_folder().use_of(foreign), output::NameUse::foreign) << foreign;
  }
  EXPECT_EQ(run_folder().use_of("postmortem.draft-3.md"), output::NameUse::draft);
}

TEST(Run, CanBeJudgedAgainFromWhatItWrote) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_run_test";
  std::filesystem::remove_all(folder);
  const Finished done = run({.seed = 2}, 1h);
  ASSERT_TRUE(write_run(done, folder));
  auto loaded = load_record(folder);
  ASSERT_TRUE(loaded) << render(loaded.error());
  incident::judge(loaded->record, loaded->series);
  EXPECT_EQ(record::write_record(loaded->record), (*read_source(folder / "record.json", "r", 1 << 28))->text);
  // The rule files are there as they were read.
  const auto& rules = loaded->record.monitoring.rule_files;
  EXPECT_EQ(rules, (std::vector<std::string>{"../rules/shop.yaml", "rules/slo_alerts.yaml"}));
  for (const std::string& name : rules) {
    const auto copy = read_source(folder / kept_input(name));
    ASSERT_TRUE(copy) << render(copy.error());
    EXPECT_EQ((*copy)->text, (*read_source(FIREDRILL_SOURCE_DIR "/scenarios/checkout-database-outage/" + name))->text);
  }
}

// Results are functions of the record: whoever writes another verdict into it is not believed.
TEST(Run, RefusesResultsThatDoNotFollow) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_run_test_tampered";
  std::filesystem::remove_all(folder);
  const Finished done = run({.seed = 2}, 1h);
  ASSERT_TRUE(write_run(done, folder));
  const auto said_of = [&](const auto& change) {
    record::Record record = done.record;
    change(record);
    EXPECT_TRUE(write_file(folder / "record.json", record::write_record(record)));
    const auto loaded = load_record(folder);
    return loaded ? std::string("believed") : loaded.error().front().what;
  };
  using record::Record;
  using record::Verdict;
  EXPECT_EQ(said_of([](Record&) {}), "believed");
  EXPECT_EQ(said_of([](Record& r) { r.verdict = Verdict::fail; }),
            "verdict: 'fail', where 'pass' follows from the expectations and faults");
  EXPECT_EQ(said_of([](Record& r) { r.expectations.at(0).outcome.result = r.verdict = Verdict::fail; }),
            "the verdict is said to be 'fail', and judged again it is 'pass'");
  EXPECT_EQ(said_of([](Record& r) { r.incidents.at(0).measures.at(0).text = "1 s"; }),
            "its incidents do not follow from what it records");
  EXPECT_EQ(said_of([](Record& r) { r.slos.at(0).budget_left = 1; }), "its SLOs do not follow from what it records");
  EXPECT_EQ(said_of([](Record& r) { r.alerts.at(0).attribution = "spurious"; }),
            "what it derives does not follow from what it records");
  EXPECT_EQ(said_of([](Record& r) { r.services.at(0).name = "another"; }),
            "holds minutes of a service 'web', which the record beside it does not know");
  EXPECT_EQ(said_of([](Record& r) { r.firedrill = "0.0.1"; }), "believed") << "another version may judge otherwise";
}

TEST(Run, RefusesASeriesFileThatIsNotTheRecords) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_run_test_series";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(write_run(run({.seed = 2}, 1h), folder));
  ASSERT_TRUE(write_file(folder / "series", "something else"));
  const auto loaded = load_record(folder);
  ASSERT_FALSE(loaded);
  EXPECT_NE(render(loaded.error()).find("is not the series file that was written with the record beside it"),
            std::string::npos);
}

}  // namespace
}  // namespace firedrill::driver
