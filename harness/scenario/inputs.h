// The files of a scenario: each is read once, named as its user would name it, and hashed.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/scenario.h"
#include "scenario/yaml.h"

namespace firedrill::scenario {

class Inputs {
 public:
  // Paths are relative to `folder`, which is also how messages begin ("scenarios/quiet-day/…").
  explicit Inputs(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // The document at a path as written; null if it cannot be read or parsed, which is told: at `named_at`, where the
  // file is named, if it cannot be read.
  const Document* read(std::string_view path, const Position& named_at, std::string_view kind, Dialect dialect,
                       Diagnostics& diagnostics);

  // The paths that a pattern stands for, relative to the folder, sorted; empty if none.
  std::vector<std::string> glob(std::string_view pattern) const;
  // The path of an existing file nearest to one that is missing, relative to the folder; empty if none is near.
  std::string nearest_file(std::string_view path) const;

  std::vector<InputFile> take_files();

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::unique_ptr<Document>> documents_;  // by path; null: failed
  std::vector<InputFile> files_;
};

// Whether a path is a pattern: holds *, ? or [.
bool is_pattern(std::string_view path);

}  // namespace firedrill::scenario
