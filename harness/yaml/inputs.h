// The YAML files that name each other: each is read once, named as its user would name it, and hashed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files/input_file.h"
#include "base/files/read_scope.h"
#include "base/text/glob.h"
#include "yaml/form.h"

namespace firedrill::yaml {

class Inputs {
 public:
  // Paths count from the scope's folder, which is also how messages begin ("scenarios/quiet-day/…").
  explicit Inputs(ReadScope scope) : scope_(std::move(scope)) {}

  // The document of the file that names the others; null if it cannot be read or parsed, which is told.
  const Document* read_first(const FirstFile& file, const FileForm& form, Dialect dialect, Diagnostics& diagnostics);
  // The document at a path as another file has it; null if it cannot be read or parsed, which is told: at `named_at`,
  // where the file is named, if it cannot be read.
  const Document* read(std::string_view path, const Position& named_at, const FileForm& form, Dialect dialect,
                       Diagnostics& diagnostics);

  // The text of a file of data, which is no YAML, as another file names it; null likewise, and if it is larger.
  SourcePtr read_data(std::string_view path, const Position& named_at, std::string_view what, std::size_t limit,
                      Diagnostics& diagnostics);

  // What a pattern of files, or a path, stands for; `written` is what the user wrote. That it leads outside, is none,
  // or matches too much is told at `named_at`.
  std::vector<std::string> expand(std::string_view pattern, std::string_view written, const FileForm& form,
                                  const Position& named_at, Diagnostics& diagnostics) const;
  bool matches_any(std::string_view pattern) const;

  const ReadScope& scope() const { return scope_; }
  std::vector<InputFile> take_files();

 private:
  void tell_unread(std::string_view path, const Position& named_at, std::string_view what, const Diagnostics& errors,
                   Diagnostics& diagnostics) const;
  const Document* keep(const std::string& name, const SourcePtr& source, const FileForm& form, Dialect dialect,
                       Diagnostics& diagnostics);
  std::string nearest_file(std::string_view path) const;

  ReadScope scope_;
  std::map<std::string, std::unique_ptr<Document>> documents_;  // by path; null: failed
  std::vector<InputFile> files_;
};

}  // namespace firedrill::yaml
