// What a record can be turned into for other programs.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firedrill::driver {

struct LoadedRecord;

struct ExportContext {
  const LoadedRecord& loaded;
  std::filesystem::path folder;      // of the record
  std::filesystem::path out_folder;  // where the result will stand: paths in it are relative to this folder
};

struct Export {
  std::string text;
  std::string note;  // what a user should know of it, one line; may be empty
};

struct ExportKind {
  std::string_view name;
  std::string_view doc;
  // The errors say what about the run cannot be expressed.
  Result<Export> (*make)(const ExportContext& context);
};

std::span<const ExportKind> export_kinds();
const ExportKind* find_export(std::string_view name);

}  // namespace firedrill::driver
