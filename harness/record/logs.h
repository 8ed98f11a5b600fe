// What the production wrote down in a run: lines of logs, events of the cluster, changes. They stand in a file of their
// own beside the record, of which record.json has the hash.
//
// The file is text, a JSON object a line (newline-delimited JSON), so that grep and jq can read it. The first line says
// what it is: {"format":"firedrill-logs","version":1,"lines":…,"events":…,"changes":…,"left_out":…}; then come the
// changes, the events and the lines, told apart by "is", each in order of time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "events/log.h"

namespace firedrill::record {

// Rises when a reader of the old form would misread the new one.
inline constexpr int kLogsVersion = 1;
inline constexpr const char* kLogsFile = "logs.ndjson";

struct Logs {
  std::vector<events::LogLine> lines;        // in order of time
  std::vector<events::ClusterEvent> events;  // in order of the first time
  std::vector<events::Change> changes;       // in order of time
  std::uint64_t left_out = 0;                // of all of these: beyond the limit
  std::optional<Time> left_out_from{};       // the first of them
  bool operator==(const Logs&) const = default;
};

// The file holds no more than so many bytes of lines and events.
inline constexpr std::size_t kMostLogBytes = std::size_t{24} << 20U;
// What one of these takes in the file, about.
std::size_t bytes_in_file(const events::LogLine& line);
std::size_t bytes_in_file(const events::ClusterEvent& event);

// As they stand in the file, without the line end.
std::string log_json(const events::LogLine& line);
std::string log_json(const events::ClusterEvent& event);
std::string log_json(const events::Change& change);

std::string encode_logs(const Logs& logs);
// Errors, with the line: not such a file, of a newer version, cut short, something that does not belong there.
Result<Logs> decode_logs(const SourcePtr& source);

// Why the file does not hold all: a sentence without a full stop; empty if it does.
std::string describe_left_out(const Logs& logs);

}  // namespace firedrill::record
