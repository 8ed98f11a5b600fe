// Of scenario.yaml what it says of notifications: `alertmanager`, `silences` and `paging`, as tables and as the values
// that come of them. What they name is looked up where the configuration has been read (load_alertmanager.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "notify/alertmanager.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

extern const yaml::Block kAlertmanagerBlock;
extern const yaml::Block kSilenceBlock;
extern const yaml::Block kPagingBlock;

// As written: names and matchers are not looked at yet.
struct AlertmanagerEntry {
  std::string config_file;  // relative to the scenario's folder
  Position config_file_at;
  notify::Version version = notify::kNewest;
  notify::Flags flags;
  std::string external_url;
};

struct SilenceEntry {
  std::vector<std::string> matchers;
  std::vector<Position> matchers_at;
  Duration from{};             // since the end of the warm-up, as `to`
  std::optional<Duration> to;  // nothing: the run's end
  std::string comment;
  Position where;
};

struct PagingEntry {
  std::vector<std::string> receivers;
  std::vector<Position> receivers_at;
  bool has_matchers = false;
};

// Of blocks as they were decoded; null: there is none.
std::optional<AlertmanagerEntry> make_alertmanager(const yaml::DecodedBlock* block, Diagnostics& diagnostics);
// Those of which a time or a matcher is missing or wrong are left out; it is told. `duration` is the run's, 0 if it is
// not known.
std::vector<SilenceEntry> make_silences(std::span<const yaml::DecodedBlock> blocks, Duration duration,
                                        Diagnostics& diagnostics);
// The matchers are put in place of what stands in `matchers`, if there are any.
PagingEntry make_paging(const yaml::DecodedBlock* block, std::vector<std::string>& matchers, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
