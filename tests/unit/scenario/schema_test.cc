// The schemas hold against what we ship, and refuse what decoding refuses: by python3-jsonschema, where it is
// installed.
#include "scenario/schema.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>

#include "base/files/files.h"
#include "base/text/format.h"
#include "scenario/check.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = FIREDRILL_SOURCE_DIR;
constexpr int kNotInstalled = 77;

struct Answer {
  int code = 0;
  std::string output;
};

Answer validate(const json::value& schema, const std::vector<std::string>& files) {
  const fs::path path = fs::temp_directory_path() / format("firedrill-schema-{}.json", ::getpid());
  EXPECT_TRUE(write_file(path, write_json(schema, JsonStyle::pretty)));
  std::string command =
      format("python3 '{}' '{}'", (kSource / "tests/unit/scenario/validate_schema.py").string(), path.string());
  for (const std::string& file : files) command += format(" '{}'", file);
  Answer answer;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) answer.output.append(buffer, got);
  answer.code = WEXITSTATUS(::pclose(pipe));
  fs::remove(path);
  return answer;
}

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> files;
  for (const auto& found : find_scenarios(kSource / "scenarios")) files.push_back(found.path + "/scenario.yaml");
  return files;
}

std::vector<std::string> shipped_topologies() {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(kSource / "scenarios/topologies")) files.push_back(entry.path());
  return files;
}

TEST(Schema, HoldsForWhatWeShip) {
  const Answer scenarios = validate(scenario_schema(), shipped_scenarios());
  if (scenarios.code == kNotInstalled || scenarios.code == 127) GTEST_SKIP() << scenarios.output;
  EXPECT_EQ(scenarios.code, 0) << scenarios.output;
  const Answer topologies = validate(topology_schema(), shipped_topologies());
  EXPECT_EQ(topologies.code, 0) << topologies.output;
}

TEST(Schema, LetsAFileNameItsSchema) {
  for (const json::value& schema : {scenario_schema(), topology_schema()}) {
    EXPECT_TRUE(schema.at("properties").as_object().contains("$schema"));
  }
}

// Each file must have a violation.
void expect_refused(const json::value& schema, const std::vector<std::string>& cases, const std::string& file) {
  std::vector<std::string> files;
  for (const std::string& name : cases) files.push_back((kSource / "tests/bad_inputs" / name / file).string());
  const Answer answer = validate(schema, files);
  if (answer.code == kNotInstalled || answer.code == 127) GTEST_SKIP() << answer.output;
  for (const std::string& path : files) {
    EXPECT_NE(answer.output.find(path + ": "), std::string::npos) << path << " holds\n" << answer.output;
  }
}

// Of the bad inputs those whose fault one file shows by itself.
TEST(Schema, RefusesScenariosThatDecodingRefuses) {
  expect_refused(scenario_schema(),
                 {"unknown-key",
                  "unknown-key-in-block",
                  "missing-fields",
                  "null-value",
                  "list-for-mapping",
                  "mapping-for-list",
                  "version-from-the-future",
                  "wrong-unit",
                  "missing-unit",
                  "decimal-duration",
                  "negative-duration",
                  "start-without-time",
                  "unknown-choice",
                  "unknown-fault",
                  "fault-without-kind",
                  "fault-missing-fields",
                  "fault-unknown-field",
                  "target-is-a-text",
                  "probability-in-percent",
                  "match-on-connections",
                  "unknown-expectation",
                  "expectation-unknown-field",
                  "expectation-missing-field",
                  "override-wrong-value",
                  "metric-unknown-signal",
                  "quoted-number",
                  "severity-threshold"},
                 "scenario.yaml");
}

TEST(Schema, RefusesTopologiesThatDecodingRefuses) {
  expect_refused(topology_schema(),
                 {"fraction-of-a-replica", "too-many-replicas", "memory-in-megabytes", "labels-are-a-list",
                  "probe-unknown-key", "probe-period-with-unit", "services-is-a-list", "latency-unknown-distribution",
                  "external-is-no-truth-value", "external-program"},
                 "topology.yaml");
}

}  // namespace
}  // namespace firedrill::scenario
